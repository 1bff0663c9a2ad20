//go:build !js

package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"paypane/web"
	"paypane/web/payment"
)

// said is all that a content page says, as one text.
func said(t *testing.T, s web.Content) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A charge is announced only where an agreement may be what is arranged for a
// bill, never as certain, and each agreement tells a way to pay otherwise.
func TestAgreementsAnnounce(t *testing.T) {
	bill := payment.Bill{ID: "claim-601", Kind: payment.Claim, Number: "601", Service: "2026-11-25", Decided: "2026-12-10", Balance: payment.Cents(6500), Owed: payment.Cents(6500), Hold: payment.HoldArranged}
	visit := payment.Agreement{Kind: payment.AgreementVisit, Appointment: "7", Payment: "1", Starts: "2026-11-20"}
	year := payment.Agreement{Kind: payment.AgreementYear, Payment: "2", Starts: "2026-11-20", Ends: "2027-11-20"}
	changed := func(change func(*payment.Bill)) []payment.Bill {
		b := bill
		change(&b)
		return []payment.Bill{b}
	}
	const may = "may be charged on or after December 15, 2026 (in 3 days)"
	for name, row := range map[string]struct {
		page  web.AgreementsView
		times int // that a charge is announced
		says  string
	}{
		"one that may":     {web.AgreementsView{Agreements: []payment.Agreement{visit}, Bills: []payment.Bill{bill}}, 1, "It " + may + "."},
		"two that may":     {web.AgreementsView{Agreements: []payment.Agreement{visit, year}, Bills: []payment.Bill{bill}}, 2, "It " + may + ", by this agreement or another one of yours."},
		"another visit":    {web.AgreementsView{Agreements: []payment.Agreement{visit, year}, Bills: []payment.Bill{bill}, Appointments: []payment.Appointment{{ID: "7", Day: "2027-01-05"}}}, 1, "It " + may + "."},
		"begun afterwards": {web.AgreementsView{Agreements: []payment.Agreement{visit}, Bills: changed(func(b *payment.Bill) { b.Service = "2026-11-19" })}, 0, "No charge is announced here yet."},
		"no beginning":     {web.AgreementsView{Agreements: []payment.Agreement{{Kind: payment.AgreementVisit}}, Bills: []payment.Bill{bill}}, 0, "No charge is announced here yet."},
		"after its end":    {web.AgreementsView{Agreements: []payment.Agreement{year}, Bills: changed(func(b *payment.Bill) { b.Service = "2027-11-21" })}, 0, "No charge is announced here yet."},
		"in a plan":        {web.AgreementsView{Agreements: []payment.Agreement{visit}, Bills: []payment.Bill{bill}, Plans: []payment.Plan{{Claims: []string{"601"}}}}, 0, "No charge is announced here yet."},
		"not decided":      {web.AgreementsView{Agreements: []payment.Agreement{visit}, Bills: changed(func(b *payment.Bill) { b.Decided = "" })}, 0, "No charge is announced here yet."},
		"not arranged":     {web.AgreementsView{Agreements: []payment.Agreement{visit}, Bills: changed(func(b *payment.Bill) { b.Hold = "" })}, 0, "Pay what you owe another way now"},
		"used up":          {web.AgreementsView{Agreements: []payment.Agreement{{Kind: payment.AgreementVisit, Starts: "2026-11-20", LeftKnown: true}}, Bills: []payment.Bill{bill}}, 0, "it is over"},
		"the day is past":  {web.AgreementsView{Agreements: []payment.Agreement{visit}, Bills: changed(func(b *payment.Bill) { b.Decided = "2026-12-06" })}, 1, "It may have been charged already; your receipts show it."},
	} {
		row.page.Today, row.page.Site = "2026-12-12", web.Site{Practice: "Harbor", Phone: "617-555-0100"}
		text := said(t, web.AgreementsContent(row.page))
		if n := strings.Count(text, "What may happen next"); n != row.times || !strings.Contains(text, row.says) {
			t.Errorf("%s: announced %d times: %s", name, n, text)
		}
		if ways := strings.Count(text, "I want to pay another way.") + strings.Count(text, "Pay what you owe another way now"); ways < len(row.page.Agreements) {
			t.Errorf("%s: %d ways to pay otherwise for %d agreements: %s", name, ways, len(row.page.Agreements), text)
		}
	}
}

// What may stop working with a card is named in two lists: what uses it, and
// what may.
func TestRemoveCardNamesWhatMayRest(t *testing.T) {
	card, site := payment.StoredCard{ID: "9", Brand: payment.Visa, Last4: "1111"}, web.Site{Practice: "Harbor", Phone: "617-555-0100"}
	text := said(t, web.RemoveCardContent(card, site, web.Dependents{Unknown: []string{"Payment plan of $20.00"}}))
	if !strings.Contains(text, "it is not known which card they use") || !strings.Contains(text, "Payment plan of $20.00") || strings.Contains(text, "with the same number") {
		t.Error(text)
	}
	if text = said(t, web.RemoveCardContent(card, site, web.Dependents{})); strings.Contains(text, "stop working") {
		t.Error(text)
	}
}
