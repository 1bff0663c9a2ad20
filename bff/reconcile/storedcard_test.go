package reconcile

import (
	"strconv"
	"testing"
	"time"

	"paypane/web/payment"

	"pgregory.net/rapid"
)

func lostCard(before string) CardQuery {
	return CardQuery{Brand: payment.Visa, Last4: "1111", Sent: sent, Watermark: before}
}

func kept(id string, brand payment.Brand, last4 string) payment.StoredCard {
	return payment.StoredCard{ID: id, Brand: brand, Last4: last4}
}

func TestDecideCard(t *testing.T) {
	ours := kept("9001", payment.Visa, "1111")
	for _, test := range []struct {
		name   string
		before string
		cards  []payment.StoredCard
		rivals []CardQuery
		want   string
	}{
		{"none", "9000", nil, nil, "absent"},
		{"stored", "9000", []payment.StoredCard{ours}, nil, "found 9001"},
		{"the first", "0", []payment.StoredCard{ours}, nil, "found 9001"},
		{"stored, what was before is not known", "", []payment.StoredCard{ours}, nil, "found 9001"},
		{"others", "9000", []payment.StoredCard{kept("8000", payment.Visa, "2222"), kept("9002", payment.Mastercard, "1111")}, nil, "absent"},
		{"was there before", "9001", []payment.StoredCard{ours}, nil, "person"},
		{"stored beside the same of before", "9000", []payment.StoredCard{kept("9000", payment.Visa, "1111"), ours}, nil, "found 9001"},
		{"two, what was before is not known", "", []payment.StoredCard{kept("9000", payment.Visa, "1111"), ours}, nil, "person"},
		{"twice", "9000", []payment.StoredCard{ours, kept("9002", payment.Visa, "1111")}, nil, "person"},
		{"of no said brand", "9000", []payment.StoredCard{kept("9001", "", "1111")}, nil, "person"},
		{"of no said digits", "9000", []payment.StoredCard{kept("9001", payment.Visa, "")}, nil, "person"},
		{"of nothing said, before", "9000", []payment.StoredCard{kept("9000", "", "")}, nil, "person"},
		{"masked", "9000", []payment.StoredCard{kept("9001", payment.Visa, "XXXX1112")}, nil, "person"},
		{"short", "9000", []payment.StoredCard{kept("9001", payment.Visa, "2")}, nil, "person"},
		{"of an unknown brand", "9000", []payment.StoredCard{kept("9001", "vi", "1111")}, nil, "person"},
		{"or another attempt's, of which the card is not known", "9000", []payment.StoredCard{ours}, []CardQuery{{Sent: sent, Watermark: "9000"}}, "person"},
		{"without a number", "9000", []payment.StoredCard{kept("x1", payment.Visa, "1111")}, nil, "person"},
		{"or another attempt's", "9000", []payment.StoredCard{ours}, []CardQuery{lostCard("9000")}, "person"},
		{"and another attempt's, which began after it", "9000", []payment.StoredCard{ours}, []CardQuery{lostCard("9001")}, "found 9001"},
		{"none, and a rival", "9000", nil, []CardQuery{lostCard("9000")}, "absent"},
	} {
		t.Run(test.name, func(t *testing.T) {
			verdicts(t, test.want, func(read time.Time) Decision {
				return DecideCard(lostCard(test.before), CardEvidence{read, test.cards, test.rivals}, Bounds{})
			})
		})
	}
	for name, q := range map[string]CardQuery{
		"no moment": {Brand: payment.Visa, Last4: "1111"},
		"no brand":  {Last4: "1111", Sent: sent},
		"no digits": {Brand: payment.Visa, Sent: sent},
	} {
		if v := DecideCard(q, CardEvidence{Read: sent, Cards: []payment.StoredCard{ours}}, Bounds{}); v.Verdict != Review || v.Reason == "" {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestHighestCard(t *testing.T) {
	for _, row := range []struct {
		ids  []string
		want string
	}{
		{nil, "0"}, {[]string{"9", "10", "2"}, "10"}, {[]string{"9", "x"}, ""}, {[]string{"123456789012"}, ""}, {[]string{"12345678901"}, "12345678901"},
	} {
		var cards []payment.StoredCard
		for _, id := range row.ids {
			cards = append(cards, payment.StoredCard{ID: id})
		}
		if got := CardWatermark(cards); got != row.want {
			t.Errorf("%v: %q", row.ids, got)
		}
	}
}

// An upstream that numbers its cards in their order: what is found is ours, what
// is absent was not stored, and a card that nothing else is like has an answer.
func TestLostCards(t *testing.T) {
	seen := map[string]int{}
	UntilMet(t, 1, seen, []string{string(Found), string(NotFound), string(TooEarly), string(Review)}, func(r *rapid.T) {
		b := Bounds{Window: 10 * time.Second, Delay: between(r, "delay", time.Minute, 40*time.Minute)}
		type listed struct {
			payment.StoredCard
			visible time.Time
		}
		var list []listed
		enter := func(at time.Time, last4 string) string {
			id := strconv.Itoa(98 + len(list))
			c := listed{kept(id, payment.Visa, last4), at.Add(between(r, "hidden", 0, b.Delay))}
			if rapid.IntRange(0, 9).Draw(r, "unsaid") == 0 {
				c.Brand = ""
			}
			list = append(list, c)
			return id
		}
		digits := rapid.SampledFrom([]string{"1111", "2222"})
		alone := true
		for range rapid.IntRange(0, 2).Draw(r, "before") {
			last4 := digits.Draw(r, "card before")
			alone = alone && last4 != "1111"
			enter(sent.Add(-b.Delay-time.Hour), last4) // long enough ago to be listed
		}
		q := lostCard("")
		if rapid.Bool().Draw(r, "read before") {
			q.Watermark = "0"
			for _, c := range list {
				q.Watermark = c.ID
			}
		} else if !alone {
			r.Skip("a card of before cannot be told from a new one")
		}
		own := ""
		if rapid.Bool().Draw(r, "stored") {
			own = enter(sent.Add(between(r, "left after", 0, b.Window)), "1111")
		}
		var competing []CardQuery
		if rapid.IntRange(0, 2).Draw(r, "a rival") == 0 {
			rival := q
			rival.Last4 = digits.Draw(r, "its card")
			competing = append(competing, rival)
			if rapid.Bool().Draw(r, "stored too") {
				enter(sent.Add(between(r, "at", 0, time.Hour)), rival.Last4)
			}
			alone = alone && rival.Last4 != "1111"
		}
		for _, c := range list {
			alone = alone && c.Brand != ""
		}
		for _, after := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour, 24 * time.Hour} {
			read := sent.Add(after)
			e := CardEvidence{Read: read, Competing: competing}
			visible := false
			for _, c := range list {
				if !c.visible.After(read) {
					e.Cards = append(e.Cards, c.StoredCard)
					visible = visible || c.ID == own
				}
			}
			v := DecideCard(q, e, b)
			shown := !read.Before(b.shown(sent))
			switch {
			case v.Verdict == Found && (own == "" || v.Reference != own):
				r.Fatalf("%s after: found %s, which is not ours: %+v in %+v", after, v.Reference, q, e)
			case v.Verdict == NotFound && own != "":
				r.Fatalf("%s after: absent, but stored: %+v in %+v", after, q, e)
			case !shown && (v.Verdict == NotFound || v.Verdict == Review), shown && v.Verdict == TooEarly:
				r.Fatalf("%s after, delay %s: %+v", after, b.Delay, v)
			case alone && visible && v.Verdict != Found, alone && shown && own == "" && v.Verdict != NotFound:
				r.Fatalf("%s after: one answer, but %+v: %+v in %+v", after, v, q, e)
			}
			seen[string(v.Verdict)]++
		}
	})
}
