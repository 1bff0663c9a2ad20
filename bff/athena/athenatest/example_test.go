package athenatest_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// A card is charged, and the answer is lost on its way: the client does not know,
// the simulator's book does. In a test, Start is shorter.
func Example() {
	simulator := athenatest.New(athenatest.Options{})
	upstream := httptest.NewServer(simulator)
	defer upstream.Close()

	client, err := athena.New(athena.Config{URL: upstream.URL, ClientID: athenatest.ClientID, ClientSecret: athenatest.ClientSecret})
	if err != nil {
		panic(err)
	}
	dana := payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 40211}
	bill := payment.Line{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(2000), Balance: payment.Cents(5250)}
	today := time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)

	for _, number := range []string{"4111 1111 1111 1111", "4000 0000 0000 9011"} {
		card, problems := payment.ReadCard(payment.CardForm{
			Number: []byte(number), Expiry: []byte("09/31"), Code: []byte("042"), Name: []byte("Dana Q Sample"),
			Address: []byte("12 Elm St"), ZIP: []byte("02139"),
		}, []payment.Brand{payment.Visa}, today)
		if len(problems) > 0 {
			panic(problems[0].Code)
		}
		outcome := client.Collect(context.Background(), dana, payment.Charge{Lines: []payment.Line{bill}}, card)
		card.Clear()
		fmt.Println("the client says:", outcome.State)
	}
	for _, moved := range simulator.Book() {
		fmt.Println("the book says:", moved.Kind, moved.ID, payment.Cents(moved.Amount).Display(), "card", moved.Last4)
	}
	// Output:
	// the client says: taken
	// the client says: unknown
	// the book says: PURCHASE 61234 $20.00 card 1111
	// the book says: PURCHASE 61235 $20.00 card 9011
}
