package payment

import (
	"strings"
	"time"
	"unicode"
)

// settlementHour is when payments are settled each night, "generally around 8
// p.m. Eastern" (docs/upstream-api.md#settlement, documented). Weekends,
// holidays and any grace are unknown.
const settlementHour = 20

// VoidUntil is the moment until which a payment of the moment paid may be voided:
// the next 20:00 where the upstream keeps its books, on days when clocks change
// too.
func VoidUntil(paid time.Time, books *time.Location) time.Time {
	y, m, d := paid.In(books).Date()
	until := time.Date(y, m, d, settlementHour, 0, 0, 0, books)
	if !paid.Before(until) {
		until = time.Date(y, m, d+1, settlementHour, 0, 0, 0, books)
	}
	return until
}

// Voidable reports whether a payment may still be voided, as far as the clock
// can tell. The upstream has the last word.
func Voidable(now, paid time.Time, books *time.Location) bool {
	return now.Before(VoidUntil(paid, books))
}

// Paid reports whether the row is of a payment that was taken and stands, as far
// as it tells.
func (r ReceiptSummary) Paid() bool { return r.Type == purchase && !r.Amount.IsZero() }

// The inputs of whoever takes something back.
const (
	FieldReason     = "reason"
	FieldReasonText = "reasontext"
)

// Reason is why staff take something back. One press is enough for all but
// ReasonOther.
type Reason string

// The reasons.
const (
	ReasonAmount  Reason = "amount"  // it was taken with a wrong amount
	ReasonPatient Reason = "patient" // it was taken from, or for, somebody else
	ReasonCard    Reason = "card"    // another card was meant
	ReasonTwice   Reason = "twice"   // it was taken twice
	ReasonVisit   Reason = "visit"   // the visit did not take place
)

// Reasons are all of them, in the order in which they are offered.
var Reasons = []Reason{ReasonAmount, ReasonPatient, ReasonCard, ReasonTwice, ReasonVisit, ReasonOther}

// ReadReason reads a reason, with words where it asks for them. Words beside
// another reason are kept, too: whoever typed them meant something.
func ReadReason(code, text string) (Reason, string, []Problem) {
	return ReadReasonAmong(Reasons, code, text)
}

// ReadReasonAmong is ReadReason for what has reasons of its own.
func ReadReasonAmong(all []Reason, code, text string) (Reason, string, []Problem) {
	reason, words := Reason(""), strings.TrimSpace(strings.Map(plainRune, text))
	for _, r := range all {
		if string(r) == code {
			reason = r
		}
	}
	var problems []Problem
	add := func(code, field string) { problems = append(problems, Problem{Code: code, Field: field}) }
	if reason == "" {
		add("reason_empty", FieldReason)
	}
	switch {
	case HoldsCard(words):
		add("reason_card", FieldReasonText)
		words = ""
	case !short(words, longestReason):
		add("reason_long", FieldReasonText)
	case reason == ReasonOther && words == "":
		add("reason_words", FieldReasonText)
	}
	return reason, words, problems
}

// plainRune is a character as one line has it.
func plainRune(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}
