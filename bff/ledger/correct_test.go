package ledger

import (
	"crypto/rand"
	"errors"
	"testing"

	"paypane/web/payment"
)

var eve = DeskSigner{ID: "desk/eve", Name: "Eve Stone", Role: "biller"}

// byEve is an attempt of hers.
func byEve(a Record) Record {
	a.Portal, a.Subject, a.Staff = "desk", "eve", Staff{Name: eve.Name, Role: eve.Role}
	return a
}

// recorded is money that was taken elsewhere and recorded.
func recorded(t fatal, l *Ledger, p payment.Patient, cents int64, c payment.Counter) Record {
	t.Helper()
	a := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindRecord, Counter: c, PatientName: "Ada",
			Charge: payment.Charge{Lines: []payment.Line{{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(cents), Balance: payment.Cents(cents)}}}},
			Patient: p, Portal: "desk", Subject: "eve", AsOfSeq: nextEvent(t, l)})
	})
	must(t, func() (Record, error) { return l.Claim(ctx, p, a.ID, CardUse{}) })
	must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "0") })
	return must(t, func() (Record, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Batch: "318"})
	})
}

// nextEvent is the moment of the ledger as whoever makes an attempt now reads it.
func nextEvent(t fatal, l *Ledger) int64 {
	t.Helper()
	_, asOf, err := l.Pending(ctx, ada)
	want(t, err, nil)
	return asOf
}

// counterEntry is an attempt that would correct a recording, changed as a test wants.
func counterEntry(t fatal, l *Ledger, of Record, change func(*Record)) Record {
	t.Helper()
	r := Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: payment.RecordingTarget(of.ID), Value: of.Total(), PatientName: of.PatientName,
		Counter: payment.Counter{Method: of.Method, CheckNumber: of.CheckNumber, ReasonCode: "amount", Undoes: of.ID}},
		Patient: of.Patient, AsOfSeq: nextEvent(t, l)}
	r = byEve(r)
	if change != nil {
		change(&r)
	}
	return must(t, func() (Record, error) { return l.CreateAttempt(ctx, r) })
}

// A recording is corrected once, whoever presses and however often, with the task to
// take it back by hand; the recording itself stays as it was, and the same may be
// recorded anew without a question.
func testCorrect(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	check := payment.Counter{Method: payment.Check, CheckNumber: "1044"}
	of := recorded(t, l, ada, 25000, check)
	forms := []Record{counterEntry(t, l, of, nil), counterEntry(t, l, of, nil)}
	won, others := race(20, func() error {
		var all []error
		for _, a := range forms {
			_, err := l.Correct(ctx, ada, a.ID, CardUse{})
			if err == nil {
				return nil
			}
			all = append(all, err)
		}
		return errors.Join(all...)
	})
	if won != 1 {
		t.Fatalf("corrected %d times: %v", won, others)
	}
	tasks := must(t, func() ([]Task, error) { return l.OpenTasks(ctx, ada.Practice) })
	if len(tasks) != 1 || tasks[0].Kind != TaskReverse || tasks[0].Batch != "318" || tasks[0].Check != "1044" || tasks[0].Amount != payment.Cents(25000) ||
		tasks[0].Patient != ada.ID || tasks[0].By != eve || tasks[0].Attempt != of.ID {
		t.Fatalf("tasks %+v", tasks)
	}
	undone := must(t, func() (map[string]Record, error) { return l.Undone(ctx, ada.Practice, []string{of.ID, "X"}) })
	entry := undone[of.ID]
	if len(undone) != 1 || entry.State != payment.Succeeded || entry.Total() != of.Total() || !entry.Corrects() || tasks[0].ID != entry.ID {
		t.Fatalf("undone by %+v", undone)
	}
	entries := must(t, func() ([]Entry, error) { return l.Entries(ctx, entry.ID) })
	if len(entries) != 2 || entries[1].To != AccountPayer || entries[1].Amount != of.Total() {
		t.Errorf("the money went %+v", entries)
	}
	if still := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, of.ID) }); still.State != payment.Succeeded || !still.Ended.Equal(of.Ended) {
		t.Errorf("the recording is %+v", still)
	}
	recorded(t, l, ada, 25000, check) // and nobody is asked about the same check
	r := must(t, func() (Report, error) { return l.Verify(ctx) })
	if r.Acts != 1 || r.Attempts != 4 {
		t.Errorf("verified %+v", r)
	}
	chained(t, l)
}

// What is not exactly that recording is refused, and leaves no task behind.
func testCorrectNothingElse(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	of := recorded(t, l, ada, 2000, payment.Counter{Method: payment.Cash})
	card := send(t, l, create(t, l, ada, "502"))
	settle(t, l, card, payment.Succeeded)
	for name, change := range map[string]func(*Record){
		"another amount":     func(r *Record) { r.Value = payment.Cents(1999) },
		"another method":     func(r *Record) { r.Method = payment.Check; r.CheckNumber = "7" },
		"a card payment":     func(r *Record) { r.Undoes, r.Target = card.ID, payment.RecordingTarget(card.ID) },
		"what is not there":  func(r *Record) { id := rand.Text(); r.Undoes, r.Target = id, payment.RecordingTarget(id) },
		"somebody else's":    func(r *Record) { r.Patient = bob },
		"no counter-entry":   func(r *Record) { r.Target = PaymentTarget("9001"); r.Method = "" },
		"another practice's": func(r *Record) { r.Patient = ada2 },
	} {
		a := counterEntry(t, l, of, change)
		if _, err := l.Correct(ctx, a.Patient, a.ID, CardUse{}); !errors.Is(err, ErrTransition) && !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if tasks := must(t, func() ([]Task, error) { return l.OpenTasks(ctx, ada.Practice) }); len(tasks) != 0 {
		t.Errorf("tasks %+v", tasks)
	}
}
