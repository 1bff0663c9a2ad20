package proof_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/bff/dispatch"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// clerk is somebody of the practice's staff, who takes cash, takes payments back,
// corrects what was recorded, does by hand what is to be done by hand, and works with the practice's vendor, while patients pay.
type clerk struct {
	s     *scenario
	d     *stream
	known []deed
}

// slip is what the practice's vendor said of money that it took. It may come to the
// desk twice.
type slip struct {
	patient   int
	total     payment.Amount
	reference string
}

// deed is an attempt of a clerk's, with what it asks for.
type deed struct {
	patient payment.Patient
	id      string
	ask     dispatch.Operation
}

// clerks draws who works at the desk.
func (s *scenario) clerks(d *stream) (all []*clerk) {
	if !d.percent(45) {
		return nil
	}
	for range one(d, 1, 1, 2) {
		all = append(all, &clerk{s: s, d: s.stream()})
	}
	if len(all) == 2 {
		s.met(twoClerks)
	}
	return all
}

// live is all that the clerk does.
func (k *clerk) live() {
	defer k.d.pass()
	k.d.sleep(k.d.between(5*time.Second, time.Minute))
	for range 1 + k.d.n(5) {
		if k.s.used > most-150 {
			return
		}
		switch roll := k.d.n(100); {
		case len(k.known) > 0 && roll < 8:
			k.do(one(k.d, k.known...)) // the form still stands in the browser's history
		case len(k.known) > 0 && roll < 20:
			k.look(one(k.d, k.known...))
		case roll < 26:
			k.chores()
		default:
			k.act()
		}
		k.d.sleep(one(k.d, k.d.between(time.Second, 20*time.Second), k.d.between(20*time.Second, 5*time.Minute), k.d.between(0, 50*time.Minute)))
	}
	for _, deed := range k.known {
		k.look(deed)
	}
}

// act is something new: what it is, is chosen of what can be done.
func (k *clerk) act() {
	p := payment.Patient{Practice: practiceID, Department: 7, ID: firstPatient + k.d.n(2)}
	var made deed
	roll := k.d.n(100)
	k.at(func(ctx context.Context, server *process) {
		books := account{server, k.s.books}
		pending, asOf, err := books.Pending(ctx, p)
		if err != nil {
			return
		}
		statement, err := k.s.practice(server).Statement(ctx, p)
		if err != nil {
			return
		}
		_, taken, err := books.Recent(ctx, p)
		if err != nil {
			return
		}
		a, ask := k.choose(roll, p, statement.Net(pending), taken)
		if ask == nil {
			return
		}
		a.Patient, a.Portal, a.Subject, a.AsOfSeq = p, "desk", "clerk", asOf
		if a, err = books.CreateAttempt(ctx, a); err == nil {
			made = deed{p, a.ID, ask}
		}
	})
	if made.id == "" {
		return
	}
	k.known = append(k.known, made)
	if k.d.percent(20) { // pressed twice
		k.s.met(deskDoubleClick)
		other := &clerk{s: k.s, d: k.s.stream()}
		done := make(chan struct{})
		go func() {
			other.d.sleep(other.d.between(0, 300*time.Millisecond))
			other.do(made)
			close(done)
		}()
		k.do(made)
		<-done
		k.d.sleep(time.Millisecond)
	} else {
		k.do(made)
	}
	k.d.sleep(k.d.between(time.Second, 40*time.Second))
	k.look(made)
}

// choose is an attempt at what is owed, or about what was taken; none where there
// is nothing of the kind.
func (k *clerk) choose(roll int, p payment.Patient, owed payment.Statement, taken []ledger.Record) (a ledger.Record, ask dispatch.Operation) {
	var lines []payment.Line
	for _, b := range owed.Bills {
		if b.Payable() {
			lines = append(lines, payment.Line{Bill: b.ID, Kind: b.Kind, Number: b.Number, Title: b.Title, Amount: b.Owed, Balance: b.Owed})
		}
	}
	cards := slices.DeleteFunc(slices.Clone(taken), func(a ledger.Record) bool { return !a.Kind.Charges() || a.Reference == "" })
	ofVendor := slices.DeleteFunc(slices.Clone(taken), func(a ledger.Record) bool { return a.Kind != payment.KindVendorPayment })
	if k.s.sim != nil && roll >= 47 && roll < 60 {
		roll = 70 // the simulator's book does not have adjustments: something is taken back
	}
	if roll < 60 && len(lines) > 0 {
		a.Charge.Lines = []payment.Line{one(k.d, lines...)}
		if l := &a.Charge.Lines[0]; k.d.percent(40) {
			l.Amount = payment.Cents(1 + int64(k.d.n(int(l.Amount.Cents()))))
		}
	}
	total := a.Charge.Total()
	switch reference := "slip-" + strconv.Itoa(k.s.used); {
	case roll < 33 && len(a.Charge.Lines) > 0:
		a.Kind, a.Method = payment.KindRecord, payment.Cash
		return a, dispatch.Record{Method: payment.Cash}
	case roll < 47 && len(a.Charge.Lines) > 0:
		a.Kind, a.Method = payment.KindVendorPayment, payment.Cash
		a.VendorReference = reference
		if line, of, ok := k.again(p, lines); ok && k.d.percent(60) {
			a.Charge.Lines, reference = []payment.Line{line}, of
			if k.d.percent(30) { // and so it is known here, too, and refused
				a.VendorReference = reference
			} // else this ledger knows nothing of the first: the vendor's own system sent it
		} else {
			k.s.slips = append(k.s.slips, slip{p.ID, total, reference})
		}
		return a, dispatch.VendorPayment{Record: dispatch.Record{Method: payment.Cash}, Reference: reference}
	case roll < 60 && len(a.Charge.Lines) > 0:
		a.Kind = payment.KindAdjust
		return a, dispatch.Adjust{Charges: []payment.Adjustment{{Charge: a.Charge.Lines[0].Number, Amount: total}}}
	case roll < 76 && len(cards) > 0:
		paid := one(k.d, cards...)
		a.Kind, a.Target, a.Value = payment.KindVoid, ledger.PaymentTarget(paid.Reference), paid.Total()
		return a, dispatch.Void{}
	case roll < 86 && len(ofVendor) > 0:
		paid := one(k.d, ofVendor...)
		a.Kind, a.Target, a.Value = payment.KindRefund, ledger.PaymentTarget(paid.Reference), paid.Total()
		return a, dispatch.Refund{Method: payment.Cash, Reference: reference, Settled: k.d.percent(50)}
	}
	return k.correction(p, taken)
}

// again is the line by which a slip that was entered before is entered once more:
// under another bill of the patient, or what is left of the same.
func (k *clerk) again(p payment.Patient, lines []payment.Line) (line payment.Line, reference string, ok bool) {
	for _, entered := range k.s.slips {
		for _, l := range lines {
			if entered.patient == p.ID && !l.Balance.Less(entered.total) {
				line, reference, ok = l, entered.reference, true
				line.Amount = entered.total
			}
		}
	}
	return line, reference, ok
}

// do claims what was made and submits it, as every page does. Asked whether it is
// the same money as that of minutes ago, the clerk mostly says that it is not.
func (k *clerk) do(made deed) {
	k.at(func(ctx context.Context, server *process) {
		books := account{server, k.s.books}
		if _, ours := made.ask.(counterEntry); ours {
			books.Correct(ctx, made.patient, made.id, ledger.CardUse{})
			return
		}
		claimed, err := books.Claim(ctx, made.patient, made.id, ledger.CardUse{})
		var same *ledger.DuplicateError
		if errors.As(err, &same) {
			k.s.met(deskAskedAgain)
			if k.d.percent(70) {
				claimed, err = books.Claim(ctx, made.patient, made.id, ledger.CardUse{ConfirmDuplicateOf: same.Other.ID})
			}
		}
		if err == nil {
			server.counter.Submit(ctx, claimed, made.ask)
		}
	})
}

// look reads what is told of an attempt.
func (k *clerk) look(made deed) {
	k.at(func(ctx context.Context, server *process) {
		a, err := account{server, k.s.books}.AttemptForPatient(ctx, made.patient, made.id)
		if err == nil {
			k.s.told(a)
		}
	})
}

// told judges what staff are told of an attempt.
func (s *scenario) told(a ledger.Record) {
	s.copyBook()
	r := s.record(a.ID)
	s.trace("told", func() string { return r.name() + " " + string(a.State) })
	switch {
	case a.State == payment.Succeeded && len(r.booked) == 0 && r.corrects == "":
		s.convict("attempt %s was shown as done, and is not booked", r.name())
	case a.State.Harmless() && a.State != payment.Created:
		if r.toldNone.IsZero() {
			r.toldNone = time.Now()
		}
	case a.State == payment.Unknown:
		s.met(unknownShown)
	}
}

// at has a server do something for the clerk, unless it crashes meanwhile.
func (k *clerk) at(do func(context.Context, *process)) {
	defer k.d.pass()
	var up []*process
	for _, h := range k.s.houses {
		if h.process != nil && !h.process.dead {
			up = append(up, h.process)
		}
	}
	if len(up) == 0 {
		k.s.met(nobodyUp)
		k.d.sleep(time.Second)
		return
	}
	server, c := one(k.d, up...), &call{stream: k.s.stream()}
	done := make(chan struct{})
	k.s.spawn(func() {
		defer close(done)
		do(with(context.Background(), c), server)
	})
	select {
	case <-done:
	case <-server.gone:
	}
	k.d.sleep(k.d.between(5*time.Millisecond, 100*time.Millisecond))
}

// counter is what a write of the desk's does to the book when it is carried out:
// what it has made, or false where the upstream refuses it.
type counter func(d *stream, r *record, first time.Time) (made payment.Handle, ok bool)

// write is what becomes of a write of the desk's: the same fates as those of a
// charge, with answers that are late, lost, or none.
func (u desk) write(ctx context.Context, do counter) payment.Write {
	d := u.p.before(ctx, atCounter)
	w := u.counter(ctx, d, do)
	if u.sendsDeskAgain && w.State == payment.WriteUnknown {
		w = u.counter(ctx, d, do)
	}
	if u.callsLostRefused && w.State == payment.WriteUnknown {
		w.State = payment.WriteRefused
	}
	if u.believesVoids && w.State == payment.WriteUnknown && u.s.attempts[d.number].kind == payment.KindVoid {
		w.State = payment.WriteDone
	}
	u.s.trace("answered", func() string { return string(w.State) })
	u.p.after(ctx, atCounter)
	return w
}

func (u desk) counter(ctx context.Context, d *stream, do counter) payment.Write {
	if deadline, ok := ctx.Deadline(); !ok || !time.Now().Before(deadline) && !u.ignoresDeadline {
		u.s.met(tooLate)
		return payment.Write{State: payment.WriteNotSent}
	}
	first := time.Now()
	r := u.s.attempts[d.number]
	if r.collects++; r.collects > 1 {
		u.s.convict("attempt %s was sent %d times", r.name(), r.collects)
	}
	f := u.fate(d)
	u.s.trace("counter", func() string { return r.name() + " " + string(r.kind) + " fate " + strconv.Itoa(int(f)) })
	u.s.met(deskDid[r.kind])
	work := d.between(100*time.Millisecond, 3*time.Second)
	switch f {
	case noConnection:
		return payment.Write{State: payment.WriteNotSent}
	case late:
		work = one(d, d.between(0, payDeadline), d.between(payDeadline, 90*time.Second), d.between(90*time.Second, maxWork))
		worker := u.s.stream()
		go func() {
			worker.sleep(work)
			do(worker, r, first)
			worker.pass()
		}()
		d.sleep(payDeadline)
		u.s.met(deskLost)
		return payment.Write{State: payment.WriteUnknown}
	}
	d.sleep(work)
	switch f {
	case declined, refusedCode:
		return payment.Write{State: payment.WriteRefused, Refusal: payment.RefusedByUpstream}
	case busy:
		return payment.Write{State: payment.WriteRefused, Refusal: payment.RefusedBusy}
	case lostBefore, gatewayBefore:
		return payment.Write{State: payment.WriteUnknown}
	case never:
		d.sleep(payDeadline)
		return payment.Write{State: payment.WriteUnknown}
	}
	made, ok := do(d, r, first)
	switch f {
	case slow:
		d.sleep(d.between(3*time.Second, 25*time.Second))
	case lostAfter, gatewayAfter, nonsense, strangerRef, knownRef:
		u.s.met(deskLost)
		return payment.Write{State: payment.WriteUnknown}
	}
	if !ok {
		u.s.met(deskRefused)
		return payment.Write{State: payment.WriteRefused, Refusal: payment.RefusedByUpstream}
	}
	return payment.Write{State: payment.WriteDone, Handle: made}
}

// booking puts money that was taken elsewhere into the book.
func (u desk) booking(p payment.Patient, lines []payment.Line, vendor string) counter {
	lines = slices.Clone(lines)
	for i, l := range lines { // a claim is a number to it, however it is written
		lines[i].Bill = payment.BillID(l.Kind, strings.TrimLeft(l.Number, "0"))
	}
	return func(d *stream, r *record, first time.Time) (payment.Handle, bool) {
		total := payment.Charge{Lines: lines}.Total()
		for _, c := range u.book {
			if vendor != "" && c.vendor == vendor && c.patient == p.ID && c.total == total && time.Since(c.booked) < 6*time.Hour {
				u.s.met(deskRepeated)
				return payment.Handle{VendorPayment: strconv.Itoa(c.id), PreviouslyRecorded: true}, true
			}
		}
		c := u.enter(d, charge{attempt: r, kind: r.kind, patient: p.ID, lines: lines, total: total, vendor: vendor}, first)
		if vendor == "" {
			return payment.Handle{Batch: strconv.Itoa(c.id)}, true
		}
		return payment.Handle{VendorPayment: strconv.Itoa(c.id)}, true
	}
}

func (u desk) RecordPayment(ctx context.Context, p payment.Patient, b payment.Booking) payment.Write {
	return u.write(ctx, u.booking(p, b.Charge.Lines, ""))
}

func (u desk) RecordVendorPayment(ctx context.Context, p payment.Patient, b payment.VendorBooking) payment.Write {
	return u.write(ctx, u.booking(p, b.Charge.Lines, b.Reference))
}

// settlesAt is the hour of the night at which card payments can no longer be voided
// where the upstream is: the scenarios begin an hour before it.
func settlesAt(paid time.Time) time.Time {
	y, m, day := paid.In(eastern).Date()
	at := time.Date(y, m, day, 20, 0, 0, 0, eastern)
	if !paid.Before(at) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// back takes a payment back: once, and the whole of it.
func (u desk) back(p payment.Patient, reference string, kind payment.Kind) counter {
	return func(d *stream, r *record, first time.Time) (payment.Handle, bool) {
		i := slices.IndexFunc(u.book, func(c *charge) bool {
			return c.patient == p.ID && strconv.Itoa(c.id) == reference && c.kind == kind
		})
		if i < 0 || u.book[i].back != nil || kind == payment.KindCharge && !time.Now().Before(settlesAt(u.book[i].booked)) {
			return payment.Handle{}, false
		}
		paid := u.book[i]
		c := u.enter(d, charge{attempt: r, kind: r.kind, patient: p.ID, total: paid.total}, first)
		paid.back = c
		if kind == payment.KindCharge {
			c.id = paid.id // the same row
			return payment.Handle{}, true
		}
		return payment.Handle{VendorPayment: strconv.Itoa(c.id)}, true
	}
}

func (u desk) VoidPayment(ctx context.Context, p payment.Patient, reference string) payment.Write {
	return u.write(ctx, u.back(p, reference, payment.KindCharge))
}

func (u desk) RefundVendorPayment(ctx context.Context, p payment.Patient, r payment.VendorRefund) payment.Write {
	return u.write(ctx, u.back(p, r.Payment, payment.KindVendorPayment))
}

func (u desk) AdjustCharges(ctx context.Context, p payment.Patient, charges []payment.Adjustment) payment.Write {
	lines := make([]payment.Line, 0, len(charges))
	for _, c := range charges { // each claim has one charge, with its number
		lines = append(lines, payment.Line{Kind: payment.Claim, Number: c.Charge, Bill: payment.BillID(payment.Claim, c.Charge), Amount: c.Amount})
	}
	return u.write(ctx, func(d *stream, r *record, first time.Time) (payment.Handle, bool) {
		u.enter(d, charge{attempt: r, kind: r.kind, patient: p.ID, lines: lines, total: r.total}, first)
		return payment.Handle{}, true
	})
}

// names are what the ledger may call what an attempt has booked.
func (r *record) names() []string {
	id := strconv.Itoa(r.booked[0].id)
	switch r.kind {
	case payment.KindRecord, payment.KindAdjust:
		return []string{""}
	case payment.KindVendorPayment, payment.KindRefund:
		return []string{"vendor-" + id}
	case payment.KindVoid:
		return []string{"", id} // of a receipt that shows it, its number
	}
	return []string{id}
}

// decidableVoid reports whether the receipts leave one answer to a void: the
// payment's own row is there, and all rows were always written as they were
// recorded.
func (s *scenario) decidableVoid(r *record, a ledger.Record) bool {
	reference := strings.TrimPrefix(a.Target, ledger.PaymentTarget(""))
	there := false
	for _, c := range s.book {
		if c.patient == r.patient.ID && c.odd {
			return false
		}
		there = there || c.patient == r.patient.ID && strconv.Itoa(c.id) == reference && c.kind == payment.KindCharge
	}
	return there
}
