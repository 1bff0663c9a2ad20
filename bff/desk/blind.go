package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// Blind is the rule of the blind count: who counts a drawer must not be able to work out
// beforehand what should be in it. Cash is told to nobody but those who may see what a
// drawer should hold (staff.SeeExpected), from when it was taken until a count covers
// it. It is so on every page, with these exceptions:
//
//   - Who took it sees it on its own pages for TakenShown after it was sent: they have
//     to see what they did, hand out the receipt and mend a slip.
//   - What was corrected may be seen, and so may its correction: together they are
//     nothing, or the recording is counted already.
//   - What is in doubt may be seen on the pages about it: it is in no sum until somebody
//     has decided, and its money is kept apart. Who may decide sees the evidence whole.
//
// A page on which an amount of cash can stand asks Blind; TestNothingTellsWhatIsInTheDrawer
// opens all that a front desk can open, as the route table has them.
type Blind struct {
	Ledger BlindLedger
	Limits func(practice int) portal.DeskLimits
	Books  *time.Location // by whose days the upstream books
	Now    func() time.Time
}

// BlindLedger says what lies in a drawer that is still to be counted.
type BlindLedger interface {
	// Uncounted are those of some attempts that lie in a drawer nobody has counted yet.
	Uncounted(ctx context.Context, some []ledger.Record, shared bool) (map[string]bool, error)
	Undone(ctx context.Context, practice int, attempts []string) (map[string]ledger.Record, error)
	AttemptForStaff(ctx context.Context, practices []int, id string) (ledger.Record, error)
	AttemptsOf(ctx context.Context, p payment.Patient, kinds ...payment.Kind) ([]ledger.Record, error)
	// RecordingsOf are the recordings of money from some patients.
	RecordingsOf(ctx context.Context, practice int, patients []int) ([]ledger.Record, error)
}

// TakenShown is how long who took cash sees how much it was.
const TakenShown = 15 * time.Minute

// Hides are those of some attempts, by their ids, whose amounts are not told in a list.
func (b Blind) Hides(ctx context.Context, sess session.Session, all []ledger.Record) (map[string]bool, error) {
	if sess.Staff.May(staff.SeeExpected) {
		return nil, nil
	}
	cash := slices.DeleteFunc(slices.Clone(all), func(a ledger.Record) bool { return a.Method != payment.Cash })
	if len(cash) == 0 {
		return nil, nil
	}
	hidden, err := b.Ledger.Uncounted(ctx, cash, b.Limits(sess.Patient.Practice).SharedDrawer)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(cash))
	for i, a := range cash {
		ids[i] = a.ID
	}
	undone, err := b.Ledger.Undone(ctx, sess.Patient.Practice, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range cash {
		if undone[a.ID].ID != "" || a.Corrects() && a.State == payment.Succeeded {
			delete(hidden, a.ID)
		}
	}
	return hidden, nil
}

// HidesOn reports whether the amount of an attempt is not told on a page about it.
func (b Blind) HidesOn(ctx context.Context, sess session.Session, a ledger.Record) (bool, error) {
	if a.Method != payment.Cash || sess.Staff.May(staff.SeeExpected) {
		return false, nil
	}
	if a.Corrects() && a.State != payment.Succeeded { // which is as long as what it would correct
		of, err := b.Ledger.AttemptForStaff(ctx, []int{sess.Patient.Practice}, a.Undoes)
		if errors.Is(err, ledger.ErrNotFound) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		a = of
	}
	if a.State != payment.Succeeded || sess.Made(a) && b.Now().Before(a.Sent.Add(TakenShown)) {
		return false, nil
	}
	hidden, err := b.Hides(ctx, sess, []ledger.Record{a})
	return hidden[a.ID], err
}

// HidesDays are the days of which no amount is told that the upstream has of a patient's
// payments: a row of it may have nothing that tells cash from the rest. A row without a
// day is then not told, either.
func (b Blind) HidesDays(ctx context.Context, sess session.Session, p payment.Patient, zone *time.Location) (map[payment.Day]bool, error) {
	if sess.Staff.May(staff.SeeExpected) {
		return nil, nil
	}
	made, err := b.Ledger.AttemptsOf(ctx, p, payment.KindRecord)
	if err != nil {
		return nil, err
	}
	hidden, err := b.Hides(ctx, sess, made)
	if err != nil {
		return nil, err
	}
	days := map[payment.Day]bool{}
	for _, a := range made {
		if hidden[a.ID] && a.State == payment.Succeeded {
			days[payment.DayOf(a.Sent.In(zone))], days[payment.DayOf(a.Sent.In(b.Books))] = true, true
			days[a.Posted], days[""] = true, true
		}
	}
	return days, nil
}

// HidesOf reports whether a patient has given cash whose amount is not told.
func (b Blind) HidesOf(ctx context.Context, sess session.Session, p payment.Patient) (bool, error) {
	days, err := b.HidesDays(ctx, sess, p, b.Books)
	return len(days) > 0, err
}

// visits leaves out of visits how much was collected for them, where the patient has given
// cash whose amount is not told. All patients of a day are asked about at once.
func (b Blind) visits(ctx context.Context, sess session.Session, visits ...*web.DeskVisit) error {
	if sess.Staff.May(staff.SeeExpected) {
		return nil
	}
	collected := func(v *web.DeskVisit) bool { return !v.Copay.Collected.IsZero() || !v.Copay.Elsewhere.IsZero() }
	var patients []int
	for _, v := range visits {
		if collected(v) && !slices.Contains(patients, v.Patient.ID) {
			patients = append(patients, v.Patient.ID)
		}
	}
	made, err := b.Ledger.RecordingsOf(ctx, sess.Patient.Practice, patients)
	if err != nil {
		return err
	}
	hidden, err := b.Hides(ctx, sess, made)
	if err != nil {
		return err
	}
	untold := map[int]bool{}
	for _, a := range made {
		untold[a.Patient.ID] = untold[a.Patient.ID] || hidden[a.ID] && a.State == payment.Succeeded
	}
	for _, v := range visits {
		if c := &v.Copay; collected(v) && untold[v.Patient.ID] {
			v.Untold, v.UntoldElsewhere = !c.Collected.IsZero(), !c.Elsewhere.IsZero()
			c.Expected, c.Collected, c.Elsewhere = payment.Amount{}, payment.Amount{}, payment.Amount{}
		}
	}
	return nil
}

// statement leaves out of what a patient owes how much was paid of a bill lately, where
// the patient has given cash whose amount is not told: of a bill that was paid whole all
// that is said is that it was. It is for what is printed, and for no sum.
func (b Blind) statement(ctx context.Context, sess session.Session, s payment.Statement) (payment.Statement, error) {
	lately := func(b payment.Bill) bool { return b.Hold == payment.HoldPaid || b.Hold == "" && b.Owed != b.Balance }
	if !slices.ContainsFunc(s.Bills, lately) {
		return s, nil
	}
	hidden, err := b.HidesOf(ctx, sess, sess.Patient)
	if err != nil || !hidden {
		return s, err
	}
	s.Bills = slices.Clone(s.Bills)
	for i := range s.Bills {
		switch b := &s.Bills[i]; {
		case b.Hold == payment.HoldPaid:
			b.Owed, b.Balance = payment.Amount{}, payment.Amount{}
		case lately(*b):
			b.Balance = b.Owed // what is left of it has to be known
		}
	}
	return s, nil
}

// told is an attempt as a page about it has it, without its amounts if they are hidden.
// Nothing of them is then in what is printed.
func told(a payment.Attempt, hidden bool) payment.Attempt {
	if hidden {
		a.Charge.Lines = slices.Clone(a.Charge.Lines)
		for i := range a.Charge.Lines {
			a.Charge.Lines[i].Amount, a.Charge.Lines[i].Balance = payment.Amount{}, payment.Amount{}
		}
		a.Value, a.Given = payment.Amount{}, payment.Amount{}
	}
	return a
}
