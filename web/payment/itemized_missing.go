package payment

import (
	"slices"
	"strings"
)

// Lack is something that an administrator of a health savings or flexible
// spending account may ask for and a receipt does not have.
type Lack struct {
	What string // "the date of each service"
	From Source
}

// Source is who can supply it.
type Source string

const (
	FromPractice  Source = "practice"
	FromInsurance Source = "insurance"
)

// Missing is what the receipt lacks, in the order in which receipts have it.
// A receipt of money that was not kept lacks nothing: there is nothing to claim.
func (i Itemized) Missing() []Lack {
	if !i.Paid() {
		return nil
	}
	var lacks []Lack
	need := func(missing bool, what string, from Source) {
		if missing {
			lacks = append(lacks, Lack{what, from})
		}
	}
	some := func(without func(ItemizedLine) bool) bool { return slices.ContainsFunc(i.Lines, without) }
	need(i.Practice.Name == "", "the practice’s name", FromPractice)
	need(len(i.Practice.Address) == 0, "the practice’s address", FromPractice)
	need(i.Practice.Phone == "", "the practice’s phone number", FromPractice)
	need(i.Patient == "", "the patient’s name", FromPractice)
	if len(i.Lines) == 0 {
		need(true, "the date and kind of the services that it paid for", FromPractice)
		need(true, "who treated the patient", FromPractice)
		need(true, "what insurance paid", FromInsurance)
		return lacks
	}
	need(some(func(l ItemizedLine) bool { return l.Service == "" }), "the date of each service", FromPractice)
	need(some(func(l ItemizedLine) bool { return l.Description == "" && l.Code == "" }), "what each service was", FromPractice)
	need(some(func(l ItemizedLine) bool { return l.Provider == "" }), "who treated the patient", FromPractice)
	need(!i.Unassigned().IsZero(), "what "+i.Unassigned().Display()+" of the payment was for", FromPractice)
	// Of a copay the insurance pays nothing: it is the patient's part alone.
	need(some(func(l ItemizedLine) bool { return l.Kind != Copay && !l.Insurance.Known }), "what insurance paid", FromInsurance)
	return lacks
}

// MissingWords says what the receipt lacks and who can supply it, a sentence
// for each source; none where it lacks nothing.
func (i Itemized) MissingWords() []string {
	of := map[Source][]string{}
	for _, l := range i.Missing() {
		of[l.From] = append(of[l.From], l.What)
	}
	var words []string
	if list := of[FromPractice]; len(list) > 0 {
		s := "Not on this receipt: " + enumerate(list) + ". The practice can give you an itemized statement that shows this"
		if i.Practice.Phone != "" {
			s += ": call " + i.Practice.Phone
		}
		words = append(words, s+".")
	}
	if list := of[FromInsurance]; len(list) > 0 {
		words = append(words, "Not on this receipt: "+enumerate(list)+
			". If you have insurance, it can give you an explanation of benefits that shows this.")
	}
	return words
}

// enumerate is a list for a sentence: "a, b and c".
func enumerate(list []string) string {
	last := len(list) - 1
	if last == 0 {
		return list[0]
	}
	return strings.Join(list[:last], ", ") + " and " + list[last]
}
