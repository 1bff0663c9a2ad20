package athena

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// What an account says beside its claims: money that is held, money that is owed
// at none of them, and what nobody can know.
func TestStatementOfTheAccount(t *testing.T) {
	const claim = `{"claimid":%d,"patientbalance":%s,"cleanbalance":%t,"servicedate":"10/02/2026","amount":500}`
	for name, row := range map[string]struct {
		balance string // of the group
		claims  string
		credit  int64
		due     int64
		hold    payment.Hold // of what no claim explains
		rest    int64
	}{
		"all at claims":               {`"balance":"120","cleanbalance":true`, fmt.Sprintf(claim, 1, "120", true), 0, 12000, "", 0},
		"an unapplied payment":        {`"balance":"100","cleanbalance":"true"`, fmt.Sprintf(claim, 1, "120", true), 2000, 12000, "", 0},
		"a claim that is overpaid":    {`"balance":100,"cleanbalance":true`, fmt.Sprintf(claim, 1, "120", true) + "," + fmt.Sprintf(claim, 2, `"-20"`, true), 2000, 12000, "", 0},
		"more held than owed":         {`"balance":"-30.16","cleanbalance":true`, fmt.Sprintf(claim, 1, "120", true), 15016, 12000, "", 0},
		"nothing owed, money held":    {`"balance":"-30.16"`, "", 3016, 0, "", 0},
		"owed at no claim":            {`"balance":"170.5","cleanbalance":true`, fmt.Sprintf(claim, 1, "120", true), 0, 17050, "", 5050},
		"owed at no claim, not clean": {`"balance":"170.5","cleanbalance":false`, fmt.Sprintf(claim, 1, "120", true), 0, 12000, payment.HoldArranged, 5050},
		"owed at no claim, not said":  {`"balance":"170.5"`, fmt.Sprintf(claim, 1, "120", true), 0, 12000, payment.HoldArranged, 5050},
		"a plan inside the balance":   {`"balance":"570","cleanbalance":false`, fmt.Sprintf(claim, 1, "120", true) + "," + fmt.Sprintf(claim, 2, "450", false), 0, 12000, "", 0},
		"a plan outside of it":        {`"balance":"120","cleanbalance":false`, fmt.Sprintf(claim, 1, "120", true) + "," + fmt.Sprintf(claim, 2, "450", false), 0, 12000, "", 0},
		"no balance":                  {`"cleanbalance":true`, fmt.Sprintf(claim, 1, "120", true), 0, 12000, "", 0},
		"a balance that is null":      {`"balance":null`, fmt.Sprintf(claim, 1, "120", true), 0, 12000, "", 0},
	} {
		body := fmt.Sprintf(`[{"patientid":"40211","balances":[{%s,"departmentlist":"7,8"},{"balance":"-999","departmentlist":"9"}],
			"claimbalancedetails":[{"departmentids":"7,8","claimdetails":[%s]}]}]`, row.balance, row.claims)
		s, err := statementOf([]byte(body), dana)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var rest payment.Bill
		for _, b := range s.Bills {
			if b.Kind == payment.Unapplied {
				rest = b
			}
		}
		if s.Credit.Cents() != row.credit || s.Due().Cents() != row.due || rest.Hold != row.hold || rest.Balance.Cents() != row.rest {
			t.Errorf("%s: credit %v, due %v, rest %+v", name, s.Credit, s.Due(), rest)
		}
	}
}

// Why a claim is not clean is said where the sums of its group leave no other
// reason, and nowhere else.
func TestWhyClaimsAreHeld(t *testing.T) {
	const single = `{"claimid":1,"patientbalance":120,"cleanbalance":false}`
	const two = single + `,{"claimid":2,"patientbalance":"30.5"}`
	for name, row := range map[string]struct {
		sums, claims string
		want         payment.Hold
	}{
		"nothing said":               {`"balance":120`, single, payment.HoldArranged},
		"a plan":                     {`"paymentplanbalance":"120"`, single, payment.HoldPlanned},
		"a plan, and zero":           {`"paymentplanbalance":120.00,"collectionsbalance":0`, single, payment.HoldPlanned},
		"a plan, and null":           {`"paymentplanbalance":"120","collectionsbalance":null`, single, payment.HoldPlanned},
		"a plan of all":              {`"paymentplanbalance":"150.5"`, two, payment.HoldPlanned},
		"a plan of one of two":       {`"paymentplanbalance":"120"`, two, payment.HoldArranged},
		"collections":                {`"collectionsbalance":"120"`, single, payment.HoldCollected},
		"collections, of one of two": {`"collectionsbalance":"30.5"`, two, payment.HoldArranged},
		"both":                       {`"collectionsbalance":"30.5","paymentplanbalance":"120"`, two, payment.HoldArranged},
		"a plan that ended":          {`"paymentplanbalance":"0"`, single, payment.HoldArranged},
		"a contract":                 {`"contracts":[{"availablebalance":"200"}]`, single, payment.HoldArranged},
		"a plan, and nonsense":       {`"paymentplanbalance":"120","collectionsbalance":"some"`, single, payment.HoldArranged},
		"nonsense":                   {`"paymentplanbalance":{"x":1}`, single, payment.HoldArranged},
		"a plan of another group":    {`"paymentplanbalance":"120"`, single, payment.HoldArranged},
	} {
		list := "7,8"
		if name == "a plan of another group" {
			list = "9"
		}
		s, err := statementOf(fmt.Appendf(nil, `[{"patientid":"40211","balances":[{%s,"departmentlist":%q}],
			"claimbalancedetails":[{"departmentids":"7,8","claimdetails":[%s,{"claimid":3,"patientbalance":7,"cleanbalance":true}]}]}]`, row.sums, list, row.claims), dana)
		if err != nil || len(s.Bills) < 2 || !s.Due().Less(payment.Cents(701)) {
			t.Errorf("%s: %+v, %v", name, s, err)
			continue
		}
		for _, b := range s.Bills {
			if b.Number != "3" && b.Hold != row.want {
				t.Errorf("%s: %+v", name, b)
			}
		}
	}
}

// Today's visit is something to pay for where no copay is expected or was, and
// the day has no bill yet.
func TestVisitWithoutACopay(t *testing.T) {
	now := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)
	patient := athenatest.Patient{ID: 1, Given: "Kit", Family: "Moss", Department: 7, Appointment: 880777}
	read := func(p athenatest.Patient) payment.Statement {
		t.Helper()
		upstream := athenatest.StartWith(t, athenatest.Options{Patients: []athenatest.Patient{p}, Now: func() time.Time { return now }})
		s, err := connect(t, upstream.URL).Statement(t.Context(), payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 1, Appointment: 880777})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := read(patient); s.Visit == nil || *s.Visit != (payment.Visit{Number: "880777", Day: "2026-11-21"}) {
		t.Errorf("a visit without a copay: %+v", s.Visit)
	}
	patient.Copay = 2500
	if s := read(patient); s.Visit != nil || len(s.Bills) != 1 {
		t.Errorf("a visit with a copay: %+v", s)
	}
	patient.Copay, patient.Unbilled = 2500, 4000
	if s := read(patient); s.Due() != payment.Cents(4000) {
		t.Errorf("a copay that may be part of the balance is asked for twice: %v", s.Due())
	}
	patient.Copay, patient.Unbilled = 0, 0
	patient.Claims = []athenatest.Claim{{ID: 9, Service: now, Description: "OFFICE VISIT", Billed: 9000, Owed: 9000}}
	if s := read(patient); s.Visit != nil || s.Due() != payment.Cents(9000) {
		t.Errorf("a visit that is billed: %+v", s)
	}
	for raw, free := range map[string]bool{
		``: true, `null`: true, `{}`: true, `[]`: true, `{"insurancecopay":0,"collectedforappointment":"0","collectedforother":null}`: true,
		`[{"insurancecopay":"0"}]`: true, `{"insurancecopay":"25"}`: false, `[{"collectedforappointment":25}]`: false, `{"insurancecopay":"none"}`: false, `7`: false,
	} {
		if got := nothingExpected(json.RawMessage(raw)); got != free {
			t.Errorf("appointmentcopay %s: nothing expected: %v", raw, got)
		}
	}
}

// The four ways to say what money is for, as they go over the wire, and what the
// simulator's book makes of them.
func TestWaysToCollect(t *testing.T) {
	lee := payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 40213, Appointment: 880123}
	line := func(k payment.BillKind, number string, cents int64) payment.Line {
		return payment.Line{Bill: payment.BillID(k, number), Kind: k, Number: number, Amount: payment.Cents(cents), Balance: payment.Cents(cents)}
	}
	copay, one, two := line(payment.Copay, "880123", 2500), line(payment.Claim, "520", 1584), line(payment.Claim, "521", 3010)
	account, today := line(payment.Unapplied, payment.AccountNumber, 3000), line(payment.Today, "880123", 8000)
	for name, row := range map[string]struct {
		charge payment.Charge
		form   url.Values
		book   athenatest.Movement
	}{
		"copay and claims": {payment.Charge{Lines: []payment.Line{copay, one, two}},
			url.Values{"copayamount": {"25.00"}, "appointmentid": {"880123"}, "claimpayment": {`[{"520":"15.84"},{"521":"30.10"}]`}},
			athenatest.Movement{Amount: 7094}},
		"for no bill": {payment.Charge{Lines: []payment.Line{account}}, url.Values{"otheramount": {"30.00"}},
			athenatest.Movement{Amount: 3000, Unapplied: 3000}},
		"more than a claim": {payment.Charge{Lines: []payment.Line{one, account}}, url.Values{"otheramount": {"45.84"}},
			athenatest.Movement{Amount: 4584, Unapplied: 4584}},
		"claims as one": {payment.Charge{AsOne: true, Lines: []payment.Line{one, two}}, url.Values{"otheramount": {"45.94"}},
			athenatest.Movement{Amount: 4594, Unapplied: 4594}},
		"copay and claims as one": {payment.Charge{AsOne: true, Lines: []payment.Line{copay, one}},
			url.Values{"copayamount": {"25.00"}, "appointmentid": {"880123"}, "otheramount": {"15.84"}},
			athenatest.Movement{Amount: 4084, Unapplied: 1584}},
		"a copay as one": {payment.Charge{AsOne: true, Lines: []payment.Line{copay}}, url.Values{"copayamount": {"25.00"}, "appointmentid": {"880123"}},
			athenatest.Movement{Amount: 2500}},
		"today's visit": {payment.Charge{Lines: []payment.Line{today}},
			url.Values{"todayservice": {"true"}, "otheramount": {"80.00"}, "appointmentid": {"880123"}},
			athenatest.Movement{Amount: 8000, Today: 8000}},
	} {
		lines, err := amounts(row.charge)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := string(newForm().lines(lines).b.Bytes()); !same(got, row.form) {
			t.Errorf("%s: %s, want %s", name, got, row.form.Encode())
		}
		upstream := athenatest.Start(t)
		if o := connect(t, upstream.URL).Collect(t.Context(), lee, row.charge, cardOf(t, "4111111111111111")); o.State != payment.Succeeded {
			t.Errorf("%s: %+v", name, o)
		}
		book := upstream.Book()
		if len(book) != 1 {
			t.Errorf("%s: %+v", name, book)
			continue
		}
		row.book.ID, row.book.Patient, row.book.Kind, row.book.Last4, row.book.Time = book[0].ID, 40213, "PURCHASE", "1111", book[0].Time
		if book[0] != row.book {
			t.Errorf("%s: book %+v, want %+v", name, book[0], row.book)
		}
	}
	for name, lines := range map[string][]payment.Line{
		"two copays":                 {copay, line(payment.Copay, "880124", 100)},
		"today beside a bill":        {one, today},
		"today beside no bill":       {today, account},
		"no bill, with a number":     {line(payment.Unapplied, "520", 100)},
		"a bill without its number":  {line(payment.Claim, payment.AccountNumber, 100)},
		"a visit without its number": {line(payment.Today, payment.AccountNumber, 100)},
		"twice for no bill":          {account, account},
	} {
		if _, err := amounts(payment.Charge{Lines: lines}); err == nil {
			t.Errorf("%s can be sent", name)
		}
	}
}

// same reports whether a body says what a form says.
func same(body string, form url.Values) bool {
	got, err := url.ParseQuery(body)
	return err == nil && got.Encode() == form.Encode()
}
