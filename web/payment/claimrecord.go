package payment

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
