package ledger

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"paypane/web/payment"

	"pgregory.net/rapid"
)

// cards are test numbers of every network of ours, and the longest and shortest there are.
var cards = []string{"4111111111111111", "5555555555554444", "2221000000000009", "2720990000000007",
	"378282246310005", "341111111111111", "6011111111111117", "6440000000000005", "4000000000000000006", "500000000000"}

// spelled draws a way to write a card number.
func spelled(r *rapid.T) string {
	var b strings.Builder
	separators := []string{"", " ", "-", "  ", " - ", "\u00a0", "–", ".", "/", "\u200b", "\t", "_"}
	wide := rapid.Bool().Draw(r, "full width")
	for _, c := range rapid.SampledFrom(cards).Draw(r, "card") {
		if wide {
			c += 0xFF10 - '0'
		}
		b.WriteRune(c)
		b.WriteString(rapid.SampledFrom(separators).Draw(r, "separator"))
	}
	return b.String()
}

func TestMaskLeavesNoCardNumber(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.String().Draw(r, "before") + spelled(r) + rapid.String().Draw(r, "after")
		limit := rapid.IntRange(0, 500).Draw(r, "limit")
		masked := scrubPAN(text, limit)
		if !utf8.ValidString(masked) || utf8.RuneCountInString(masked) > limit {
			r.Fatalf("%q is not a text of %d characters", masked, limit)
		}
		run := 0
		for _, c := range masked {
			switch {
			case unicode.IsDigit(c):
				run++
			case !separates(c):
				run = 0
			}
			if run >= 12 {
				r.Fatalf("%q became %q", text, masked)
			}
		}
		if scrubPAN(masked, limit) != strings.TrimSpace(masked) {
			r.Fatalf("%q is not stable", masked)
		}
	})
}

func TestMaskKeepsOrdinaryEvidence(t *testing.T) {
	for _, s := range []string{"", "200 epaymentid 123456", "dial tcp 10.0.0.1:443: connection refused",
		"502 text/html after 2026-10-02T09:00:00Z", "DECLINED: code 05, Visa 1111"} {
		if scrubPAN(s, 500) != s {
			t.Errorf("%q became %q", s, scrubPAN(s, 500))
		}
	}
}

// numerous are texts full of digits that are no cards.
var numerous = []string{"555-555-0107 or 555-555-0108", "415-555-2671 415-555-2672", "NDC 0002-1433-80 0002-1434-80", "99213, 99214, 36415, 80053",
	"01/01/2026 - 01/31/2026", "2026-01-01 - 2026-01-31 99213 99214", "Lot 123456789012345678901234567890", "00643169007222 17260101", "1-2-3-4-5-6-7-8-9-0-1-2-3"}

// A text of the practice's is kept letter for letter, and what it is stored as
// passes the guard of every column.
func TestOrdinaryNumbersAreKept(t *testing.T) {
	for _, s := range numerous {
		if got := printed(s, 200); got != s {
			t.Errorf("%q became %q", s, got)
		}
		if got := typed(s, 200); got != s && !payment.HoldsCard(s) {
			t.Errorf("%q became %q", s, got)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		s := stripControls(strings.Join(rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.SampledFrom(numerous), rapid.StringMatching(`[0-9 -]{0,40}`))).Draw(r, "pieces"), " "))
		stored := apart(s)
		guarded(r, s, stored)
		if got := together(stored); got != s {
			r.Fatalf("%q came back as %q", s, got)
		}
		if with := stored + string(joiner); together(with) == s {
			r.Fatalf("%q comes back as %q", with, s)
		}
		for _, keep := range []func(string, int) string{printed, typed} {
			limit := rapid.IntRange(0, 100).Draw(r, "limit")
			got := keep(s, limit)
			if utf8.RuneCountInString(apart(got)) > limit {
				r.Fatalf("%q does not fit", got)
			}
			if !payment.HoldsCard(s) && !strings.HasPrefix(s, got) {
				r.Fatalf("%q became %q", s, got)
			}
		}
	})
}

// guarded fails where twelve digits in a row are stored, which a column's guard refuses.
func guarded(r *rapid.T, s, stored string) {
	run := 0
	for _, c := range stored {
		switch {
		case c >= '0' && c <= '9':
			run++
		case c != ' ' && c != '-':
			run = 0
		}
		if run >= 12 {
			r.Fatalf("%q is stored as %q", s, stored)
		}
	}
}

// A vendor's number is kept as it is where it is no card's, in as many characters as
// it has, and what it is stored as passes the guard of its column.
func TestLongNumbersAreKept(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`([0-9]|[0-9]{11,13}|[-_./:#a-zA-Z ０-９]){0,8}`).Draw(r, "number")
		stored := wide(s)
		guarded(r, s, stored)
		if utf8.RuneCountInString(stored) != utf8.RuneCountInString(s) {
			r.Fatalf("%q is stored as %q", s, stored)
		}
		if got := narrow(stored); got != s && longNumberFits(s) {
			r.Fatalf("%q came back as %q", s, got)
		}
		if changed := strings.Replace(stored, "7", "７", 1); changed != stored && narrow(changed) == s {
			r.Fatalf("%q comes back as %q", changed, s)
		}
		if longNumberFits(s) && payment.PassesForCard(s) {
			r.Fatalf("%q is kept", s)
		}
	})
}

// A card that somebody typed is not kept, in whatever way it is written, nor is
// one in a text of the practice's that is written as on a card.
func TestTypedCardsAreNotKept(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		before, after := rapid.String().Draw(r, "before"), rapid.String().Draw(r, "after")
		if got := typed(before+spelled(r)+after, 500); payment.HoldsCard(got) {
			r.Fatalf("kept as %q", got)
		}
		number := rapid.SampledFrom(cards[:9]).Draw(r, "card")
		separator := rapid.SampledFrom([]string{"", " ", "-", ".", "/", "_", " - ", "\u00a0", "\u200b", "–"}).Draw(r, "separator")
		shown := ""
		for i, d := range number {
			if slices.Contains(payment.BrandOf([]byte(number)).Gaps(), i) {
				shown += separator
			}
			shown += string(d)
		}
		if got := printed("paid with "+shown+" x", 500); strings.ContainsAny(got, "0123456789") {
			r.Fatalf("%q is kept as %q", shown, got)
		}
		if !holdsCard([]byte(`{"name":"` + shown + `"}`)) {
			r.Fatalf("a session keeps %q", shown)
		}
	})
}

// testTexts puts card numbers wherever a text goes in, and looks for them
// wherever one comes out.
func testTexts(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	const pan = "4111 1111-1111 1111"
	a := create(t, l, ada, "501")
	_, err := l.Claim(ctx, ada, a.ID, CardUse{Brand: payment.Visa, Last4: "1111", Wishes: payment.Wishes{Email: "4111-1111-1111-1111@example.com"}})
	want(t, err, ErrText)
	for _, use := range []CardUse{{Brand: payment.Visa, Last4: pan}, {Brand: "4111111111111111", Last4: "1111"},
		{Brand: payment.Visa}, {Last4: "1111"}, {}} {
		if _, err := l.Claim(ctx, ada, a.ID, use); err == nil {
			t.Fatalf("%v was claimed with", use)
		}
	}
	send(t, l, a) // all the same: nothing had changed
	long := strings.Repeat("é", 600)
	settled := must(t, func() (Record, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: pan + long,
			Refusal: payment.Refusal(pan), Evidence: "card " + pan + " 123 \x00\xff" + long})
	})
	must(t, func() (Record, error) { return l.OrderMail(ctx, a.ID) })
	want(t, l.MarkEmailed(ctx, a.ID, true, pan), nil)

	b := Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge("502")}, Patient: ada, AsOfSeq: 1,
		Subject: "auth0|110169484474386276334"}
	b.Charge.Lines[0].Title = "paid with " + pan
	made := must(t, func() (Record, error) { return l.CreateAttempt(ctx, b) })
	if !strings.HasPrefix(made.Subject, "sha256:") || pseudonym(b.Subject) != made.Subject {
		t.Errorf("subject %q", made.Subject)
	}
	b.ID, b.Portal = rand.Text(), pan
	_, err = l.CreateAttempt(ctx, b)
	want(t, err, ErrText)
	b.Portal = ""
	for _, b.ID = range []string{"aaaa4111111111111111", "aaaa222222222222", "aaaa-bbbb-cccc-dddd", "aaaabbbbccccddd"} {
		if _, err := l.CreateAttempt(ctx, b); !errors.Is(err, ErrText) {
			t.Errorf("id %s: %v", b.ID, err)
		}
	}
	_, err = l.CreateSession(ctx, Session{Hash: hash("a"), Data: []byte(`{"n":"` + pan + `"}`), Expires: c.now()})
	want(t, err, ErrText)
	s := session(t, l, c, "a")
	s.Data = []byte(`{"number":4111111111111111}`)
	_, err = l.SaveSession(ctx, s)
	want(t, err, ErrText)
	s.Data = []byte(`{"sub":"110169484474386276334","at":1790931600000000}`)
	must(t, func() (Session, error) { return l.SaveSession(ctx, s) })

	// Numbers that are no cards are kept as they are, wherever people and practices
	// write them.
	for i, text := range numerous {
		c.advance(DuplicateWithin + time.Second)
		n := Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge(fmt.Sprint(600 + i))}, Patient: ada, Portal: "harbor", Subject: "user-7", AsOfSeq: 1}
		n.Charge.Lines[0].Title = text
		given := must(t, func() (payment.Consent, error) { return NewConsent("Yes.\nCall "+text, "en") })
		must(t, func() (Record, error) { return l.CreateAttempt(ctx, n) })
		want(t, errOf(l.Claim(ctx, ada, n.ID, CardUse{Brand: payment.Visa, Last4: "1111", Wishes: payment.Wishes{Email: "8613812345678@163.com"}, Consent: &given})), nil)
		must(t, func() (Record, error) { return l.MarkSending(ctx, n.ID, "0") })
		settle(t, l, n, payment.Unknown)
		why := "They said: " + text
		if payment.HoldsCard(why) {
			why = "called"
		}
		if _, _, err := l.Decide(ctx, n.ID, Decision{By: "harbor/eve", Reason: why, State: payment.NotDone}, payment.Amount{}); err != nil {
			t.Fatal(err)
		}
		kept := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, n.ID) })
		consent := must(t, func() (payment.Consent, error) { return l.Consent(ctx, ada, n.ID) })
		said := must(t, func() ([]Event, error) { return l.Events(ctx, n.ID) })
		if last := said[len(said)-1]; kept.Charge.Lines[0].Title != text || kept.Email != "8613812345678@163.com" || consent.Text != given.Text || last.Evidence != "absent: "+why {
			t.Errorf("%q is kept as %q, %q, %q", text, kept.Charge.Lines[0].Title, consent.Text, last.Evidence)
		}
	}
	must(t, func() (Report, error) { return l.Verify(ctx) })

	// What some databases take for text and others do not is refused by all.
	for _, odd := range []string{"\x00", "5\x0001", "\xff", "50\xff1", "\xed\xa0\x80", "501\n", strings.Repeat("5", 12), strings.Repeat("n", 33)} {
		_, err = l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge(odd)}, Patient: ada, AsOfSeq: 1})
		want(t, err, ErrText)
		_, err = l.AttemptForPatient(ctx, ada, odd)
		want(t, err, ErrNotFound)
		_, err = l.Claim(ctx, ada, odd, visa)
		want(t, err, ErrNotFound)
		if found, err := l.Events(ctx, odd); len(found) != 0 || err != nil {
			t.Errorf("events of %q: %v, %v", odd, found, err)
		}
		want(t, l.UseLaunch(ctx, odd, odd, c.now().Add(time.Minute)), nil) // kept as a digest
	}
	for i, data := range []string{"", "{", "{}\x00", "\"\x00\"", "\"\xff\"", "{'a': 1}", "\"" + strings.Repeat("é", 2048) + "\""} {
		_, err = l.CreateSession(ctx, Session{Hash: hash(fmt.Sprint("odd", i)), Data: []byte(data), Expires: c.now().Add(time.Minute)})
		want(t, err, ErrText)
		s.Data = []byte(data)
		_, err = l.SaveSession(ctx, s)
		want(t, err, ErrText)
	}
	for i, data := range []string{"null", `"\u0000 \ud800"`, "\"" + strings.Repeat("é", 2047) + "\"", "[" + strings.Repeat("[", 900) + strings.Repeat("]", 900) + "]"} {
		_, err = l.CreateSession(ctx, Session{Hash: hash(fmt.Sprint("plain", i)), Data: []byte(data), Expires: c.now().Add(time.Minute)})
		want(t, err, nil)
	}

	events := must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })
	for _, text := range []string{fmt.Sprint(settled), fmt.Sprint(made), fmt.Sprint(events)} {
		for _, trace := range []string{"4111 1111", "1111-1111", "41111111", "123 é"} {
			if strings.Contains(text, trace) {
				t.Errorf("%q is in %s", trace, text)
			}
		}
	}
}
