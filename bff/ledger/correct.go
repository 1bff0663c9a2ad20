package ledger

import (
	"context"
	"fmt"

	"paypane/web/payment"
)

// Correct makes the counter-entry of a recording, which an attempt is that was made
// for it, and the task to take the recording back by hand in the practice's own
// system. Both are there when it returns nil, and neither otherwise.
//
// It is claimed like anything that moves money, so it is done at most once and
// refuses as Claim does: *OverlapError where the recording is corrected already.
// Nothing is sent, so its outcome is known at once. ErrTransition: what it would
// correct is no recording of that amount and method that was taken.
func (l *Ledger) Correct(ctx context.Context, p payment.Patient, id string, use CardUse) (a Record, err error) {
	err = l.write(ctx, "correct a recording", func(t tx) (err error) {
		made, err := attemptOf(t, p, id)
		if err != nil {
			return err
		}
		of, err := attemptOf(t, p, made.Undoes)
		if err != nil {
			return err
		}
		if !made.Corrects() || of.Kind != payment.KindRecord || of.State != payment.Succeeded || of.Total() != made.Total() || of.Method != made.Method ||
			of.CheckNumber != made.CheckNumber {
			return fmt.Errorf("%w: it corrects no such recording", ErrTransition)
		}
		use.Last4 = of.Last4
		if a, err = l.claim(t, p, id, use); err != nil {
			return err
		}
		if a, err = l.sending(t, a, ""); err != nil {
			return err
		}
		if a, err = l.end(t, a, payment.Outcome{State: payment.Succeeded, Evidence: "a counter-entry of ours: nothing was sent"}, EventSettled, payer(a)); err != nil {
			return err
		}
		k := Task{ID: a.ID, Practice: p.Practice, Patient: p.ID, Kind: TaskReverse, Attempt: of.ID, Name: of.PatientName, Amount: of.Total(), When: of.Sent, Posted: of.Posted,
			Method: of.Method, Check: of.CheckNumber, Last4: of.Last4, Batch: of.Batch, Reason: a.ReasonCode, Why: a.ReasonText, By: DeskSigner{payer(a), a.Staff.Name, a.Staff.Role}}
		act, err := newTask(t, k)
		if err == nil {
			_, err = l.act(t, act)
		}
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return a, nil
}

// Undone returns, by attempt, what has undone it at a practice: the voiding or the
// refund of a payment, the counter-entry of a recording.
func (l *Ledger) Undone(ctx context.Context, practice int, attempts []string) (undone map[string]Record, err error) {
	undone = map[string]Record{}
	if len(attempts) == 0 {
		return undone, nil
	}
	err = l.read(ctx, "read what was undone", func(t tx) error {
		clear(undone)
		found, err := t.attempts(search{practice: practice, undoes: attempts, states: []payment.State{payment.Succeeded}})
		for _, a := range found {
			if a.Kind.Returns() {
				undone[a.Undoes] = a
			}
		}
		return err
	})
	return undone, err
}
