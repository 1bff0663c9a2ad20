package reconcile

import (
	"slices"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// plan looks for a payment plan, and for the payment that was due last.
func (l *listCheck) plan() error {
	rows, err := l.file.plans(l.a)
	if err != nil {
		return err
	}
	row, there, unclear := l.planIn(rows)
	if there {
		return l.planGoesOn(row)
	}
	if gone, err := l.gone(unclear); !gone || err != nil {
		return err
	}
	claims := planQuery(l.a).Claims
	replaced, err := l.replaced(func(other ledger.Record) bool {
		return slices.ContainsFunc(planQuery(other).Claims, func(id string) bool { return slices.Contains(claims, id) })
	})
	switch {
	case err != nil:
		return err
	case l.said.LeftKnown && l.said.Left.IsZero():
		return l.over("it is paid")
	case replaced:
		return l.over("another plan was signed for the same")
	}
	return l.missing(func(b payment.Bill) bool {
		return slices.Contains(claims, b.Number) && (b.Hold == "" || b.Hold == payment.HoldArranged && len(rows) == 0)
	})
}

// planIn is the plan's row. unclear: a row may be the plan's, or is what the practice
// made of it.
func (l *listCheck) planIn(rows []payment.Plan) (row payment.Plan, there, unclear bool) {
	q, best, several := planQuery(l.a), none, false
	for _, r := range rows {
		switch f := q.compare(r); {
		case f > best:
			row, best, several = r, f, false
		case f == best:
			several = true
		}
	}
	return row, best >= likely && !several, best > none
}

// planGoesOn judges the payments that were due, once they must have turned up.
func (l *listCheck) planGoesOn(row payment.Plan) error {
	says := l.said
	says.Gone, says.Left, says.LeftKnown = false, row.Left, row.LeftKnown
	switch {
	case row.Paid():
		return l.planPaid()
	case row.Billing == payment.BilledByStatement:
		return l.over("it charges no card")
	}
	if err := l.again(l.task, EndedListed); err != nil {
		return err
	}
	missed := l.missed()
	var late payment.Day
	switch {
	case l.said.At.IsZero() && (row.Start == "" || row.Start == l.a.Terms.Start):
		// The first payment may have been due before the first look.
		says.Due, says.DueLeft = l.a.Terms.Start, l.a.Total()
	case says.Due == "":
		says.Due, says.DueLeft = row.Next, row.Left
	}
	switch {
	case says.Due == "":
	case l.today < says.Due:
		says.DueLeft = row.Left
		if row.Next == "" || l.today < after(row.Next, 0, planSlack) { // the practice has moved it before it came
			says.Due = row.Next
		}
	case l.today >= after(says.Due, 0, planSlack):
		late = says.Due
		if !slices.Contains(missed, late) {
			missed = append(missed, late)
		}
	}
	var open []string
	for _, day := range missed {
		settled, err := l.settled(day, row)
		if err != nil {
			return err
		}
		if !settled {
			open = append(open, string(day))
		}
	}
	says.Missed = strings.Join(open, daysApart)
	if late != "" {
		says.Due, says.DueLeft = row.Next, row.Left
		for monthly(row) && says.Due != "" && says.Due <= late { // a list that stands still
			says.Due = following(says.Due, row)
		}
	}
	return l.Watches.NoteListed(l.ctx, l.a, says)
}

// daysApart is what is written between days: a word, because digits in a row may be a
// card's.
const daysApart = " and "

// missed are the days of payments that were found missing, and are not settled.
func (l *listCheck) missed() (days []payment.Day) {
	for day := range strings.SplitSeq(l.said.Missed, daysApart) {
		if day != "" {
			days = append(days, payment.Day(day))
		}
	}
	return days
}

// planPaid closes all that was told of a plan.
func (l *listCheck) planPaid() error {
	told := []*ledger.Task{l.task}
	for _, day := range l.missed() {
		k, err := l.taskIs(MissedTask(l.a.ID, day))
		if err != nil {
			return err
		}
		told = append(told, k)
	}
	for _, k := range told {
		if err := l.again(k, EndedPaid); err != nil {
			return err
		}
	}
	return l.over("it is paid")
}

// settled reports whether the payment of a plan that was due on a day has turned up,
// or somebody has looked after it; else that is a task.
func (l *listCheck) settled(day payment.Day, row payment.Plan) (bool, error) {
	k, err := l.taskIs(MissedTask(l.a.ID, day))
	if err != nil || k != nil && k.Done != nil && !k.Done.Itself {
		return true, err
	}
	paid, err := l.paidSince(day, row)
	switch {
	case err != nil:
		return false, err
	case paid:
		return true, l.again(k, EndedPaid)
	}
	return false, l.tell(k, ledger.Task{ID: MissedTask(l.a.ID, day), Since: day, Missed: true, Open: row.Left})
}

// paidSince reports whether a payment of a plan has turned up that was due on a day:
// as a receipt, or in what is left of the plan. A receipt is of the payment that was
// due last before it: one of a month says nothing of the month before. It has the whole
// amount of the payment, or of what was left of the plan before it: what is less may be
// another charge to the same card, and is for a person to tell. Where other plans of the
// patient take as much from the card, there has to be a receipt for each.
func (l *listCheck) paidSince(day payment.Day, row payment.Plan) (bool, error) {
	late := day == l.said.Due
	if late && row.LeftKnown && row.Left.Less(l.said.DueLeft) {
		return true, nil
	}
	receipts, err := l.file.receipts(l.a)
	if err != nil {
		return false, err
	}
	ours, err := l.ours(receipts)
	if err != nil {
		return false, err
	}
	next := following(day, row)
	if row.Next > day {
		next = min(next, row.Next)
	}
	until, cycle, fitting := after(next, 0, -1), l.a.Terms.Cycle, 0
	for _, r := range receipts {
		on := payment.DayOf(r.Time.In(eastern()))
		if r.Charge() && !ours[r.Reference] && !otherCard(r, l.a.Last4) && on >= after(day, 0, -1) && on < until &&
			(r.Amount == cycle || late && l.said.DueLeft.Less(cycle) && r.Amount == l.said.DueLeft) {
			fitting++
		}
	}
	if fitting == 0 {
		return false, nil
	}
	listed, err := l.listedBeside(row, until)
	if err != nil {
		return false, err
	}
	signed, err := l.signedBeside(after(day, 0, -1), until)
	return fitting > max(listed, signed), err
}

// listedBeside is how many other plans are listed that may have taken as much from the
// card before a day. Of one that is paid the list does not say when it was.
func (l *listCheck) listedBeside(row payment.Plan, until payment.Day) (n int, err error) {
	rows, err := l.file.plans(l.a)
	for _, other := range rows {
		if other.ID != row.ID && !other.Paid() && other.Billing != payment.BilledByStatement && other.Cycle == l.a.Terms.Cycle &&
			(!fourDigits(other.Last4) || other.Last4 == l.a.Last4) && other.Start < until {
			n++
		}
	}
	return n, err
}

// signedBeside is how many other plans were signed here of which as much was due between
// two days, also those that have left the list since.
func (l *listCheck) signedBeside(from, until payment.Day) (n int, err error) {
	all, err := l.Attempts.AttemptsOf(l.ctx, l.a.Patient, payment.KindPlan)
	for _, other := range all {
		if other.ID != l.a.ID && mayHaveDone(other) && other.Last4 == l.a.Last4 && slices.ContainsFunc(payment.Schedule(other.Total(), other.Terms.Cycle, other.Terms.Start), func(i payment.Installment) bool {
			return i.Amount == l.a.Terms.Cycle && i.Day >= from && i.Day < until
		}) {
			n++
		}
	}
	return n, err
}

// monthly reports whether a plan is due once a month, on the same day. All that are
// signed here are, and not every list says it.
func monthly(p payment.Plan) bool { return p.Frequency == "" || p.Frequency == payment.Monthly }

// following is the day on which a plan may be due next after one of its days, at the
// earliest.
func following(d payment.Day, p payment.Plan) payment.Day {
	switch p.Frequency {
	case payment.Weekly:
		return after(d, 0, 7)
	case payment.EveryTwoWeeks, payment.TwiceAMonth:
		return after(d, 0, 14)
	case payment.MonthlyFirstWork, payment.MonthlyLastWork: // weekends and holidays move them
		return after(d, 0, 25)
	}
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	next := t.AddDate(0, 1, 0)
	if next.Day() != t.Day() { // the month is shorter
		next = next.AddDate(0, 0, -next.Day())
	}
	return payment.DayOf(next)
}

// after is the day so many years and days after another; empty where that is none.
func after(d payment.Day, years, days int) payment.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return payment.DayOf(t.AddDate(years, 0, days))
}
