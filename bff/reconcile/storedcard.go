package reconcile

import (
	"time"

	"paypane/web/payment"
)

// CardQuestion is a card that was to be kept, of which the answer was lost.
type CardQuestion struct {
	Brand payment.Brand
	Last4 string
	// Sent and Last are those of Question.
	Sent, Last time.Time
	// Before is the highest storedcardid that was listed just before Sent; "0":
	// there was none; "": that is not known.
	Before string
}

// CardEvidence is what was found when a stored card was looked for.
type CardEvidence struct {
	// Read is when the list was asked for, by our clock.
	Read  time.Time
	Cards []payment.StoredCard
	// Rivals are the patient's other attempts whose card may be in the list and
	// not have been when this one was sent.
	Rivals []CardQuestion
}

// JudgeCard answers the question from the evidence, as far as the bounds hold;
// the verdict's reference is the stored card's id. It is Found at once where the
// list has one card of the brand and the last four that was not there before, as
// far as that is known, and that no other attempt can have stored. It is Absent,
// once the list must show it, where there is no such card at all.
//
// That a higher id is a later card is not documented, as it is for payments. If
// it is not so, a new card is taken for an old one and handed to a person.
func JudgeCard(q CardQuestion, e CardEvidence, b Bounds) Verdict {
	const look = " Look at the patient's stored cards in athenaOne."
	if q.Sent.IsZero() || q.Brand == "" || q.Last4 == "" {
		return Verdict{Ruling: Person, Why: "It was not written down when this card was to be stored, or which card it was." + look}
	}
	v := inList(q, e.Rivals, e.Cards, CardQuestion.compare, func(c payment.StoredCard) string { return c.ID },
		"It is not certain whether this card was stored: a card that could be it was there before, or cannot be told from another."+look)
	return b.complete().inTime(v, e.Read, q.Sent, q.Last)
}

// compare says how well a stored card answers the question.
func (q CardQuestion) compare(c payment.StoredCard) fit {
	known := number(q.Before)
	switch {
	case c.Last4 != "" && c.Last4 != q.Last4, c.Brand != "" && c.Brand != q.Brand:
		return none
	case known && number(c.ID) && !higher(c.ID, q.Before):
		return odd
	case c.Last4 == "" || c.Brand == "" || known && !number(c.ID):
		return likely
	}
	return exact
}

// HighestCard is the highest number among stored cards, "0" where there is none:
// what CardQuestion.Before is for a card that is stored after they were read. It
// is "" where an id is no number, or longer than what is kept of it.
func HighestCard(cards []payment.StoredCard) string {
	highest := "0"
	for _, c := range cards {
		if !number(c.ID) || len(c.ID) > longestBefore {
			return ""
		}
		if higher(c.ID, highest) {
			highest = c.ID
		}
	}
	return highest
}

// longestBefore is how many digits the record keeps of a number that was the
// highest.
const longestBefore = 11
