package bff

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"paypane/bff/staff"
	"paypane/web/payment"
)

const adjustPage = "/desk/patients/40211/adjust"

// adjusted is what is typed to take something off a charge.
func adjusted(charge, amount string, more ...string) url.Values {
	f := url.Values{"charge": {charge}, "amount": {amount}, "reason": {"courtesy"}}
	for ; len(more) > 0; more = more[2:] {
		f.Set(more[0], more[1])
	}
	return f
}

// Whatever is taken off, by several people, in old tabs, beside payments of the
// patient: no claim goes below zero, and what was taken off and is still owed is what
// was owed.
func TestAdjustedOnceAndNeverTooMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	owed := map[int]int64{}
	for _, c := range w.danas().Claims {
		owed[c.ID] = c.Owed
	}
	tabs := []*browser{w.staffed("eve", staff.Biller), w.staffed("max", staff.Manager)}
	rapid.Check(t, func(r *rapid.T) {
		for _, b := range tabs {
			b.get(adjustPage)
		}
		var all sync.WaitGroup
		for _, b := range tabs {
			charge := rapid.SampledFrom([]string{"5010", "5020", "5030", "5040", "5100"}).Draw(r, "charge")
			amount := payment.Cents(rapid.Int64Range(0, 3000).Draw(r, "cents")).String()
			one := *b
			all.Go(func() { one.post(adjustPage, adjusted(charge, amount, "closes", strings.TrimSuffix(charge, "0"))) })
		}
		all.Wait()
		w.drain()
		for _, b := range tabs {
			b.post("/desk/stay", nil)
		}
		for _, c := range w.danas().Claims {
			if c.Owed < 0 || c.Owed+c.Adjusted != owed[c.ID] {
				r.Fatalf("claim %d: %d owed and %d taken off of %d", c.ID, c.Owed, c.Adjusted, owed[c.ID])
			}
		}
	})
	if len(w.sim.Book()) != 0 {
		t.Errorf("book %+v", w.sim.Book())
	}
}

// What another amount is outstanding of than the page said is asked about again; and
// taking all of it off is asked about first.
func TestAdjustAsksAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	eve, max := w.staffed("eve", staff.Biller), w.staffed("max", staff.Manager)
	eve.get(adjustPage)
	max.get(adjustPage)
	if a := max.post(adjustPage, adjusted("5010", "12.51")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	w.drain()
	if a := eve.post(adjustPage, adjusted("5010", "10", "seen", "5010=52.50 5020=40.25")); a.status != http.StatusUnprocessableEntity || !a.says("it was $52.50 and is $39.99") {
		t.Errorf("%d %s", a.status, a.body)
	}
	a := eve.post(adjustPage, adjusted("5010", "39.99"))
	if a.status != http.StatusUnprocessableEntity || !a.says("Yes, take all of it off and close claim 501") || w.sim.Count("adjustingcharges") != 1 {
		t.Errorf("%d %s", a.status, a.body)
	}
	a = eve.post(adjustPage, adjusted("5010", "39.99", "closes", "502")) // the tick of another claim
	if a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d", a.status)
	}
	a = eve.post(adjustPage, adjusted("5010", "39.99", "closes", "501"))
	w.drain()
	if a := eve.get(a.to()); a.outcome() != "taken" || !a.says("Claim 501 is closed.") || w.danas().Claims[0].Status() != "CLOSED" {
		t.Errorf("%s %s", a.outcome(), a.body)
	}
}
