package bff

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// What is wrong with the form is said, nothing is sent, and the card is not
// printed back.
func TestPlanRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	for _, row := range []struct {
		choice url.Values
		says   string
	}{
		{url.Values{}, "Choose at least one bill"},
		{url.Values{"bill": {"claim-501"}, "monthly": {"24.99"}, "start": {"2026-12-01"}}, "The smallest monthly payment is $25.00."},
		{url.Values{"bill": {"claim-501"}, "monthly": {"52.51"}, "start": {"2026-12-01"}}, "You chose bills of $52.50. Enter $52.50 or less."},
		{url.Values{"bill": {"claim-501"}, "monthly": {"25"}, "start": {"2026-11-21"}}, "Choose the day of your first payment"},
		{url.Values{"bill": {"claim-510"}, "monthly": {"25"}, "start": {"2026-12-01"}}, "can no longer be paid here"},
		{url.Values{"bill": {"claim-501"}, "monthly": {"4111 1111 1111 1111"}, "start": {"2026-12-01"}}, "Enter an amount in dollars and cents"},
	} {
		a := b.post("/plan", row.choice)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, row.says) || strings.Contains(a.body, "4111") {
			t.Errorf("%v: %d %s", row.choice, a.status, a.body)
		}
	}
	id := b.planning(t, twoBills) // until January 2027
	for _, row := range []struct{ name, value, says string }{
		{"consent", "", "Tick the box to agree to the payment plan"},
		{"version", "ANOTHER", "The terms have changed since you opened this page"},
		{"expiry", "12/26", "This card expires in December 2026, before your last payment in January 2027. Use another card or a shorter plan."},
		{"number", "4111 1111 1111 1112", "One or more digits are different from a real card number"},
		{"email", "dana@", "Enter an email address like name@example.com"},
	} {
		a := b.post("/plan/"+id, b.planned(t, id, row.name, row.value))
		if a.status != http.StatusUnprocessableEntity || strings.Count(a.body, row.says) < 2 && row.name != "version" || !strings.Contains(a.body, row.says) || strings.Contains(a.body, "4111") || strings.Contains(a.body, `value="739"`) {
			t.Errorf("%s: %d %s", row.name, a.status, a.body)
		}
	}
	// What may be printed back is, so that nothing is typed twice.
	if a := b.post("/plan/"+id, b.planned(t, id, "consent", "")); !strings.Contains(a.body, `value="12 Elm Street"`) || !strings.Contains(a.body, `value="02139"`) || !strings.Contains(a.body, `value="dana@example.com"`) {
		t.Errorf("what was typed is lost: %s", a.body)
	}
	if a := b.post("/plan/"+id, b.planned(t, id, "expiry", "01/27")); a.to() != "/payments/"+id {
		t.Errorf("a card that is good until the last month: %d %s", a.status, a.body)
	}
	if w.sim.Count("paymentplan") != 1 {
		t.Errorf("asked for %d times", w.sim.Count("paymentplan"))
	}
}

// In how many payments is offered for what the bills are together, and holds with
// fewer bills; what each payment is, the last one and the sum stand before the
// signature.
func TestPlanInSoManyPayments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	page := b.get("/plan").body
	for _, says := range []string{"All these bills together", "$120.00", "In 2 payments", "$60.00 a month for $120.00", "In 4 payments", "$30.00 a month for $120.00"} {
		if !strings.Contains(page, says) {
			t.Errorf("no %q", says)
		}
	}
	if got := pacesTicked(page); got != "" || strings.Contains(page, "In 6 payments") {
		t.Errorf("%q is ticked in %s", got, page)
	}
	start := "2026-12-01"
	for _, row := range []struct{ payments, field string }{{"", "payments"}, {"4", "payments"}, {"7", "payments"}, {"other", "monthly"}} {
		a := b.post("/plan", url.Values{"bill": {"claim-501"}, "payments": {row.payments}, "start": {start}})
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#`+row.field+`"`) {
			t.Errorf("%q: %d %s", row.payments, a.status, a.body)
		}
	}
	id := b.planning(t, url.Values{"bill": {"claim-501", "claim-502"}, "payments": {"3"}, "monthly": {"77"}, "start": {start}})
	sign := b.get("/plan/" + id).body
	for _, says := range []string{"$92.75", "<dd>3</dd>", "<dd>$30.92</dd>", "$30.92 on December 1, 2026", "$30.91 on February 1, 2027"} {
		if !strings.Contains(sign, says) {
			t.Errorf("no %q in %s", says, sign)
		}
	}
	// Who comes back finds the same choice.
	if back := b.get("/plan?of=" + id).body; !strings.Contains(back, "$30.92 a month for $92.75") || pacesTicked(back) != "3" {
		t.Errorf("%s", back)
	}
}

// pacesTicked is in how many payments a plan is asked for on a page.
func pacesTicked(page string) string {
	for _, input := range inputs(page) {
		if _, ticked := input["checked"]; ticked && input["name"] == "payments" {
			return input["value"]
		}
	}
	return ""
}

// Between the choice and the signature things change: what the payer saw is
// what they sign, or they are asked to look again.
func TestPlanThatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	who := payment.Patient{Practice: 195900, Department: 7, ID: dana}
	for name, row := range map[string]struct {
		change func(t *testing.T, w *world, b *browser)
		why    string
	}{
		"a bill was paid in part at the practice": {func(t *testing.T, w *world, _ *browser) {
			if made := w.client().RecordPayment(context.Background(), who, payment.Booking{Method: payment.Cash, Charge: payment.Charge{Lines: []payment.Line{
				{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(1000), Balance: payment.Cents(5250)}}}}); !made.Done() {
				t.Fatal(made)
			}
		}, "changed"},
		"a bill was paid here": {func(t *testing.T, _ *world, b *browser) {
			b.post("/pay/"+b.choose(t, one("claim-502")), card())
		}, "changed"},
		"another plan took a bill": {func(t *testing.T, _ *world, b *browser) {
			id := b.planning(t, url.Values{"bill": {"claim-501"}, "monthly": {"30"}, "start": {"2026-12-01"}})
			b.post("/plan/"+id, b.planned(t, id))
		}, "changed"},
		"the practice has another minimum": {func(_ *testing.T, w *world, _ *browser) {
			w.portals[0].Amounts.PlanMinimum = payment.Cents(4001)
		}, "changed"},
		"its first day came": {func(_ *testing.T, w *world, _ *browser) { w.clock.advance(14*time.Hour - 5*time.Minute) }, "late"},
	} {
		w := newWorld(t, setup{})
		b := w.visit(dana)
		id := b.planning(t, twoBills)
		form := b.planned(t, id)
		row.change(t, w, b)
		if strings.HasPrefix(name, "its first day") {
			b = w.visit(dana) // the session is over by then
		}
		asked := w.sim.Count("paymentplan")
		if a := b.get("/plan/" + id); a.to() != "/plan?of="+id+"&why="+row.why {
			t.Errorf("%s: %d to %q", name, a.status, a.to())
		}
		a := b.post("/plan/"+id, form)
		if a.to() != "/plan?of="+id+"&why="+row.why || w.sim.Count("paymentplan") != asked {
			t.Errorf("%s: %d to %q: %s", name, a.status, a.to(), a.body)
		}
		if a = b.get(a.to()); a.status != http.StatusOK || !strings.Contains(a.body, "Nothing was sent.") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

// Tomorrow is the department's tomorrow, and is named only where a plan can
// still begin then.
func TestPlanTomorrow(t *testing.T) {
	t.Parallel()
	west := must(time.LoadLocation("America/Los_Angeles"))
	for _, row := range []struct {
		at        time.Time
		zone      *time.Location
		has, lack string
	}{
		{time.Date(2026, 11, 22, 4, 45, 0, 0, time.UTC), nil, "Tomorrow, November 22, 2026", ""},          // 11:45 pm
		{time.Date(2026, 11, 22, 4, 55, 0, 0, time.UTC), nil, "November 23, 2026", "Tomorrow, "},          // 11:55 pm
		{time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), west, "November 23, 2026", "Tomorrow, "},          // 10 pm on the 21st there
		{time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC), west, "Tomorrow, November 23, 2026", "22, 2026"}, // 7 am on the 22nd there
	} {
		w := newWorld(t, setup{clock: &clock{t: row.at}})
		w.practice.office = func(o payment.Department, err error) (payment.Department, error) {
			if row.zone != nil {
				o.Zone = row.zone
			}
			return o, err
		}
		if a := w.visit(dana).get("/plan"); !strings.Contains(a.body, row.has) || row.lack != "" && strings.Contains(a.body, row.lack) {
			t.Errorf("%s: %s", row.at, a.body)
		}
	}
}

// A page that was open for more than an hour is made anew, with its choice, and
// says so.
func TestPlanOpenForTooLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.planning(t, twoBills)
	form := b.planned(t, id)
	w.clock.advance(ledger.Fresh + time.Minute)
	b = w.visit(dana)
	for _, a := range []answer{b.get("/plan/" + id), b.post("/plan/"+id, form)} {
		if a.to() != "/plan?of="+id+"&why=open" || w.sim.Count("paymentplan") != 0 {
			t.Errorf("%d to %q: %s", a.status, a.to(), a.body)
		}
		if a := b.get(a.to()); !strings.Contains(a.body, "This page was open for more than an hour. Nothing was sent.") || !strings.Contains(a.body, `value="40.00"`) {
			t.Errorf("%s", a.body)
		}
	}
}
