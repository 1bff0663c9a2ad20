package reconcile

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// The words of a task that closed, or opened again, by itself. They are stored.
const (
	EndedListed = "listed" // it is in the list again
	EndedPaid   = "paid"   // a payment of it has turned up
	EndedAgain  = "again"  // and is gone, or late, once more
)

// EndedTask is the task about an agreement or a plan that ended early.
func EndedTask(attempt string) string { return "ended-" + attempt }

// MissedTask is the task about a plan's payment that was due on a day. Each has its
// own: what settles one of them says nothing of the others, and nothing of the plan.
func MissedTask(attempt string, due payment.Day) string {
	return EndedTask(attempt) + "-due-" + string(due)
}

// listCheck is one check for what one attempt made.
type listCheck struct {
	*Watch
	ctx           context.Context
	a             ledger.Record
	file          *file
	today, signed payment.Day // at the department
	said          ledger.Listed
	task          *ledger.Task // about what is gone; nil: there is none
}

func (l *listCheck) do() (err error) {
	if l.said, err = l.Watches.LastListed(l.ctx, l.a); err != nil {
		return err
	}
	if l.task, err = l.taskIs(EndedTask(l.a.ID)); err != nil {
		return err
	}
	if l.task != nil && l.task.Done != nil && !l.task.Done.Itself {
		return l.over("somebody has looked at it")
	}
	if l.a.Kind == payment.KindPlan {
		return l.plan()
	}
	return l.agreement()
}

// taskIs is a task as it stands; nil: there is none.
func (l *listCheck) taskIs(id string) (*ledger.Task, error) {
	k, err := l.Tasks.Task(l.ctx, l.a.Patient.Practice, id)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &k, nil
}

func (l *listCheck) over(why string) error { return l.Watches.EndWatch(l.ctx, l.a, why) }

// agreement looks for an agreement in the list of its kind.
func (l *listCheck) agreement() error {
	rows, err := l.file.agreements(l.a)
	if err != nil {
		return err
	}
	row, there, unclear := l.agreementIn(rows)
	if unclear && l.said.Contract == "" { // which tells its row from others'
		receipts, err := l.file.receipts(l.a)
		if err != nil {
			return err
		}
		if l.said.Contract = contractOf(receipts, l.a.Reference); l.said.Contract != "" {
			row, there, unclear = l.agreementIn(rows)
		}
	}
	if there {
		if err := l.Watches.NoteListed(l.ctx, l.a, ledger.Listed{Contract: row.ID, Ends: row.Ends, Left: row.Left, LeftKnown: row.LeftKnown}); err != nil {
			return err
		}
		if err := l.again(l.task, EndedListed); err != nil || !row.Over(l.today) {
			return err
		}
		return l.over("it is used up, or its end has come")
	}
	if gone, err := l.gone(unclear); !gone || err != nil {
		return err
	}
	receipts, err := l.file.receipts(l.a)
	if err != nil {
		return err
	}
	if l.said.Contract == "" {
		l.said.Contract = contractOf(receipts, l.a.Reference)
	}
	visit := payment.Day("")
	if l.a.Kind == payment.KindAgreeVisit {
		if visit, err = l.file.visit(l.a); err != nil {
			return err
		}
	}
	why, err := l.ordinary(rows, receipts, visit)
	if err != nil {
		return err
	}
	if why != "" {
		return l.over(why)
	}
	return l.missing(func(b payment.Bill) bool {
		switch {
		case b.Hold != "" && (b.Hold != payment.HoldArranged || len(rows) > 0): // another agreement may hold it
			return false
		case b.Service == "":
			return true
		case visit != "":
			return b.Service == visit
		}
		return b.Service >= l.signed
	})
}

// agreementIn is the agreement's row. unclear: a row may be the agreement's, and does
// not say so.
func (l *listCheck) agreementIn(rows []payment.Agreement) (row payment.Agreement, there, unclear bool) {
	for _, r := range rows {
		switch {
		case r.Payment != "" && r.Payment == l.a.Reference, r.ID != "" && r.ID == l.said.Contract,
			l.a.Reference == "" && r.Appointment == strconv.Itoa(l.a.Patient.Appointment):
			return r, true, false
		case r.Payment == "" && (r.ID == "" || l.said.Contract == ""):
			unclear = true
		}
	}
	return row, false, unclear
}

// contractOf is the agreement that the receipt of an authorization names.
func contractOf(receipts []payment.ReceiptSummary, reference string) string {
	for _, r := range receipts {
		if r.Reference == reference && reference != "" {
			return r.Contract
		}
	}
	return ""
}

// gone reports whether what is not in a list is known to have left it. What no list
// ever had did not, and neither did what is missing for the first time: a list that
// is wrong once is right the next day.
func (l *listCheck) gone(unclear bool) (bool, error) {
	switch {
	case l.said.At.IsZero():
		if l.Now().Sub(l.a.Ended) > neverListed {
			return false, l.over("no list has shown it")
		}
		return false, nil
	case unclear:
		return false, nil
	case !l.said.Gone:
		l.said.Gone = true
		return false, l.Watches.NoteListed(l.ctx, l.a, l.said)
	}
	return true, nil
}

// ordinary is why an agreement that is gone ended as it should; empty: nothing says
// so.
func (l *listCheck) ordinary(rows []payment.Agreement, receipts []payment.ReceiptSummary, visit payment.Day) (string, error) {
	ends := l.said.Ends
	if ends == "" && l.a.Kind == payment.KindAgreeYear {
		ends = after(l.signed, 1, 0)
	}
	charged, used, err := l.charged(receipts)
	if err != nil {
		return "", err
	}
	replaced, err := l.replaced(func(other ledger.Record) bool { return other.Target == l.a.Target })
	switch {
	case err != nil:
		return "", err
	case ends != "" && after(l.today, 0, 1) >= ends: // some count the last day, some do not
		return "its end has come", nil
	case used || l.said.LeftKnown && l.said.Left.IsZero():
		return "its limit is used", nil
	case replaced || slices.ContainsFunc(rows, func(r payment.Agreement) bool { return r.Appointment == strconv.Itoa(l.a.Patient.Appointment) }):
		return "another one was signed for the same", nil
	case l.a.Kind == payment.KindAgreeVisit && charged:
		return "its visit was charged", nil
	case l.a.Kind == payment.KindAgreeVisit && visit == "":
		return "its visit is cancelled, or has another number", nil
	}
	return "", nil
}

// charged reports whether an agreement was charged, and whether that was all that it
// allowed. Where rows do not name agreements, any charge of the card that was not
// made here counts: then nobody is sent to look for nothing.
func (l *listCheck) charged(receipts []payment.ReceiptSummary) (charged, used bool, err error) {
	ours, err := l.ours(receipts)
	if err != nil {
		return false, false, err
	}
	var sum payment.Amount
	for _, r := range receipts {
		if !r.Charge() || r.Time.Before(l.a.Sent) {
			continue
		}
		named := r.Contract != "" && l.said.Contract != ""
		if named && r.Contract != l.said.Contract || !named && (ours[r.Reference] || otherCard(r, l.a.Last4)) {
			continue
		}
		charged, sum = true, sum.Plus(r.Amount)
		used = used || named && r.LeftKnown && r.Left.IsZero()
	}
	return charged, used || charged && !sum.Less(l.a.Value), nil
}

// ours are the numbers of the receipts that are of charges made here: those that an
// attempt owns, and those that fit an attempt whose own receipt is not among them,
// because its answer was lost or told of another number.
func (l *listCheck) ours(receipts []payment.ReceiptSummary) (map[string]bool, error) {
	references := make([]string, len(receipts))
	for i, r := range receipts {
		references[i] = r.Reference
	}
	owners, err := l.Attempts.ReferenceOwners(l.ctx, l.a.Patient.Practice, references)
	if err != nil {
		return nil, err
	}
	made, err := l.Attempts.AttemptsOf(l.ctx, l.a.Patient, payment.KindCharge, payment.KindChargeStored)
	if err != nil {
		return nil, err
	}
	b, err := l.Bounds.of(l.ctx, l.Attempts, l.a.Patient.Practice)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{} // attempts
	ours := map[string]bool{}
	for reference, owner := range owners {
		found[owner], ours[reference] = true, true
	}
	for _, a := range made {
		if found[a.ID] || !mayHaveDone(a) {
			continue
		}
		for _, r := range receipts {
			if f, _ := query(a).compare(r, l.Now(), b); f >= likely {
				ours[r.Reference] = true
			}
		}
	}
	return ours, nil
}

func otherCard(r payment.ReceiptSummary, last4 string) bool {
	return fourDigits(r.Last4) && fourDigits(last4) && r.Last4 != last4
}

// replaced reports whether something of the same kind, and for the same, was signed
// here later.
func (l *listCheck) replaced(same func(ledger.Record) bool) (bool, error) {
	all, err := l.Attempts.AttemptsOf(l.ctx, l.a.Patient, l.a.Kind)
	return slices.ContainsFunc(all, func(other ledger.Record) bool {
		return other.ID != l.a.ID && other.State == payment.Succeeded && other.Sent.After(l.a.Sent) && same(other)
	}), err
}

// missing makes a task of what is gone, if something is open that it was for.
func (l *listCheck) missing(its func(payment.Bill) bool) error {
	owed, err := l.file.statement(l.a)
	if err != nil {
		return err
	}
	var open payment.Amount
	for _, b := range owed.Bills {
		if b.Kind == payment.Claim && !b.Balance.IsZero() && its(b) {
			open = open.Plus(b.Balance)
		}
	}
	switch {
	case !open.IsZero():
		return l.tell(l.task, ledger.Task{ID: EndedTask(l.a.ID), Since: payment.DayOf(l.said.At.In(eastern())), Open: open})
	case l.task == nil && l.Now().Sub(l.said.At) > goneFor:
		return l.over("it is gone, and nothing was open")
	}
	return nil
}

// tell makes the task that somebody looks in athenaOne: one about the same, however
// often it is found. stands is that task; nil: there is none.
func (l *listCheck) tell(stands *ledger.Task, k ledger.Task) error {
	switch {
	case stands == nil:
		k.Practice, k.Patient, k.Name, k.Kind, k.By = l.a.Patient.Practice, l.a.Patient.ID, l.a.PatientName, ledger.TaskEnded, ledger.Reconciler
		k.Attempt, k.Agreed, k.Amount, k.When, k.Brand, k.Last4, k.Payment = l.a.ID, l.a.Kind, l.a.Total(), l.a.Sent, l.a.Brand, l.a.Last4, l.a.Reference
		err := l.Tasks.AddTask(l.ctx, k)
		if errors.Is(err, ledger.ErrConflict) {
			return nil
		}
		return err
	case stands.Done != nil && stands.Done.Itself: // when it turned up
		return l.Tasks.ReopenTask(l.ctx, stands.Practice, stands.ID, ledger.Reconciler, false, EndedAgain)
	}
	return nil
}

// again closes a task, if there is one: what it is about has turned up. One that a
// person opened again stays theirs.
func (l *listCheck) again(k *ledger.Task, how string) error {
	if k == nil || k.Done != nil || k.Back != nil && k.Back.By != ledger.Reconciler {
		return nil
	}
	err := l.Tasks.FinishTask(l.ctx, k.Practice, k.ID, ledger.Reconciler, how)
	if errors.Is(err, ledger.ErrConflict) { // somebody has ticked it
		return nil
	}
	return err
}
