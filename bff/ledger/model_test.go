package ledger

import (
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"paypane/web/payment"

	"pgregory.net/rapid"
)

// modelAttempt is all that the model knows of an attempt.
type modelAttempt struct {
	Record
	state   payment.State
	created time.Time
	claimed int // the event that claimed it, 0 before
	taken   int // the event that showed it taken, 0 before
	events  []payment.State
}

// model is the ledger in a few lines of plain Go: the judge of testModel.
type model struct {
	attempts []*modelAttempt
	events   int
	claims   map[string]int // successful, by attempt
	asOf     map[payment.Patient][]int64
}

func (m *model) move(a *modelAttempt, s payment.State) {
	m.events++
	a.state = s
	if s == payment.Succeeded {
		a.taken = m.events
	}
	a.events = append(a.events, s)
}

// blocking are the attempts that have to keep a from being claimed.
func (m *model) blocking(a *modelAttempt) (ids []string) {
	for _, o := range m.attempts {
		shares := slices.ContainsFunc(o.Charge.Lines, func(x payment.Line) bool {
			return slices.ContainsFunc(a.Charge.Lines, func(y payment.Line) bool { return x.Bill == y.Bill })
		})
		if o != a && o.Patient == a.Patient && shares &&
			(o.state.Live() || o.state == payment.Succeeded && max(o.claimed, o.taken) >= int(a.AsOfSeq)) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// testModel drives the ledger and the model through the same random history:
// attempts from fresh and from stale amounts, claims, outcomes, crashes,
// restarts and a clock that jumps. Of the histories that rapid draws it tries
// as many as are given.
func testModel(t *testing.T, empty database, histories int) {
	patients := []payment.Patient{ada, bob, ada2}
	states := []payment.State{payment.Created, payment.Claimed, payment.Sending, payment.Succeeded, payment.Declined,
		payment.NotSent, payment.Unknown, payment.NotDone, "lost"}
	tried, failed := 0, false
	defer func() { t.Logf("%d histories", tried) }()
	rapid.Check(t, func(r *rapid.T) {
		if tried == histories && histories != all && !failed { // one that fails is tried again, to be made smaller
			return
		}
		defer func() { failed = failed || r.Failed() }()
		tried++
		c := newClock()
		open := empty(t, c.now)
		l := open(r)
		defer func() { l.Close() }()
		m := &model{claims: map[string]int{}, asOf: map[payment.Patient][]int64{}}
		some := func(r *rapid.T) *modelAttempt {
			if len(m.attempts) == 0 {
				r.Skip("no attempts yet")
			}
			return rapid.SampledFrom(m.attempts).Draw(r, "attempt")
		}
		read := func(r *rapid.T) {
			p := rapid.SampledFrom(patients).Draw(r, "patient")
			lines, asOf, err := l.Pending(ctx, p)
			want(r, err, nil)
			lines = slices.DeleteFunc(lines, func(s payment.Pending) bool { return s.Known })
			count := 0
			for _, a := range m.attempts {
				if a.Patient == p && a.state.Live() {
					count += len(a.Charge.Lines)
				}
			}
			if len(lines) != count || asOf != int64(m.events+1) {
				r.Fatalf("%d live lines at %d, want %d at %d", len(lines), asOf, count, m.events+1)
			}
			m.asOf[p] = append(m.asOf[p], asOf)
		}
		createOne := func(r *rapid.T) {
			p := rapid.SampledFrom(patients).Draw(r, "patient")
			if len(m.asOf[p]) == 0 {
				r.Skip("nothing read yet")
			}
			numbers := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3"}), 1, 2, rapid.ID[string]).Draw(r, "bills")
			a := Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge(numbers...)}, Patient: p,
				AsOfSeq: rapid.SampledFrom(m.asOf[p]).Draw(r, "as of")}
			_, err := l.CreateAttempt(ctx, a)
			want(r, err, nil)
			made := &modelAttempt{Record: a, created: c.now()}
			m.attempts = append(m.attempts, made)
			m.move(made, payment.Created)
		}
		claimOne := func(r *rapid.T) {
			a := some(r)
			_, err := meant(l, a.Record, visa) // what repeats is not what this is about
			var claimed *ClaimedError
			var expired *ExpiredError
			var overlap *OverlapError
			switch blocking := m.blocking(a); {
			case a.state != payment.Created:
				if !errors.As(err, &claimed) || claimed.Attempt.State != a.state {
					r.Fatalf("second claim of %s: %v", a.state, err)
				}
			case c.now().Sub(a.created) > time.Hour:
				if !errors.As(err, &expired) || expired.Attempt.ID != a.ID {
					r.Fatalf("old claim: %v", err)
				}
			case len(blocking) > 0:
				if !errors.As(err, &overlap) || !slices.Contains(blocking, overlap.Other.ID) {
					r.Fatalf("overlapping claim: %v", err)
				}
			default:
				want(r, err, nil)
				if m.claims[a.ID]++; m.claims[a.ID] > 1 {
					r.Fatalf("claimed twice")
				}
				m.move(a, payment.Claimed)
				a.claimed = m.events
			}
		}
		sendOne := func(r *rapid.T) {
			a := some(r)
			_, err := l.MarkSending(ctx, a.ID, "0")
			if a.state != payment.Claimed {
				want(r, err, ErrTransition)
				return
			}
			want(r, err, nil)
			m.move(a, payment.Sending)
		}
		r.Repeat(map[string]func(*rapid.T){
			"read": read, "create": createOne, "create again": createOne, "claim": claimOne, "claim again": claimOne,
			"send": sendOne, "send again": sendOne,
			"settle": func(r *rapid.T) {
				a := some(r)
				s := rapid.SampledFrom(states).Draw(r, "state")
				got, err := l.Settle(ctx, a.ID, payment.Outcome{State: s, Refusal: payment.RefusedByBank})
				switch {
				case a.state == s && s.Ended():
					want(r, err, nil)
				case s.Ended() && a.state.May(s):
					want(r, err, nil)
					m.move(a, s)
				default:
					want(r, err, ErrTransition)
				}
				if got.State != a.state {
					r.Fatalf("settled %s, want %s", got.State, a.state)
				}
			},
			"restart": func(r *rapid.T) {
				want(r, l.Close(), nil)
				l = open(r)
				notSent, unknown, err := l.Recover(ctx, time.Time{})
				want(r, err, nil)
				for _, a := range m.attempts {
					switch a.state {
					case payment.Claimed:
						m.move(a, payment.NotSent)
						notSent--
					case payment.Sending:
						m.move(a, payment.Unknown)
						unknown--
					}
				}
				if notSent != 0 || unknown != 0 {
					r.Fatalf("recovered %d and %d too many", notSent, unknown)
				}
			},
			"clock": func(r *rapid.T) {
				c.advance(rapid.SampledFrom([]time.Duration{-time.Second, time.Microsecond, 20 * time.Minute,
					time.Hour}).Draw(r, "jump"))
			},
			"": func(r *rapid.T) {
				for _, a := range m.attempts {
					got, err := l.AttemptForPatient(ctx, a.Patient, a.ID)
					want(r, err, nil)
					events, err := l.Events(ctx, a.ID)
					want(r, err, nil)
					var moves []payment.State
					for _, e := range events {
						moves = append(moves, e.State)
					}
					if got.State != a.state || !slices.Equal(moves, a.events) {
						r.Fatalf("is %s after %v, want %s after %v", got.State, moves, a.state, a.events)
					}
				}
			},
		})
	})
}
