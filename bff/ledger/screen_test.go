package ledger

import (
	"crypto/rand"
	"errors"
	"fmt"
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
		masked := mask(text, limit)
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
		if mask(masked, limit) != strings.TrimSpace(masked) {
			r.Fatalf("%q is not stable", masked)
		}
	})
}

func TestMaskKeepsOrdinaryEvidence(t *testing.T) {
	for _, s := range []string{"", "200 epaymentid 123456", "dial tcp 10.0.0.1:443: connection refused",
		"502 text/html after 2026-10-02T09:00:00Z", "DECLINED: code 05, Visa 1111"} {
		if mask(s, 500) != s {
			t.Errorf("%q became %q", s, mask(s, 500))
		}
	}
}

// testTexts puts card numbers wherever a text goes in, and looks for them
// wherever one comes out.
func testTexts(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	const pan = "4111 1111-1111 1111"
	a := create(t, l, ada, "501")
	_, err := l.Claim(ctx, ada, a.ID, CardUse{Brand: payment.Visa, Last4: "1111", Email: "4111-1111-1111-1111@example.com"})
	want(t, err, ErrText)
	for _, use := range []CardUse{{Brand: payment.Visa, Last4: pan}, {Brand: "4111111111111111", Last4: "1111"},
		{Brand: payment.Visa}, {Last4: "1111"}, {}} {
		if _, err := l.Claim(ctx, ada, a.ID, use); err == nil {
			t.Fatalf("%v was claimed with", use)
		}
	}
	send(t, l, a) // all the same: nothing had changed
	long := strings.Repeat("é", 600)
	settled := must(t, func() (Attempt, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: pan + long,
			Refusal: payment.Refusal(pan), Evidence: "card " + pan + " 123 \x00\xff" + long})
	})
	must(t, func() (Attempt, error) { return l.OrderMail(ctx, a.ID) })
	want(t, l.MarkEmailed(ctx, a.ID, true, pan), nil)

	b := Attempt{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge("502")}, Patient: ada, Basis: 1,
		Subject: "auth0|110169484474386276334"}
	b.Charge.Lines[0].Title = "paid with " + pan
	made := must(t, func() (Attempt, error) { return l.CreateAttempt(ctx, b) })
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

	// What some databases take for text and others do not is refused by all.
	for _, odd := range []string{"\x00", "5\x0001", "\xff", "50\xff1", "\xed\xa0\x80", "501\n", strings.Repeat("5", 12), strings.Repeat("n", 33)} {
		_, err = l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge(odd)}, Patient: ada, Basis: 1})
		want(t, err, ErrText)
		_, err = l.Attempt(ctx, ada, odd)
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
