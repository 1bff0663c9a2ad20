package ledger

import (
	"context"
	"fmt"
	"math"
	"slices"

	"paypane/web/payment"
)

// Report is what Verify has gone through.
type Report struct {
	Events, Attempts, Lines, Entries, Checkpoints, Consents int
	// Acts are the events that belong to no attempt: those at the desk.
	Acts int
	Last Event // the zero Event if there is none
}

// BrokenError names the first row of the record that cannot be as it was
// written. Event is the row's event: the one whose link does not hold, or which
// the rest of the row's table does not fit; 0 if no event has to do with it.
type BrokenError struct {
	Event   int64
	Attempt string
	Why     string
}

func (e *BrokenError) Error() string {
	where := "outside of all events"
	if e.Event != 0 {
		where = fmt.Sprintf("event %d", e.Event)
	}
	if e.Attempt != "" {
		where += ", attempt " + e.Attempt
	}
	return where + ": " + e.Why
}

// Verify goes through the whole record: events without a gap, each linked to
// the one before it; attempts as their events say; entries as the moves of the
// attempts make them; locks of what is live; nothing beside. What was cut off
// at the end is only missed by checkpoints that were made before: of every
// checkpoint given, the event has to be there with its hash. A checkpoint from
// before a restoration, of what the backup did not have, is passed over. An
// error that is no *BrokenError says that the record could not be read.
//
// Not covered is what only steers the work: when an attempt is looked up next,
// why a person is asked, sessions.
func (l *Ledger) Verify(ctx context.Context, checkpoints ...Checkpoint) (r Report, err error) {
	err = l.read(ctx, "verify", func(t tx) error {
		v := verification{Report: &r, t: t, standing: map[string]standing{}}
		if err := pages(t, math.MinInt64, v.page); err != nil {
			return err
		}
		for _, step := range []func() error{v.attempts, v.strays, v.locks} {
			if err := step(); err != nil {
				return err
			}
		}
		return v.checkpoints(checkpoints)
	})
	return r, err
}

// pageSize is how many events are read at once.
const pageSize = 500

// pages hands all events from a number on to fn, some at a time, with their
// attempts and entries.
func pages(t tx, from int64, fn func([]Event, map[string]Record, []Entry) error) error {
	for {
		events, err := t.events("", from, pageSize)
		if err != nil || len(events) == 0 {
			return err
		}
		first, last := events[0].Seq, events[len(events)-1].Seq
		var ids []string
		for _, e := range events {
			if e.Attempt != "" {
				ids = append(ids, e.Attempt)
			}
		}
		slices.Sort(ids)
		attempts, err := withConsents(t, slices.Compact(ids))
		if err != nil {
			return err
		}
		entries, err := t.entriesBetween(first, last)
		if err != nil {
			return err
		}
		if err := fn(events, attempts, entries); err != nil {
			return err
		}
		if len(events) < pageSize {
			return nil
		}
		from = last + 1
	}
}

// withConsents are attempts with what was agreed to.
func withConsents(t tx, ids []string) (map[string]Record, error) {
	if len(ids) == 0 { // all of them would be found
		return nil, nil
	}
	found, err := t.attempts(search{ids: ids})
	if err != nil {
		return nil, err
	}
	consents, err := t.consents(ids)
	if err != nil {
		return nil, err
	}
	attempts := map[string]Record{}
	for _, a := range found {
		if c, given := consents[a.ID]; given {
			a.consent = &c
		}
		attempts[a.ID] = a
	}
	return attempts, nil
}

// standing is what the events so far say of an attempt.
type standing struct {
	state payment.State
	moved Event // that brought it there
	mail  Mail
	// transit are the cents that went into transit and not out of it.
	transit int64
}

// verification is one run of Verify.
type verification struct {
	*Report
	t        tx
	standing map[string]standing
}

func (v *verification) page(events []Event, attempts map[string]Record, entries []Entry) error {
	for _, e := range events {
		broken := func(why string) error { return &BrokenError{Event: e.Seq, Attempt: e.Attempt, Why: why} }
		if e.Seq != v.Last.Seq+1 {
			return &BrokenError{Event: v.Last.Seq + 1, Why: fmt.Sprintf("it is missing; the next is %d", e.Seq)}
		}
		if e.What == EventDesk || e.Attempt == "" || e.Desk != (DeskAct{}) {
			if why := v.act(e, entries); why != "" {
				return broken(why)
			}
			continue
		}
		a, there := attempts[e.Attempt]
		s, known := v.standing[e.Attempt]
		was := s.state
		switch {
		case !there:
			return broken("its attempt is missing")
		case known == (e.What == EventCreated):
			return broken("an attempt begins with being created, once")
		case !known:
			was = e.State
			v.Attempts++
			v.Lines += len(a.Charge.Lines)
		}
		if was == payment.Created && e.State != was && a.consent != nil {
			v.Consents++
		}
		if link(v.Last.Hash, e, was, a) != e.Hash {
			return broken("its hash is another: the event, what it fixed of the attempt, or the event before it was changed")
		}
		a.State = e.State
		for _, want := range transfers(e.Seq, was, a) {
			if len(entries) == 0 || entries[0] != want {
				return broken("its entries are not what the move from " + string(was) + " to " + string(e.State) + " makes")
			}
			entries = entries[1:]
			v.Entries++
			s.transit += want.in(AccountTransit)
		}
		if len(entries) > 0 && entries[0].Event <= e.Seq {
			return broken("it has an entry too many")
		}
		v.standing[e.Attempt] = s.after(e)
		v.Last = e
		v.Events++
	}
	return nil
}

// act says what is wrong with an event that belongs to no attempt.
func (v *verification) act(e Event, entries []Entry) string {
	switch {
	case e.What != EventDesk || e.Attempt != "" || e.State != "" || e.Desk.Who != e.Who || e.Desk.Detail != e.Evidence:
		return "it is an act at the desk and one of an attempt, or neither"
	case link(v.Last.Hash, e, "", Record{}) != e.Hash:
		return "its hash is another: the event, or the event before it was changed"
	case len(entries) > 0 && entries[0].Event <= e.Seq:
		return "it has an entry, and moves nothing"
	}
	v.Last = e
	v.Events++
	v.Acts++
	return ""
}

// after is the standing after one more event.
func (s standing) after(e Event) standing {
	switch e.What {
	case EventMailing:
		s.mail = MailOrdered
	case EventRestored:
		if e.State == payment.Succeeded {
			s.mail = MailOrdered
		}
	case EventEmailed:
		s.mail = MailSent
	case EventEmailFailed:
		s.mail = MailFailed
	}
	// An attempt that is unknown may be found to be unknown once more.
	if s.state != e.State || e.State == payment.Unknown && outcome(e.What) {
		s.state, s.moved = e.State, e
	}
	return s
}

// outcome reports whether an event writes an outcome down.
func outcome(what string) bool {
	return slices.Contains([]string{EventSettled, EventRecovered, EventFound, EventNotDone, EventDecided, EventRestored}, what)
}

// attempts compares what is kept of each attempt with what its events say.
func (v *verification) attempts() error {
	ids := make([]string, 0, len(v.standing))
	for id := range v.standing {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return int(v.standing[a].moved.Seq - v.standing[b].moved.Seq) })
	for some := range slices.Chunk(ids, pageSize) {
		kept, err := withConsents(v.t, some)
		if err != nil {
			return err
		}
		for _, id := range some {
			if why := v.standing[id].contradicts(kept[id]); why != "" {
				return &BrokenError{Event: v.standing[id].moved.Seq, Attempt: id, Why: why}
			}
		}
	}
	return nil
}

// contradicts says what of an attempt is not as its events say, beside what
// they cover with their hashes.
func (s standing) contradicts(a Record) string {
	switch {
	case a.State != s.state:
		return "the attempt is kept as " + string(a.State) + ", and was left " + string(s.state)
	case s.state == payment.Claimed && !a.Sent.Equal(s.moved.At):
		return "the attempt is kept with another moment of its claim"
	case (s.state == payment.Unknown || s.state == payment.NotDone) && !a.Ended.Equal(s.moved.At):
		return "the attempt is kept with another end"
	case a.unlike(s.state) != "":
		return "the attempt is kept with a value in " + a.unlike(s.state) + ", which an attempt that is " + string(s.state) + " does not have"
	case s.state == payment.Created && a.consent != nil:
		return "the attempt is kept with a consent, which only comes with the claim"
	case s.transit != 0 && s.state != payment.Sending && s.state != payment.Unknown:
		return fmt.Sprintf("%d cents of it are still in transit", s.transit)
	case a.Mail != s.mail && !(s.mail == "" && a.Mail == MailDue):
		return "the receipt is kept as " + string(a.Mail) + ", and was left " + string(s.mail)
	}
	return ""
}

// strays looks for what belongs to no event.
func (v *verification) strays() error {
	for _, span := range [][2]int64{{math.MinInt64, 0}, {v.Last.Seq + 1, math.MaxInt64}} {
		entries, err := v.t.entriesBetween(span[0], span[1])
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			return &BrokenError{Event: entries[0].Event, Attempt: entries[0].Attempt, Why: "there is an entry and no such event"}
		}
	}
	c, err := v.t.census()
	switch {
	case err != nil:
		return err
	case c.attempts != v.Attempts:
		return v.uncreated()
	case c.lines != v.Lines:
		return &BrokenError{Why: fmt.Sprintf("there are %d lines, the attempts have %d", c.lines, v.Lines)}
	case c.consents != v.Consents:
		return &BrokenError{Why: fmt.Sprintf("there are %d consents, the attempts have %d", c.consents, v.Consents)}
	}
	return nil
}

// uncreated names an attempt that no event made.
func (v *verification) uncreated() error {
	all, err := v.t.attempts(search{})
	if err != nil {
		return err
	}
	for _, a := range all {
		if _, known := v.standing[a.ID]; !known {
			return &BrokenError{Attempt: a.ID, Why: "no event made it"}
		}
	}
	return &BrokenError{Why: "there are other attempts than the events made"}
}

// locks compares who has locked what with who is live. Each target of a live attempt
// is locked by a live attempt that has it.
func (v *verification) locks() error {
	live, err := v.t.attempts(search{states: liveStates()})
	if err != nil {
		return err
	}
	locks, err := v.t.locks()
	if err != nil {
		return err
	}
	free := map[targetLock]bool{} // who may have locked what
	byID := map[string]Record{}
	for _, a := range live {
		byID[a.ID] = a
		for _, target := range a.Targets() {
			free[targetLock{a.Patient.Practice, a.Patient.ID, target, ""}] = true
		}
	}
	broken := func(a, why string) error { return &BrokenError{v.standing[a].moved.Seq, a, why} }
	for _, h := range locks {
		a := byID[h.attempt]
		if a.Patient.Practice != h.practice || a.Patient.ID != h.patient || !slices.Contains(a.Targets(), h.target) {
			return broken(h.attempt, "it has locked "+h.target+" and is not live for it")
		}
		delete(free, targetLock{h.practice, h.patient, h.target, ""})
	}
	for _, a := range live {
		for _, target := range a.Targets() {
			if free[targetLock{a.Patient.Practice, a.Patient.ID, target, ""}] {
				return broken(a.ID, "it is live and nobody has locked "+target)
			}
		}
	}
	return nil
}

// checkpoints compares what was signed with what is there.
func (v *verification) checkpoints(all []Checkpoint) error {
	for _, c := range all {
		lost, err := compare(v.t, v.Last, c)
		if err != nil {
			return err
		}
		if !lost {
			v.Checkpoints++
		}
	}
	return nil
}
