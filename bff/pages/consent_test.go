package pages

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// The upstream's terms may be HTML: what is markup goes, what is text stays.
func TestTermsWithoutMarkup(t *testing.T) {
	for text, want := range map[string]string{
		"One.\n\nTwo.": "One.|Two.", "<p>One &amp; <b>two</b>.</p><p>Three</p>": "One & two.|Three", "a < b and c > d": "a < b and c > d",
		"<script>alert(1)</script><p>Terms</p>": "Terms", "<ul><li>1<li>2</ul>": "1|2", "x<br>y": "x|y", "": "",
	} {
		if got := strings.Join(paragraphs(text), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Whatever the plan: what is agreed to can be kept, word by word, and names every
// payment and every bill.
func TestPlanConsentCanBeKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var charge payment.Charge
		for i := range rapid.IntRange(1, 5).Draw(t, "bills") {
			n := strconv.Itoa(500 + i)
			amount := payment.Cents(rapid.Int64Range(1, 9_999_999_99).Draw(t, "owed"))
			charge.Lines = append(charge.Lines, payment.Line{Bill: "claim-" + n, Kind: payment.Claim, Number: n, Amount: amount, Balance: amount,
				Title:   rapid.SampledFrom([]string{"", "Office visit", "Physical therapy, session 12", "Vaccine 2026-11", "99213"}).Draw(t, "title"),
				Service: rapid.SampledFrom([]payment.Day{"", "2026-03-13", "2026-12-31"}).Draw(t, "service")})
		}
		start := payment.DayOf(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "start")))
		cycle := payment.Cents(rapid.Int64Range(payment.SmallestCycle(charge.Total(), payment.Cents(1)).Cents(), charge.Total().Cents()).Draw(t, "cycle"))
		page := web.PlanSigning{
			Site:    web.Site{Practice: rapid.SampledFrom([]string{"Harbor Family Medicine", "Clinic 24/7"}).Draw(t, "practice"), Phone: "617-555-0100"},
			Attempt: payment.Attempt{Kind: payment.KindPlan, Charge: charge, Terms: payment.Terms{Cycle: cycle, Start: start}},
		}
		c, err := consentTo(page.Site.Language, page.Consent())
		if err != nil {
			t.Fatalf("%v: %s", err, page.Consent())
		}
		for _, p := range payment.Schedule(charge.Total(), cycle, start) {
			if !strings.Contains(c.Text, words.Language{}.Text("plan.installment", "amount", p.Amount, "day", p.Day)) {
				t.Fatalf("without %v: %s", p, c.Text)
			}
		}
	})
}
