package ledger

import (
	"context"
	"time"

	"paypane/web/payment"
)

// What happened to an attempt.
const (
	EventCreated     = "created"
	EventClaimed     = "claimed"
	EventSending     = "sending"
	EventSettled     = "settled"   // its sender learned the outcome
	EventRecovered   = "recovered" // its sender did not write one down
	EventLooked      = "looked"    // the upstream's books did not decide it yet
	EventUnread      = "unread"    // they could not be read
	EventAgain       = "again"     // a person wants them to be read once more
	EventFound       = "found"     // they show it
	EventAbsent      = "absent"    // they prove that it is not there
	EventAsked       = "asked"     // a person has to find out
	EventProposed    = "proposed"  // a person decided, and a second one has to agree
	EventDecided     = "decided"   // a person decided
	EventSeen        = "seen"      // what was taken stands in the upstream's books too
	EventMailing     = "mailing"   // the receipt's e-mail is being ordered
	EventEmailed     = "emailed"
	EventEmailFailed = "email_failed"
	EventRestored    = "restored" // the ledger came back from a backup, and what happened since is not known
)

// Event is one entry of the record, which only grows.
type Event struct {
	// Seq numbers all events of the ledger without a gap, in the order in which
	// they were committed. It is the ledger's own clock.
	Seq     int64
	Attempt string
	At      time.Time
	Who     string // "portal/subject", "server", "reconciler"
	What    string
	State   payment.State // of the attempt, after the event
	// Evidence is what it rests on: at most 500 characters, nothing of the card.
	Evidence string
	// Hash is the SHA-256 over the event and the hash of the one before it; see
	// chain.go.
	Hash [32]byte
}

// Events returns what happened to an attempt, in order. It asks for no
// patient: it is for staff and for the reconciler.
func (l *Ledger) Events(ctx context.Context, attempt string) (events []Event, err error) {
	if !base32ID.MatchString(attempt) {
		return nil, nil
	}
	err = l.read(ctx, "read events", func(t tx) (err error) {
		events, err = t.events(attempt, 1, all)
		return err
	})
	return events, err
}

// record adds an event of now in the update of the change it records, with the
// entries that the change makes. was is the state before.
func (l *Ledger) record(t tx, was payment.State, a Attempt, what, who, evidence string) error {
	return recordAt(t, l.moment(), was, a, what, who, evidence)
}

// recordAt is record for a move, of which the attempt keeps the moment too.
func recordAt(t tx, at time.Time, was payment.State, a Attempt, what, who, evidence string) error {
	last, err := t.lastEvent()
	if err != nil {
		return err
	}
	e := Event{Seq: last.Seq + 1, Attempt: a.ID, At: at, Who: mask(who, 330), What: what, State: a.State, Evidence: mask(evidence, 500)}
	e.Hash = link(last.Hash, e, was, a)
	if err := t.appendEvent(e); err != nil {
		return err
	}
	return t.insertEntries(transfers(e.Seq, was, a))
}

// moment is now as the ledger keeps it.
func (l *Ledger) moment() time.Time { return l.now().UTC().Truncate(time.Microsecond) }
