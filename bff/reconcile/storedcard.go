package reconcile

import (
	"time"

	"paypane/web/payment"
)

// CardQuery is a card that was to be kept, of which the answer was lost.
type CardQuery struct {
	Brand payment.Brand
	Last4 string
	// Sent and Last are those of Query.
	Sent, Last time.Time
	// Watermark is the highest storedcardid that was listed just before Sent; "0":
	// there was none; "": that is not known.
	Watermark string
}

// CardEvidence is what was found when a stored card was looked for.
type CardEvidence struct {
	// Read is when the list was asked for, by our clock.
	Read  time.Time
	Cards []payment.StoredCard
	// Competing are the patient's other attempts whose card may be in the list and
	// not have been when this one was sent.
	Competing []CardQuery
}

// DecideCard answers the query from the evidence, as far as the bounds hold;
// the verdict's reference is the stored card's id. It is Found at once where the
// list has one card of the brand and the last four that was not there before, as
// far as that is known, and that no other attempt can have stored. It is NotFound,
// once the list must show it, where there is no such card at all.
//
// That a higher id is a later card is not documented, as it is for payments. If
// it is not so, a new card is taken for an old one and handed to a person.
func DecideCard(q CardQuery, e CardEvidence, b Bounds) Decision {
	if q.Sent.IsZero() || q.Brand == "" || q.Last4 == "" {
		return Decision{Verdict: Review, Reason: payment.Because("asked.card.undated")}
	}
	v := inList(q, e.Competing, e.Cards, CardQuery.compare, func(c payment.StoredCard) string { return c.ID }, payment.Because("asked.card.unclear"))
	return b.complete().inTime(v, e.Read, q.Sent, q.Last)
}

// compare says how well a stored card answers the query. A brand or digits that
// are not said, or not as the upstream writes them, are neither equal nor
// different.
func (q CardQuery) compare(c payment.StoredCard) fit {
	known := number(q.Watermark)
	digits := fourDigits(q.Last4) && fourDigits(c.Last4)
	brands := q.Brand.Known() && c.Brand.Known()
	switch {
	case digits && c.Last4 != q.Last4, brands && c.Brand != q.Brand:
		return none
	case known && number(c.ID) && !higher(c.ID, q.Watermark):
		return odd
	case !digits || !brands || !exactly(c.ID):
		return likely
	}
	return exact
}

// CardWatermark is the highest number among stored cards, "0" where there is none:
// what CardQuery.Watermark is for a card that is stored after they were read. It
// is "" where an id is no number, or longer than what is kept of it.
func CardWatermark(cards []payment.StoredCard) string {
	highest := "0"
	for _, c := range cards {
		if !exactly(c.ID) || len(c.ID) > longestWatermark {
			return ""
		}
		if higher(c.ID, highest) {
			highest = c.ID
		}
	}
	return highest
}

// longestWatermark is how many digits the record keeps of a number that was the
// highest.
const longestWatermark = 11
