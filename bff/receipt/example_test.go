package receipt_test

import (
	"fmt"
	"os"
	"time"

	"paypane/bff/receipt"
	"paypane/web/paper"
	"paypane/web/payment"
	"paypane/web/words"
)

func Example() {
	paid := payment.Receipt{
		Practice:  payment.Letterhead{Name: "Harbor Family Medicine", Address: []string{"12 Elm Street", "Boston, MA 02139"}, Phone: "(555) 555-0107"},
		Patient:   "Dana Sample",
		Reference: "61234",
		Time:      time.Date(2026, time.November, 21, 11, 0, 0, 0, time.UTC),
		Type:      "PURCHASE",
		Amount:    payment.Cents(5250),
		Brand:     payment.Visa,
		Last4:     "1111",
	}.With([]payment.ReceiptLine{{Kind: payment.Claim, Service: "2026-08-14", Description: "Office visit", Code: "99213", Paid: payment.Cents(5250)}})

	document := paper.Receipt(words.Language{}, paid)
	fmt.Println(document.Standing.Text)
	for _, note := range document.Notes {
		fmt.Println(note)
	}
	pdf, err := receipt.PDF(words.Language{}, document, time.Now())
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", pdf[:5])
	data, err := receipt.JSON(document)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(data)
	// Output:
	// Paid. This is not a bill.
	// Not on this receipt: who treated the patient. The practice can give you an itemized statement that shows this: call (555) 555-0107.
	// Not on this receipt: what insurance paid. If you have insurance, it can give you an explanation of benefits that shows this.
	// %PDF-
	// {
	//   "practice": {
	//     "name": "Harbor Family Medicine",
	//     "address": [
	//       "12 Elm Street",
	//       "Boston, MA 02139"
	//     ],
	//     "phone": "(555) 555-0107"
	//   },
	//   "patient": "Dana Sample",
	//   "amount": "52.50",
	//   "time": "2026-11-21T11:00:00Z",
	//   "card": {
	//     "brand": "Visa",
	//     "last4": "1111"
	//   },
	//   "reference": "61234",
	//   "status": "paid",
	//   "type": "PURCHASE",
	//   "currency": "USD",
	//   "standing": "Paid. This is not a bill.",
	//   "lines": [
	//     {
	//       "kind": "claim",
	//       "dateOfService": "2026-08-14",
	//       "description": "Office visit",
	//       "procedureCode": "99213",
	//       "paid": "52.50"
	//     }
	//   ],
	//   "missing": [
	//     {
	//       "what": "who treated the patient",
	//       "from": "practice"
	//     },
	//     {
	//       "what": "what insurance paid",
	//       "from": "insurance"
	//     }
	//   ]
	// }
}
