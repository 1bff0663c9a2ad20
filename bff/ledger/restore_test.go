package ledger

import (
	"reflect"
	"testing"
	"time"

	"paypane/web/payment"
)

// After a restoration everything that may have been sent since is unknown and
// held, and looked up; what could not be is as it was.
func testRestore(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	var stale []Record
	for range 8 {
		stale = append(stale, create(t, l, ada2, "509"))
	}
	c.advance(Fresh + time.Minute)
	first, second := create(t, l, ada, "501"), create(t, l, ada, "501", "502") // two tabs
	claimed, sending := claim(t, l, create(t, l, bob, "503")), send(t, l, create(t, l, bob, "504", "505"))
	c.advance(time.Minute)
	taken := send(t, l, create(t, l, ada, "506"))
	must(t, func() (Record, error) {
		return l.Settle(ctx, taken.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001"})
	})
	also := must(t, func() (Record, error) {
		return l.Settle(ctx, send(t, l, create(t, l, ada2, "506")).ID, payment.Outcome{State: payment.Succeeded, Reference: "9002"})
	})
	last := c.now()
	c.advance(time.Hour)
	for _, until := range []time.Time{c.now().Add(time.Second), last.Add(-time.Second)} {
		_, _, err := l.Restore(ctx, until)
		want(t, err, ErrWindow)
	}
	r, unknown, err := l.Restore(ctx, c.now().Add(-time.Minute))
	want(t, err, nil)
	if unknown != 4 || !r.From.Equal(last) || !r.Until.Equal(c.now().Add(-time.Minute)) || !r.At.Equal(c.now()) {
		t.Fatalf("%d unknown, %+v", unknown, r)
	}
	all := must(t, func() ([]Restoration, error) { return l.Restorations(ctx) })
	if !reflect.DeepEqual(all, []Restoration{r}) {
		t.Fatalf("kept %+v, not %+v", all, r)
	}
	for _, a := range []Record{first, second, claimed, sending} {
		got := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, a.Patient, a.ID) })
		if got.State != payment.Unknown || got.Sent.IsZero() || got.ClaimedSeq == 0 || !got.Ended.Equal(c.now()) || !got.NextCheck.Equal(c.now()) {
			t.Errorf("%s: %+v", a.State, got)
		}
		events := must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })
		if lost := events[len(events)-1]; a.State == payment.Created && got.ClaimedSeq != lost.Seq {
			t.Errorf("claimed by event %d, lost by %+v", got.ClaimedSeq, lost)
		}
	}
	for _, a := range stale {
		if got := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada2, a.ID) }); got.State != payment.Created {
			t.Errorf("one that nobody could claim any more is %s", got.State)
		}
	}
	for _, a := range []Record{taken, also} {
		if got := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, a.Patient, a.ID) }); got.State != payment.Succeeded || got.Mail != MailOrdered {
			t.Errorf("what was taken is %s, its receipt %q", got.State, got.Mail)
		}
	}
	if _, err := l.Verify(ctx); err != nil {
		t.Fatal(err)
	}
	// The bill of the two tabs is free when both are settled, not before.
	for _, found := range []Record{first, second} {
		_, err := l.Claim(ctx, ada, create(t, l, ada, "501").ID, visa)
		if err == nil {
			t.Fatal("a bill was claimed that may have been paid in the lost window")
		}
		must(t, func() (Record, error) { return l.Find(ctx, found.ID, payment.Outcome{State: payment.NotDone}) })
		if _, err := l.Verify(ctx); err != nil {
			t.Fatal(err)
		}
	}
	claim(t, l, create(t, l, ada, "501"))
}

// What operators read: lists, one attempt by its code, the journal.
func testRecord(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	first := create(t, l, ada, "501", "502")
	settle(t, l, send(t, l, first), payment.Succeeded)
	c.advance(time.Hour)
	since := c.now()
	second := create(t, l, ada2, "501")
	settle(t, l, send(t, l, second), payment.Unknown)
	must(t, func() (Record, error) { return l.Escalate(ctx, second.ID, "two fit") })
	c.advance(time.Minute)
	third := create(t, l, bob, "501")
	for name, row := range map[string]struct {
		q    Query
		want []string
	}{
		"all":      {Query{}, []string{third.ID, second.ID, first.ID}},
		"newest":   {Query{Limit: 2}, []string{third.ID, second.ID}},
		"states":   {Query{States: []payment.State{payment.Succeeded, payment.Created}}, []string{third.ID, first.ID}},
		"asked":    {Query{NeedsReview: true}, []string{second.ID}},
		"practice": {Query{Practice: ada2.Practice}, []string{second.ID}},
		"since":    {Query{Since: since}, []string{third.ID, second.ID}},
	} {
		var got []string
		for _, a := range must(t, func() ([]Record, error) { return l.List(ctx, row.q) }) {
			got = append(got, a.ID)
		}
		if !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
	for _, code := range []string{first.ID, first.SupportCode(), first.ID[:8]} {
		if got := must(t, func() ([]Record, error) { return l.Coded(ctx, code) }); len(got) != 1 || got[0].ID != first.ID {
			t.Errorf("%s is %+v", code, got)
		}
	}
	for _, code := range []string{"", first.ID[:4], "AAAAAAAA", "%%%%%%%%"} {
		if got := must(t, func() ([]Record, error) { return l.Coded(ctx, code) }); len(got) != 0 {
			t.Errorf("%q is %+v", code, got)
		}
	}
	sum := func(from, until time.Time) (taken, transit int64) {
		want(t, l.Journal(ctx, from, until, func(n Entry, e Event, a Record) error {
			if n.Event != e.Seq || n.Attempt != a.ID || e.Attempt != a.ID {
				t.Errorf("%+v with %+v", n, e)
			}
			if transit += n.in(AccountTransit); n.From == AccountTransit {
				taken += n.Amount.Cents()
			}
			return nil
		}), nil)
		return taken, transit
	}
	if taken, transit := sum(time.Time{}, time.Time{}); taken != first.Total().Cents() || transit != second.Total().Cents() {
		t.Errorf("%d taken, %d in transit", taken, transit)
	}
	if taken, transit := sum(time.Time{}, since); taken != first.Total().Cents() || transit != 0 {
		t.Errorf("before: %d taken, %d in transit", taken, transit)
	}
	if taken, transit := sum(since, time.Time{}); taken != 0 || transit != second.Total().Cents() {
		t.Errorf("since: %d taken, %d in transit", taken, transit)
	}
}
