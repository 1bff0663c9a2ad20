package proof_test

import (
	"context"
	"slices"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// The calls of the ledger by which servers look, once a day, for what lasts.

func (a account) WatchesDue(ctx context.Context, limit int) ([]ledger.Record, error) {
	due, err := pass(ctx, a.p, atWatchesDue, func() ([]ledger.Record, error) { return a.Ledger.WatchesDue(ctx, limit) }, nil)
	if c := callOf(ctx); len(due) == 0 && !c.mails && c.late != nil {
		c.late() // this turn was the last
	}
	return due, err
}

func (a account) Watch(ctx context.Context, of ledger.Record, next time.Time) error {
	_, err := pass(ctx, a.p, atWatch, func() (nothing, error) { return nothing{}, a.Ledger.Watch(ctx, of, next) }, nil)
	return err
}

func (a account) NoteListed(ctx context.Context, of ledger.Record, says ledger.Listed) error {
	_, err := pass(ctx, a.p, atNoteListed, func() (nothing, error) { return nothing{}, a.Ledger.NoteListed(ctx, of, says) }, nil)
	return err
}

func (a account) EndWatch(ctx context.Context, of ledger.Record, why string) error {
	_, err := pass(ctx, a.p, atEndWatch, func() (nothing, error) { return nothing{}, a.Ledger.EndWatch(ctx, of, why) }, func(nothing) {
		a.p.s.trace("watched", func() string { return a.p.s.record(of.ID).name() + " " + why })
	})
	return err
}

func (a account) AddTask(ctx context.Context, k ledger.Task) error {
	_, err := pass(ctx, a.p, atAddTask, func() (nothing, error) { return nothing{}, a.Ledger.AddTask(ctx, k) }, func(nothing) { a.p.s.toldOf(k) })
	return err
}

func (a account) ReopenTask(ctx context.Context, practice int, id string, by ledger.DeskSigner, anybodys bool, why string) error {
	_, err := pass(ctx, a.p, atAddTask, func() (nothing, error) {
		return nothing{}, a.Ledger.ReopenTask(ctx, practice, id, by, anybodys, why)
	}, nil)
	return err
}

func (a account) FinishTask(ctx context.Context, practice int, id string, by ledger.DeskSigner, note string) error {
	_, err := pass(ctx, a.p, atAddTask, func() (nothing, error) {
		return nothing{}, a.Ledger.FinishTask(ctx, practice, id, by, note)
	}, nil)
	return err
}

// toldOf notes what somebody is to look after.
func (s *scenario) toldOf(k ledger.Task) {
	s.met(taskOfContract)
	s.trace("task", func() string { return k.ID })
}

// lasts reports whether an attempt made something that lasts, which is looked for as long
// as it does.
func lasts(a ledger.Record) bool {
	return a.State == payment.Succeeded && (a.Kind == payment.KindPlan || a.Kind.Agrees())
}

// contractOf is what an entry of the book made; nil: nothing that lasts.
func (u *upstream) contractOf(c *charge) *contract {
	for _, k := range u.contracts {
		if k.made == c {
			return k
		}
	}
	return nil
}

// days are the days after something was signed: the upstream charges what it was allowed
// to, contracts end, servers look for them, payers come back, staff do what is to be done.
func (s *scenario) days(d *stream, payers []*payer) {
	if len(s.contracts) == 0 {
		return
	}
	end := time.Now().Add(time.Duration(one(d, 3, 10, 11, 12, 12, 40)) * 24 * time.Hour)
	visit := time.Now().Add(d.between(12*time.Hour, 60*time.Hour))
	for turns := 0; ; turns++ {
		next := end
		for _, at := range []time.Time{s.due(), s.look(), s.step(), visit} {
			if !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		if turns > 1500 {
			s.convict("things are due without end")
			return
		}
		if span := time.Until(next); span > 0 {
			d.sleep(span + d.between(time.Millisecond, time.Second))
		}
		switch now := time.Now(); {
		case !now.Before(end):
			s.settle(d)
			return
		case !visit.After(now):
			visit = now.Add(d.between(20*time.Hour, 5*24*time.Hour))
			if d.percent(40) {
				s.finishTasks(d)
			}
			s.comeBack(d, payers)
		case s.takeStep(d):
		default:
			s.turn(d, one(d, s.houses...))
		}
	}
}

// look is when a server has to look for a contract; zero: never.
func (s *scenario) look() (next time.Time) {
	s.due()
	return s.nextLook
}

// step is when the upstream does something by itself; zero: never.
func (s *scenario) step() (next time.Time) {
	for _, p := range s.steps {
		if next.IsZero() || p.at.Before(next) {
			next = p.at
		}
	}
	return next
}

// takeStep does what the upstream does by itself now, if there is something.
func (s *scenario) takeStep(d *stream) bool {
	now := time.Now()
	for i, p := range s.steps {
		if !p.at.After(now) {
			s.steps = slices.Delete(s.steps, i, i+1)
			p.do(d)
			return true
		}
	}
	return false
}

// comeBack is a payer who looks at everything some day, and may pay or sign again.
func (s *scenario) comeBack(d *stream, payers []*payer) {
	if s.used > most-250 {
		return
	}
	up := false
	for _, h := range s.houses {
		up = up || h.process != nil && !h.process.dead
	}
	if !up {
		return
	}
	b := one(d, payers...)
	b.d.sleep(time.Second)
	b.launch()
	b.act()
	b.act()
	b.d.sleep(time.Second)
	d.sleep(2 * time.Minute) // what was sent is answered
}

// judgeContracts looks at what lasts: nothing is agreed to twice, no day of a plan is paid
// twice, no page offered what was agreed to, and whoever has to look in athenaOne is told
// so, and of nothing else.
func (s *scenario) judgeContracts() {
	for _, k := range s.contracts {
		r := k.made.attempt
		for _, other := range s.contracts {
			o := other.made.attempt
			if k.target != "" && other != k && other.target == k.target && other.made.patient == k.made.patient && o.claimed.After(r.claimed) && !k.ended(o.claimed) {
				s.convict("attempt %s agrees to what attempt %s has agreed to", o.name(), r.name())
			}
		}
		for _, o := range s.consents {
			if k.target == o.bill && k.made.patient == o.patient && r.claimed.Before(o.asked) && !k.ended(o.shown) {
				s.convict("a page asked for at %s offered to agree to what attempt %s has", s.since(o.asked), r.name())
			}
		}
	}
	var tasks []ledger.Task
	for _, read := range []func() ([]ledger.Task, error){
		func() ([]ledger.Task, error) { return s.raw.OpenTasks(context.Background(), practiceID) },
		func() ([]ledger.Task, error) { return s.raw.DoneTasks(context.Background(), practiceID, 1000) },
	} {
		some, err := read()
		if err != nil {
			s.convict("read what is to be done by hand: %v", err)
		}
		tasks = append(tasks, some...)
	}
	tasks = slices.DeleteFunc(tasks, func(k ledger.Task) bool { return k.Kind != ledger.TaskEnded })
	for _, task := range tasks {
		r := s.record(task.Attempt)
		i := slices.IndexFunc(s.contracts, func(k *contract) bool { return k.made.attempt == r })
		if i < 0 {
			s.convict("somebody is to look after attempt %s, which made nothing", r.name())
			continue
		}
		k := s.contracts[i]
		switch day, missed := strings.CutPrefix(task.ID, reconcile.EndedTask(r.id)+"-due-"); {
		case k.odd || s.drifted[r.patient.ID] || s.oddRows(r.patient.ID):
		case missed && !slices.Contains(k.missed, payment.Day(day)):
			s.convict("somebody is to look after the payment of %s of attempt %s, which the bank made", day, r.name())
		case !missed && !(k.early && k.ended(task.Made)):
			s.convict("somebody is to look after attempt %s, which did not end early", r.name())
		}
	}
	for _, k := range s.contracts {
		s.judgeTold(k, tasks)
	}
}

func (s *scenario) oddRows(patient int) bool {
	return slices.ContainsFunc(s.book, func(c *charge) bool { return c.patient == patient && c.odd })
}

// toldWithin is how soon somebody has to be told of what a list shows: two looks, the days
// that a payment may be late, and a day for each crash in the middle of a look.
const toldWithin = 8 * 24 * time.Hour

// judgeTold judges whether somebody was told that a contract has ended early, or that the
// payment of a day was not made.
func (s *scenario) judgeTold(k *contract, tasks []ledger.Task) {
	r := k.made.attempt
	a, err := s.raw.AttemptForPatient(context.Background(), r.patient, r.id)
	said, err2 := s.raw.LastListed(context.Background(), a)
	if err != nil || err2 != nil {
		s.convict("read what was told of attempt %s: %v, %v", r.name(), err, err2)
	}
	if k.odd || s.drifted[r.patient.ID] || s.oddRows(r.patient.ID) || a.State != payment.Succeeded {
		return
	}
	told := func(id string) bool {
		return slices.ContainsFunc(tasks, func(t ledger.Task) bool { return t.ID == id })
	}
	for _, day := range k.missed {
		due := dayAt(day, 0)
		if time.Since(due) > toldWithin && (k.ends.IsZero() || k.ends.Sub(due) > toldWithin) && !told(reconcile.MissedTask(r.id, day)) {
			s.convict("the bank made no payment of %s for attempt %s, and nobody is told", day, r.name())
		}
	}
	again := slices.ContainsFunc(s.contracts, func(other *contract) bool {
		return other != k && other.made.patient == k.made.patient
	})
	if k.early && !said.At.IsZero() && !again && s.openOf(k) && time.Since(k.ends) > toldWithin+s.balance && !told(reconcile.EndedTask(r.id)) {
		s.convict("what attempt %s made has ended early, and nobody is told", r.name())
	}
}

// openOf reports whether something that a contract was for has been open for long.
func (s *scenario) openOf(k *contract) bool {
	for _, b := range s.owed(k.made.patient, time.Now()) {
		its := b.ID == k.bill.ID || slices.ContainsFunc(k.made.lines, func(l payment.Line) bool { return l.Bill == b.ID })
		if its && (k.bill.ID == "" || time.Since(s.visit) > toldWithin) {
			return true
		}
	}
	return false
}
