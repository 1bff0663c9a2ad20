package proof_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// twoClaims lets everybody send what one has claimed.
type twoClaims struct{ Ledger }

func (l twoClaims) Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	a, err := l.Ledger.Claim(ctx, p, id, use)
	var claimed *ledger.ClaimedError
	if errors.As(err, &claimed) && claimed.Attempt.State == payment.Claimed {
		return claimed.Attempt, nil
	}
	return a, err
}

func (l twoClaims) MarkSending(ctx context.Context, id, before string) (ledger.Record, error) {
	a, err := l.Ledger.MarkSending(ctx, id, before)
	if errors.Is(err, ledger.ErrTransition) {
		return ledger.Record{Attempt: payment.Attempt{ID: id}, ReceiptWatermark: before}, nil
	}
	return a, err
}

// sureRecovery is sure that what it finds sending was not sent.
type sureRecovery struct {
	Ledger
	s *scenario
}

func (l *sureRecovery) Recover(ctx context.Context, before time.Time) (int, int, error) {
	for _, r := range l.s.records {
		a, err := l.Ledger.AttemptForPatient(ctx, r.patient, r.id)
		if err == nil && a.State == payment.Sending && a.Sent.Before(before) {
			l.Ledger.Settle(ctx, r.id, payment.Outcome{State: payment.NotSent})
		}
	}
	return l.Ledger.Recover(ctx, before)
}

// silent asks nobody.
type silent struct{ Ledger }

func (silent) Escalate(context.Context, string, string) (ledger.Record, error) {
	return ledger.Record{}, nil
}

// hasty says that what no receipt shows was not done.
type hasty struct{ Ledger }

func (l hasty) Escalate(ctx context.Context, id, why string) (ledger.Record, error) {
	if strings.HasPrefix(why, "asked.unshown") {
		return l.Ledger.Find(ctx, id, payment.Outcome{State: payment.NotDone})
	}
	return l.Ledger.Escalate(ctx, id, why)
}

// forgetful does not know what went to the bills.
type forgetful struct{ Ledger }

func (l forgetful) Pending(ctx context.Context, p payment.Patient) ([]payment.Pending, int64, error) {
	_, asOf, err := l.Ledger.Pending(ctx, p)
	return nil, asOf, err
}

// trusting never asks whether an equal payment is meant.
type trusting struct{ Ledger }

func (l trusting) Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	for {
		claimed, err := l.Ledger.Claim(ctx, p, id, use)
		var repeat *ledger.DuplicateError
		if !errors.As(err, &repeat) {
			return claimed, err
		}
		use.ConfirmDuplicateOf = repeat.Other.ID
	}
}

// trustingDesk never asks whether a recording is of the same money.
type trustingDesk struct{ Ledger }

func (l trustingDesk) Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	if a, err := l.AttemptForPatient(ctx, p, id); err != nil || !a.Kind.Records() {
		return l.Ledger.Claim(ctx, p, id, use)
	}
	return trusting(l).Claim(ctx, p, id, use)
}

// unlocked has the desk name its bills in another way than payers do, so that neither
// finds the other's lock.
type unlocked struct{ Ledger }

func (l unlocked) CreateAttempt(ctx context.Context, a ledger.Record) (ledger.Record, error) {
	if a.Kind.Records() {
		for i, n := range a.Charge.Lines {
			a.Charge.Lines[i].Number, a.Charge.Lines[i].Bill = "0"+n.Number, payment.BillID(n.Kind, "0"+n.Number)
		}
	}
	return l.Ledger.CreateAttempt(ctx, a)
}

// taskless makes counter-entries as if they were anything that is claimed and sent.
type taskless struct{ Ledger }

func (l taskless) Correct(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	a, err := l.Ledger.Claim(ctx, p, id, use)
	if err == nil {
		a, err = l.Ledger.MarkSending(ctx, id, "")
	}
	if err == nil {
		a, err = l.Ledger.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded})
	}
	return a, err
}

// waiting claims counter-entries and leaves them to somebody else.
type waiting struct{ Ledger }

func (l waiting) Correct(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	return l.Ledger.Claim(ctx, p, id, use)
}

// mailer gives the order for a receipt to whoever wants it.
type mailer struct{ Ledger }

func (l mailer) OrderMail(ctx context.Context, id string) (ledger.Record, error) {
	a, err := l.Ledger.OrderMail(ctx, id)
	if errors.Is(err, ledger.ErrTransition) {
		return a, nil
	}
	return a, err
}

// ticked calls what is to be taken back by hand done, when the recording is corrected.
type ticked struct{ Ledger }

func (l ticked) Correct(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	a, err := l.Ledger.Correct(ctx, p, id, use)
	if err == nil {
		err = l.FinishTask(ctx, p.Practice, a.ID, ledger.DeskSigner{ID: "nobody"}, "")
	}
	return a, err
}

// believing takes another correction of the same recording for its own.
type believing struct{ Ledger }

func (l believing) Correct(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	a, err := l.Ledger.Correct(ctx, p, id, use)
	var overlap *ledger.OverlapError
	if errors.As(err, &overlap) {
		if a, err = l.AttemptForPatient(ctx, p, id); err == nil {
			a.State = payment.Succeeded
		}
	}
	return a, err
}

// unwritten says that a correction is done, and writes nothing.
type unwritten struct{ Ledger }

func (l unwritten) Correct(ctx context.Context, p payment.Patient, id string, _ ledger.CardUse) (ledger.Record, error) {
	a, err := l.AttemptForPatient(ctx, p, id)
	a.State = payment.Succeeded
	return a, err
}

// planless does not know of plans what they take.
type planless struct{ Ledger }

func (l planless) Pending(ctx context.Context, p payment.Patient) ([]payment.Pending, int64, error) {
	pending, asOf, err := l.Ledger.Pending(ctx, p)
	return slices.DeleteFunc(pending, func(line payment.Pending) bool { return line.Planned }), asOf, err
}

// scattered names what an agreement is for anew each time, so that none finds another.
type scattered struct {
	Ledger
	made int
}

func (l *scattered) ProposeAttempt(ctx context.Context, a ledger.Record) (ledger.Record, error) {
	if a.Kind.Agrees() {
		l.made++
		a.Target += "-" + strconv.Itoa(l.made)
	}
	return l.Ledger.ProposeAttempt(ctx, a)
}

// secretive makes no tasks of what ended, or of payments that were missed.
type secretive struct {
	Ledger
	missed bool
}

func (l secretive) AddTask(ctx context.Context, k ledger.Task) error {
	if k.Kind == ledger.TaskEnded && k.Missed == l.missed {
		return nil
	}
	return l.Ledger.AddTask(ctx, k)
}

// brief ends a watch with what the list says first.
type brief struct{ Ledger }

func (l brief) NoteListed(ctx context.Context, a ledger.Record, says ledger.Listed) error {
	if err := l.Ledger.NoteListed(ctx, a, says); err != nil {
		return err
	}
	return l.EndWatch(ctx, a, "it is listed")
}

// alarmist makes a task of what is listed.
type alarmist struct{ Ledger }

func (l alarmist) NoteListed(ctx context.Context, a ledger.Record, says ledger.Listed) error {
	k := ledger.Task{ID: reconcile.EndedTask(a.ID), Practice: a.Patient.Practice, Patient: a.Patient.ID, Kind: ledger.TaskEnded, Attempt: a.ID, Agreed: a.Kind, By: ledger.Reconciler}
	if err := l.AddTask(ctx, k); err != nil && !errors.Is(err, ledger.ErrConflict) {
		return err
	}
	return l.Ledger.NoteListed(ctx, a, says)
}
