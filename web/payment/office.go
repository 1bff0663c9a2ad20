package payment

import "time"

// Office is a department of a practice as staff see it.
type Office struct {
	ID      int
	Name    string
	Web     []Brand // cards taken without the card being there
	Counter []Brand // cards taken with it
	// VisitMax and YearMax are what the practice suggests as ceilings of
	// card-on-file agreements; zero: nothing.
	VisitMax, YearMax Amount
	Group             string // the provider group whose money it can collect
	Zone              *time.Location
}

// PracticeAccess is a practice that our key may use.
type PracticeAccess struct {
	ID        int
	Name      string
	Collector bool
}

// ClaimRecord is a claim in a list of a patient's open or closed claims. What
// the upstream does not say is zero.
type ClaimRecord struct {
	Number    string
	Service   Day
	Title     string
	Status    string // the upstream's word
	Billed    Amount
	Owed      Amount // by the patient
	OwedKnown bool
}

// ClaimTransaction is one movement on a claim. Amounts can be negative in the
// upstream's books; each has its sign beside it.
type ClaimTransaction struct {
	ID          string
	Parent      string
	Type        string // CHARGE, PAYMENT, …
	Payer       string // PATIENT, …
	Procedure   string
	Date        Day
	Amount      Signed
	Payments    Signed
	Adjustments Signed
	Outstanding Signed
}

// Signed is an amount that can be negative.
type Signed struct {
	Amount   Amount
	Negative bool
}

// String is the wire form with a minus where it is negative: "-10.00".
func (s Signed) String() string {
	if s.Negative {
		return "-" + s.Amount.String()
	}
	return s.Amount.String()
}

// PastPayment is a row of the practice's payment history. What the upstream
// does not say is zero.
type PastPayment struct {
	Patient int
	ID      string
	Payment string // epaymentid, of an electronic one
	Date    Day
	Method  string
	Amount  Signed
}

// ReceiptDetails is everything the upstream tells of one payment.
type ReceiptDetails struct {
	Receipt Receipt // as far as it is there
	// Others are the other fields, name by name, for staff. Nothing in them
	// can be a card number.
	Others map[string]string
}

// Document is a file of the upstream's: a receipt to show or to print. HTML in
// it is the upstream's: show it where it can do nothing.
type Document struct {
	Media string // "text/html", "application/json", "application/pdf"
	Body  []byte
}
