package athena

import (
	"context"
	"fmt"
	"strings"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

var (
	// leePays pays Lee's copay and a part of a claim.
	leePays = payment.Charge{Lines: []payment.Line{
		{Bill: "copay-880123", Kind: payment.Copay, Number: "880123", Amount: payment.Cents(2500), Balance: payment.Cents(2500)},
		{Bill: "claim-521", Kind: payment.Claim, Number: "521", Amount: payment.Cents(1000), Balance: payment.Cents(3010)},
	}}
	simPlan = payment.PlanTerms{Name: "ECG", Claims: []string{"521"}, Cycle: payment.Cents(1000), Frequency: payment.Monthly,
		Start: "2026-12-01", Down: payment.Cents(500)}
	simVendor = payment.VendorBooking{Booking: payment.Booking{Method: "VISA", Last4: "1111", Charge: leePays},
		Reference: "acme-1", Terminal: "T1"}
)

// danaComes is Dana with the visit that she has not been checked in for.
var danaComes = payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 40211, Appointment: 880211}

// The ways to prepare: a charge, a stored card, an agreement, a plan, a
// vendor's payment, a signed receipt.
func paid(ctx context.Context, c *Client, s *simulation) payment.Write {
	return charged(c.Collect(ctx, lee, leePays, s.card)).write
}

func stored(ctx context.Context, c *Client, s *simulation) payment.Write {
	return c.StoreCard(ctx, lee, s.card)
}

func visiting(ctx context.Context, c *Client, s *simulation) payment.Write {
	return c.AgreeForVisit(ctx, lee, payment.AgreementTerms{Max: payment.Cents(30000)}, s.card)
}

func yearly(ctx context.Context, c *Client, s *simulation) payment.Write {
	return c.AgreeForYear(ctx, lee, payment.AgreementTerms{Max: payment.Cents(50000)}, s.card)
}

func planned(ctx context.Context, c *Client, s *simulation) payment.Write {
	return c.CreatePlan(ctx, lee, simPlan, s.card, "2026-11-21")
}

func vended(ctx context.Context, c *Client, _ *simulation) payment.Write {
	return c.RecordVendorPayment(ctx, lee, simVendor)
}

func signed(ctx context.Context, c *Client, s *simulation) payment.Write {
	made := paid(ctx, c, s)
	if w := c.UploadSignedReceipt(ctx, lee, made.Handle.Payment, []byte("%PDF-1.7 signed")); !w.Done() {
		return w
	}
	return made
}

// simCalls are all methods of the client that ask the network.
func simCalls() []simCall {
	return append(simWrites(), simReads()...)
}

func simWrites() []simCall {
	type c = *Client
	type s = *simulation
	calls := []simCall{
		{method: "Collect", endpoints: []string{"collectpayment"},
			do: func(ctx context.Context, c c, s s) simResult { return charged(c.Collect(ctx, lee, leePays, s.card)) }},
		{method: "CollectStored", endpoints: []string{"storedcardpayment"}, prepare: stored,
			do: func(ctx context.Context, c c, s s) simResult {
				return wrote(c.CollectStored(ctx, lee, leePays, s.id, []byte("042")))
			}},
		{method: "StoreCard", endpoints: []string{"storedcard"},
			do: func(ctx context.Context, c c, s s) simResult { return wrote(stored(ctx, c, s)) }},
		{method: "PreferCard", endpoints: []string{"preferredcard"}, prepare: stored,
			do: func(ctx context.Context, c c, s s) simResult { return wrote(c.PreferCard(ctx, lee, s.id, true)) }},
		{method: "DeleteCard", endpoints: []string{"deletecard"}, prepare: stored,
			do: func(ctx context.Context, c c, s s) simResult { return wrote(c.DeleteCard(ctx, lee, s.id)) }},
		{method: "AgreeForVisit", endpoints: []string{"singleappointment"},
			do: func(ctx context.Context, c c, s s) simResult { return wrote(visiting(ctx, c, s)) }},
		{method: "AgreeForYear", endpoints: []string{"oneyear"},
			do: func(ctx context.Context, c c, s s) simResult { return wrote(yearly(ctx, c, s)) }},
		{method: "EmailYearAgreement", endpoints: []string{"emailagreement"}, prepare: yearly,
			do: func(ctx context.Context, c c, _ s) simResult {
				return wrote(c.EmailYearAgreement(ctx, lee, "3301", "lee@example.com"))
			}},
		{method: "CreatePlan", endpoints: []string{"paymentplan"},
			do: func(ctx context.Context, c c, s s) simResult { return wrote(planned(ctx, c, s)) }},
		{method: "RecordPayment", endpoints: []string{"recordpayment"},
			do: func(ctx context.Context, c c, _ s) simResult {
				return wrote(c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Charge: leePays}))
			}},
		{method: "VoidPayment", endpoints: []string{"voidpayment"}, prepare: paid,
			do: func(ctx context.Context, c c, s s) simResult { return wrote(c.VoidPayment(ctx, lee, s.id)) }},
		{method: "EmailReceipt", endpoints: []string{"email"}, prepare: paid, believes: "its answer is not documented",
			do: func(ctx context.Context, c c, s s) simResult {
				return mailed(c.EmailReceipt(ctx, lee, s.id, "lee@example.com"))
			}},
		{method: "UploadSignedReceipt", endpoints: []string{"signreceipt"}, prepare: paid,
			do: func(ctx context.Context, c c, s s) simResult {
				return wrote(c.UploadSignedReceipt(ctx, lee, s.id, []byte("%PDF-1.7 signed")))
			}},
		{method: "RecordVendorPayment", endpoints: []string{"vendorpayment"},
			do: func(ctx context.Context, c c, s s) simResult { return wrote(vended(ctx, c, s)) }},
		{method: "RefundVendorPayment", endpoints: []string{"vendorrefund"}, prepare: vended,
			do: func(ctx context.Context, c c, s s) simResult {
				return wrote(c.RefundVendorPayment(ctx, lee, payment.VendorRefund{Payment: s.id, Method: "VISA", Reference: "acme-1-r", Terminal: "T1"}))
			}},
		{method: "AdjustCharges", endpoints: []string{"adjustingcharges"},
			do: func(ctx context.Context, c c, _ s) simResult {
				return wrote(c.AdjustCharges(ctx, lee, []payment.Adjustment{{Charge: "5210", Amount: payment.Cents(300)}}))
			}},
		{method: "StartCheckIn", endpoints: []string{"startcheckin"},
			do: func(ctx context.Context, c c, _ s) simResult { return wrote(c.StartCheckIn(ctx, danaComes)) }},
		{method: "CheckIn", endpoints: []string{"checkin"},
			do: func(ctx context.Context, c c, _ s) simResult { return wrote(c.CheckIn(ctx, danaComes)) }},
	}
	for i := range calls {
		calls[i].write = true
		calls[i].handle, calls[i].changes = simMade[calls[i].method].handle, simMade[calls[i].method].changes
	}
	return calls
}

// simMade is what each write names and changes.
var simMade = map[string]struct {
	handle  payment.Handle
	changes string
}{
	"Collect":            {payment.Handle{Payment: "61234"}, owesAll + "+ book 61234 PURCHASE 3500 1111\n" + owesRest + "\n+ receipt 61234 PURCHASE 35.00 1111"},
	"CollectStored":      {payment.Handle{Payment: "61235"}, owesAll + "+ book 61235 PURCHASE 3500 1111\n" + owesRest + "\n+ receipt 61235 PURCHASE 35.00 1111"},
	"StoreCard":          {payment.Handle{Payment: "61234", StoredCard: "9001"}, "+ receipt 61234 PURCHASE 0.00 1111\n+ card 9001 1111 preferred=false"},
	"PreferCard":         {payment.Handle{}, "- card 9001 1111 preferred=false\n+ card 9001 1111 preferred=true"},
	"DeleteCard":         {payment.Handle{}, "- card 9001 1111 preferred=false"},
	"AgreeForVisit":      {payment.Handle{Payment: "61234"}, "+ receipt 61234 AUTHORIZATION 0.00 1111\n+ agreement 3301 visit 300.00"},
	"AgreeForYear":       {payment.Handle{Payment: "61234"}, "+ receipt 61234 AUTHORIZATION 0.00 1111\n+ agreement 3301 year 500.00"},
	"EmailYearAgreement": {payment.Handle{}, "+ mail 61234 lee@example.com AGREEMENT"},
	"CreatePlan": {payment.Handle{Payment: "61234", Plan: "77"},
		owesAll + "+ book 61234 PURCHASE 500 1111\n+ owes 2500 1584 2510, holds 0\n+ receipt 61234 PURCHASE 5.00 1111\n+ plan 77 10.00 [521]"},
	"RecordPayment": {payment.Handle{Batch: "318"}, owesAll + "+ book 318 RECORDED 3500 \n" + owesRest},
	"VoidPayment": {payment.Handle{}, "- owes 0 1584 2010, holds 0\n- receipt 61234 PURCHASE 35.00 1111\n" +
		"+ book 61234 VOID -3500 1111\n+ owes 2500 1584 3010, holds 0\n+ receipt 61234 VOIDPURCHASE 35.00 1111"},
	"EmailReceipt":        {payment.Handle{}, "+ mail 61234 lee@example.com "},
	"UploadSignedReceipt": {payment.Handle{}, "+ signed 61234 %PDF-1.7 signed"},
	"RecordVendorPayment": {payment.Handle{VendorPayment: "5501"}, owesAll + "+ book 5501 VENDORPAYMENT 3500 1111\n" + owesRest},
	"RefundVendorPayment": {payment.Handle{VendorPayment: "5502", Recorded: simNow()},
		"- owes 0 1584 2010, holds 0\n+ book 5502 VENDORREFUND -3500 1111\n+ owes 2500 1584 3010, holds 0"},
	"StartCheckIn":  {payment.Handle{}, "- visit 880211 expected\n+ visit 880211 arriving"},
	"CheckIn":       {payment.Handle{}, "- visit 880211 expected\n+ visit 880211 here"},
	"AdjustCharges": {payment.Handle{}, owesAll + "+ owes 2500 1584 2710, holds 0"},
}

// What Lee owes before leePays, as a line that goes, and after it.
const (
	owesAll  = "- owes 2500 1584 3010, holds 0\n"
	owesRest = "+ owes 0 1584 2010, holds 0"
)

func simReads() []simCall {
	type c = *Client
	type s = *simulation
	calls := []simCall{
		{method: "Ping", endpoints: []string{"ping"}, believes: "the form of its answer is not known",
			do: func(ctx context.Context, c c, _ s) simResult { return valued("pong", c.Ping(ctx, lee.Practice)) }},
		{method: "Practices", endpoints: []string{"practiceinfo"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.Practices(ctx)) }},
		{method: "Departments", endpoints: []string{"departments"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.Departments(ctx, lee.Practice)) }},
		{method: "Department", endpoints: []string{"department"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.Department(ctx, lee)) }},
		{method: "AcceptedCards", endpoints: []string{"department"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.AcceptedCards(ctx, lee)) }},
		{method: "CardMethods", endpoints: []string{"cardmethods"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.CardMethods(ctx, lee.Practice)) }},
		{method: "Statement", endpoints: []string{"patient", "appointment"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.Statement(ctx, lee)) }},
		{method: "Appointments", endpoints: []string{"appointments"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.Appointments(ctx, lee, "2026-11-21")) }},
		{method: "OutstandingClaims", endpoints: []string{"patientoutstanding"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.OutstandingClaims(ctx, lee)) }},
		{method: "ClosedClaims", endpoints: []string{"patientclosed"},
			do: func(ctx context.Context, c c, _ s) simResult {
				sam := payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 40215}
				return valued(c.ClosedClaims(ctx, sam))
			}},
		{method: "ClaimTransactions", endpoints: []string{"claimtransactions"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.ClaimTransactions(ctx, lee, "521")) }},
		{method: "PaymentHistory", endpoints: []string{"paymenthistory"}, prepare: paid,
			do: func(ctx context.Context, c c, _ s) simResult {
				return valued(c.PaymentHistory(ctx, lee.Practice, []int{lee.ID}, "2026-11-20", "2026-11-21"))
			}},
		{method: "StoredCards", endpoints: []string{"storedcards"}, prepare: stored,
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.StoredCards(ctx, lee)) }},
		{method: "VisitAgreements", endpoints: []string{"singleappointments"}, prepare: visiting,
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.VisitAgreements(ctx, lee)) }},
		{method: "VisitTerms", endpoints: []string{"singleappointmentterms"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.VisitTerms(ctx, lee.Practice)) }},
		{method: "YearAgreements", endpoints: []string{"oneyears"}, prepare: yearly,
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.YearAgreements(ctx, lee)) }},
		{method: "YearTerms", endpoints: []string{"oneyearterms"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.YearTerms(ctx, lee.Practice)) }},
		{method: "Plans", endpoints: []string{"paymentplans"}, prepare: planned,
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.Plans(ctx, lee)) }},
		{method: "Receipts", endpoints: []string{"receipts"}, prepare: paid,
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.Receipts(ctx, lee)) }},
		{method: "ReceiptPDF", endpoints: []string{"receipt"}, prepare: paid,
			do: func(ctx context.Context, c c, s s) simResult { return filed(c.ReceiptPDF(ctx, lee, s.id, false)) }},
		{method: "ReceiptDetails", endpoints: []string{"receiptdetails"}, prepare: paid,
			do: func(ctx context.Context, c c, s s) simResult { return valued(c.ReceiptDetails(ctx, lee, s.id)) }},
		{method: "Receipt", endpoints: []string{"receipts", "patient"}, spared: []string{"department", "provider", "receiptdetails"}, prepare: paid,
			do: func(ctx context.Context, c c, s s) simResult { return valued(c.Receipt(ctx, lee, s.id)) }},
		{method: "Itemized", endpoints: []string{"patient"}, spared: []string{"provider"}, prepare: paid,
			do: func(ctx context.Context, c c, s s) simResult {
				return valued(c.Itemized(ctx, lee, []payment.ReceiptSummary{{Reference: s.id, Type: "PURCHASE", Amount: payment.Cents(3500)}}))
			}},
		{method: "Provider", endpoints: []string{"provider"},
			do: func(ctx context.Context, c c, _ s) simResult { return valued(c.Provider(ctx, lee.Practice, "3")) }},
		{method: "SignedReceipt", endpoints: []string{"signedreceipt"}, prepare: signed,
			do: func(ctx context.Context, c c, s s) simResult { return filed(c.SignedReceipt(ctx, lee, s.id)) }},
		{method: "FindPatients", endpoints: []string{"patients"},
			do: func(ctx context.Context, c c, _ s) simResult {
				found, more, err := c.FindPatients(ctx, lee.Practice, payment.Search{Family: "okafor"})
				return valued(fmt.Sprint(found, more), err)
			}},
		{method: "SearchPatients", endpoints: []string{"patientsearch"},
			do: func(ctx context.Context, c c, _ s) simResult {
				found, more, err := c.SearchPatients(ctx, lee.Practice, "thorn")
				return valued(fmt.Sprint(found, more), err)
			}},
		{method: "MatchPatients", endpoints: []string{"bestmatch"},
			do: func(ctx context.Context, c c, _ s) simResult {
				return valued(c.MatchPatients(ctx, lee.Practice, payment.Search{Given: "Danna", Family: "Simple", Born: "1961-01-04"}))
			}},
		{method: "Person", endpoints: []string{"patient"},
			do: func(ctx context.Context, c c, _ s) simResult {
				who, found, err := c.Person(ctx, lee)
				return valued(fmt.Sprint(who, found), err)
			}},
		{method: "Booked", endpoints: []string{"booked"},
			do: func(ctx context.Context, c c, _ s) simResult {
				return valued(c.Booked(ctx, lee.Practice, []int{7}, "2026-11-21"))
			}},
		{method: "Visit", endpoints: []string{"appointment"},
			do: func(ctx context.Context, c c, _ s) simResult {
				v, found, err := c.Visit(ctx, lee)
				return valued(fmt.Sprint(v, found), err)
			}},
	}
	for i := range calls {
		calls[i].value = simSaid[calls[i].method]
	}
	return calls
}

// filed is a document in words, of our PDFs the text.
func filed(d payment.Document, err error) simResult {
	body := string(d.Body)
	if _, after, ok := strings.Cut(body, " TL "); ok {
		body, _, _ = strings.Cut(after, " ET\n")
	}
	return valued(d.Media+" "+body, err)
}

const harborSaid = "{7 Harbor Family Medicine [VI MC DS] [VI MC DS] 3000.00 1500.00 1 US/Eastern " +
	"Harbor Medical Group Harbor Family Medicine [12 ELM STREET BOSTON, MA 02139] (555) 555-0107}"

// simSaid is what each read returns.
var simSaid = map[string]string{
	"Ping":      "pong",
	"Practices": "[{195900 Harbor Medical Group true}]",
	"Departments": "[" + harborSaid +
		" {8 Harbor Cardiology [VI MC AX DS] [VI MC AX DS] 3000.00 1500.00 1 US/Eastern Harbor Medical Group Harbor Cardiology [14 ELM STREET BOSTON, MA 02139] (555) 555-0108}" +
		" {9 Eastside Imaging [] [VI MC] 3000.00 1500.00 2 US/Eastern Eastside Imaging Associates Eastside Imaging [300 HARBOR AVENUE BOSTON, MA 02139] (555) 555-0109}" +
		" {10 Eastside Telehealth [VI MC DS] [] 3000.00 1500.00 2 US/Eastern Eastside Imaging Associates Eastside Telehealth [300 HARBOR AVENUE BOSTON, MA 02139] (555) 555-0110}" +
		" {11 Eastside Screening Bus [] [] 3000.00 1500.00 2 US/Eastern Eastside Imaging Associates Eastside Screening Bus [300 HARBOR AVENUE BOSTON, MA 02139] (555) 555-0111}]",
	"Department": harborSaid,
	"Provider":   "{3 Terry Ahmad, MD}",
	"Receipt": "{{Harbor Medical Group [12 ELM STREET BOSTON, MA 02139] (555) 555-0107  } Lee Marchetti  { } 61234 2026-11-21 11:00:00 -0500 EST PURCHASE 35.00 VI 1111 0.00 " +
		"[{claim-521 claim 2026-07-19 Electrocardiogram 99213 Terry Ahmad, MD {88.00 true} {57.90 true} 10.00 {20.10 true}} " +
		"{ copay  Copay   {0.00 false} {0.00 false} 25.00 {0.00 false}}] 2026-11-21}",
	"Itemized": "[{{ []   } Lee Marchetti  { } 61234 0001-01-01 00:00:00 +0000 UTC PURCHASE 35.00   0.00 " +
		"[{claim-521 claim 2026-07-19 Electrocardiogram 99213 Terry Ahmad, MD {88.00 true} {57.90 true} 10.00 {20.10 true}}] }]",
	"AcceptedCards": "{[VI MC DS] US/Eastern}",
	"CardMethods":   "[{AMEX American Express} {DISCOVER Discover} {MC/VISA MasterCard and Visa} {NON-IPP MC Non-IPP MC} {VISA Visa}]",
	"Statement": "{Lee Lee Marchetti [{copay-880123 copay 880123 2026-11-21 Copay 0.00 0.00 25.00 25.00  } " +
		"{claim-520 claim 520 2026-06-30 Office visit 210.00 194.16 15.84 15.84 2026-07-21 } " +
		"{claim-521 claim 521 2026-07-19 Electrocardiogram 88.00 57.90 30.10 30.10 2026-08-09 }] 0.00 0.00 <nil>}",
	"Appointments":      "[{880123 2026-11-21 10:30 Office Visit 7} {880231 2026-12-11 13:00 Cardiac stress test 8}]",
	"OutstandingClaims": "[{520 2026-06-30 Office visit  210.00 15.84 true} {521 2026-07-19 Electrocardiogram  88.00 30.10 true}]",
	"ClosedClaims":      "[{540 2026-05-05 Office visit  150.00 0.00 true}]",
	"ClaimTransactions": "[{5210 5210 CHARGE PATIENT 99213 2026-07-19 88.00 57.90 0.00 30.10}]",
	"PaymentHistory":    "[{40213  61234 2026-11-21 Visa 35.00}]",
	"StoredCards":       "[{9001 VI 1111 09/31 Bartholomew Featherstonehaugh- 1200 West Élm Street 02139 false}]",
	"VisitAgreements":   "[{visit 3301 61234 880123 300.00 300.00 true 2026-11-21   VI 1111 }]",
	"VisitTerms": "I authorize the practice to keep my card on file for this appointment and to charge it, up to the amount above, " +
		"for what I owe after my insurance has paid. I will be e-mailed 5 days before the charge.",
	"YearAgreements": "[{year 3301 61234 880123 500.00 500.00 true 2026-11-21 2027-11-21  VI 1111 }]",
	"YearTerms": "I authorize the practice to keep my card on file for one year and to charge it, up to the amount above, " +
		"for what I owe after my insurance has paid. I will be e-mailed 5 days before each charge.",
	"Plans":    "[{77 ECG 10.00 MONTHLY CREDITCARD 2026-12-01 2026-12-01 25.10 true ACTIVE [521] VI 1111}]",
	"Receipts": "[{61234 2026-11-21 11:00:00 -0500 EST PURCHASE 35.00 VI 1111 0.00  0.00 false}]",
	"ReceiptPDF": "application/pdf (Harbor Family Medicine) Tj T* (Patient: Lee Marchetti) Tj T* (Payment: 61234 PURCHASE) Tj T* " +
		"(Date: 11/21/2026 11:00:00 ET) Tj T* (Amount: $35.00) Tj T* (Card: Visa 1111) Tj T*",
	"ReceiptDetails": "{{61234 2026-11-21 11:00:00 -0500 EST PURCHASE 35.00 VI 1111 0.00  0.00 false} map[cardnumberlast4digits:1111 cardtypeabbreviation:VI " +
		"cardtypename:Visa copayamount:25 nameonaccount:Lee Marchetti otheramount:0 patientid:40213]}",
	"FindPatients":   "[{40212 Robin Okafor  1962-01-05 North Quincy 7 false}] false", // whose rows are two
	"SearchPatients": "[{40220 Maximilian Thornbury Max 1970-01-13 Boston 8 false}] false",
	"MatchPatients":  "[{40211 Dana Sample  1961-01-04 Watertown 7 false}]",
	"Person":         "{40213 Lee Marchetti  1963-01-06 Medford 7 false} true",
	"Booked": "[{{880321 2026-11-21 10:30 Office Visit 7} {40221 Noor Haddad  1971-01-14 Watertown 7 false} here {0.00 true 0.00 0.00 0.00 true} 0.00 true} " +
		"{{880123 2026-11-21 10:30 Office Visit 7} {40213 Lee Marchetti  1963-01-06 Medford 7 false} here {25.00 true 25.00 0.00 0.00 true} 45.94 true} " +
		"{{880341 2026-11-21 11:15 Follow-up Visit 7} {40223 Joan Ferreira  1973-01-16 Medford 7 false} arriving {20.00 true 20.00 0.00 0.00 true} 0.00 true}]",
	"Visit":         "{{880123 2026-11-21 10:30 Office Visit 7} {40213      0 false} here {25.00 true 0.00 0.00 0.00 false} 0.00 false} true",
	"SignedReceipt": "application/pdf %PDF-1.7 signed",
}
