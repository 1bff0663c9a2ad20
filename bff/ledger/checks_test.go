package ledger

import (
	"crypto/rand"
	"reflect"
	"testing"
	"time"

	"paypane/web/payment"
)

// The turn to look is for the attempt as it was when it came due: whatever has
// changed since, even if nothing else has, ends it.
func testTurn(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := settle(t, l, send(t, l, create(t, l, ada, "501")), payment.Unknown)
	later := func(want error, a Record, next time.Time) {
		t.Helper()
		if _, err := l.Check(ctx, a, next); (err == nil) != (want == nil) {
			t.Fatalf("look: %v, want %v", err, want)
		}
	}
	looked := must(t, func() (Record, error) { return l.Check(ctx, a, a.NextCheck) })
	if looked.Checks != 1 || !looked.NextCheck.Equal(a.NextCheck) {
		t.Fatalf("looked %+v", looked)
	}
	later(ErrConflict, a, time.Time{}) // looked up since, and due at the same moment
	moved := looked
	moved.NextCheck = moved.NextCheck.Add(time.Second)
	later(ErrConflict, moved, time.Time{})
	want(t, l.CheckAgain(ctx, a.ID, "harbor/eve"), nil) // from the first look on
	found := must(t, func() (Record, error) {
		return l.Find(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: "1"})
	})
	if found.Checks != a.Checks || !found.NextCheck.Equal(a.NextCheck) {
		t.Fatalf("found %+v", found)
	}
	later(ErrConflict, a, time.Time{}) // only its state is another
	last := must(t, func() (Record, error) { return l.Check(ctx, found, time.Time{}) })
	later(ErrConflict, last, c.now()) // no look is planned any more
	b := settle(t, l, send(t, l, create(t, l, bob, "501")), payment.Unknown)
	c.advance(time.Second)
	d := settle(t, l, send(t, l, create(t, l, ada2, "501")), payment.Unknown)
	due := must(t, func() ([]Record, error) { return l.ChecksDue(ctx, 1) })
	if len(due) != 1 || due[0].ID != b.ID {
		t.Fatalf("due first: %+v, not %s before %s", due, b.ID, d.ID)
	}
}

// What is handed to a person is not looked up until that person wants it. Only
// what is unknown or taken is.
func testReview(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	unknown := settle(t, l, send(t, l, create(t, l, ada, "501")), payment.Unknown)
	c.advance(DuplicateWithin + time.Second)
	taken := settle(t, l, send(t, l, create(t, l, ada, "502")), payment.Succeeded)
	c.advance(time.Second)
	elsewhere := settle(t, l, send(t, l, create(t, l, ada2, "502")), payment.Unknown)
	declined := settle(t, l, send(t, l, create(t, l, bob, "501")), payment.Declined)
	sending := send(t, l, create(t, l, bob, "502"))
	for _, a := range []Record{declined, sending} {
		_, err := l.Escalate(ctx, a.ID, "why")
		want(t, err, ErrTransition)
	}
	for _, a := range []Record{unknown, declined, sending} {
		want(t, l.Seen(ctx, a.ID, ""), ErrTransition)
	}
	for _, a := range []Record{taken, declined, sending} {
		want(t, l.CheckAgain(ctx, a.ID, "harbor/eve"), ErrTransition)
	}
	for _, a := range []Record{elsewhere, taken, unknown} {
		if got := must(t, func() (Record, error) { return l.Escalate(ctx, a.ID, "why") }); !got.NeedsReview || got.Reason != "why" || !got.NextCheck.IsZero() {
			t.Fatalf("asked %+v", got)
		}
	}
	ids := func(practices ...int) (ids []string) {
		for _, a := range must(t, func() ([]Record, error) { return l.ReviewQueue(ctx, practices) }) {
			ids = append(ids, a.ID)
		}
		return ids
	}
	if got := ids(ada.Practice); !reflect.DeepEqual(got, []string{unknown.ID, taken.ID}) {
		t.Fatalf("waiting in one practice %v", got)
	}
	if got := ids(ada2.Practice, ada.Practice); !reflect.DeepEqual(got, []string{unknown.ID, taken.ID, elsewhere.ID}) {
		t.Fatalf("waiting in both %v", got)
	}
	must(t, func() (Record, error) { return l.AttemptForStaff(ctx, []int{ada2.Practice, ada.Practice}, unknown.ID) })
	_, err := l.AttemptForStaff(ctx, []int{ada2.Practice}, unknown.ID)
	want(t, err, ErrNotFound)
	due := func() []Record { return must(t, func() ([]Record, error) { return l.ChecksDue(ctx, 10) }) }
	if len(due()) != 0 {
		t.Fatalf("a person has them, and due are %+v", due())
	}
	c.advance(time.Hour)
	want(t, l.CheckAgain(ctx, unknown.ID, "harbor/eve"), nil)
	if got := due(); len(got) != 1 || got[0].ID != unknown.ID || got[0].Checks != 0 || !got[0].NeedsReview {
		t.Fatalf("due again %+v", got)
	}
	want(t, l.Checked(ctx, unknown.ID, true, "look 1"), nil)
	must(t, func() (Record, error) { return l.Find(ctx, unknown.ID, payment.Outcome{State: payment.NotDone}) })
	must(t, func() (Record, error) {
		return l.Find(ctx, elsewhere.ID, payment.Outcome{State: payment.Succeeded, Reference: "9"})
	})
	want(t, l.Seen(ctx, taken.ID, ""), nil)
	for id, want := range map[string][]string{
		taken.ID:     {"asked reconciler", "seen reconciler"},
		unknown.ID:   {"asked reconciler", "again harbor/eve", "looked reconciler", "absent reconciler"},
		elsewhere.ID: {"asked reconciler", "found reconciler"},
	} {
		var got []string
		for _, e := range must(t, func() ([]Event, error) { return l.Events(ctx, id) })[4:] {
			got = append(got, e.What+" "+e.Who)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("events %q, want %q", got, want)
		}
	}
	if owners := must(t, func() (map[string]string, error) { return l.ReferenceOwners(ctx, ada.Practice, nil) }); len(owners) != 0 {
		t.Errorf("holders of nothing: %v", owners)
	}
}

// What operators watch: what is under way, and what has no answer.
func testStanding(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	if s := must(t, func() (Standing, error) { return l.Standing(ctx) }); s != (Standing{}) {
		t.Fatalf("of an empty ledger %+v", s)
	}
	create(t, l, ada, "500")
	claim(t, l, create(t, l, ada, "501"))
	settle(t, l, send(t, l, create(t, l, bob, "502")), payment.Declined)
	send(t, l, create(t, l, bob, "501"))
	c.advance(DuplicateWithin + time.Second)
	oldest := settle(t, l, send(t, l, create(t, l, bob, "503")), payment.Unknown)
	c.advance(time.Minute)
	settle(t, l, send(t, l, create(t, l, ada2, "501")), payment.Unknown)
	must(t, func() (Record, error) { return l.Escalate(ctx, oldest.ID, "two fit") })
	s := must(t, func() (Standing, error) { return l.Standing(ctx) })
	if s.UnderWay != 2 || s.Unknown != 2 || s.NeedsReview != 1 || !s.Oldest.Equal(oldest.Sent) {
		t.Fatalf("%+v", s)
	}
}

// What follows from an outcome: a look at the books where they can tell, and a
// receipt by e-mail where there is a payment to name.
func testOutcomes(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	for i, row := range []struct {
		act         payment.Kind
		state       payment.State
		reference   string
		looks, mail bool
	}{
		{payment.KindCharge, payment.Succeeded, "9001", true, true},
		{payment.KindCharge, payment.Succeeded, "", true, false},
		{payment.KindCharge, payment.Declined, "9003", false, false},
		{payment.KindCharge, payment.NotSent, "", false, false},
		{payment.KindCharge, payment.Unknown, "9005", true, false},
		{payment.KindVoid, payment.Succeeded, "9001", false, true},
		{payment.KindVoid, payment.Unknown, "", true, false},
		{payment.KindAdjust, payment.Succeeded, "", false, false},
	} {
		p := ada
		p.ID += i
		a := Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: row.act}, Patient: p, Portal: "harbor", Subject: "eve", AsOfSeq: 1}
		use := visa
		switch row.act {
		case payment.KindCharge:
			a.Charge = charge("501")
		case payment.KindVoid:
			a.Target, a.Value = PaymentTarget("9001"), payment.Cents(1250)
		default:
			a.Target, a.Value = "claim-501", payment.Cents(1250)
		}
		must(t, func() (Record, error) { return l.CreateAttempt(ctx, a) })
		must(t, func() (Record, error) { return l.Claim(ctx, p, a.ID, use) })
		must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "9000") })
		got := must(t, func() (Record, error) {
			return l.Settle(ctx, a.ID, payment.Outcome{State: row.state, Reference: row.reference, Refusal: payment.RefusedByBank, Evidence: "200"})
		})
		if got.State != row.state || got.NextCheck.IsZero() == row.looks || row.looks && !got.NextCheck.Equal(c.now()) || (got.Mail == MailDue) != row.mail {
			t.Errorf("%+v: looked up at %s, receipt %q", row, got.NextCheck, got.Mail)
		}
		if (got.Refusal != "") != (row.state == payment.Declined || row.state == payment.NotSent) || got.Reference != "" && row.state != payment.Succeeded {
			t.Errorf("%+v: refusal %q, reference %q", row, got.Refusal, got.Reference)
		}
		events := must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })
		evidence := "200"
		if got.Reference != "" {
			evidence = "payment " + got.Reference + ". 200"
		}
		if last := events[len(events)-1]; last.Evidence != evidence || last.What != EventSettled || last.Who != "server" {
			t.Errorf("%+v: recorded %+v", row, last)
		}
		again := must(t, func() (Record, error) { return l.Settle(ctx, a.ID, payment.Outcome{State: row.state, Reference: "7"}) })
		if again.Reference != got.Reference || len(must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })) != 4 {
			t.Errorf("%+v: settled twice, %+v", row, again)
		}
		if row.mail {
			ordered := must(t, func() (Record, error) { return l.OrderMail(ctx, a.ID) })
			want(t, l.MarkEmailed(ctx, a.ID, false, ""), nil)
			failed := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, p, a.ID) })
			if ordered.EmailSent || ordered.Mail != MailOrdered || failed.Mail != MailFailed || failed.EmailSent {
				t.Errorf("%+v: ordered %q, then %q", row, ordered.Mail, failed.Mail)
			}
		}
	}
	_, err := l.Settle(ctx, claim(t, l, create(t, l, ada2, "501")).ID, payment.Outcome{State: payment.Sending})
	want(t, err, ErrTransition)
}
