package ledger

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"paypane/web/payment"
)

// NewMemory makes an empty ledger that is forgotten with the process: for
// simulations, which need millions. It keeps the contract of the others but for
// one thing: nothing of it is durable. Open never returns one. now is the
// clock; nil means time.Now.
func NewMemory(now func() time.Time) *Ledger {
	if now == nil {
		now = time.Now
	}
	return &Ledger{now: now, store: &memory{
		attemptsByID: map[string]*Record{}, locked: map[lockKey]string{}, agreed: map[string]payment.Consent{}, delays: map[int]time.Duration{}, zoned: map[[2]int]string{},
		sessions: map[[32]byte]Session{}, launches: map[[32]byte]time.Time{}, handovers: map[[32]byte]handover{}, counters: map[CounterKey][]Addition{},
	}}
}

// memory is a store in memory, and its own transaction: whoever has the lock.
type memory struct {
	mu           sync.RWMutex
	undo         []func() // takes back what the present update did, last first
	order        []*Record
	attemptsByID map[string]*Record
	locked       map[lockKey]string
	agreed       map[string]payment.Consent // by attempt
	record       []Event
	book         []Entry
	signed       []Checkpoint
	restored     []Restoration
	delays       map[int]time.Duration
	zoned        map[[2]int]string // by practice and department
	sessions     map[[32]byte]Session
	launches     map[[32]byte]time.Time // until when
	handovers    map[[32]byte]handover
	counters     map[CounterKey][]Addition // by slot, the oldest first
	outbox       []outboxRow               // in the order of their events
}

type lockKey struct {
	practice, patient int
	target            string
}

func (m *memory) view(ctx context.Context, fn func(tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return fn(m)
}

func (m *memory) update(ctx context.Context, fn func(tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.undo = m.undo[:0]
	err := (&update{fn: fn}).run(m)
	if err != nil {
		for _, back := range slices.Backward(m.undo) {
			back()
		}
	}
	return err
}

func (m *memory) back(fn func()) { m.undo = append(m.undo, fn) }

func (m *memory) ready(ctx context.Context) error { return ctx.Err() }
func (m *memory) occupy() error                   { return nil }
func (m *memory) alone() bool                     { return false }
func (m *memory) close() error                    { return nil }
func (m *memory) heartbeat(time.Time) error       { return nil }

// finds reports whether a search finds an attempt, its id aside.
func (s search) finds(a *Record) bool {
	switch {
	case len(s.ids) > 0 && !slices.Contains(s.ids, a.ID),
		s.patient.Practice != 0 && (a.Patient.Practice != s.patient.Practice || a.Patient.ID != s.patient.ID),
		len(s.patients) > 0 && !slices.Contains(s.patients, a.Patient.ID),
		len(s.states) > 0 && !slices.Contains(s.states, a.State),
		!s.endedFrom.IsZero() && (a.Ended.IsZero() || a.Ended.Before(s.endedFrom)),
		!s.sentFrom.IsZero() && (a.Sent.IsZero() || a.Sent.Before(s.sentFrom)),
		!s.movedBefore.IsZero() && (a.Sent.IsZero() || !a.Sent.Before(s.movedBefore)),
		s.claimedFrom != 0 && a.ClaimedSeq < s.claimedFrom,
		s.practice != 0 && a.Patient.Practice != s.practice,
		!s.createdFrom.IsZero() && a.Created.Before(s.createdFrom),
		s.portal != "" && (a.Launch == "" || a.Portal != s.portal || a.Launch != s.launch),
		s.code != "" && !strings.HasPrefix(strings.ToUpper(a.ID), s.code),
		len(s.undoes) > 0 && (a.Undoes == "" || !slices.Contains(s.undoes, a.Undoes)),
		s.check != "" && a.CheckNumber != s.check,
		s.vendor != "" && a.VendorReference != s.vendor,
		len(s.references) > 0 && !slices.Contains(s.references, a.Reference),
		!s.dueBy.IsZero() && (a.NextCheck.IsZero() || a.NextCheck.After(s.dueBy)),
		len(s.kinds) > 0 && !slices.Contains(s.kinds, a.Kind),
		s.staffed && a.Staff.Role == "",
		s.needsReview && !a.NeedsReview,
		s.watched && !isWatched(*a),
		s.unwatched && isWatched(*a),
		s.undue && !a.NextCheck.IsZero(),
		s.mails && a.Mail != MailDue:
		return false
	}
	return true
}

func (m *memory) attempts(s search) ([]Record, error) {
	if s.id != "" {
		if a := m.attemptsByID[s.id]; a != nil && s.finds(a) {
			return []Record{clone(a)}, nil
		}
		return nil, nil
	}
	var found []Record
	for _, a := range m.order {
		if s.finds(a) {
			found = append(found, clone(a))
		}
	}
	slices.SortStableFunc(found, func(a, b Record) int {
		by := int(b.ClaimedSeq - a.ClaimedSeq)
		if s.newest {
			by = b.Created.Compare(a.Created)
		} else if !s.dueBy.IsZero() {
			by = a.NextCheck.Compare(b.NextCheck)
		}
		if by == 0 {
			by = strings.Compare(a.ID, b.ID)
		}
		return by
	})
	if s.limit != all && len(found) > s.limit {
		found = found[:s.limit]
	}
	return found, nil
}

func clone(a *Record) Record {
	c := *a
	c.Charge.Lines = slices.Clone(a.Charge.Lines)
	c.consent = nil // is kept beside it
	return c
}

func (m *memory) insertAttempt(a Record) error {
	c := clone(&a)
	m.attemptsByID[a.ID] = &c
	m.order = append(m.order, &c)
	m.back(func() {
		delete(m.attemptsByID, a.ID)
		m.order = m.order[:len(m.order)-1]
	})
	return nil
}

func (m *memory) updateAttempt(a Record) error {
	kept := m.attemptsByID[a.ID]
	if kept == nil {
		return ErrConflict
	}
	before := *kept
	m.back(func() { *kept = before })
	*kept = clone(&a)
	kept.EmailSent = a.Mail == MailSent
	return nil
}

func (m *memory) takers(practice, department int) (all []taker, err error) {
	for _, a := range m.order {
		if by := (taker{a.Portal, a.Subject}); a.liesIn(practice, department) && by.subject != "" && !slices.Contains(all, by) {
			all = append(all, by)
		}
	}
	return all, nil
}

func (m *memory) taken(practice, department int, by taker, q takenQuery) (sum takenSum, err error) {
	for _, a := range m.order {
		if !a.liesIn(practice, department) || by != (taker{a.Portal, a.Subject}) || a.Ended.Before(q.endedFrom) || a.Sent.Before(q.sentFrom) || !slices.Contains(takings, a.Kind) {
			continue
		}
		if a.ClaimedSeq <= q.after {
			sum.earlier = append(sum.earlier, a.ID)
			continue
		}
		if sum.entries++; sum.first.IsZero() || a.Sent.Before(sum.first) {
			sum.first = a.Sent
		}
		if a.Sent.After(sum.last) {
			sum.last = a.Sent
		}
		sum.name = max(sum.name, a.Staff.Name)
	}
	slices.Sort(sum.earlier)
	return sum, nil
}

func (m *memory) lockOwner(p payment.Patient, target string) (string, error) {
	return m.locked[lockKey{p.Practice, p.ID, target}], nil
}

func (m *memory) lock(p payment.Patient, target, attempt string) error {
	key := lockKey{p.Practice, p.ID, target}
	if m.locked[key] != "" {
		return errors.New("locked by another attempt")
	}
	m.locked[key] = attempt
	m.back(func() { delete(m.locked, key) })
	return nil
}

func (m *memory) unlock(attempt string) error {
	for key, holder := range m.locked {
		if holder == attempt {
			delete(m.locked, key)
			m.back(func() { m.locked[key] = attempt })
		}
	}
	return nil
}

func (m *memory) lastEvent() (Event, error) {
	if len(m.record) == 0 {
		return Event{}, nil
	}
	return m.record[len(m.record)-1], nil
}

func (m *memory) appendEvent(e Event) error {
	if e.Seq != int64(len(m.record))+1 {
		return errors.New("events are append-only")
	}
	m.record = append(m.record, e)
	m.back(func() { m.record = m.record[:len(m.record)-1] })
	return nil
}

func (m *memory) events(attempt string, from int64, limit int) ([]Event, error) {
	var found []Event
	for _, e := range m.record {
		if e.Seq >= from && (attempt == "" || e.Attempt == attempt) && (limit == all || len(found) < limit) {
			found = append(found, e)
		}
	}
	return found, nil
}

func (m *memory) acts(q ActQuery) (found []Event, err error) {
	for _, e := range slices.Backward(m.record) {
		if q.finds(e) && (q.Limit == all || len(found) < q.Limit) && !m.followed(q, e) {
			found = append(found, e)
		}
	}
	return found, nil
}

// followed reports whether a later act of the name that is left out is about the
// same as another one, and was not taken back.
func (m *memory) followed(q ActQuery, e Event) bool {
	later := func(than Event, name string, still func(Event) bool) bool {
		return name != "" && slices.ContainsFunc(m.record, func(other Event) bool {
			return other.Desk.What == name && other.Desk.Practice == than.Desk.Practice && other.Desk.About == than.Desk.About && other.Seq > than.Seq && still(other)
		})
	}
	return later(e, q.Without, func(follows Event) bool { return !later(follows, q.Unless, func(Event) bool { return true }) })
}

func (m *memory) insertEntries(entries []Entry) error {
	n := len(m.book)
	m.book = append(m.book, entries...)
	m.back(func() { m.book = m.book[:n] })
	return nil
}

func (m *memory) entries(attempt string) ([]Entry, error) {
	var found []Entry
	for _, e := range m.book {
		if e.Attempt == attempt {
			found = append(found, e)
		}
	}
	return found, nil
}

func (m *memory) entriesBetween(first, last int64) ([]Entry, error) {
	var found []Entry
	for _, e := range m.book {
		if e.Event >= first && e.Event <= last {
			found = append(found, e)
		}
	}
	return found, nil
}

func (m *memory) locks() ([]targetLock, error) {
	var all []targetLock
	for key, attempt := range m.locked {
		all = append(all, targetLock{key.practice, key.patient, key.target, attempt})
	}
	return all, nil
}

func (m *memory) census() (census, error) {
	c := census{attempts: len(m.order), consents: len(m.agreed)}
	for _, a := range m.order {
		c.lines += len(a.Charge.Lines)
	}
	return c, nil
}

func (m *memory) insertConsent(attempt string, c payment.Consent) error {
	if _, given := m.agreed[attempt]; given {
		return errors.New("consents are fixed")
	}
	m.agreed[attempt] = c
	m.back(func() { delete(m.agreed, attempt) })
	return nil
}

func (m *memory) consents(attempts []string) (map[string]payment.Consent, error) {
	found := map[string]payment.Consent{}
	for _, id := range attempts {
		if c, given := m.agreed[id]; given {
			found[id] = c
		}
	}
	return found, nil
}

func (m *memory) checkpoints(limit int) ([]Checkpoint, error) {
	newest := slices.Clone(m.signed)
	slices.Reverse(newest)
	if limit != all && len(newest) > limit {
		newest = newest[:limit]
	}
	return newest, nil
}

func (m *memory) insertCheckpoint(c Checkpoint) error {
	m.signed = append(m.signed, c)
	m.back(func() { m.signed = m.signed[:len(m.signed)-1] })
	return nil
}

func (m *memory) restorations() ([]Restoration, error) {
	newest := slices.Clone(m.restored)
	slices.Reverse(newest)
	return newest, nil
}

func (m *memory) insertRestoration(_ int, r Restoration) error {
	m.restored = append(m.restored, r)
	m.back(func() { m.restored = m.restored[:len(m.restored)-1] })
	return nil
}

func (m *memory) listingDelay(practice int) (time.Duration, error) { return m.delays[practice], nil }

func (m *memory) setListingDelay(practice int, d time.Duration) error {
	before, known := m.delays[practice]
	m.back(func() {
		if m.delays[practice] = before; !known {
			delete(m.delays, practice)
		}
	})
	m.delays[practice] = d
	return nil
}

func (m *memory) zones() (map[[2]int]string, error) { return maps.Clone(m.zoned), nil }

func (m *memory) setZone(practice, department int, name string) error {
	key := [2]int{practice, department}
	before, known := m.zoned[key]
	m.back(func() {
		if m.zoned[key] = before; !known {
			delete(m.zoned, key)
		}
	})
	m.zoned[key] = name
	return nil
}
