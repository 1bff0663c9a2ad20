package proof_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"paypane/web/payment"
)

// The bounds that the upstream keeps, as the reconciler is told them.
const (
	practiceID   = 195900
	receiptDelay = 30 * time.Minute // from the first byte until the row is listed
	maxSkew      = 2*time.Minute - time.Second
	maxWork      = 10 * time.Minute // from the first byte until it is booked
	payDeadline  = 30 * time.Second // of the client
)

// charge is money that the upstream took. The list of them is its own book: the
// judge of everything.
type charge struct {
	id      int
	attempt *record // whose it is; nil: the practice's own
	kind    payment.Kind
	vendor  string    // the vendor's reference
	back    *charge   // that took it back
	of      *contract // that charged it by itself; nil: none
	patient int
	lines   []payment.Line
	total   payment.Amount
	brand   payment.Brand
	last4   string
	booked  time.Time
	row     time.Time // as receipts tell it, by the upstream's clock
	listed  time.Time // when receipts begin to show it
	counted time.Time // when balances begin to show it
	odd     bool      // receipts wrote it, at least once, in a form that is not recorded
	always  bool      // so they do every time
}

// upstream is the practice's system with a book of its own: the behaviour that
// the client meets, at the interface that the client has. It books, lags, loses
// answers and lies about them.
type upstream struct {
	s       *scenario
	bills   map[int][]payment.Bill // of a patient, as at the beginning
	book    []*charge
	lastID  int
	skew    time.Duration
	lag     time.Duration // the most that receipts lag
	balance time.Duration // how long balances lag
	unread  [][2]time.Time
	down    [][2]time.Time
	badDay  bool
	// lasting says that payers sign plans and agreements, visit is that of an agreement,
	// and steps are what the upstream will do by itself.
	lasting   bool
	visit     time.Time
	contracts []*contract
	steps     []step
	odd       int // how many rows and lists of a hundred are not written as recorded
	// careless clients of the sabotage
	sendsDeskAgain, callsLostRefused, believesVoids                  bool
	sendsSignedAgain, callsSignedRefused, takesUnreadForEmpty        bool
	leavesOutBills                                                   bool
	ignoresDeadline, sendsAgain, callsLostDeclined, takesOddForOther bool
}

var errDown = errors.New("upstream: 503")

func within(spans [][2]time.Time, t time.Time) bool {
	return slices.ContainsFunc(spans, func(s [2]time.Time) bool { return !t.Before(s[0]) && t.Before(s[1]) })
}

// desk is the upstream for one server process.
type desk struct {
	*upstream
	p *process
	notOffered
}

// notOffered is what no payer of these scenarios asks for: a call would panic.
type notOffered struct{ Practice }

var _ Practice = desk{}

func (u desk) Statement(ctx context.Context, p payment.Patient) (s payment.Statement, err error) {
	d := u.p.before(ctx, atStatement)
	if err := d.wait(ctx, d.between(20*time.Millisecond, 800*time.Millisecond)); err != nil {
		return s, err
	}
	now := time.Now()
	if within(u.down, now) {
		return s, errDown
	}
	s = payment.Statement{GivenName: "Ada", Name: "ADA QUILL", Bills: u.owed(p.ID, now)}
	for i, b := range s.Bills {
		s.Bills[i].Owed = b.Balance
		if slices.ContainsFunc(u.contracts, func(k *contract) bool { return u.holds(k, b.ID, now) }) {
			s.Bills[i].Hold = payment.HoldArranged
		}
	}
	s.Bills = shuffled(d, s.Bills)
	return s, nil
}

// owed are a patient's bills as balances show them. A plan moves no money: what it
// charges does.
func (u *upstream) owed(patient int, now time.Time) []payment.Bill {
	bills := slices.Clone(u.bills[patient])
	for _, c := range u.book {
		for _, l := range c.lines {
			for i, b := range bills {
				if c.patient == patient && c.kind != payment.KindPlan && b.ID == l.Bill && !c.counted.After(now) && (c.back == nil || c.back.counted.After(now)) {
					bills[i].Balance = b.Balance.Minus(l.Amount)
				}
			}
		}
	}
	return slices.DeleteFunc(bills, func(b payment.Bill) bool { return b.Balance.IsZero() })
}

func (u desk) AcceptedCards(ctx context.Context, _ payment.Patient) (payment.AcceptedCards, error) {
	d := u.p.before(ctx, atDepartment)
	if err := d.wait(ctx, d.between(time.Millisecond, 200*time.Millisecond)); err != nil {
		return payment.AcceptedCards{}, err
	}
	if within(u.down, time.Now()) {
		return payment.AcceptedCards{}, errDown
	}
	return payment.AcceptedCards{Brands: []payment.Brand{payment.Visa, payment.Mastercard}, Zone: eastern}, nil
}

func (u desk) Receipts(ctx context.Context, p payment.Patient) ([]payment.ReceiptSummary, error) {
	d := u.p.before(ctx, atReceipts)
	latency := d.between(20*time.Millisecond, 900*time.Millisecond)
	if d.percent(3) {
		latency += 3 * time.Second // longer than is waited for before a charge
	}
	if err := d.wait(ctx, latency); err != nil {
		return nil, err
	}
	now := time.Now()
	if within(u.unread, now) {
		u.s.met(receiptsUnread)
		return nil, errDown
	}
	var rows []payment.ReceiptSummary
	for _, c := range u.book {
		if c.patient == p.ID && (c.kind == payment.KindCharge || c.kind.Agrees()) && !c.listed.After(now) {
			row := payment.ReceiptSummary{Reference: strconv.Itoa(c.id), Time: c.row, Type: "PURCHASE", Amount: c.total, Brand: c.brand, Last4: c.last4}
			switch {
			case c.kind.Agrees():
				row.Type, row.Amount, row.Limit, row.Contract = "AUTHORIZATION", payment.Amount{}, c.total, u.contractOf(c).id()
			case c.back != nil && !c.back.listed.After(now):
				row.Type = "VOIDPURCHASE"
			case c.of != nil && c.of.made.kind.Agrees():
				row.Contract, row.Left, row.LeftKnown = c.of.id(), u.left(c.of), true
			}
			if c.always || d.percent(u.odd) {
				u.s.met(rowDrifted)
				c.odd = true
				if row = oddly(d, row); u.takesOddForOther && row.Last4 != c.last4 {
					row.Last4 = "0000"
				}
			}
			rows = append(rows, row)
		}
	}
	rows = shuffled(d, rows)
	if len(rows) > 0 && d.percent(u.odd) && d.percent(50) { // a row without its number, amount or time
		u.s.met(listDrifted)
		u.s.drifted[p.ID] = true
		return nil, errDown
	}
	u.s.trace("receipts", func() string { return strconv.Itoa(len(rows)) })
	u.p.after(ctx, atReceipts)
	return rows, nil
}

// In no scenario is a card stored.
func (desk) StoredCards(context.Context, payment.Patient) ([]payment.StoredCard, error) {
	return nil, nil
}

func (u desk) EmailReceipt(ctx context.Context, p payment.Patient, reference, email string) error {
	d := u.p.before(ctx, atEmail)
	if err := d.wait(ctx, d.between(20*time.Millisecond, 3*time.Second)); err != nil {
		return err
	}
	u.s.mails[reference]++
	u.s.met(mailOrdered)
	u.p.after(ctx, atEmail)
	if d.percent(10) {
		return errDown
	}
	return nil
}

// enter puts a charge into the book, now.
func (u *upstream) enter(d *stream, c charge, first time.Time) *charge {
	now := time.Now()
	u.lastID += 1 + d.n(3)
	c.id, c.booked, c.row = u.lastID, now, now.Add(u.skew).Truncate(time.Second)
	latest := first.Add(receiptDelay - time.Microsecond)
	c.listed = now.Add(one(d, d.between(0, u.lag), u.lag))
	if c.listed.After(latest) {
		c.listed = latest
	}
	if c.listed.Sub(now) > 20*time.Minute {
		u.s.met(listedLate)
	}
	c.counted = now.Add(u.balance)
	c.always = d.percent(u.odd)
	kept := &c
	u.book = append(u.book, kept)
	if c.attempt != nil {
		c.attempt.booked = append(c.attempt.booked, kept)
	}
	u.s.trace("booked", func() string { return strconv.Itoa(c.id) + " " + c.total.String() + " of " + c.attempt.name() })
	return kept
}

// The fates of a charge.
type fate int

const (
	approved fate = iota
	slow
	declined
	refusedCode
	busy
	noConnection
	lostBefore    // the connection is cut, nothing is booked
	lostAfter     // the connection is cut, the money is booked
	late          // booked after a while, perhaps long after nobody listens
	never         // no answer, nothing is booked
	gatewayBefore // 502
	gatewayAfter
	nonsense    // booked; the answer cannot be read
	strangerRef // booked; the answer names somebody else's payment
	knownRef    // not booked; the answer names a payment that the ledger has
)

var fates = []struct {
	fate   fate
	weight int
}{{approved, 40}, {slow, 6}, {declined, 9}, {refusedCode, 3}, {busy, 3}, {noConnection, 4}, {lostBefore, 6}, {lostAfter, 8},
	{late, 7}, {never, 4}, {gatewayBefore, 3}, {gatewayAfter, 3}, {nonsense, 2}, {strangerRef, 1}, {knownRef, 1}}

// fate draws what becomes of a charge. On a bad day most answers are lost.
func (u *upstream) fate(d *stream) fate {
	if u.badDay && d.percent(60) {
		return one(d, lostAfter, lostAfter, late, lostBefore)
	}
	roll := d.n(100)
	for _, f := range fates {
		if roll -= f.weight; roll < 0 {
			return f.fate
		}
	}
	return approved
}

func (u desk) Collect(ctx context.Context, p payment.Patient, c payment.Charge, card *payment.Card) payment.Outcome {
	d := u.p.before(ctx, atCollect)
	o := u.collect(ctx, d, p, c, card)
	if u.sendsAgain && o.State == payment.Unknown {
		o = u.collect(ctx, d, p, c, card)
	}
	if u.callsLostDeclined && o.State == payment.Unknown {
		o.State = payment.Declined
	}
	u.s.trace("answered", func() string { return string(o.State) + " " + o.Reference })
	u.p.after(ctx, atCollect)
	return o
}

func (u desk) collect(ctx context.Context, d *stream, p payment.Patient, c payment.Charge, card *payment.Card) payment.Outcome {
	// As the client does it: after its pause, right before the bytes leave.
	if deadline, ok := ctx.Deadline(); !ok || !time.Now().Before(deadline) && !u.ignoresDeadline {
		u.s.met(tooLate)
		return payment.Outcome{State: payment.NotSent, Evidence: "too late to send"}
	}
	first := time.Now()
	r := u.s.attempts[d.number]
	if r.collects++; r.collects > 1 {
		u.s.convict("attempt %s was sent %d times", r.name(), r.collects)
	}
	money := charge{attempt: r, kind: payment.KindCharge, patient: p.ID, lines: slices.Clone(c.Lines), total: c.Total(), brand: card.Brand(), last4: card.Last4()}
	unknown := payment.Outcome{State: payment.Unknown, Evidence: "no answer"}
	f := u.fate(d)
	u.s.trace("collect", func() string { return r.name() + " fate " + strconv.Itoa(int(f)) })
	work := d.between(100*time.Millisecond, 3*time.Second)
	taken := func() payment.Outcome {
		return payment.Outcome{State: payment.Succeeded, Reference: strconv.Itoa(u.enter(d, money, first).id)}
	}
	if f == noConnection {
		u.s.met(notConnected)
		return payment.Outcome{State: payment.NotSent, Evidence: "no connection"}
	}
	if f == late {
		// Somebody else works on it: what the server does meanwhile, or that it
		// crashes, changes nothing.
		work = one(d, d.between(0, payDeadline), d.between(payDeadline, 90*time.Second), d.between(90*time.Second, maxWork))
		worker := u.s.stream()
		go func() {
			worker.sleep(work)
			u.enter(worker, money, first)
			worker.pass()
		}()
		d.sleep(payDeadline)
		u.s.met(lostBooked)
		if work > payDeadline {
			u.s.met(bookedLate)
		}
		return unknown
	}
	d.sleep(work)
	switch f {
	case slow:
		o := taken()
		d.sleep(d.between(3*time.Second, 25*time.Second))
		u.s.met(answeredSlowly)
		return o
	case declined, refusedCode:
		u.s.met(declinedByBank)
		return payment.Outcome{State: payment.Declined, Refusal: one(d, payment.RefusedByBank, payment.RefusedCode)}
	case busy:
		return payment.Outcome{State: payment.NotSent, Refusal: payment.RefusedBusy}
	case lostBefore, gatewayBefore:
		u.s.met(lostUnbooked)
		return unknown
	case never:
		d.sleep(payDeadline)
		u.s.met(lostUnbooked)
		return unknown
	case lostAfter, gatewayAfter, nonsense:
		taken()
		u.s.met(lostBooked)
		return unknown
	case strangerRef:
		taken()
		u.s.met(wrongReference)
		r.lied = true
		return payment.Outcome{State: payment.Succeeded, Reference: strconv.Itoa(100 + d.n(800))}
	case knownRef:
		for _, other := range u.s.records {
			if other.settled && len(other.booked) > 0 && other.reference == strconv.Itoa(other.booked[0].id) {
				u.s.met(wrongReference)
				r.lied = true
				return payment.Outcome{State: payment.Succeeded, Reference: other.reference}
			}
		}
	}
	return taken()
}
