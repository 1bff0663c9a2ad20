package ledger

import (
	"crypto/sha256"
	"encoding/binary"

	"paypane/web/payment"
)

// link is the hash of an event: over the hash of the one before it, everything
// the event says, and what it fixed of its attempt for good: what that was made
// of, what it was claimed and sent with, how it ended. was is the state before
// the event. Texts have their length before them. What came to be kept later than
// the first events (terms, a consent) has a word before it and is left out where
// there is none, so that older hashes stay as they were.
func link(before [32]byte, e Event, was payment.State, a Attempt) [32]byte {
	var b []byte
	text := func(s string) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	number := func(n int64) { b = binary.BigEndian.AppendUint64(b, uint64(n)) }
	b = append(b, before[:]...)
	number(e.Seq)
	text(e.Attempt)
	number(e.At.UnixMicro())
	text(e.Who)
	text(e.What)
	text(string(e.State))
	text(e.Evidence)
	if e.What == EventCreated {
		text(string(a.Act))
		text(a.Target)
		number(a.Value.Cents())
		number(int64(a.Patient.Practice))
		number(int64(a.Patient.ID))
		number(int64(a.Patient.Department))
		number(int64(a.Patient.Appointment))
		text(a.Portal)
		text(a.Subject)
		text(a.PatientName)
		number(a.Created.UnixMicro())
		number(a.Basis)
		for _, line := range a.Charge.Lines {
			lineParts(line, text, number)
		}
		if a.Terms != (payment.Terms{}) {
			text("terms")
			number(a.Terms.Cycle.Cents())
			text(string(a.Terms.Start))
		}
		return sha256.Sum256(b)
	}
	moved := was != e.State
	if moved && was == payment.Created {
		text(string(a.Brand))
		text(a.Last4)
		text(a.Email)
		number(a.ClaimedSeq)
	}
	if moved && e.State != payment.Claimed && (was == payment.Created || was == payment.Claimed) {
		number(a.Sent.UnixMicro())
		text(a.Before)
	}
	if moved && (e.State == payment.Taken || e.State == payment.Declined || e.State == payment.NotSent) {
		text(a.Reference)
		text(string(a.Refusal))
		number(a.Ended.UnixMicro())
	}
	if c := a.consent; c != nil && moved && was == payment.Created {
		sum := sha256.Sum256([]byte(c.Text))
		text("consent")
		text(c.Version)
		b = append(b, sum[:]...)
		text(c.Locale)
		number(c.At.UnixMicro())
		text(c.Subject)
	}
	return sha256.Sum256(b)
}

func lineParts(n payment.Line, text func(string), number func(int64)) {
	text(n.Bill)
	text(string(n.Kind))
	text(n.Number)
	text(string(n.Service))
	text(n.Title)
	number(n.Amount.Cents())
	number(n.Balance.Cents())
}
