package bff

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/tier"
	"paypane/web/payment"
)

// backup copies the ledger of a world, as it is now, into a new directory.
func (w *world) backup() string {
	w.t.Helper()
	dir := w.t.TempDir()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.dir, "paypane.db"))
	if err == nil {
		defer db.Close()
		_, err = db.Exec(`VACUUM INTO ?`, filepath.Join(dir, "paypane.db"))
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return dir
}

// restore records the restoration in the ledger of a directory, as the command
// does.
func (w *world) restore(dir string) {
	w.t.Helper()
	book, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(dir, "paypane.db"), w.clock.now)
	if err != nil {
		w.t.Fatal(err)
	}
	defer book.Close()
	if _, _, err := book.Restore(context.Background(), w.clock.now()); err != nil {
		w.t.Fatal(err)
	}
}

// charged is what the upstream's book took from a patient, in cents.
func (w *world) charged(patient int) (cents int64) {
	for _, m := range w.sim.Book() {
		if m.Patient == patient {
			cents += m.Amount
		}
	}
	return cents
}

// After a backup was put back no bill is paid twice, whatever was paid since,
// and however stale the balances are for a day; and in the end everything that
// is owed can be paid. The upstream's book is the judge.
func TestRestoredFromBackup(t *testing.T) {
	tier.Full(t)
	t.Parallel()
	for _, row := range []struct {
		name string
		// before is what happens until the backup, since what is lost after it;
		// before returns the attempt that since goes on with.
		before func(b *browser) string
		since  func(b *browser, id string)
		lost   int64 // what was paid since, in cents
	}{
		{name: "nothing was paid", since: func(*browser, string) {}},
		{name: "created before and not paid", before: func(b *browser) string { return b.choose(t, one("claim-501")) }, since: func(*browser, string) {}},
		{name: "created before, paid since", before: func(b *browser) string { return b.choose(t, one("claim-501")) },
			since: func(b *browser, id string) { b.post("/pay/"+id, card()) }, lost: 5250},
		{name: "made and paid since", since: func(b *browser, _ string) { b.post("/pay/"+b.choose(t, one("claim-501")), card()) }, lost: 5250},
		{name: "paid before and since", before: func(b *browser) string {
			b.post("/pay/"+b.choose(t, one("claim-502")), card())
			return ""
		}, since: func(b *browser, _ string) { b.post("/pay/"+b.choose(t, one("claim-501")), card()) }, lost: 5250},
		{name: "everything was paid since", since: func(b *browser, _ string) { b.post("/pay/"+b.choose(t, everything), card()) }, lost: 12000},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{kept: true})
			stale, err := w.practice.Practice.Statement(context.Background(), payment.Patient{Practice: 195900, Department: 7, ID: dana})
			if err != nil {
				t.Fatal(err)
			}
			asked := map[string]int64{} // of the upstream, in cents, by bill
			count := func(m *faultyPractice) {
				m.collect = func(ctx context.Context, c payment.Charge, card *payment.Card) payment.Outcome {
					for _, line := range c.Lines {
						asked[line.Bill] += line.Amount.Cents()
					}
					return m.Practice.Collect(ctx, payment.Patient{Practice: 195900, Department: 7, ID: dana}, c, card)
				}
			}
			count(w.practice)
			b := w.visit(dana)
			id := ""
			if row.before != nil {
				id = row.before(b)
			}
			w.drain()
			before := w.charged(dana)
			dir := w.backup()
			w.clock.advance(5 * time.Minute)
			row.since(b, id)
			w.drain()
			if got := w.charged(dana) - before; got != row.lost {
				t.Fatalf("since the backup %d cents were paid, not %d", got, row.lost)
			}
			w.clock.advance(5 * time.Minute)
			w.restore(dir)

			after := newWorld(t, setup{dir: dir, clock: w.clock})
			after.practice.Practice = w.practice.Practice // the same upstream
			after.practice.statement = func() (payment.Statement, error) { return stale, nil }
			count(after.practice)
			restored := w.clock.now()
			b = after.visit(dana)
			if a := b.get("/pay"); a.status != http.StatusServiceUnavailable || strings.Contains(a.body, noMoney) || !strings.Contains(a.body, "not available right now") {
				t.Fatalf("at once: %d %s", a.status, a.body)
			}
			if a := b.post("/pay", everything); a.status != http.StatusServiceUnavailable {
				t.Fatalf("at once: %d", a.status)
			}
			held := false
			for after.clock.now().Sub(restored) < 27*time.Hour {
				after.clock.advance(15 * time.Minute)
				if after.clock.now().Sub(restored) > 24*time.Hour {
					after.practice.statement = nil
				}
				after.tend(context.Background())
				b = after.visit(dana)
				page := b.get("/pay")
				held = held || strings.Contains(page.body, "A payment was found")
				if a := b.post("/pay", everything); strings.HasPrefix(a.to(), "/pay/") {
					b.post(a.to(), card("number", "5555 5555 5555 4444"))
					after.drain()
				}
				// The simulator would refuse what is not owed; another upstream may not.
				for _, bill := range stale.Bills {
					if asked[bill.ID] > bill.Balance.Cents() {
						t.Fatalf("%s after the restoration %d cents were asked for %s of %s", after.clock.now().Sub(restored), asked[bill.ID], bill.ID, bill.Balance)
					}
				}
			}
			if got := w.charged(dana); got != 12000 {
				t.Errorf("in the end %d cents of 12000 were taken", got)
			}
			if held != (row.lost > 0) {
				t.Errorf("the payment that was lost was shown as found: %t", held)
			}
		})
	}
}

// A backup of the moment at which a payment is being sent: it is looked up.
func TestRestoredWhileSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{kept: true})
	var dir string
	w.practice.collect = func(ctx context.Context, c payment.Charge, card *payment.Card) payment.Outcome {
		dir = w.backup()
		return w.practice.Practice.Collect(ctx, payment.Patient{Practice: 195900, Department: 7, ID: dana}, c, card)
	}
	b := w.visit(dana)
	id := b.choose(t, everything)
	b.post("/pay/"+id, card())
	w.drain()
	w.clock.advance(time.Minute)
	w.restore(dir)
	after := newWorld(t, setup{dir: dir, clock: w.clock})
	after.practice.Practice = w.practice.Practice
	b = after.visit(dana)
	if a := b.get("/payments/" + id); a.outcome() != "unknown" {
		t.Fatalf("restored: %q", a.outcome())
	}
	after.tend(context.Background())
	if a := b.get("/payments/" + id); a.outcome() != "taken" {
		t.Fatalf("looked up: %q", a.outcome())
	}
	after.clock.advance(time.Hour)
	if a := after.visit(dana).get("/pay"); a.page() != "nothing" {
		t.Fatalf("an hour later: %d %q", a.status, a.page())
	}
}

// A card page that is open while the lost payment is found leads nowhere; and
// if the books cannot be read nobody hears that no money was taken.
func TestRestoredCardPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{kept: true})
	dir := w.backup()
	w.restore(dir)
	after := newWorld(t, setup{dir: dir, clock: w.clock})
	after.clock.advance(time.Hour)
	b := after.visit(dana)
	id := b.choose(t, everything)
	after.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, errors.New("athena is down") }
	if a := b.post("/pay/"+id, card()); a.status != http.StatusServiceUnavailable || strings.Contains(a.body, noMoney) {
		t.Errorf("without receipts: %d %s", a.status, a.body)
	}
	after.practice.receipts = func() ([]payment.ReceiptSummary, error) {
		return []payment.ReceiptSummary{{Reference: "77", Type: "PURCHASE", Amount: payment.Cents(100), Time: after.clock.now().Add(-time.Hour)}}, nil
	}
	if a := b.post("/pay/"+id, card()); a.status != http.StatusConflict || !strings.Contains(a.body, "Do not pay again") || strings.Contains(a.body, noMoney) {
		t.Errorf("with a receipt that nobody knows: %d %s", a.status, a.body)
	}
	if n := after.practice.collects.Load(); n != 0 {
		t.Errorf("%d charges", n)
	}
}
