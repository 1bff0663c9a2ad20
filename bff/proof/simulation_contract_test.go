package proof_test

import (
	"context"
	"slices"
	"strconv"
	"time"

	"paypane/web"
	"paypane/web/payment"
)

// contract is what lasts at the upstream: a payment plan, or a card that is kept on
// file. It charges its card by itself, and it can end without a word.
type contract struct {
	made        *charge // its line in the book, of which no money moved
	cycle       payment.Amount
	next        payment.Day // of a plan: when it charges next; empty: never again
	target      string      // of an agreement
	appointment int
	bill        payment.Bill // of an agreement: what the insurance leaves of the visit
	ends        time.Time    // when it ended; zero: it stands
	early       bool         // it ended while something was left to charge
	missed      []payment.Day
	odd         bool // lists wrote it, at least once, in a form that is not recorded
}

// step is something that the upstream does by itself, or staff in its own system.
type step struct {
	at time.Time
	do func(*stream)
}

// ended reports whether it had ended at a moment.
func (k *contract) ended(by time.Time) bool { return !k.ends.IsZero() && !k.ends.After(by) }

// id is the upstream's number of an agreement, which is another than its payment's.
func (k *contract) id() string { return strconv.Itoa(50_000 + k.made.id) }

// left is what a plan still takes, or what an agreement still allows.
func (u *upstream) left(k *contract) payment.Amount {
	left := k.made.total
	for _, c := range u.book {
		if c.of == k {
			left = left.Minus(c.total)
		}
	}
	return left
}

// holds reports whether a contract keeps payers from a bill: balances show that with
// the same delay as payments, also that it does not any more.
func (u *upstream) holds(k *contract, bill string, now time.Time) bool {
	its := k.bill.ID == bill || k.made.kind == payment.KindPlan && slices.ContainsFunc(k.made.lines, func(l payment.Line) bool { return l.Bill == bill })
	return its && !k.made.counted.After(now) && !k.ended(now.Add(-u.balance))
}

// dayAt is a moment of a day at the practice.
func dayAt(day payment.Day, hour time.Duration) time.Time {
	t := must(time.ParseInLocation(time.DateOnly, string(day), eastern))
	return t.Add(hour)
}

// dawn is the first whole second of a day that is some days from now.
func dawn(days int) time.Time {
	y, m, d := time.Now().In(eastern).Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, eastern)
}

func (u desk) Department(ctx context.Context, p payment.Patient) (payment.Department, error) {
	if !u.lasting {
		return payment.Department{}, nil
	}
	d := u.p.before(ctx, atDepartment)
	if err := d.wait(ctx, d.between(time.Millisecond, 200*time.Millisecond)); err != nil {
		return payment.Department{}, err
	}
	if within(u.down, time.Now()) {
		return payment.Department{}, errDown
	}
	return payment.Department{ID: 7, Web: []payment.Brand{payment.Visa, payment.Mastercard}, VisitMax: payment.Cents(20_000), YearMax: payment.Cents(50_000), Zone: eastern}, nil
}

// visitOf is the number of a patient's next visit.
func visitOf(patient int) int { return 880_000 + patient }

func (u desk) Appointments(ctx context.Context, p payment.Patient, _ payment.Day) ([]payment.Appointment, error) {
	d := u.p.before(ctx, atDepartment)
	if err := d.wait(ctx, d.between(time.Millisecond, 200*time.Millisecond)); err != nil {
		return nil, err
	}
	if time.Now().After(u.visit) {
		return nil, nil
	}
	return []payment.Appointment{{ID: strconv.Itoa(visitOf(p.ID)), Day: payment.DayOf(u.visit.In(eastern)), Time: "10:00", Title: "Office visit", Department: 7}}, nil
}

func (u desk) Visit(context.Context, payment.Patient) (v payment.BookedVisit, found bool, err error) {
	v.Day = payment.DayOf(u.visit.In(eastern))
	return v, true, nil
}

func (desk) VisitTerms(context.Context, int) (string, error) {
	return "The practice may charge the card.", nil
}

func (desk) YearTerms(context.Context, int) (string, error) {
	return "The practice may charge the card for a year.", nil
}

// listed are the contracts of a patient that a list shows now. A list that is not
// understood is an error; of single rows something may not be said.
func (u desk) listed(ctx context.Context, at place, p payment.Patient, kind payment.Kind) (all []*contract, oddly func(*contract) int, err error) {
	d := u.p.before(ctx, at)
	if err := d.wait(ctx, d.between(20*time.Millisecond, 900*time.Millisecond)); err != nil {
		return nil, nil, err
	}
	now := time.Now()
	if within(u.unread, now) {
		if u.takesUnreadForEmpty {
			return nil, nil, nil
		}
		return nil, nil, errDown
	}
	for _, k := range u.contracts {
		if k.made.patient == p.ID && k.made.kind == kind && !k.made.listed.After(now) && !k.ended(now) {
			all = append(all, k)
		}
	}
	if len(all) > 0 && d.percent(u.odd) && d.percent(50) {
		u.s.met(listDrifted)
		for _, k := range all {
			k.odd = true
		}
		u.s.drifted[p.ID] = true
		return nil, nil, payment.ErrOddRows
	}
	all = shuffled(d, all)
	return all, func(k *contract) int {
		if !d.percent(u.odd) {
			return -1
		}
		k.odd = true
		return d.n(3)
	}, nil
}

func (u desk) Plans(ctx context.Context, p payment.Patient, _ ...string) (plans []payment.Plan, err error) {
	if !u.lasting {
		return nil, nil
	}
	all, oddly, err := u.listed(ctx, atPlans, p, payment.KindPlan)
	for _, k := range all {
		row := payment.Plan{ID: strconv.Itoa(k.made.id), Cycle: k.cycle, Frequency: payment.Monthly, Billing: payment.BilledToCard, Start: k.made.attempt.terms.Start,
			Next: k.next, Left: u.left(k), LeftKnown: true, Brand: k.made.brand, Last4: k.made.last4}
		for _, l := range k.made.lines {
			row.Claims = append(row.Claims, l.Number)
		}
		switch oddly(k) {
		case 0:
			row.Claims = nil
		case 1:
			row.Cycle, row.Frequency = payment.Amount{}, ""
		case 2:
			row.Start, row.LeftKnown, row.Left = "", false, payment.Amount{}
		}
		plans = append(plans, row)
	}
	if err == nil {
		u.p.after(ctx, atPlans)
	}
	return plans, err
}

func (u desk) agreements(ctx context.Context, p payment.Patient, kind payment.Kind, as payment.AgreementKind) (list []payment.Agreement, err error) {
	all, oddly, err := u.listed(ctx, atAgreements, p, kind)
	for _, k := range all {
		row := payment.Agreement{Kind: as, ID: k.id(), Payment: strconv.Itoa(k.made.id), Appointment: strconv.Itoa(k.appointment), Max: k.made.total, Left: u.left(k), LeftKnown: true,
			Starts: payment.DayOf(k.made.booked.In(eastern)), Brand: k.made.brand, Last4: k.made.last4}
		switch oddly(k) {
		case 0:
			row.Payment = ""
		case 1:
			row.ID = ""
		case 2:
			row.Brand, row.Last4, row.LeftKnown, row.Left = "", "", false, payment.Amount{}
		}
		list = append(list, row)
	}
	if err == nil {
		u.p.after(ctx, atAgreements)
	}
	return list, err
}

func (u desk) VisitAgreements(ctx context.Context, p payment.Patient) ([]payment.Agreement, error) {
	return u.agreements(ctx, p, payment.KindAgreeVisit, payment.AgreementVisit)
}

func (u desk) YearAgreements(ctx context.Context, p payment.Patient) ([]payment.Agreement, error) {
	return u.agreements(ctx, p, payment.KindAgreeYear, payment.AgreementYear)
}

// CreatePlan makes a plan over all that balances show of its claims. The worst upstream
// makes as many over the same as it is asked for.
func (u desk) CreatePlan(ctx context.Context, p payment.Patient, terms payment.PlanTerms, card *payment.Card, _ payment.Day) payment.Write {
	brand, last4 := card.Brand(), card.Last4()
	if u.leavesOutBills {
		terms.Claims = terms.Claims[:1]
	}
	return u.write(ctx, atSign, func(d *stream, r *record, first time.Time) (payment.Handle, bool) {
		var lines []payment.Line
		for _, number := range terms.Claims {
			for _, b := range u.owed(p.ID, time.Now()) {
				if b.Number == number {
					lines = append(lines, payment.Line{Bill: b.ID, Kind: b.Kind, Number: b.Number, Amount: b.Balance, Balance: b.Balance})
				}
			}
		}
		total := payment.Charge{Lines: lines}.Total()
		if len(lines) < len(terms.Claims) || len(lines) == 0 {
			return payment.Handle{}, false
		}
		// What is booked while it is on its way nobody can know of.
		between := slices.ContainsFunc(u.s.book, func(c *charge) bool { return c.patient == p.ID && c.booked.After(first) })
		if total != r.total && !between {
			u.s.convict("attempt %s agrees to a plan over %s, which takes %s", r.name(), r.total, total)
		}
		k := &contract{cycle: terms.Cycle, next: terms.Start}
		k.made = u.enter(d, charge{attempt: r, kind: r.kind, patient: p.ID, lines: lines, total: total, brand: brand, last4: last4}, first)
		u.sign(d, k)
		u.later(dayAt(k.next, d.between(9*time.Hour, 17*time.Hour)), func(d *stream) { u.installment(d, k) })
		return payment.Handle{Plan: strconv.Itoa(k.made.id)}, true
	})
}

func (u desk) agree(ctx context.Context, p payment.Patient, terms payment.AgreementTerms, card *payment.Card) payment.Write {
	brand, last4 := card.Brand(), card.Last4()
	return u.write(ctx, atSign, func(d *stream, r *record, first time.Time) (payment.Handle, bool) {
		is := payment.Agreement{Kind: payment.AgreementVisit, Appointment: strconv.Itoa(p.Appointment)}
		if r.kind == payment.KindAgreeYear {
			is.Kind = payment.AgreementYear
		}
		k := &contract{target: web.AgreementTarget(is), appointment: p.Appointment}
		k.made = u.enter(d, charge{attempt: r, kind: r.kind, patient: p.ID, total: terms.Max, brand: brand, last4: last4}, first)
		u.sign(d, k)
		// The insurance leaves something of the visit, a day or two after it.
		number := strconv.Itoa(600 + len(u.contracts))
		k.bill = payment.Bill{Kind: payment.Claim, Number: number, ID: payment.BillID(payment.Claim, number), Service: payment.DayOf(u.visit.In(eastern)), Title: "Office visit",
			Balance: payment.Cents(int64(500 + d.n(9000)))}
		u.later(u.visit.Add(d.between(24*time.Hour, 48*time.Hour)), func(d *stream) {
			u.bills[p.ID] = append(u.bills[p.ID], k.bill)
			if k.ended(time.Now()) {
				k.early = true
			}
		})
		u.later(u.visit.Add(d.between(72*time.Hour, 120*time.Hour)), func(d *stream) { u.chargeAgreement(d, k) })
		return payment.Handle{Payment: strconv.Itoa(k.made.id)}, true
	})
}

func (u desk) AgreeForVisit(ctx context.Context, p payment.Patient, terms payment.AgreementTerms, card *payment.Card) payment.Write {
	return u.agree(ctx, p, terms, card)
}

func (u desk) AgreeForYear(ctx context.Context, p payment.Patient, terms payment.AgreementTerms, card *payment.Card) payment.Write {
	return u.agree(ctx, p, terms, card)
}

// sign adds a contract, and now and then staff will end it in the practice's own system.
func (u *upstream) sign(d *stream, k *contract) {
	u.contracts = append(u.contracts, k)
	if d.percent(40) {
		u.later(time.Now().Add(d.between(26*time.Hour, 6*24*time.Hour)), func(d *stream) { u.end(k) })
	}
}

// later plans a step.
func (u *upstream) later(at time.Time, do func(*stream)) {
	u.steps = append(u.steps, step{at.Truncate(time.Microsecond), do})
}

// end ends a contract before its time, once our attempt at it is settled: nobody ends
// what nobody knows.
func (u *upstream) end(k *contract) {
	if !k.made.attempt.settled || !k.ends.IsZero() || u.left(k).IsZero() {
		return
	}
	k.ends, k.early = time.Now(), true
	k.made.back = &charge{booked: k.ends, counted: k.ends.Add(u.balance), listed: k.ends}
	u.s.met(contractEnded)
	u.s.trace("contract", func() string { return strconv.Itoa(k.made.id) + " ended" })
}

// installment is a plan's payment of a day: the bank says yes, or no and the plan goes on
// with the next month.
func (u *upstream) installment(d *stream, k *contract) {
	if !k.ends.IsZero() || k.next == "" {
		return
	}
	day := k.next
	if d.percent(70) {
		amount := k.cycle
		if left := u.left(k); left.Less(amount) {
			amount = left
		}
		u.enter(d, charge{kind: payment.KindCharge, of: k, patient: k.made.patient, lines: u.spread(k, amount), total: amount, brand: k.made.brand, last4: k.made.last4}, time.Now())
		u.s.met(installmentTaken)
	} else {
		k.missed = append(k.missed, day)
		u.s.met(installmentMissed)
		u.s.trace("contract", func() string { return strconv.Itoa(k.made.id) + " missed " + string(day) })
	}
	k.next = ""
	if !u.left(k).IsZero() {
		k.next = payment.DayOf(must(time.Parse(time.DateOnly, string(day))).AddDate(0, 1, 0))
		u.later(dayAt(k.next, d.between(9*time.Hour, 17*time.Hour)), func(d *stream) { u.installment(d, k) })
	}
}

// spread are the lines of a plan's payment: it pays its claims one after the other.
func (u *upstream) spread(k *contract, amount payment.Amount) (lines []payment.Line) {
	for _, l := range k.made.lines {
		open := l.Amount
		for _, c := range u.book {
			for _, paid := range c.lines {
				if c.of == k && paid.Bill == l.Bill {
					open = open.Minus(paid.Amount)
				}
			}
		}
		if amount.Less(open) {
			open = amount
		}
		if l.Amount = open; !open.IsZero() {
			lines = append(lines, l)
			amount = amount.Minus(open)
		}
	}
	return lines
}

// chargeAgreement charges what the insurance left of the visit, which uses up an
// agreement for that visit.
func (u *upstream) chargeAgreement(d *stream, k *contract) {
	if !k.ends.IsZero() {
		return
	}
	amount := k.bill.Balance
	if left := u.left(k); left.Less(amount) {
		amount = left
	}
	line := payment.Line{Bill: k.bill.ID, Kind: k.bill.Kind, Number: k.bill.Number, Amount: amount, Balance: k.bill.Balance}
	u.enter(d, charge{kind: payment.KindCharge, of: k, patient: k.made.patient, lines: []payment.Line{line}, total: amount, brand: k.made.brand, last4: k.made.last4}, time.Now())
	u.s.met(agreementCharged)
	if k.made.kind == payment.KindAgreeVisit || u.left(k).IsZero() {
		k.ends = time.Now()
	}
}

// decidableContract reports whether lists leave one answer only. That there is no receipt
// of an agreement proves nothing.
func (s *scenario) decidableContract(r *record) bool {
	if s.oddRows(r.patient.ID) || r.kind.Agrees() && len(r.booked) == 0 || len(r.booked) > 0 && s.contractOf(r.booked[0]).odd {
		return false
	}
	for _, o := range s.records {
		if o != r && !o.claimed.IsZero() && o.patient.ID == r.patient.ID && o.kind.Agrees() == r.kind.Agrees() && lasting(o.kind) {
			return false
		}
	}
	return true
}
