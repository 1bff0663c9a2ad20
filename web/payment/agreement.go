package payment

// AgreementKind says what a card-on-file agreement covers.
type AgreementKind string

const (
	AgreementVisit AgreementKind = "visit" // what insurance leaves of one appointment
	AgreementYear  AgreementKind = "year"  // the same for a year's appointments
)

// AgreementTerms are what the payer agrees to: athenahealth charges the card
// after the insurance has paid, up to Max, and tells the address before.
type AgreementTerms struct {
	Max   Amount // zero: no ceiling is asked for
	Email string // optional
}

// Agreement is a card-on-file agreement ("contract" in the upstream's words).
// What the upstream does not say is zero.
type Agreement struct {
	Kind        AgreementKind
	ID          string // contractid
	Payment     string // epaymentid that it was made with
	Appointment string
	Max         Amount // most that may be charged
	Left        Amount // of that
	LeftKnown   bool   // tells a used-up agreement from one that does not say
	Starts      Day
	Ends        Day
	Status      string // the upstream's word
	Brand       Brand
	Last4       string
	Email       string
}

// Over reports whether the agreement is known to charge nothing any more: its
// end has passed, or nothing is left of its limit.
func (a Agreement) Over(today Day) bool {
	return a.Ends != "" && a.Ends < today || a.LeftKnown && a.Left.IsZero()
}
