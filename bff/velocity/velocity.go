// Package velocity stops card testing: thieves who try stolen cards, or guess the
// security code of one, on a payment form. Payment processors call it velocity
// checks.
//
// Before a card is sent to a bank, Guard.Admit counts the try by all that is known
// of it: session, person, patient, card, BIN, portal and the client's network. If
// any of them has had too many that were refused it answers a RefusedError, and
// nothing is sent, claimed or written. A Ticket hears afterwards what the bank
// said; an approval takes the count back, and so does an answer that was lost. So a
// try that is under way counts as refused until it is known not to be, and a hundred
// at once get no further than a hundred in a row. The counts are in the ledger's
// database, where all servers meet.
//
// A card that was approved for the same person before is held up by nothing but its
// own refusals: its approval tells a thief nothing. Limits that many people
// share (BIN, network, and the circuit of a portal) hold up nobody who has paid
// before and was not refused lately.
//
// The database knows all of them by keyed hashes alone. The key is not in it; a card
// number is hashed in one block, which is cleared, and its hash is not
// logged.
package velocity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Counters are kept by all servers together.
type Counters interface {
	Counted(context.Context, []ledger.CounterKey) (ledger.Counted, error)
	// Count reads and adds in one step, see ledger.Ledger.
	Count(ctx context.Context, keys []ledger.CounterKey, decide func(ledger.Counted) ([]ledger.Addition, error)) error
}

// Try is a card that somebody wants to have sent.
type Try struct {
	// Attempt is sent once at most, so the same card in the same attempt counts
	// once, however often the button is pressed.
	Attempt string
	Portal  string
	Subject string // who is signed in there
	Session [32]byte
	Patient payment.Patient
	// Card is what was typed, or else Stored names what is kept.
	Card   *payment.Card
	Stored string
	// Network is the client's, if it is known.
	Network netip.Prefix
	// Staff says that somebody of the practice types it.
	Staff bool
	// Keeps says that a card is to be kept and nothing charged: what is approved
	// then is not known from a bank.
	Keeps bool
}

// RefusedError says that a card is not sent, and from when on one can be tried.
type RefusedError struct {
	Limit string // for staff: an entry of the portals file
	Until time.Time
}

func (e *RefusedError) Error() string { return "too many cards: " + e.Limit }

// RetryAfter is the header of that name: whole seconds, rounded up.
func (e *RefusedError) RetryAfter(now time.Time) string {
	return strconv.Itoa(max(1, int((e.Until.Sub(now)+time.Second-1)/time.Second)))
}

// Records are what was paid here.
type Records interface {
	// AttemptsOf are a patient's attempts of some kinds, the newest first.
	AttemptsOf(ctx context.Context, p payment.Patient, kinds ...payment.Kind) ([]ledger.Record, error)
}

// Config is what a Guard needs; all of it.
type Config struct {
	Counters Counters
	Records  Records
	// Limits are those of a portal for a practice.
	Limits func(portal string, practice int) Limits
	// Keys are the server's secrets: counts are made under the first, and those
	// under an older one are still read.
	Keys [][]byte
	Now  func() time.Time
	Log  *slog.Logger
}

// Guard admits tries. It is safe for concurrent use.
type Guard struct {
	Config
	secrets [][]byte
	numbers numbers
}

// New makes a Guard.
func New(c Config) *Guard {
	g := &Guard{Config: c}
	for _, key := range c.Keys {
		h := hmac.New(sha256.New, key)
		h.Write([]byte("paypane velocity 1"))
		g.secrets = append(g.secrets, h.Sum(nil))
	}
	return g
}

// settled is how long ago a payment has to be for who made it to be known: a thief
// whose test was approved is found out by then.
const settled = day

// paidBefore reports whether the person of a try has paid for this patient before.
func (g *Guard) paidBefore(ctx context.Context, try Try) (bool, error) {
	all, err := g.Records.AttemptsOf(ctx, try.Patient, payment.KindCharge)
	if err != nil {
		return false, fmt.Errorf("read what was paid before: %w", err)
	}
	return slices.ContainsFunc(all, func(a ledger.Record) bool {
		return a.State == payment.Succeeded && a.By(try.Portal, try.Subject) && g.Now().Sub(a.Ended) >= settled
	}), nil
}

// known is how long a card is remembered that a person has paid with.
const known = 400 * day

// Admit counts a try, or refuses it with a RefusedError. Nothing is written for one
// that is refused.
func (g *Guard) Admit(ctx context.Context, try Try) (*Ticket, error) {
	a := g.admission(try)
	counted, err := g.Counters.Counted(ctx, a.keys())
	if err != nil {
		return nil, err
	}
	// Without a turn at the database's writer first: whoever hammers takes none.
	refused := a.decide(counted)
	if !try.Staff && (refused == nil || refused.shared) {
		if a.paid, err = g.paidBefore(ctx, try); err != nil {
			return nil, err
		}
		refused = a.decide(counted)
	}
	var ticket *Ticket
	if refused == nil {
		err = g.Counters.Count(ctx, a.keys(), func(counted ledger.Counted) ([]ledger.Addition, error) {
			if refused = a.decide(counted); refused != nil {
				return nil, &refused.RefusedError
			}
			ticket = a.ticket(g, counted)
			return ticket.counted, nil
		})
	}
	g.numbers.saw(try.Portal, a.open, g.Now())
	if refused != nil {
		g.numbers.refuse(refused.Limit)
		g.Log.WarnContext(ctx, "card not sent: too many were refused", "limit", refused.Limit, "until", refused.Until.UTC().Format(time.RFC3339))
		return nil, &refused.RefusedError
	}
	if err != nil {
		return nil, err
	}
	g.numbers.admit()
	return ticket, nil
}

// refusal is a RefusedError of a gauge that many people share, or not.
type refusal struct {
	RefusedError
	shared bool
}

// admission is everything that is counted about a try.
type admission struct {
	try     Try
	gauges  []gauge
	circuit circuit
	pressed gauge // the same card in the same attempt
	known   gauge // this person has paid with this card
	paid    bool  // this person has paid before
	open    bool  // the circuit was, when it was last decided
}

func (g *Guard) admission(try Try) *admission {
	now := g.Now()
	gaugeOf := func(limit, name string, rate Rate, values ...value) gauge {
		return gauge{limit: limit, rate: rate, now: now, keys: g.keys(name, rate.Within, values...)}
	}
	who := strconv.Itoa(try.Patient.Practice) + "-" + strconv.Itoa(try.Patient.ID)
	person, patient := g.plain(try.Portal+"\x00"+try.Subject), g.plain(who)
	card := g.plain("stored-" + who + "-" + try.Stored)
	var bank value
	if try.Card != nil {
		try.Card.Reveal(func(number, _ []byte) {
			card, bank = g.fingerprint(number), g.fingerprint(number[:min(len(number), 8)])
		})
	}
	a := &admission{try: try}
	a.pressed = gaugeOf("", "pressed", Rate{1, time.Hour}, g.plain(try.Attempt), card)
	a.known = gaugeOf("", "known", Rate{1, known}, person, card)
	add := func(limit string, rates []Rate, of value) {
		for _, rate := range rates {
			one := gaugeOf(limit, limit, rate, of)
			one.returned = true
			a.gauges = append(a.gauges, one)
		}
	}
	// different counts what is new among the values of a key.
	different := func(limit string, rates []Rate, returned bool, of, with value) {
		for _, rate := range rates {
			pair := gaugeOf("", limit+" seen", rate, of, with)
			one := gaugeOf(limit, limit, rate, of)
			one.once, one.returned = &pair, returned
			a.gauges = append(a.gauges, one)
		}
	}
	l := g.Limits(try.Portal, try.Patient.Practice)
	if try.Staff {
		add("desk_person", l.DeskPerson, person)
		add("desk_patient", l.DeskPatient, patient)
		add("desk_card", l.DeskCard, card)
		return a
	}
	add("session", l.Session, g.plain(string(try.Session[:])))
	add("person", l.Person, person)
	different("cards", l.Cards, false, person, card)
	add("patient", l.Patient, patient)
	different("patient_cards", l.PatientCards, false, patient, card)
	add("card", l.Card, card)
	different("card_people", l.CardPeople, true, card, person)
	own := len(a.gauges)
	if bank != nil {
		add("bank", l.Bank, bank)
	}
	if try.Network.IsValid() {
		add("network", l.Network, g.plain(try.Network.Masked().String()))
	}
	for i := own; i < len(a.gauges); i++ {
		a.gauges[i].shared = true
	}
	if l.Circuit != nil && *l.Circuit != (Circuit{}) {
		a.circuit = newCircuit(*l.Circuit, func(name string, within time.Duration) gauge {
			return gaugeOf("circuit", "circuit "+name, Rate{1, within}, g.plain(try.Portal))
		})
	}
	return a
}

// keys are those of all that has to be read.
func (a *admission) keys() (keys []ledger.CounterKey) {
	all := append([]gauge{a.pressed, a.known}, a.circuit.gauges()...)
	for _, g := range a.gauges {
		if all = append(all, g); g.once != nil {
			all = append(all, *g.once)
		}
	}
	for _, g := range all {
		keys = append(keys, g.keys...)
	}
	return keys
}

// decide refuses a try, or answers nil. Of several limits that one is told that
// lasts longest.
func (a *admission) decide(counted ledger.Counted) (refused *refusal) {
	a.open = a.circuit.open(counted)
	if a.pressed.sum(counted) > 0 {
		return nil // counted already, and sent once whatever happens
	}
	refuse := func(g gauge, until time.Time) {
		if refused == nil || until.After(refused.Until) || refused.shared && !g.shared {
			refused = &refusal{RefusedError{g.limit, until}, g.shared}
		}
	}
	for _, g := range a.gauges {
		if !a.applies(g, counted) || g.shared && a.trusted(counted) {
			continue
		}
		if room, until := g.room(counted); !room && (refused == nil || !g.shared || refused.shared) {
			refuse(g, until)
		}
	}
	if a.judged(counted) && !a.trusted(counted) && refused == nil {
		if until := a.circuit.refuses(counted); !until.IsZero() {
			refused = &refusal{RefusedError{"circuit", until}, true}
		}
	}
	return refused
}

// applies reports whether a try is one more for a gauge.
func (a *admission) applies(g gauge, counted ledger.Counted) bool {
	if g.once != nil && g.once.sum(counted) > 0 {
		return false
	}
	return g.limit == "card" || a.try.Staff || a.known.sum(counted) == 0
}

// judged reports whether a try says something about how it goes in its portal.
func (a *admission) judged(counted ledger.Counted) bool {
	return a.circuit.is && !a.try.Staff && a.known.sum(counted) == 0
}

// trusted reports whether what others do holds nobody up here: somebody who has paid
// before, and has not been refused lately.
func (a *admission) trusted(counted ledger.Counted) bool {
	return a.paid && !slices.ContainsFunc(a.gauges, func(g gauge) bool { return g.limit == "person" && g.rate.Within <= day && g.sum(counted) > 0 })
}
