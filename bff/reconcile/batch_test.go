package reconcile

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// waiting are books that hang for one patient until another was looked up, and
// that panic for a third.
type waiting struct {
	mu     sync.Mutex
	read   []int // patients, in the order in which their books were shown
	others chan struct{}
}

func (b *waiting) Receipts(ctx context.Context, p payment.Patient) ([]payment.ReceiptSummary, error) {
	switch p.ID {
	case 7:
		select {
		case <-b.others:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case 8:
		panic("unreadable")
	case 9:
		close(b.others)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read = append(b.read, p.ID)
	return nil, nil
}

// Books that hang for one patient, or end in a panic, do not keep others from
// being looked up in the same turn.
func TestOnePatientDoesNotHoldUpOthers(t *testing.T) {
	s := newShelf(t)
	books := &waiting{others: make(chan struct{})}
	s.Books = books
	ids := map[int]string{}
	for _, patient := range []int{7, 8, 9} {
		ids[patient] = s.sendOf(payment.Patient{Practice: 1, Department: 1, ID: patient}, payment.Outcome{State: payment.Unknown})
	}
	n, err := s.RunBatch(t.Context(), 2)
	if n != 3 || err == nil {
		t.Errorf("%d looked up, %v", n, err)
	}
	if !slices.Equal(books.read, []int{9, 7}) {
		t.Errorf("read the books of %v", books.read)
	}
	for patient, id := range ids {
		if a := s.getOf(payment.Patient{Practice: 1, ID: patient}, id); a.Checks != 1 || a.State != payment.Unknown {
			t.Errorf("patient %d: %+v", patient, a)
		}
	}
}

// Attempts of one patient are looked up one after the other, in the order in
// which they were due.
func TestQueues(t *testing.T) {
	due := func(id string, practice, patient int) ledger.Record {
		a := ledger.Record{Patient: payment.Patient{Practice: practice, ID: patient}}
		a.ID = id
		return a
	}
	var got [][]string
	for _, queue := range byPatient([]ledger.Record{due("a", 1, 7), due("b", 1, 8), due("c", 2, 7), due("d", 1, 7), due("e", 1, 8)}) {
		var ids []string
		for _, a := range queue {
			ids = append(ids, a.ID)
		}
		got = append(got, ids)
	}
	if want := [][]string{{"a", "d"}, {"b", "e"}, {"c"}}; !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%v", got)
	}
}

// What a turn finds, and what it writes down of it.
func TestBatch(t *testing.T) {
	const id = "61234"
	for _, test := range []struct {
		name   string
		listed []payment.ReceiptSummary
		before func(o *office) // what else there is
		state  payment.State
		why    string
		said   string
	}{
		{"its row", rows(row("61000", -time.Hour), row(id, 0)), nil, payment.Succeeded, "", "found: payment 61234. look 1: 2 receipts, highest 61234"},
		{"no row yet", rows(row("61000", -time.Hour)), nil, payment.Unknown, "", "looked: look 1: 1 receipts, highest 61000"},
		{"a rival that is under way", rows(row(id, 0)), func(o *office) { o.send(o.claim(dana, payment.KindCharge, "502"), "61233") }, payment.Unknown, "", "looked: look 1: 1 receipts, highest 61234"},
		{"a rival that was never sent", rows(row(id, 0)), func(o *office) { o.claim(dana, payment.KindCharge, "502") }, payment.Succeeded, "", ""},
		{"somebody else's rival", rows(row(id, 0)), func(o *office) { o.send(o.claim(kim, payment.KindCharge, "502"), "61233") }, payment.Succeeded, "", ""},
		{"another attempt's row", rows(row(id, 0)), func(o *office) { o.settled(o.send(o.claim(kim, payment.KindCharge, "502"), ""), payment.Succeeded, id) }, payment.Unknown, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOffice(t, test.listed...)
			if test.before != nil {
				test.before(o)
			}
			a := o.lost(dana, "501", "61233")
			if _, err := o.CheckDue(ctx); err != nil {
				t.Fatal(err)
			}
			said := o.evidence(a)
			if a = o.now(a); a.State != test.state || len(said) != 1 || test.said != "" && said[0] != test.said {
				t.Errorf("%s, %q, want %s, %q", a.State, said, test.state, test.said)
			}
			if a.State == payment.Succeeded && a.Reference != id {
				t.Errorf("found %s", a.Reference)
			}
		})
	}
}

// At the end of the delay absence is written down with its proof, and what the
// receipts cannot tell goes to a person at once.
func TestBatchAtTheEnd(t *testing.T) {
	o := newOffice(t, row("61000", -time.Hour))
	a := o.lost(dana, "501", "61233")
	o.turns(a)
	said := o.evidence(a)
	if o.now(a).State != payment.NotDone || !slices.Contains(said, "absent: look 6: 1 receipts, highest 61000; none is it, 30m40s after it was sent") {
		t.Errorf("%s: %q", o.now(a).State, said)
	}
	o = newOffice(t, row("61234", 0), row("61235", 0))
	a = o.lost(dana, "501", "61233")
	o.turns(a)
	if a = o.now(a); a.State != payment.Unknown || !a.NeedsReview || !strings.Contains(reasonText(a.Reason), "Receipt 61234 could be it. Receipt 61235 could be it.") {
		t.Errorf("two rows: %s, %s", a.State, a.Reason)
	}
	o = newOffice(t)
	a = o.settled(o.send(o.claim(dana, payment.KindAdjust, "claim-501"), "61233"), payment.Unknown, "")
	o.turn(1)
	if a = o.now(a); !a.NeedsReview || !strings.Contains(reasonText(a.Reason), "adjustments") {
		t.Errorf("an adjustment: %t, %s", a.NeedsReview, a.Reason)
	}
}

// Of a void the payment's own row tells.
func TestBatchOfVoid(t *testing.T) {
	o := newOffice(t, row("61000", -time.Hour, kind("VOIDPURCHASE")), row("60999", -time.Hour))
	a := o.settled(o.send(o.claim(dana, payment.KindVoid, ledger.PaymentTarget("61000")), "61233"), payment.Unknown, "")
	o.turn(1)
	if a = o.now(a); a.State != payment.Succeeded || a.Reference != "61000" {
		t.Errorf("%s, %s", a.State, a.Reference)
	}
}
