package payment

import "slices"

// Letterhead is a practice as its receipts name it. What is not known is
// empty.
type Letterhead struct {
	Name    string
	Address []string // lines
	Phone   string
	NPI     string // national provider identifier
	TaxID   string
}

// Or is the letterhead with what it lacks taken from another: what a practice
// wrote in its configuration goes before what the upstream knows of it.
func (l Letterhead) Or(other Letterhead) Letterhead {
	if l.Name == "" {
		l.Name = other.Name
	}
	if len(l.Address) == 0 {
		l.Address = slices.Clone(other.Address) // whole: half of one address is none
	}
	if l.Phone == "" {
		l.Phone = other.Phone
	}
	if l.NPI == "" {
		l.NPI = other.NPI
	}
	if l.TaxID == "" {
		l.TaxID = other.TaxID
	}
	return l
}
