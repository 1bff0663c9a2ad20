package bff

import (
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// other is the choice of another amount.
func other(amount string) url.Values {
	return url.Values{"pay": {"other"}, "amount": {amount}}
}

// sentFor are the fields of the charges that reached the simulator, without the
// card's.
func (w *world) sentFor() (sent []string) {
	for _, r := range w.sim.Requests() {
		if !strings.HasSuffix(r.Path, "/collectpayment") || r.Method != http.MethodPost {
			continue
		}
		form := url.Values{}
		for _, name := range []string{"copayamount", "otheramount", "todayservice", "claimpayment", "appointmentid"} {
			if r.Fields[name] != "" {
				form.Set(name, r.Fields[name])
			}
		}
		sent = append(sent, form.Encode())
	}
	return sent
}

// self is a patient without insurance, with a visit today and nothing billed.
func self() athenatest.Patient {
	return athenatest.Patient{ID: 41001, Given: "Kit", Family: "Moss", Department: 7, Appointment: 881001}
}

// visitAt is a browser with a session of a launch for a visit.
func (w *world) visitAt(patient, appointment int, changes ...func(claimSet)) *browser {
	w.t.Helper()
	b := w.browser()
	a := b.launch(harborEd.token(w, func(_, c claimSet) {
		c["patientid"], c["appointmentid"] = patient, appointment
		for _, change := range changes {
			change(c)
		}
	}))
	if a = b.get(a.to()); a.to() != "/pay" && !strings.HasPrefix(a.to(), "/pay?") {
		w.t.Fatalf("arrive: %d to %q", a.status, a.to())
	}
	return b
}

// says reports whether a page has words in it.
func (a answer) says(words string) bool { return strings.Contains(html.UnescapeString(a.body), words) }

// More than is owed is asked about first, with the amount, and nothing is made of
// another one than that was agreed to. It goes as one amount, and each page says
// before it is paid what of it is for no bill.
func TestMoreThanIsOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	a := b.post("/pay", other("150"))
	if a.status != http.StatusUnprocessableEntity || a.page() != "amount" || a.to() != "" ||
		!a.says("You owe $120.00. $30.00 would be for no bill.") || !a.says("Continue with $150.00") || !a.says("keeps $30.00 on the account") {
		t.Errorf("150: %d %s", a.status, a.body)
	}
	if inputs := strings.Count(a.body, `name="surplus"`); inputs != 1 || !strings.Contains(a.body, `value="150.00"`) {
		t.Errorf("%d confirmations", inputs)
	}
	for amount, meant := range map[string]string{"151": "150.00", "150.01": "150.00", "1500": "150.00", "150": "yes"} {
		form := other(amount)
		form.Set("surplus", meant)
		if a := b.post("/pay", form); a.to() != "" {
			t.Errorf("%s goes on with the word for %s", amount, meant)
		}
	}
	if a := b.post("/pay", other("4550")); a.to() != "" || !a.says("The most that you can pay here is $1,120.00.") {
		t.Errorf("4550: %s", a.body)
	}
	form := other("150")
	form.Set("surplus", "150.00")
	id := b.choose(t, form)
	if a := b.get("/pay/" + id); !a.says("$30.00 is not for a bill. The practice keeps it on the account") || !a.says("The practice applies the payment to the bills itself.") || !a.says("Pay $150.00") {
		t.Errorf("card page: %s", a.body)
	}
	if a := b.post("/pay/"+id, card("expiry", "13/34")); a.status != http.StatusUnprocessableEntity || !a.says("$30.00 is not for a bill.") {
		t.Errorf("card page, refused: %d", a.status)
	}
	b.post("/pay/"+id, card())
	if a := b.get("/payments/" + id); a.outcome() != "taken" || !a.says("You paid $150.00") || !a.says("For no bill, kept on the account") {
		t.Errorf("result: %s", a.body)
	}
	book := w.sim.Book()
	if len(book) != 1 || book[0].Amount != 15000 || book[0].Unapplied != 15000 {
		t.Errorf("book %+v", book)
	}
	if sent := w.sentFor(); !slices.Equal(sent, []string{"otheramount=150.00"}) {
		t.Errorf("sent %q", sent)
	}
	// The bills are paid here, though the upstream still shows them.
	if a := b.get("/pay"); a.page() != "nothing" || !a.says("Already being paid") || a.says("already holds") {
		t.Errorf("afterwards: %q %s", a.page(), a.body)
	}
	if again := b.post("/pay", everything); again.to() != "" {
		t.Errorf("everything once more: to %q", again.to())
	}
	w.clock.advance(25 * time.Hour)
	// A day later the upstream's own word counts: the money is held.
	if a := w.visit(dana).get("/pay"); !a.says("The practice already holds $150.00 for you.") || !a.says("That is enough for all the bills below") {
		t.Errorf("a day later: %s", a.body)
	}
}

// Who owes nothing can pay something all the same, and is told first that it is
// for no bill. One such payment at a time, and the same once more is asked about.
func TestMoneyForNoBill(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(40216) // a credit, and no bills
	a := b.get("/pay")
	if a.page() != "nothing" || !a.says("You have a credit of $30.16 at the practice.") || !a.says("This money is not for a bill. The practice keeps it on the account") ||
		!strings.Contains(a.body, `name="amount"`) || a.says("You can pay from $1.00 to $1,000.00.") == false {
		t.Errorf("%s", a.body)
	}
	for amount, says := range map[string]string{"": "Enter the amount", "0.50": "The smallest payment is $1.00.", "1000.01": "The most that you can pay here is $1,000.00.", "-1": "dollars and cents"} {
		if a := b.post("/pay", other(amount)); a.status != http.StatusUnprocessableEntity || a.page() != "nothing" || !a.says(says) || !strings.Contains(a.body, "Error: ") {
			t.Errorf("%q: %d %s", amount, a.status, a.body)
		}
	}
	first, second := b.choose(t, other("30")), b.choose(t, other("45"))
	if a := b.get("/pay/" + first); !a.says("$30.00 is not for a bill.") || a.says("applies the payment to the bills") {
		t.Errorf("card page: %s", a.body)
	}
	b.post("/pay/"+first, card())
	if a := b.post("/pay/"+second, card()); a.to() != "/payments/"+first+"?instead="+second {
		t.Errorf("a second one that does not know of the first: to %q", a.to())
	}
	again := b.choose(t, other("30"))
	if a := b.post("/pay/"+again, card()); a.status != http.StatusUnprocessableEntity || !a.says("Tick the box if you want to pay $30.00 once more.") {
		t.Errorf("the same once more: %d", a.status)
	}
	b.post("/pay/"+again, card("repeat", first))
	book := w.sim.Book()
	if len(book) != 2 || book[0].Unapplied != 3000 || book[1].Unapplied != 3000 {
		t.Errorf("book %+v", book)
	}
	if a := b.get("/pay"); !a.says("You have a credit of $90.16 at the practice.") {
		t.Errorf("afterwards: %s", a.body)
	}
}

// While the result of a payment is not known, nothing is offered that could be
// the same money once more.
func TestNothingForNoBillBesideADoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, start := range []struct {
		patient int
		form    url.Values
	}{{40216, other("30")}, {dana, everything}} {
		b := w.visit(start.patient)
		w.practice.outcome(payment.Outcome{State: payment.Unknown})
		b.post("/pay/"+b.choose(t, start.form), card())
		if a := b.get("/pay"); a.page() != "nothing" || strings.Contains(a.body, `name="amount"`) || !a.says("The result of a payment is not known yet") {
			t.Errorf("%d: %s", start.patient, a.body)
		}
		if a := b.post("/pay", other("40")); a.to() != "" {
			t.Errorf("%d: another amount goes to %q", start.patient, a.to())
		}
	}
}

// A declined payment for no bill can be tried again; where the practice takes
// less meanwhile, not.
func TestAgainForNoBill(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(40216)
	declined := b.choose(t, other("30"))
	b.post("/pay/"+declined, card("number", "4000 0000 0000 0002"))
	again, ok := strings.CutPrefix(b.post("/payments/"+declined+"/again", nil).to(), "/pay/")
	if !ok || !b.get("/pay/"+again).says("$30.00 is not for a bill.") {
		t.Errorf("again: %q", again)
	}
	w.portals.ByID("harbor").Amounts.AccountMaximum = payment.Cents(2999)
	if a := b.post("/payments/"+declined+"/again", nil); a.to() != "/pay" {
		t.Errorf("again, of more than is taken: to %q", a.to())
	}
}

// A practice that takes nothing for no bill says so as it did before there was
// such a thing.
func TestPracticeTakesOnlyWhatIsOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{patients: []athenatest.Patient{self(), {ID: dana, Given: "Dana", Department: 7,
		Claims: []athenatest.Claim{{ID: 501, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}}}})
	p := w.portals.ByID("harbor")
	p.Amounts.AccountMaximum, p.Amounts.VisitMaximum = payment.Amount{}, payment.Amount{}
	b := w.visit(dana)
	if a := b.post("/pay", other("120.01")); !a.says("You owe $120.00. Enter $120.00 or less.") || a.page() != "amount" {
		t.Errorf("%s", a.body)
	}
	if a := b.get("/pay"); a.says("we ask you first") {
		t.Errorf("%s", a.body)
	}
	kit := w.visitAt(41001, 881001)
	if a := kit.get("/pay"); a.page() != "nothing" || strings.Contains(a.body, `name="amount"`) || strings.Contains(a.body, `name="today"`) {
		t.Errorf("%s", a.body)
	}
	for _, form := range []url.Values{other("30"), {"pay": {"today"}, "today": {"30"}}} {
		if a := kit.post("/pay", form); a.status != http.StatusUnprocessableEntity || a.to() != "" {
			t.Errorf("%v: %d to %q", form, a.status, a.to())
		}
	}
}

// w0 is a day some weeks before the tests' clock.
func w0() time.Time { return time.Date(2026, 10, 2, 12, 0, 0, 0, time.UTC) }

// A visit of today without copay and bill can be paid for by an amount of the
// payer's, which the upstream is told is for today. A visit of another day, one
// with a copay, and no visit at all cannot.
func TestTodaysVisit(t *testing.T) {
	t.Parallel()
	tomorrow := self()
	tomorrow.ID, tomorrow.Appointment = 41002, 0
	tomorrow.Upcoming = []athenatest.Visit{{ID: 881002, In: 1, Time: "10:00", Title: "Visit"}}
	owing := self()
	owing.ID, owing.Appointment = 41003, 881003
	owing.Claims = []athenatest.Claim{{ID: 503, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}
	expected := self()
	expected.ID, expected.Appointment, expected.Copay = 41004, 881004, 2500
	w := newWorld(t, setup{patients: []athenatest.Patient{self(), tomorrow, owing, expected}})
	b := w.visitAt(41001, 881001)
	a := b.get("/pay")
	if a.page() != "amount" || !strings.Contains(a.body, `value="today"`) || !a.says("There is no bill for this visit yet.") {
		t.Errorf("%s", a.body)
	}
	visit := func(amount string) url.Values { return url.Values{"pay": {"today"}, "today": {amount}} }
	for amount, says := range map[string]string{"": "Enter the amount", "0.99": "The smallest payment is $1.00.", "1000.01": "The most that you can pay here for a visit is $1,000.00."} {
		if a := b.post("/pay", visit(amount)); a.status != http.StatusUnprocessableEntity || !a.says(says) {
			t.Errorf("%q: %s", amount, a.body)
		}
	}
	id := b.choose(t, visit("80"))
	if a := b.get("/pay/" + id); !a.says("Payment for your visit, November 21, 2026") || !a.says("The practice applies the payment to it.") {
		t.Errorf("card page: %s", a.body)
	}
	b.post("/pay/"+id, card())
	if book := w.sim.Book(); len(book) != 1 || book[0].Today != 8000 || book[0].Amount != 8000 || book[0].Unapplied != 0 {
		t.Errorf("book %+v", book)
	}
	if sent := w.sentFor(); !slices.Equal(sent, []string{"appointmentid=881001&otheramount=80.00&todayservice=true"}) {
		t.Errorf("sent %q", sent)
	}
	if a := b.get("/pay"); a.page() != "nothing" || strings.Contains(a.body, `value="today"`) {
		t.Errorf("afterwards: %s", a.body)
	}
	if a := b.post("/pay", visit("80")); a.to() != "" {
		t.Errorf("once more: to %q", a.to())
	}
	both := w.visitAt(41003, 881003)
	if a := both.get("/pay"); !strings.Contains(a.body, `value="today"`) || !strings.Contains(a.body, `value="all"`) {
		t.Errorf("beside bills: %s", a.body)
	}
	both.post("/pay/"+both.choose(t, visit("50")), card())
	if book := w.sim.Book(); len(book) != 2 || book[1].Today != 5000 || book[1].Amount != 5000 {
		t.Errorf("book %+v", book)
	}
	for _, none := range [][2]int{{41002, 881002}, {41004, 881004}, {41002, 0}} {
		if a := w.visitAt(none[0], none[1]).get("/pay"); strings.Contains(a.body, `value="today"`) {
			t.Errorf("%v: %s", none, a.body)
		}
	}
}

// Where a practice does not want claimpayment, what is for claims goes as one
// amount and the page says who applies it; the ledger still knows the bills, so
// that nothing is paid twice. A copay has its own field.
func TestClaimsAsOneAmount(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		patient, visit int
		form           url.Values
		sent           string
	}{
		{dana, 0, everything, "otheramount=120.00"},
		{dana, 0, one("claim-502"), "otheramount=40.25"},
		{dana, 0, other("60.01"), "otheramount=60.01"},
		{40213, 880123, everything, "appointmentid=880123&copayamount=25.00&otheramount=45.94"},
		{40213, 880123, other("20"), "appointmentid=880123&copayamount=20.00"},
	} {
		w := newWorld(t, setup{})
		no := false
		w.portals.ByID("harbor").ClaimPayment = &no
		b := w.visitAt(row.patient, row.visit)
		id := b.choose(t, row.form)
		if a := b.get("/pay/" + id); a.says("The practice applies the payment to the bills itself.") != strings.Contains(row.sent, "other") {
			t.Errorf("%v: %s", row.form, a.body)
		}
		b.post("/pay/"+id, card())
		if sent := w.sentFor(); !slices.Equal(sent, []string{row.sent}) {
			t.Errorf("%v: sent %q, want %q", row.form, sent, row.sent)
		}
		if a := b.get("/payments/" + id); a.outcome() != "taken" {
			t.Errorf("%v: %q", row.form, a.outcome())
		}
		tab := w.visitAt(row.patient, row.visit)
		if a := tab.post("/pay", row.form); row.form.Get("pay") != "other" && a.to() != "" {
			t.Errorf("%v: what was paid can be paid once more", row.form)
		}
	}
}

// Money that was lost on the way, for no bill and for a visit, is found in the
// upstream's receipts like any other.
func TestLostMoneyForNoBillIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{patients: []athenatest.Patient{self()}})
	b := w.visitAt(41001, 881001)
	for _, form := range []url.Values{other("30"), {"pay": {"today"}, "today": {"80"}}} {
		id := b.choose(t, form)
		b.post("/pay/"+id, card("number", "4000 0000 0000 9011"))
		if a := b.get("/payments/" + id); a.outcome() != "unknown" {
			t.Fatalf("%v: %q", form, a.outcome())
		}
		if _, err := w.worker.Reconciler.CheckDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a := b.get("/payments/" + id); a.outcome() != "taken" {
			t.Errorf("%v: %q", form, a.outcome())
		}
	}
}

// A balance that no claim explains is owed: it is shown, and paid as money for
// no claim.
func TestBalanceOfNoClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{patients: []athenatest.Patient{{ID: dana, Given: "Dana", Family: "Sample", Department: 7, Unbilled: 5050,
		Claims: []athenatest.Claim{{ID: 501, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}}}})
	b := w.visit(dana)
	if a := b.get("/pay"); !a.says("Balance of the account, for no single visit") || !a.says("$170.50") {
		t.Errorf("%s", a.body)
	}
	id := b.choose(t, url.Values{"pay": {"some"}, "bill": {"other-account"}})
	b.post("/pay/"+id, card())
	if sent := w.sentFor(); !slices.Equal(sent, []string{"otheramount=50.50"}) {
		t.Errorf("sent %q", sent)
	}
	if a := b.get("/pay"); !a.says("$120.00") || a.says("$170.50") {
		t.Errorf("afterwards: %s", a.body)
	}
}

// What the practice holds for a patient is said where they choose what to pay,
// and once more where they are about to pay all of it.
func TestMoneyThatIsHeldIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{patients: []athenatest.Patient{
		{ID: dana, Given: "Dana", Family: "Sample", Department: 7, Unapplied: 2000,
			Claims: []athenatest.Claim{{ID: 501, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}},
		{ID: 41005, Given: "Ana", Department: 7, Claims: []athenatest.Claim{{ID: 502, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}},
	}})
	b := w.visit(dana)
	const held = "The practice already holds $20.00 for you."
	if a := b.get("/pay"); !a.says(held) || !a.says("It is not taken off the bills below.") {
		t.Errorf("%s", a.body)
	}
	if a := b.get("/pay/" + b.choose(t, everything)); !a.says(held) || !a.says("It is not taken off this payment.") {
		t.Errorf("card page: %s", a.body)
	}
	if a := b.get("/pay/" + b.choose(t, other("100"))); a.says(held) {
		t.Errorf("a part of it: %s", a.body)
	}
	payer := w.visitAt(dana, 0, func(c claimSet) { c["role"], c["sub"], c["name"] = "payer", "mother-1", "Max" })
	if a := payer.get("/pay"); !a.says("The practice already holds $20.00 for Dana Sample.") {
		t.Errorf("a payer: %s", a.body)
	}
	if a := w.visit(41005).get("/pay"); a.says("already holds") {
		t.Errorf("nothing is held: %s", a.body)
	}
}

// What somebody else paid is not said of the reader: on the page of what is owed,
// on the payment's own, and where the same amount is paid once more.
func TestWhoPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	patient := w.visit(dana)
	payer := w.visitAt(dana, 0, func(c claimSet) { c["role"], c["sub"], c["name"] = "payer", "mother-1", "Max" })
	id := patient.choose(t, other("5"))
	patient.post("/pay/"+id, card())
	for _, path := range []string{"/pay", "/payments/" + id} {
		if a := patient.get(path); !a.says("You paid $5.00") {
			t.Errorf("%s, who paid: %s", path, a.body)
		}
		if a := payer.get(path); a.says("You paid") || a.says("You have paid") || a.says("Your payment") || !a.says("$5.00 was paid") {
			t.Errorf("%s, who did not: %s", path, a.body)
		}
	}
	if a := payer.get("/pay/" + payer.choose(t, other("5"))); a.says("You paid $5.00") || !a.says("$5.00 was paid with Visa ending in 1111") {
		t.Errorf("once more: %s", a.body)
	}
	// Of a bill that is paid by now nobody reads that it was they, while the
	// upstream still shows it.
	before, err := w.practice.Statement(t.Context(), payment.Patient{Practice: 195900, Department: 7, ID: dana})
	if err != nil {
		t.Fatal(err)
	}
	whole := patient.choose(t, everything)
	patient.post("/pay/"+whole, card())
	w.practice.statement = func() (payment.Statement, error) { return before, nil }
	if a := payer.get("/pay"); a.says("You paid") || !a.says("This was paid.") {
		t.Errorf("a bill that is paid: %s", a.body)
	}
	w.practice.statement = nil
	w.practice.outcome(payment.Outcome{State: payment.Unknown})
	second := w.visit(40212)
	other := w.visitAt(40212, 0, func(c claimSet) { c["role"], c["sub"], c["name"] = "payer", "mother-1", "Max" })
	doubt := second.choose(t, everything)
	second.post("/pay/"+doubt, card())
	if a := other.get("/pay"); a.says("your payment of") || !a.says("See the status of the payment of $43.17") {
		t.Errorf("a doubt: %s", a.body)
	}
	if a := other.get("/payments/" + doubt); a.says("your payment went") || !a.says("We do not know yet if the payment went through") {
		t.Errorf("its page: %s", a.body)
	}
}

// Bills that cannot be paid here stand under what is true of them, and history
// is not shown.
func TestBillsThatAreNotPaidHere(t *testing.T) {
	t.Parallel()
	claim := func(id int, service time.Time, owed int64, arranged bool) athenatest.Claim {
		return athenatest.Claim{ID: id, Service: service, Description: "VISIT", Billed: 15000, Owed: owed, Arranged: arranged}
	}
	w := newWorld(t, setup{patients: []athenatest.Patient{
		{ID: dana, Given: "Dana", Family: "Sample", Department: 7, Claims: []athenatest.Claim{
			claim(501, w0(), 12000, false), claim(502, w0(), 4000, true), claim(503, time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC), 0, false),
			claim(504, time.Date(2016, 3, 1, 12, 0, 0, 0, time.UTC), 0, false), {ID: 505, Department: 9, Service: w0(), Description: "X-RAY", Billed: 900, Owed: 900}}},
		{ID: 41006, Given: "Sam", Department: 7, Claims: []athenatest.Claim{claim(511, time.Date(2016, 3, 1, 12, 0, 0, 0, time.UTC), 0, false)}},
		{ID: 41007, Given: "Ash", Department: 7, Claims: []athenatest.Claim{claim(512, time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC), 0, false)}},
	}})
	parts := func(a answer) (found []string) {
		for _, part := range strings.Split(html.UnescapeString(a.body), "<h2")[1:] {
			title, rest, _ := strings.Cut(part[strings.Index(part, ">")+1:], "</h2>")
			rest, _, _ = strings.Cut(rest, "</section>")
			if slices.Contains([]string{"Being checked", "Already being paid", "Not due yet", "Pay another way"}, title) {
				found = append(found, title+": "+strings.Join(amountsIn(rest), " "))
			}
		}
		return found
	}
	a := w.visit(dana).get("/pay")
	want := []string{"Not due yet: $0.00", "Pay another way: $40.00 $9.00"}
	if got := parts(a); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if a.says("2016") {
		t.Errorf("history is shown: %s", a.body)
	}
	if a := w.visit(41006).get("/pay"); a.page() != "nothing" || a.says("insurance") || a.says("2016") {
		t.Errorf("only history: %s", a.body)
	}
	if a := w.visit(41007).get("/pay"); a.says("Already being paid") || !slices.Equal(parts(a), []string{"Not due yet: $0.00"}) {
		t.Errorf("only with the insurance: %q %s", parts(a), a.body)
	}
}

// amountsIn are the amounts of money in a text.
func amountsIn(text string) (found []string) {
	for _, part := range strings.Split(text, "$")[1:] {
		end := strings.IndexFunc(part, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' })
		if end < 0 {
			end = len(part)
		}
		found = append(found, "$"+part[:end])
	}
	return found
}
