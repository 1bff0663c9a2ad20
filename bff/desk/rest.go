package desk

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// payingKinds are the kinds of attempts by which money comes.
var payingKinds = []payment.Kind{payment.KindCharge, payment.KindChargeStored, payment.KindRecord, payment.KindVendorPayment}

// undoingKinds are those that take it back.
var undoingKinds = []payment.Kind{payment.KindVoid, payment.KindRefund}

// rest is what is left of what was to be taken when a part of it was, as the query of
// the page that takes it: the record of the part says what that was, and what was taken
// of it since, or is under way or in doubt, is taken off.
func (s *Take) rest(ctx context.Context, a ledger.Record) (url.Values, payment.Amount, error) {
	left, sum := url.Values{}, payment.Amount{}
	wanted, err := url.ParseQuery(a.Rest)
	if err != nil || a.Rest == "" {
		return left, sum, err
	}
	all, err := s.Ledger.AttemptsOf(ctx, a.Patient, slices.Concat(payingKinds, undoingKinds)...)
	if err != nil {
		return left, sum, err
	}
	undone := map[string]bool{}
	for _, b := range all {
		if b.Kind.Returns() && b.State == payment.Succeeded {
			undone[b.Undoes] = true
		}
	}
	since := map[string]payment.Amount{}
	for _, b := range all {
		if !b.Kind.PaysBills() || b.ClaimedSeq <= a.ClaimedSeq || undone[b.ID] || b.State != payment.Succeeded && !b.State.Live() {
			continue
		}
		for name, values := range web.TakingQuery(b.Charge) {
			if name != payment.FieldCopay && name != payment.FieldToday || b.Patient.Appointment == a.Patient.Appointment {
				since[name] = since[name].Plus(amountOf(values))
			}
		}
	}
	for name, values := range wanted {
		amount := amountOf(values)
		if taken := since[name]; taken.Less(amount) {
			left.Set(name, amount.Minus(taken).String())
			sum = sum.Plus(amount.Minus(taken))
		}
	}
	return left, sum, nil
}

// again is what is taken again when nothing of a part was: all that was to be taken,
// and the part of it that comes first.
func again(a ledger.Record, left url.Values) url.Values {
	q := web.TakingQuery(a.Charge)
	if len(left) == 0 {
		return q
	}
	for name, values := range left {
		q.Set(name, amountOf(q[name]).Plus(amountOf(values)).String())
	}
	q.Set(payment.FieldPart, a.Total().String())
	return q
}

// amountOf is the amount that stands in a query of our own.
func amountOf(values []string) (sum payment.Amount) {
	if len(values) > 0 {
		sum, _ = payment.ParseAmount(values[0])
	}
	return sum
}

// takeAgain is the address of the page that takes amounts, for the visit of an attempt.
func takeAgain(a ledger.Record, amounts url.Values) string {
	if a.Patient.Appointment > 0 {
		amounts.Set(web.FieldVisit, strconv.Itoa(a.Patient.Appointment))
	}
	return takePath(a) + "?" + amounts.Encode()
}
