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
