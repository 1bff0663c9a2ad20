package payment

// StoredCard is a card that the practice's processor keeps for a patient. The
// number is not here and cannot be had.
type StoredCard struct {
	ID     string // storedcardid
	Brand  Brand  // empty where the upstream does not say
	Last4  string
	Expiry Expiry // zero where the upstream does not say
	Name   string // on the card
	// Address and ZIP are the billing address.
	Address string
	ZIP     string
	// Preferred marks the card that is offered first.
	Preferred bool
}
