package ledger

import (
	"context"
	"time"

	"paypane/web/payment"
)

// store keeps a ledger: a SQLite file, a PostgreSQL database or memory. The
// rules of the ledger are written once, over it.
type store interface {
	// view runs fn over what is committed.
	view(ctx context.Context, fn func(tx) error) error
	// update runs fn alone: nobody else, in whatever process, writes between
	// what fn reads and what it writes. When update returns nil, all of it is
	// durable; otherwise nothing of it is, unless the error is one of the
	// commit itself. fn may run in another goroutine than the caller's. The
	// context may end the wait for the turn but nothing after that.
	update(ctx context.Context, fn func(tx) error) error
	// ready reports whether the store is still the one that was opened.
	ready(ctx context.Context) error
	// occupy keeps other servers away from a store that is for one of them;
	// alone reports whether it did.
	occupy() error
	alone() bool
	close() error
}

// tx is what a store does within one view or update. Nothing in it knows a
// rule, but what a database can hold of them it holds as constraints too.
type tx interface {
	// attempts returns those that the search finds.
	attempts(search) ([]Record, error)
	insertAttempt(Record) error
	// updateAttempt writes everything that can change of an attempt.
	updateAttempt(Record) error

	// takers are the people who have taken something at a department of a practice,
	// whenever that was.
	takers(practice, department int) ([]taker, error)
	// taken is what one of them has taken there.
	taken(practice, department int, by taker, q takenQuery) (takenSum, error)

	// lockOwner is the attempt that has locked a target of a patient, "" if none has.
	lockOwner(p payment.Patient, target string) (string, error)
	lock(p payment.Patient, target, attempt string) error
	unlock(attempt string) error

	// lastEvent is the newest of all events; the zero Event if there is none.
	lastEvent() (Event, error)
	appendEvent(Event) error
	insertEntries([]Entry) error
	// events returns at most limit events from a number on, in order: those of
	// one attempt, or all for "".
	events(attempt string, from int64, limit int) ([]Event, error)
	// acts are those at a practice's desk, the last one first.
	acts(ActQuery) ([]Event, error)
	entries(attempt string) ([]Entry, error)
	// entriesBetween returns those of the events first to last, in order.
	entriesBetween(first, last int64) ([]Entry, error)
	// locks are all of them, in no order.
	locks() ([]targetLock, error)
	census() (census, error)
	insertConsent(attempt string, c payment.Consent) error
	// consents are those that were given with the claims of some attempts.
	consents(attempts []string) (map[string]payment.Consent, error)

	// checkpoints are the newest ones, the last event's first.
	checkpoints(limit int) ([]Checkpoint, error)
	insertCheckpoint(Checkpoint) error
	// restorations are all of them, the last one first.
	restorations() ([]Restoration, error)
	insertRestoration(id int, r Restoration) error

	// listingDelay is the longest that a practice's receipts were seen to lag behind
	// its payments; 0 where none was measured.
	listingDelay(practice int) (time.Duration, error)
	setListingDelay(practice int, d time.Duration) error
	// zones are the time zones that were noted, by practice and department.
	zones() (map[[2]int]string, error)
	setZone(practice, department int, name string) error

	session(hash [32]byte) (Session, error) // or ErrNotFound
	insertSession(Session) error
	updateSession(Session) error

	// insertLaunch reports whether the launch was new.
	insertLaunch(hash [32]byte, used, expires time.Time) (bool, error)
	handover(hash [32]byte) (handover, error) // or ErrNotFound
	// insertHandover reports whether the code was new.
	insertHandover(handover) (bool, error)
	takeHandover(hash [32]byte, at time.Time) error
	// prune forgets what expired before, and counts it.
	prune(before time.Time) (int64, error)

	// tallies are those of some counters that expire after a moment, the oldest first.
	tallies(keys []CounterKey, after time.Time) (Counted, error)
	// addTallies adds to counters, to each slot once.
	addTallies([]Addition) error

	insertNotice(outboxRow) error
	// notices are those of a portal that are due by a moment, in the order of their
	// events.
	notices(portal string, by time.Time, limit int) ([]outboxRow, error)
	updateNotice(outboxRow) error
	deleteNotice(portal string, event int64) error

	heartbeat(at time.Time) error
}

// search says which attempts are wanted; what is zero does not restrict. They
// come with the last claimed first.
type search struct {
	id          string
	ids         []string
	patient     payment.Patient // practice and number only
	patients    []int           // of the practice
	states      []payment.State
	endedFrom   time.Time // ended then or later
	sentFrom    time.Time // claimed then or later
	movedBefore time.Time // claimed, or if it is sending sent, before then
	claimedFrom int64     // claimed by this event or a later one
	practice    int
	references  []string
	check       string    // number of a check
	undoes      []string  // attempts that they undo
	vendor      string    // a vendor's reference
	createdFrom time.Time // made then or later
	portal      string    // they were claimed under a launch of it
	launch      string    // which is this one
	code        string    // with which the id begins, in capital letters
	kinds       []payment.Kind
	staffed     bool // somebody of the practice's staff made it
	// newest orders by when they were made, the last one first.
	newest bool
	// dueBy finds what is to be looked up by then, the longest due first;
	// needsReview what waits for a person; mails what has an e-mail to be ordered.
	dueBy       time.Time
	needsReview bool
	mails       bool
	// watched finds only agreements and plans that were made, see WatchesDue, and
	// unwatched leaves them out; undue finds what is not to be looked up at any time.
	watched, unwatched, undue bool
	limit                     int
}

// taker is who of the practice's staff took something.
type taker struct{ portal, subject string }

// takenQuery says which of what somebody took counts: what was claimed by a later event
// than after, was sent at sentFrom or later and came to be done at endedFrom or later.
type takenQuery struct {
	after               int64
	sentFrom, endedFrom time.Time
}

// takenSum is how much that is, and when it was.
type takenSum struct {
	name        string // of who took it
	entries     int
	first, last time.Time
	// earlier are the ids of what was claimed before, and fits else.
	earlier []string
}

// takings are the kinds by which something is taken that lies in a drawer, or was
// charged beside it.
var takings = []payment.Kind{payment.KindRecord, payment.KindCharge, payment.KindChargeStored}

// census is how many rows there are.
type census struct{ attempts, lines, consents int }

// targetLock says which attempt has locked a target.
type targetLock struct {
	practice, patient int
	target, attempt   string
}

// all is no limit.
const all = 0
