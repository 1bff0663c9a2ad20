package bff

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// twoBills are $92.75 at $40.00 a month from tomorrow on.
var twoBills = url.Values{"bill": {"claim-501", "claim-502"}, "monthly": {"40"}, "start": {"2026-11-22"}}

// planning chooses bills and an amount and answers the attempt's id.
func (b *browser) planning(t testing.TB, choice url.Values) string {
	t.Helper()
	a := b.post("/plan", choice)
	id, ok := strings.CutPrefix(a.to(), "/plan/")
	if a.status != http.StatusSeeOther || !ok {
		t.Fatalf("plan: %d to %q: %s", a.status, a.to(), a.body)
	}
	return id
}

// planned is the form of the page on which a plan is signed, filled in.
func (b *browser) planned(t testing.TB, id string, changes ...string) url.Values {
	t.Helper()
	version := b.get("/plan/"+id).hiddenValue(t, "version")
	return card(append([]string{"version", version, "consent", "yes", "email", "dana@example.com"}, changes...)...)
}

func (w *world) plans(patient int) []payment.Plan {
	w.t.Helper()
	plans, err := w.client().Plans(context.Background(), payment.Patient{Practice: 195900, Department: 7, ID: patient})
	if err != nil {
		w.t.Fatal(err)
	}
	return plans
}

// moved are the movements of the simulator's book as day and amount.
func (w *world) moved() (list []string) {
	for _, m := range w.sim.Book() {
		list = append(list, m.Time.In(eastern()).Format("January 2, 2006")+" "+payment.Cents(m.Amount).Display())
	}
	return list
}

// A plan is made once, over whole bills, after every payment was shown; its
// consent is kept word by word; and what the card is charged until its end is
// what the payer saw.
func TestPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	if a := b.get("/pay"); !strings.Contains(a.body, `href="/plan"`) {
		t.Error("no link from the pay page")
	}
	if a := b.get("/plan"); a.status != http.StatusOK || a.page() != "plan" || !strings.Contains(a.body, "Tomorrow, November 22, 2026") ||
		!strings.Contains(a.body, "Then on the 22nd of each month") || !strings.Contains(a.body, "December 15, 2026") || !strings.Contains(a.body, "At least $25.00") {
		t.Fatalf("%d %s", a.status, a.body)
	}
	id := b.planning(t, twoBills)
	page := b.get("/plan/" + id)
	shown := []string{"November 22, 2026 $40.00", "December 22, 2026 $40.00", "January 22, 2027 $12.75"}
	for i, p := range shown {
		at := strings.LastIndex(p, " ")
		row := `<td>` + p[:at] + `</td>`
		if flat := strings.Join(strings.Fields(page.body), ""); !strings.Contains(flat, strings.ReplaceAll(row, " ", "")) || !strings.Contains(page.body, p[at+1:]) {
			t.Errorf("payment %d, %s, is not shown: %s", i+1, p, page.body)
		}
	}
	for _, want := range []string{"$92.75", "Nothing is charged today", "Office visit", "617-555-0100", "Dana Sample"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("without %q", want)
		}
	}
	if strings.Contains(page.body, "checked") {
		t.Error("the consent is ticked beforehand")
	}
	if a := b.get("/payments/" + id); a.to() != "/plan/"+id {
		t.Errorf("the result of what was not sent: %d to %q", a.status, a.to())
	}
	if a := b.post("/plan/"+id, b.planned(t, id)); a.status != http.StatusSeeOther || a.to() != "/payments/"+id {
		t.Fatalf("%d to %q: %s", a.status, a.to(), a.body)
	}
	result := b.get("/payments/" + id)
	if result.outcome() != "taken" || !strings.Contains(result.body, "Your payment plan is set up") || !strings.Contains(result.body, "Nothing was charged today") ||
		!strings.Contains(result.body, "$40.00 on November 22, 2026, from Visa ending in 1111") || len(w.sim.Book()) != 0 {
		t.Errorf("%q, %v: %s", result.outcome(), w.moved(), result.body)
	}
	plans := w.plans(dana)
	if len(plans) != 1 || plans[0].Cycle != payment.Cents(4000) || plans[0].Start != "2026-11-22" || !slices.Equal(plans[0].Claims, []string{"501", "502"}) ||
		plans[0].Frequency != payment.Monthly || plans[0].Billing != payment.BilledToCard {
		t.Errorf("%+v", plans)
	}
	who := payment.Patient{Practice: 195900, Department: 7, ID: dana}
	consent, err := w.ledger.Consent(context.Background(), who, id)
	if err != nil || !strings.Contains(consent.Text, "$12.75 on January 22, 2027") || !strings.Contains(consent.Text, "I agree that Harbor Family Medicine charges this card for the 3 payments above, $92.75 together") ||
		!strings.Contains(consent.Text, "known afterwards by its last four digits") || consent.Version != page.hiddenValue(t, "version") || !consent.At.Equal(w.clock.now()) {
		t.Errorf("%+v, %v", consent, err)
	}
	if a := b.get("/pay"); !strings.Contains(a.body, "This is in a payment plan.") || strings.Contains(a.body, "$120.00") {
		t.Errorf("the bills are still asked for: %s", a.body)
	}
	if a := b.get("/plan"); !strings.Contains(a.body, "$0.00 of $92.75") || !strings.Contains(a.body, "$40.00 on November 22, 2026") || !strings.Contains(a.body, "Set up another payment plan") {
		t.Errorf("progress at the beginning: %s", a.body)
	}
	w.clock.advance(35 * 24 * time.Hour)
	b = w.visit(dana)
	if a := b.get("/plan"); !strings.Contains(a.body, "$80.00 of $92.75") || !strings.Contains(a.body, "$12.75 on January 22, 2027") || !strings.Contains(a.body, "Visa ending in 1111") {
		t.Errorf("progress after two payments: %s", a.body)
	}
	w.clock.advance(40 * 24 * time.Hour)
	b = w.visit(dana)
	if a := b.get("/plan"); !strings.Contains(a.body, "This plan is paid.") {
		t.Errorf("progress at the end: %s", a.body)
	}
	if got := w.moved(); !slices.Equal(got, shown) {
		t.Errorf("the book has %v, shown were %v", got, shown)
	}
}

// Pressed twice, from two windows at once, there is one plan.
func TestPlanOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.planning(t, twoBills)
	form := b.planned(t, id)
	var pressed sync.WaitGroup
	for range 8 {
		other := &browser{w: b.w, origin: b.origin, cookie: b.cookie}
		pressed.Go(func() {
			if a := other.post("/plan/"+id, form); a.to() != "/payments/"+id {
				t.Errorf("%d to %q: %s", a.status, a.to(), a.body)
			}
		})
	}
	pressed.Wait()
	w.drain()
	if n := w.sim.Count("paymentplan"); n != 1 || len(w.plans(dana)) != 1 {
		t.Errorf("asked for %d times, %d plans", n, len(w.plans(dana)))
	}
	// Nor does another attempt, of a page that was open beside it.
	if a := b.post("/plan", twoBills); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "can no longer be paid here") {
		t.Errorf("%d to %q", a.status, a.to())
	}
}

// Whatever comes back, the page says what is known, and nothing was charged.
func TestPlanOutcomes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, number string
		fault        *athenatest.Fault
		outcome      string
		says         string
		plans        int
		end          string // outcome, once the practice's list of plans was read
	}{
		{"declined", "4000 0000 0000 0002", nil, "declined", "The bank did not accept the card.", 0, "declined"},
		{"refused", "4111 1111 1111 1111", &athenatest.Fault{When: "before", Do: "status", Status: 400, Body: `{"error":"The claim does not have a clean balance."}`, ContentType: "application/json"}, "not_sent", "did not take it", 0, "not_sent"},
		{"lost, made", "4111 1111 1111 1111", &athenatest.Fault{When: "after", Do: "cut"}, "unknown", "Do not set it up again, and do not pay these bills.", 1, "taken"},
		{"lost, not made", "4111 1111 1111 1111", &athenatest.Fault{When: "before", Do: "cut"}, "unknown", "We do not know yet if your payment plan is set up", 0, "not_sent"},
	} {
		w := newWorld(t, setup{delay: time.Minute})
		b := w.visit(dana)
		id := b.planning(t, twoBills)
		form := b.planned(t, id, "number", row.number)
		if row.fault != nil {
			f := *row.fault
			f.Endpoint = "paymentplan"
			w.sim.Fault(f)
		}
		if a := b.post("/plan/"+id, form); a.to() != "/payments/"+id {
			t.Errorf("%s: %d to %q: %s", row.name, a.status, a.to(), a.body)
		}
		a := b.get("/payments/" + id)
		if a.outcome() != row.outcome || !strings.Contains(a.body, row.says) || len(w.plans(dana)) != row.plans || len(w.sim.Book()) != 0 || w.sim.Count("paymentplan") != 1 {
			t.Errorf("%s: %q, %d plans: %s", row.name, a.outcome(), len(w.plans(dana)), a.body)
		}
		if strings.Contains(a.body, "clean balance") {
			t.Errorf("%s: tells what is for staff", row.name)
		}
		plan := b.get("/plan")
		if doubt := row.outcome == "unknown"; strings.Contains(plan.body, "/payments/"+id) != doubt || strings.Contains(plan.body, `value="claim-501"`) == doubt {
			t.Errorf("%s: then the page of plans: %s", row.name, plan.body)
		}
		if row.outcome == "unknown" {
			w.later(3 * time.Minute)
			a := b.get("/payments/" + id)
			if says := map[string]string{"taken": "Your payment plan is set up", "not_sent": "You can set it up now."}[row.end]; a.outcome() != row.end || !strings.Contains(a.body, says) {
				t.Errorf("%s: in the end %q: %s", row.name, a.outcome(), a.body)
			}
		}
		if row.end != "taken" { // another try begins with what was chosen
			again := b.get("/plan?of=" + id)
			if !strings.Contains(again.body, `value="40.00"`) {
				t.Errorf("%s: what was chosen is asked for again: %s", row.name, again.body)
			}
			next := b.planning(t, twoBills)
			if a := b.post("/plan/"+next, b.planned(t, next)); a.to() != "/payments/"+next || len(w.plans(dana)) != 1 {
				t.Errorf("%s: the next try: %d to %q", row.name, a.status, a.to())
			}
		}
		for _, not := range []string{"4111", "739", "12 Elm"} {
			// Logs have durations, in which any three digits may stand.
			if strings.Contains(a.own(), not) || len(not) > 3 && strings.Contains(w.logs.String(), not) {
				t.Errorf("%s: tells %q", row.name, not)
			}
		}
	}
}

// Nothing is offered that the practice does not have, that no bill fits, or
// that is somebody else's.
func TestPlanNotOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.planning(t, twoBills)
	charge := b.choose(t, one("claim-503"))
	for _, path := range []string{"/plan/" + charge, "/pay/" + id, "/agree/" + id, "/plan/" + strings.Repeat("A", 26)} {
		if a, p := b.get(path), b.post(path, card("consent", "yes")); a.status != http.StatusNotFound || p.status != http.StatusNotFound {
			t.Errorf("%s: %d, %d", path, a.status, p.status)
		}
	}
	other := w.visit(40212)
	if a := other.get("/plan/" + id); a.status != http.StatusNotFound {
		t.Errorf("another patient's plan: %d", a.status)
	}
	if a := other.get("/plan?of=" + id); strings.Contains(a.body, "40.00") {
		t.Errorf("another patient's choice: %s", a.body)
	}
	if a := w.visit(40216).get("/plan"); a.status != http.StatusOK || strings.Contains(a.body, `action="/plan"`) || !strings.Contains(a.body, "There is no bill right now") {
		t.Errorf("nothing due: %d %s", a.status, a.body)
	}
	if a := w.desk("frank").get("/plan"); a.status != http.StatusNotFound {
		t.Errorf("staff: %d", a.status)
	}
	w.portals[0].Amounts.PlanMinimum = payment.Amount{}
	for _, a := range []answer{b.get("/plan"), b.post("/plan", twoBills)} {
		if a.status != http.StatusNotFound {
			t.Errorf("a practice without plans: %d", a.status)
		}
	}
	if a := b.get("/pay"); strings.Contains(a.body, `href="/plan"`) {
		t.Error("a link to plans of a practice without plans")
	}
	if w.sim.Count("paymentplan")+w.sim.Count("collectpayment") != 0 {
		t.Error("something was sent")
	}
}

// Where the practice makes no new plans any more, those that there are can still
// be looked at; nobody else finds a page, and nothing can be sent.
func TestPlansThatAreNotOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.portals.ByID("harbor").Amounts.PlanMinimum = payment.Amount{}
	b := w.visit(lee.ID)
	if a := b.get("/plan"); a.status != http.StatusNotFound {
		t.Errorf("without a plan: %d", a.status)
	}
	terms := payment.PlanTerms{Claims: []string{"521"}, Cycle: payment.Cents(1000), Frequency: payment.Monthly, Start: "2026-12-01"}
	if made := w.client().CreatePlan(context.Background(), lee, terms, testCard(), "2026-11-21"); !made.Done() {
		t.Fatal(made.Evidence)
	}
	if a := b.get("/plan"); a.status != http.StatusOK || !strings.Contains(a.body, "Your payment plan") || strings.Contains(a.body, "<form method=\"post\" action=\"/plan\"") {
		t.Errorf("with one: %d %s", a.status, a.body)
	}
	if a := b.post("/plan", url.Values{"bill": {"claim-520"}, "monthly": {"10"}, "start": {"2026-11-22"}}); a.status != http.StatusNotFound {
		t.Errorf("another one: %d", a.status)
	}
}
