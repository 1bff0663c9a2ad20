package proof_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
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
