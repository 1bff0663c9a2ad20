package ledger

import (
	"crypto/sha256"

	"paypane/web/payment"
)

// link is the hash of an event: over the hash of the one before it, everything
// the event says, and the fields of the attempt that it fixes (see row), with the
// lines and the consent. was is the state before the event. What came to be kept
// later than the first events (terms, a consent) has a word before it and is left
// out where there is none, so that older hashes stay as they were.
func link(before [32]byte, e Event, was payment.State, a Record) [32]byte {
	h := &hasher{}
	h.b = append(h.b, before[:]...)
	h.number(e.Seq)
	h.text(e.Attempt)
	h.moment(e.At)
	h.text(e.Who)
	h.text(e.What)
	h.text(string(e.State))
	h.text(e.Evidence)
	if e.What == EventDesk {
		h.act(e.Desk)
		return sha256.Sum256(h.b)
	}
	if e.What == EventCreated {
		h.fields(atCreation, &a)
		for _, line := range a.Charge.Lines {
			h.line(line)
		}
		h.lateFields(atCreation, &a)
		return sha256.Sum256(h.b)
	}
	moved := was != e.State
	fixes := map[phase]bool{
		atClaim:   moved && was == payment.Created,
		atSending: moved && e.State != payment.Claimed && (was == payment.Created || was == payment.Claimed),
		atOutcome: moved && (e.State == payment.Succeeded || e.State == payment.Declined || e.State == payment.NotSent),
	}
	for p := atClaim; p <= atOutcome; p++ {
		if fixes[p] {
			h.fields(p, &a)
		}
	}
	if c := a.consent; c != nil && fixes[atClaim] {
		sum := sha256.Sum256([]byte(c.Text))
		h.text("consent")
		h.text(c.Version)
		h.b = append(h.b, sum[:]...)
		h.text(c.Locale)
		h.moment(c.At)
		h.text(c.Subject)
	}
	for p := atClaim; p <= atOutcome; p++ {
		if fixes[p] {
			h.lateFields(p, &a)
		}
	}
	return sha256.Sum256(h.b)
}

func (h *hasher) line(n payment.Line) {
	h.text(n.Bill)
	h.text(string(n.Kind))
	h.text(n.Number)
	h.text(string(n.Service))
	h.text(n.Title)
	h.number(n.Amount.Cents())
	h.number(n.Balance.Cents())
}
