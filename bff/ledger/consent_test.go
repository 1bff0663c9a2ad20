package ledger

import (
	"crypto/rand"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"paypane/web/payment"

	"pgregory.net/rapid"
)

// agreed is a consent to a text of two paragraphs.
func agreed(t fatal) *payment.Consent {
	t.Helper()
	c := must(t, func() (payment.Consent, error) {
		return NewConsent("You agree that Harbor charges this card.\r\n\r\nYou can stop this on 617-555-0100. ", "en-US")
	})
	return &c
}

// plan makes an attempt for a payment plan over whole claims of $99.00.
func plan(t fatal, l *Ledger, p payment.Patient, numbers ...string) Record {
	t.Helper()
	_, asOf, err := l.Pending(ctx, p)
	want(t, err, nil)
	a := payment.Attempt{ID: rand.Text(), Kind: payment.KindPlan, Charge: charge(numbers...), Terms: payment.Terms{Cycle: payment.Cents(2500), Start: "2026-11-01"}}
	for i := range a.Charge.Lines {
		a.Charge.Lines[i].Amount = a.Charge.Lines[i].Balance
	}
	return must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: a, Patient: p, Portal: "harbor", Subject: "user-7", AsOfSeq: asOf})
	})
}

// other makes an attempt for another act on a target.
func other(t fatal, l *Ledger, p payment.Patient, act payment.Kind, target string) Record {
	t.Helper()
	_, asOf, err := l.Pending(ctx, p)
	want(t, err, nil)
	return must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: act, Target: target}, Patient: p, Portal: "harbor", Subject: "user-7", AsOfSeq: asOf})
	})
}

// An agreement that was made blocks another one for the same for a day; after
// that it may have ended, and can be made anew. One in doubt blocks for as long
// as it is.
func testAgreeingAgain(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	use := CardUse{Brand: payment.Visa, Last4: "1111", Consent: agreed(t)}
	carry := func(outcome payment.State) Record {
		a := other(t, l, ada, payment.KindAgreeVisit, "visit-880123")
		want(t, errOf(l.Claim(ctx, ada, a.ID, use)), nil)
		want(t, errOf(l.MarkSending(ctx, a.ID, "0")), nil)
		return must(t, func() (Record, error) { return l.Settle(ctx, a.ID, payment.Outcome{State: outcome}) })
	}
	blocked := func(by Record) {
		t.Helper()
		var overlap *OverlapError
		a := other(t, l, ada, payment.KindAgreeVisit, "visit-880123")
		if _, err := l.Claim(ctx, ada, a.ID, use); !errors.As(err, &overlap) || overlap.Other.ID != by.ID {
			t.Fatalf("not blocked: %v", err)
		}
	}
	first := carry(payment.Succeeded)
	c.advance(AgreeAgain)
	blocked(first)
	c.advance(time.Second)
	second := carry(payment.Unknown)
	c.advance(2 * AgreeAgain)
	blocked(second)
}

// What was agreed to is kept word by word with the claim, for the patient whose
// it is, and once.
func testConsent(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	first := other(t, l, ada, payment.KindAgreeVisit, "visit-880123")
	_, err := l.Consent(ctx, ada, first.ID)
	want(t, err, ErrNotFound)
	use := CardUse{Brand: payment.Visa, Last4: "1111", Wishes: payment.Wishes{Email: "ada@example.com"}, Consent: agreed(t)}
	for _, wrong := range []payment.Consent{
		{Text: use.Consent.Text, Version: "AAAAAAAA", Locale: "en-US"},
		{Text: use.Consent.Text + " And more.", Version: use.Consent.Version, Locale: "en-US"},
		{Text: use.Consent.Text, Version: use.Consent.Version},
		{},
	} {
		_, err := l.Claim(ctx, ada, first.ID, CardUse{Brand: payment.Visa, Last4: "1111", Consent: &wrong})
		want(t, err, ErrText)
	}
	c.advance(time.Minute)
	want(t, errOf(l.Claim(ctx, ada, first.ID, use)), nil)
	at := c.now().UTC()
	c.advance(time.Minute)
	changed := *use.Consent
	changed.Subject = "somebody"
	var claimed *ClaimedError
	if _, err := l.Claim(ctx, ada, first.ID, CardUse{Brand: payment.Visa, Last4: "1111", Consent: &changed}); !errors.As(err, &claimed) {
		t.Fatalf("claimed twice: %v", err)
	}
	must(t, func() (Record, error) { return l.MarkSending(ctx, first.ID, "0") })
	settle(t, l, first, payment.Succeeded)

	// Another one, by another person, and one without anything to agree to.
	second := plan(t, l, ada, "501")
	by := use
	by.Consent = &payment.Consent{Text: use.Consent.Text, Version: use.Consent.Version, Locale: "en-US", At: time.Unix(1, 0), Subject: "nurse 4111 1111 1111 1111"}
	want(t, errOf(l.Claim(ctx, ada, second.ID, by)), nil)
	third := create(t, l, bob, "501")
	claim(t, l, third)

	want(t, l.Close(), nil)
	l = open(t)
	defer l.Close()
	wanted := *use.Consent
	wanted.At, wanted.Subject = at, "user-7"
	if got := must(t, func() (payment.Consent, error) { return l.Consent(ctx, ada, first.ID) }); !reflect.DeepEqual(got, wanted) {
		t.Fatalf("agreed to %+v, want %+v", got, wanted)
	}
	if got := must(t, func() (payment.Consent, error) { return l.Consent(ctx, ada, second.ID) }); !got.At.Equal(c.now()) || !strings.HasPrefix(got.Subject, "sha256:") {
		t.Fatalf("agreed to %+v", got)
	}
	for _, stranger := range []payment.Patient{bob, ada2, {}} {
		_, err := l.Consent(ctx, stranger, first.ID)
		want(t, err, ErrNotFound)
	}
	_, err = l.Consent(ctx, bob, third.ID)
	want(t, err, ErrNotFound)
	r := must(t, func() (Report, error) { return l.Verify(ctx) })
	if r.Consents != 2 {
		t.Fatalf("%+v", r)
	}
}

func errOf(_ Record, err error) error { return err }

// A plan holds its claims while it is in doubt and, once it is made, until the
// upstream must show it; it is no payment, and neither are agreements and cards.
func testPlans(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := plan(t, l, ada, "501", "502")
	if got := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, a.ID) }); !reflect.DeepEqual(got, a) || got.Terms.Cycle != payment.Cents(2500) || got.Terms.Start != "2026-11-01" {
		t.Fatalf("made %+v, read %+v", a, got)
	}
	stale := create(t, l, ada, "502")
	a = send(t, l, a)
	holds := func(why string, n int, known bool) {
		t.Helper()
		pending, _, err := l.Pending(ctx, ada)
		want(t, err, nil)
		if len(pending) != n {
			t.Fatalf("%s: %+v", why, pending)
		}
		for _, s := range pending {
			if !s.Planned || s.Known != known {
				t.Fatalf("%s: %+v", why, s)
			}
		}
		if live, taken, err := l.Recent(ctx, ada); err != nil || len(live)+len(taken) != 0 {
			t.Fatalf("%s: payments %+v, %+v, %v", why, live, taken, err)
		}
	}
	overlaps := func(a Record, with Record) {
		t.Helper()
		var overlap *OverlapError
		if _, err := l.Claim(ctx, ada, a.ID, visa); !errors.As(err, &overlap) || overlap.Other.ID != with.ID {
			t.Fatalf("claimed beside a plan: %v", err)
		}
	}
	holds("sending", 2, false)
	overlaps(stale, a)
	settle(t, l, a, payment.Unknown)
	holds("in doubt", 2, false)
	overlaps(create(t, l, ada, "501"), a)

	// What else is in doubt is no payment either, and no charge repeats it.
	for act, target := range map[payment.Kind]string{payment.KindAgreeYear: "year-880123", payment.KindStoreCard: "card-1", payment.KindVoid: "payment-1"} {
		settle(t, l, send(t, l, other(t, l, ada, act, target)), payment.Unknown)
	}
	holds("others in doubt", 2, false)
	paid := create(t, l, ada, "503")
	settle(t, l, send(t, l, paid), payment.Declined)

	must(t, func() (Record, error) { return l.Find(ctx, a.ID, payment.Outcome{State: payment.Succeeded}) })
	holds("made", 2, true)
	overlaps(stale, a)
	c.advance(Lately + time.Second)
	holds("a day later", 0, false)
	if entries := must(t, func() ([]Entry, error) { return l.Entries(ctx, a.ID) }); len(entries) != 0 {
		t.Fatalf("a plan moved %+v", entries)
	}
}

// The attempts of a patient come by their kinds, the last one first.
func testKinds(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	var made []Record
	for _, make := range []func() Record{
		func() Record { return plan(t, l, ada, "501") },
		func() Record { return other(t, l, ada, payment.KindStoreCard, "card-1") },
		func() Record { return plan(t, l, bob, "501") },
		func() Record { return create(t, l, ada, "502") },
		func() Record { return plan(t, l, ada, "503") },
	} {
		made = append(made, make())
		c.advance(time.Second)
	}
	settle(t, l, send(t, l, made[0]), payment.Declined)
	for _, row := range []struct {
		acts []payment.Kind
		want []int
	}{
		{[]payment.Kind{payment.KindPlan}, []int{4, 0}},
		{[]payment.Kind{payment.KindPlan, payment.KindStoreCard}, []int{4, 1, 0}},
		{[]payment.Kind{payment.KindAgreeYear}, nil},
		{nil, []int{4, 3, 1, 0}},
	} {
		var ids, wanted []string
		for _, a := range must(t, func() ([]Record, error) { return l.AttemptsOf(ctx, ada, row.acts...) }) {
			ids = append(ids, a.ID)
		}
		for _, i := range row.want {
			wanted = append(wanted, made[i].ID)
		}
		if !reflect.DeepEqual(ids, wanted) {
			t.Errorf("%v: %v, want %v", row.acts, ids, wanted)
		}
	}
}

// What NewConsent returns is fit to be kept: it is itself again, the version goes
// with the text, and no line of it shows a card.
func TestNewConsent(t *testing.T) {
	pieces := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\n", "\r\n", "617-555-0100", " ", "You agree.", "12/01/2026 $100.00"}), rapid.Custom(spelled))
	versions := map[string]string{}
	rapid.Check(t, func(r *rapid.T) {
		c, err := NewConsent(strings.Join(rapid.SliceOfN(pieces, 0, 6).Draw(r, "pieces"), ""), "en")
		if err != nil {
			return
		}
		if !fitsConsent(c) || !utf8.ValidString(c.Text) || len(c.Version) != 8 {
			r.Fatalf("%+v", c)
		}
		if text, known := versions[c.Version]; known && text != c.Text {
			r.Fatalf("%q and %q have one version", text, c.Text)
		}
		versions[c.Version] = c.Text
		for line := range strings.SplitSeq(c.Text, "\n") {
			if payment.ShowsCard(line) {
				r.Fatalf("%q shows a card", line)
			}
		}
	})
	long := strings.Repeat("ä", longestConsent)
	for _, row := range []struct {
		text, locale string
		ok           bool
	}{
		{long, "en", true}, {long + "a", "en", false}, {"", "en", false}, {" \r\n ", "en", false}, {"Yes", "es-419", true}, {"Yes", "zh-Hant-TW", true},
		{"Yes", "", false}, {"Yes", "english", false}, {"Yes", "en_US", false}, {"Yes", "en-12345678-12345678", false},
		{"Card 4111 1111 1111 1111", "en", false}, {"617-555-0100\n2026-12-01", "en", true},
		{"Card 4111.1111.1111.1111.", "en", false}, {"Card 378282246310005", "en", false}, {"Card 3782 822463 10005", "en", false},
		{"Call 617-555-0100 or 617-555-0101.", "en", true}, {"Call 415-555-2671 or 415-555-2672.", "en", true}, {"Call (555) 555-0107 555 555 0108 555 555 0109", "en", true},
		{"From 12/01/2026 $100.00 to 12/01/2027 $1,200.00", "en", true}, {strings.Repeat("5", longestConsent), "en", false},
	} {
		if _, err := NewConsent(row.text, row.locale); (err == nil) != row.ok || err != nil && !errors.Is(err, ErrText) {
			t.Errorf("%.20q in %q: %v", row.text, row.locale, err)
		}
	}
}
