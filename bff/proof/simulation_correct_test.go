package proof_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"paypane/bff/dispatch"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// counterEntry is what a clerk asks for with a correction: nothing is sent for it, so it
// is not submitted.
type counterEntry struct{ dispatch.Operation }

// correction is an attempt at taking a recording back: one that stands, or now and then
// one that the page of another tab still has.
func (k *clerk) correction(p payment.Patient, taken []ledger.Record) (a ledger.Record, ask dispatch.Operation) {
	recorded := slices.DeleteFunc(slices.Clone(taken), func(a ledger.Record) bool { return a.Kind != payment.KindRecord })
	for _, made := range k.known {
		if of := k.s.record(made.id); !of.correctedAt.IsZero() && of.patient == p && k.d.percent(30) {
			recorded = []ledger.Record{{Patient: p, Attempt: payment.Attempt{ID: of.id, Charge: payment.Charge{Lines: of.lines}}}}
		}
	}
	if len(recorded) == 0 {
		return a, nil
	}
	of := one(k.d, recorded...)
	a.Kind, a.Target, a.Value = payment.KindVoid, payment.RecordingTarget(of.ID), of.Total()
	a.Method, a.Undoes = payment.Cash, of.ID
	return a, counterEntry{}
}

func (a account) Correct(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	return pass(ctx, a.p, atCorrect, func() (ledger.Record, error) {
		made, err := a.Ledger.Correct(ctx, p, id, use)
		a.p.s.refused(a.p, id, err)
		var overlap *ledger.OverlapError
		if errors.As(err, &overlap) {
			a.p.s.met(deskCorrectedBefore)
		}
		return made, err
	}, func(made ledger.Record) { a.p.s.corrected(a.p, made) })
}

// corrected notes that a recording has its counter-entry.
func (s *scenario) corrected(by *process, a ledger.Record) {
	r, of := s.record(a.ID), s.record(a.Undoes)
	if !of.correctedAt.IsZero() {
		s.convict("attempt %s corrects attempt %s, which is corrected", r.name(), of.name())
	}
	now := time.Now()
	r.claimed, r.by, of.correctedAt = now, by, now
	s.met(deskCorrected)
	s.ended(a)
}

// chore is what a person does by hand in the practice's own system: they take back there
// what was corrected here, where nobody has, and say that it is done.
func (s *scenario) chore(ctx context.Context, d *stream, books interface {
	FinishTask(ctx context.Context, practice int, id string, by ledger.DeskSigner, note string) error
}, k ledger.Task) {
	of := s.record(k.Attempt)
	s.copyBook()
	if k.Kind == ledger.TaskEnded { // somebody looks
		if err := books.FinishTask(ctx, k.Practice, k.ID, ledger.DeskSigner{ID: "clerk", Role: "biller"}, ""); err == nil {
			s.met(deskTaskDone)
		}
		return
	}
	if len(of.booked) != 1 {
		s.convict("somebody is to take attempt %s back by hand, which is booked %d times", of.name(), len(of.booked))
		return
	}
	if paid := of.booked[0]; paid.back == nil && s.sim == nil { // the simulator has no hands
		paid.back = s.enter(d, charge{kind: payment.KindVoid, patient: paid.patient, total: paid.total}, time.Now())
	}
	if err := books.FinishTask(ctx, k.Practice, k.ID, ledger.DeskSigner{ID: "clerk", Role: "biller"}, ""); err == nil {
		s.met(deskTaskDone)
	}
}

// chores does one of the things that wait to be done by hand.
func (k *clerk) chores() {
	k.at(func(ctx context.Context, server *process) {
		tasks, err := account{server, k.s.books}.OpenTasks(ctx, practiceID)
		if err == nil && len(tasks) > 0 {
			k.s.chore(ctx, k.d, account{server, k.s.books}, one(k.d, tasks...))
		}
	})
}

// finishTasks is the end of the day: all that waits is done.
func (s *scenario) finishTasks(d *stream) {
	tasks, err := s.raw.OpenTasks(context.Background(), practiceID)
	if err != nil {
		s.convict("read what is to be done by hand: %v", err)
	}
	for _, k := range tasks {
		s.chore(context.Background(), d, s.raw, k)
	}
}

// judgeCorrection looks at a counter-entry: nothing was sent for it, it takes back a
// recording, once, and the whole of it, and one person has been asked, once, to take it
// back in the practice's own system, too.
func (s *scenario) judgeCorrection(r *record, a ledger.Record) {
	of := s.record(r.corrects)
	switch {
	case r.collects > 0 || len(r.booked) > 0:
		s.convict("attempt %s, a counter-entry, was sent", r.name())
	case !r.claimed.IsZero() && a.State != payment.Succeeded:
		s.convict("attempt %s, a counter-entry, is %s in the end, and was told done", r.name(), a.State)
	case a.State != payment.Created && a.State != payment.Succeeded:
		s.convict("attempt %s, a counter-entry, is %s in the end", r.name(), a.State)
	case a.NeedsReview || !a.NextCheck.IsZero() || a.Mail == ledger.MailDue:
		s.convict("something of attempt %s, a counter-entry, is still due", r.name())
	}
	tasks, err := s.raw.DoneTasks(context.Background(), practiceID, 1000)
	if err != nil {
		s.convict("read what was done by hand: %v", err)
	}
	tasks = slices.DeleteFunc(tasks, func(k ledger.Task) bool { return k.ID != r.id })
	switch {
	case a.State != payment.Succeeded:
		if len(tasks) > 0 {
			s.convict("attempt %s takes nothing back, and somebody was to do it by hand", r.name())
		}
	case of.kind != payment.KindRecord || !of.settled || of.total != r.total || of.correctedAt.IsZero():
		s.convict("attempt %s of %s corrects attempt %s, a %s of %s", r.name(), r.total, of.name(), of.kind, of.total)
	case len(tasks) != 1 || tasks[0].Attempt != of.id || tasks[0].Amount != of.total:
		s.convict("attempt %s corrects attempt %s, and nobody was asked once to take it back by hand: %v", r.name(), of.name(), tasks)
	case len(of.booked) != 1 || of.booked[0].back == nil && s.sim == nil:
		s.convict("attempt %s is corrected, and stands in the practice's book", of.name())
	}
}
