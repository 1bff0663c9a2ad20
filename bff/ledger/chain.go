package ledger

import (
	"crypto/sha256"
	"encoding/binary"

	"paypane/web/payment"
)

// link is the hash of an event: over the hash of the one before it and
// everything the event says, each part with its length before it. The event
// that made an attempt covers all that is fixed of the attempt, too.
func link(before [32]byte, e Event, a Attempt) [32]byte {
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
