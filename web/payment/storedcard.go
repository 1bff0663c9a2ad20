package payment

// The inputs that choose a card, with the id of a stored one or NewCard, and
// that ask for a typed one to be kept.
const (
	FieldCard = "card"
	FieldSave = "save"
	NewCard   = "new"
)

// StoredCard is a card that the practice's processor keeps for a patient. The
// number is not here and cannot be had.
type StoredCard struct {
	ID     string `json:"id"`              // storedcardid
	Brand  Brand  `json:"brand,omitempty"` // empty where the upstream does not say
	Last4  string `json:"last4,omitempty"`
	Expiry Expiry `json:"expiry,omitzero"` // zero where the upstream does not say
	Name   string `json:"-"`               // on the card
	// Address and ZIP are the billing address.
	Address string `json:"-"`
	ZIP     string `json:"-"`
	// Preferred marks the card that is offered first.
	Preferred bool `json:"preferred,omitempty"`
}

// CodeField is the input for the card's security code, which nobody may store.
func (c StoredCard) CodeField() string { return FieldCode + "-" + c.ID }

// ReadCode reads the security code that was typed for the card. The caller
// clears both.
func (c StoredCard) ReadCode(typed []byte) ([]byte, *Problem) {
	code, problem := readCode(typed, c.Brand)
	if problem != nil {
		problem.Field = c.CodeField()
	}
	return code, problem
}
