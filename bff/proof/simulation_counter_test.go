package proof_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// counter is what a write of the desk's does to the book when it is carried out:
// what it has made, or false where the upstream refuses it.
type counter func(d *stream, r *record, first time.Time) (made payment.Handle, ok bool)

// write is what becomes of a write of the desk's: the same fates as those of a
// charge, with answers that are late, lost, or none.
func (u desk) write(ctx context.Context, at place, do counter) payment.Write {
	d := u.p.before(ctx, at)
	w := u.counter(ctx, d, do)
	desk := at == atCounter
	if (u.sendsDeskAgain && desk || u.sendsSignedAgain && !desk) && w.State == payment.WriteUnknown {
		w = u.counter(ctx, d, do)
	}
	if (u.callsLostRefused && desk || u.callsSignedRefused && !desk) && w.State == payment.WriteUnknown {
		w.State = payment.WriteRefused
	}
	if u.believesVoids && w.State == payment.WriteUnknown && u.s.attempts[d.number].kind == payment.KindVoid {
		w.State = payment.WriteDone
	}
	u.s.trace("answered", func() string { return string(w.State) })
	u.p.after(ctx, at)
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
	u.s.met(writeDid[r.kind])
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
		u.s.met(lostOf(r.kind))
		return payment.Write{State: payment.WriteUnknown}
	}
	d.sleep(work)
	switch f {
	case declined, refusedCode:
		if lasting(r.kind) {
			u.s.met(signRefused)
			return payment.Write{State: payment.WriteRefused, Refusal: payment.RefusedByBank}
		}
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
		u.s.met(lostOf(r.kind))
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
	return u.write(ctx, atCounter, u.booking(p, b.Charge.Lines, ""))
}

func (u desk) RecordVendorPayment(ctx context.Context, p payment.Patient, b payment.VendorBooking) payment.Write {
	return u.write(ctx, atCounter, u.booking(p, b.Charge.Lines, b.Reference))
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
	return u.write(ctx, atCounter, u.back(p, reference, payment.KindCharge))
}

func (u desk) RefundVendorPayment(ctx context.Context, p payment.Patient, r payment.VendorRefund) payment.Write {
	return u.write(ctx, atCounter, u.back(p, r.Payment, payment.KindVendorPayment))
}

func (u desk) AdjustCharges(ctx context.Context, p payment.Patient, charges []payment.Adjustment) payment.Write {
	lines := make([]payment.Line, 0, len(charges))
	for _, c := range charges { // each claim has one charge, with its number
		lines = append(lines, payment.Line{Kind: payment.Claim, Number: c.Charge, Bill: payment.BillID(payment.Claim, c.Charge), Amount: c.Amount})
	}
	return u.write(ctx, atCounter, func(d *stream, r *record, first time.Time) (payment.Handle, bool) {
		u.enter(d, charge{attempt: r, kind: r.kind, patient: p.ID, lines: lines, total: r.total}, first)
		return payment.Handle{}, true
	})
}

// names are what the ledger may call what an attempt has booked.
func (r *record) names() []string {
	id := strconv.Itoa(r.booked[0].id)
	switch r.kind {
	case payment.KindRecord, payment.KindAdjust, payment.KindPlan:
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
