package payment

import "slices"

// Lack is something that an administrator of a health savings or flexible
// spending account may ask for and a receipt does not have.
type Lack struct {
	What   Lacking
	From   Source
	Amount Amount // of which LacksRest does not know what it was for
}

// Lacking is what a receipt lacks. Its sentence is the catalogue's.
type Lacking string

const (
	LacksName      Lacking = "name" // the practice's
	LacksAddress   Lacking = "address"
	LacksPhone     Lacking = "phone"
	LacksPatient   Lacking = "patient"
	LacksServices  Lacking = "services" // date and kind of all of them
	LacksDays      Lacking = "days"     // of some service
	LacksKinds     Lacking = "kinds"    // what some service was
	LacksProvider  Lacking = "provider"
	LacksApplied   Lacking = "applied" // what money for no bill is applied to
	LacksRest      Lacking = "rest"    // what a part of the payment was for
	LacksInsurance Lacking = "insurance"
)

// Source is who can supply it.
type Source string

const (
	FromPractice  Source = "practice"
	FromInsurance Source = "insurance"
)

// Missing is what the receipt lacks, in the order in which receipts have it.
// A receipt of money that was not kept lacks nothing: there is nothing to claim.
func (i Receipt) Missing() []Lack {
	if !i.Paid() {
		return nil
	}
	var lacks []Lack
	need := func(missing bool, what Lacking, from Source) {
		if missing {
			lacks = append(lacks, Lack{What: what, From: from})
		}
	}
	some := func(without func(ReceiptLine) bool) bool { return slices.ContainsFunc(i.Lines, without) }
	need(i.Practice.Name == "", LacksName, FromPractice)
	need(len(i.Practice.Address) == 0, LacksAddress, FromPractice)
	need(i.Practice.Phone == "", LacksPhone, FromPractice)
	need(i.Patient == "", LacksPatient, FromPractice)
	if len(i.Lines) == 0 {
		need(true, LacksServices, FromPractice)
		need(true, LacksProvider, FromPractice)
		need(true, LacksInsurance, FromInsurance)
		return lacks
	}
	// Money for no bill is for no service either, until the practice applies it.
	service := func(l ReceiptLine) bool { return l.Kind != Unapplied }
	need(some(func(l ReceiptLine) bool { return service(l) && l.Service == "" }), LacksDays, FromPractice)
	need(some(func(l ReceiptLine) bool { return l.Description == "" && l.Code == "" || l.Kind == Today }), LacksKinds, FromPractice)
	need(some(func(l ReceiptLine) bool { return service(l) && l.Provider == "" }), LacksProvider, FromPractice)
	need(some(func(l ReceiptLine) bool { return !service(l) }), LacksApplied, FromPractice)
	if rest := i.Unassigned(); !rest.IsZero() {
		lacks = append(lacks, Lack{LacksRest, FromPractice, rest})
	}
	// Of a copay the insurance pays nothing: it is the patient's part alone.
	need(some(func(l ReceiptLine) bool { return service(l) && l.Kind != Copay && !l.Insurance.Known }), LacksInsurance, FromInsurance)
	return lacks
}
