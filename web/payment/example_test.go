package payment_test

import (
	"fmt"
	"time"

	"paypane/web/payment"
)

// What crosses a wire is held to one grammar: digits, a point, two digits.
func ExampleParseAmount() {
	amount, err := payment.ParseAmount("1234.50")
	fmt.Println(amount.Display(), amount.Cents(), err)
	_, err = payment.ParseAmount("1e3")
	fmt.Println(err)
	// Output:
	// $1,234.50 123450 <nil>
	// not an amount in dollars and cents
}

func ExampleReadCard() {
	today := time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC) // at the practice
	taken := []payment.Brand{payment.Visa, payment.Mastercard}
	typed := func(number string) payment.CardForm {
		return payment.CardForm{Number: []byte(number), Expiry: []byte("9/31"), Code: []byte("042"),
			Name: []byte("Dana Q Sample"), Address: []byte("12 Elm St"), ZIP: []byte("02139")}
	}
	card, _ := payment.ReadCard(typed("4111 1111 1111 1111"), taken, today)
	fmt.Println(card) // a card never prints its number
	card.Clear()

	_, problems := payment.ReadCard(typed("4111 1111 1111 1112"), taken, today)
	fmt.Println(problems[0].Field, problems[0].Code)
	// Output:
	// Visa ending in 1111
	// number number_check
}

// A payer who owes a copay and a bill pays $60.00: the copay comes first.
func ExampleChoice_Charge() {
	owed := payment.Statement{Bills: []payment.Bill{
		{ID: "copay-880123", Kind: payment.Copay, Number: "880123", Service: "2026-11-21", Title: "Copay", Balance: payment.Cents(2500), Owed: payment.Cents(2500)},
		{ID: "claim-501", Kind: payment.Claim, Number: "501", Service: "2026-08-14", Title: "Office visit", Balance: payment.Cents(11250), Owed: payment.Cents(11250)},
	}}
	charge, problems := payment.Choice{Pay: payment.PayOther, Amount: "$60"}.Charge(owed)
	if len(problems) > 0 {
		panic(problems[0].Code)
	}
	for _, line := range charge.Lines {
		fmt.Println(line.Amount.Display(), "of", line.Balance.Display(), "for", line.Title)
	}
	fmt.Println(charge.Total().Display())
	// Output:
	// $25.00 of $25.00 for Copay
	// $35.00 of $112.50 for Office visit
	// $60.00
}
