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
	EventChecked     = "looked"    // the upstream's books did not decide it yet
	EventUnread      = "unread"    // they could not be read
	EventCheckAgain  = "again"     // a person wants them to be read once more
	EventFound       = "found"     // they show it
	EventNotDone     = "absent"    // they prove that it is not there
	EventEscalated   = "asked"     // it is in manual review
	EventProposed    = "proposed"  // a person decided, and a second one has to agree
	EventDecided     = "decided"   // a person decided
	EventSeen        = "seen"      // what was taken stands in the upstream's books too
	EventMailing     = "mailing"   // the receipt's e-mail is being ordered
	EventEmailed     = "emailed"
	EventEmailFailed = "email_failed"
	EventDesk        = "desk"     // somebody at the desk did something that belongs to no attempt; see DeskAct
	EventRestored    = "restored" // the ledger came back from a backup, and what happened since is not known
)

// Event is one entry of the record, which only grows.
type Event struct {
	// Seq numbers all events of the ledger without a gap, in the order in which
	// they were committed. It is the ledger's own clock.
	Seq     int64
	Attempt string // empty: it is an act at the desk
	At      time.Time
	Who     string // "portal/subject", "server", "reconciler"
	What    string
	State   payment.State // of the attempt, after the event
	// Desk is the act, where it belongs to no attempt.
	Desk DeskAct
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

// logEvent adds an event of now in the update of the change it records, with the
// entries that the change makes. was is the state before.
func (l *Ledger) logEvent(t tx, was payment.State, a Record, what, who, evidence string) error {
	return l.logEventAt(t, l.moment(), was, a, what, who, evidence)
}

// logEventAt is logEvent for a move, of which the attempt keeps the moment too.
func (l *Ledger) logEventAt(t tx, at time.Time, was payment.State, a Record, what, who, evidence string) error {
	last, err := t.lastEvent()
	if err != nil {
		return err
	}
	kept := scrubPAN
	if what == EventProposed || what == EventDecided {
		kept = typed
	}
	e := Event{Seq: last.Seq + 1, Attempt: a.ID, At: at, Who: scrubPAN(who, 330), What: what, State: a.State, Evidence: kept(evidence, 500)}
	e.Hash = link(last.Hash, e, was, a)
	if err := t.appendEvent(e); err != nil {
		return err
	}
	if err := l.tell(t, e, was, a); err != nil {
		return err
	}
	return t.insertEntries(transfers(e.Seq, was, a))
}

// moment is now as the ledger keeps it.
func (l *Ledger) moment() time.Time { return l.now().UTC().Truncate(time.Microsecond) }
