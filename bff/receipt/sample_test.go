package receipt

import (
	"time"

	"paypane/web/payment"
)

var made = time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC)

// sample is a complete receipt of a payment for two services and a copay.
func sample() payment.Receipt {
	return payment.Receipt{
		Practice: payment.Letterhead{Name: "Harbor Family Medicine", Address: []string{"12 Elm Street", "Boston, MA 02139"},
			Phone: "(555) 555-0107", NPI: "1234567893", TaxID: "12-3456789"},
		Patient: "Dana Sample", Payer: "Morgan Sample", Reference: "61234", Type: "PURCHASE",
		Time:   time.Date(2026, 11, 21, 11, 0, 0, 0, time.FixedZone("EST", -5*3600)),
		Amount: payment.Cents(12000), Brand: payment.Visa, Last4: "4242", AsOf: "2026-11-22",
	}.With([]payment.ReceiptLine{
		{Bill: "claim-501", Kind: payment.Claim, Service: "2026-08-14", Description: "Office visit", Code: "99213", Provider: "Terry Ahmad, MD",
			Billed: payment.Said(payment.Cents(23000)), Insurance: payment.Said(payment.Cents(17750)), Paid: payment.Cents(5250), Left: payment.Said(payment.Cents(0))},
		{Bill: "claim-502", Kind: payment.Claim, Service: "2026-09-21", Description: "Laboratory tests", Code: "80053", Provider: "Terry Ahmad, MD",
			Billed: payment.Said(payment.Cents(14025)), Insurance: payment.Said(payment.Cents(10000)), Paid: payment.Cents(4025), Left: payment.Said(payment.Cents(1500))},
		{Bill: "copay-7", Kind: payment.Copay, Service: "2026-11-21", Description: "Copay", Provider: "Terry Ahmad, MD", Paid: payment.Cents(2725)},
	})
}

// strange is a receipt with letters of several alphabets and hostile text, of
// which much is not known.
func strange() payment.Receipt {
	i := sample()
	i.Practice = payment.Letterhead{Name: "Łódź & O’Brien <b>Clinic</b>"}
	i.Patient, i.Payer = "Zoë-Marie O’Brien-D'Ávila ליאור", `<img src=x onerror=alert(1)> x" onfocus="alert(1)`
	return i.With([]payment.ReceiptLine{
		{Kind: payment.Claim, Bill: "claim-1", Description: "</script><script>alert(1)</script>", Paid: payment.Cents(1000)},
		{Kind: payment.Claim, Bill: "claim-2", Service: "2026-08-14", Code: "99213", Provider: "ד\"ר ליאור כהן, MD", Paid: payment.Cents(500)},
	})
}
