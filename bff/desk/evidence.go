package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// Books is what is read of the upstream for somebody who has to decide.
type Books interface {
	Practice
	Statement(context.Context, payment.Patient) (payment.Statement, error)
	// ClaimTransactions are the movements on a claim of the patient's.
	ClaimTransactions(ctx context.Context, p payment.Patient, claim string) ([]payment.ClaimTransaction, error)
	// PaymentHistory is what patients of a practice paid in the days from and to.
	PaymentHistory(ctx context.Context, practice int, patients []int, from, to payment.Day) ([]payment.PastPayment, error)
}

// numberless reports whether what an attempt did leaves no receipt: there is
// nothing to decide about it from but what has moved.
func numberless(a ledger.Record) bool {
	return a.Kind.Records() || a.Kind == payment.KindRefund || a.Kind == payment.KindAdjust
}

// owedBefore is what dispatch wrote down of a patient's account right before it
// sent.
var owedBefore = regexp.MustCompile(`before: owed (\d+\.\d\d), held (\d+\.\d\d)`)

// evidence is what the upstream says of the money of an attempt that leaves no
// receipt, for a person: it proves nothing. What cannot be read is left out, and
// said to be.
func (s *Desk) evidence(ctx context.Context, sess session.Session, a ledger.Record, events []ledger.Event) *web.Evidence {
	l := s.layout.Of(sess).Language
	e := &web.Evidence{}
	unread := func(what string, err error) bool {
		if err != nil {
			s.log.WarnContext(ctx, "read evidence for staff", "of", what, "error", err.Error())
			e.Unread = true
		}
		return err != nil
	}
	for _, event := range events {
		if found := owedBefore.FindStringSubmatch(event.Evidence); found != nil {
			owed, err := payment.ParseAmount(found[1])
			held, err2 := payment.ParseAmount(found[2])
			if err == nil && err2 == nil {
				e.Before = &web.Stood{Owed: owed, Held: held}
			}
		}
	}
	if now, err := s.books.Statement(ctx, a.Patient); !unread("statement", err) {
		now = now.Current(s.departments.Today(ctx, a.Patient))
		e.Now = &web.Stood{Held: now.Credit}
		for _, b := range now.Bills {
			e.Now.Owed = e.Now.Owed.Plus(b.Balance)
		}
	}
	if e.Before != nil && e.Now != nil {
		e.Moved = moved(*e.Before, *e.Now, a.Total())
	}
	zone := s.departments.Zone(ctx, a.Patient)
	var hidden map[payment.Day]bool
	var unsure error
	if !sess.Staff.May(staff.Decide) { // who has to decide needs the evidence
		hidden, unsure = s.blind.HidesDays(ctx, sess, a.Patient, zone)
		unread("drawers", unsure)
	}
	amount := func(day payment.Day, of payment.Signed) string {
		if hidden[day] || unsure != nil {
			return l.Text("day.hidden")
		}
		return signed(l, of)
	}
	var claims []string
	for _, n := range a.Charge.Lines {
		if n.Kind == payment.Claim && !slices.Contains(claims, n.Number) {
			claims = append(claims, n.Number)
		}
	}
	for _, claim := range claims[:min(len(claims), shownClaims)] {
		moves, err := s.books.ClaimTransactions(ctx, a.Patient, claim)
		if unread("claimtransactions", err) {
			continue
		}
		for _, m := range moves {
			e.Claims = append(e.Claims, []string{claim, l.Value(m.Date), l.Text("evidence.is", "type", strings.ToLower(m.Type), "word", m.Type), l.Text("evidence.by", "payer", strings.ToLower(m.Payer), "word", m.Payer), amount(m.Date, m.Amount)})
		}
	}
	day := a.Sent.In(zone)
	history, err := s.books.PaymentHistory(ctx, a.Patient.Practice, []int{a.Patient.ID}, payment.DayOf(day.AddDate(0, 0, -1)), payment.DayOf(day.AddDate(0, 0, 1)))
	unread("paymenthistory", err) // rows that can be read are of use without the others
	for _, h := range history {
		if h.Patient == a.Patient.ID {
			e.History = append(e.History, []string{l.Value(h.Date), h.Method, amount(h.Date, h.Amount), h.Payment})
		}
	}
	return e
}

// shownClaims is of how many claims the movements are read.
const shownClaims = 5

// moved says how an account has moved since, beside what a booking of an amount
// would move: that it "fits", that it is "still" as it was, or neither.
func moved(before, now web.Stood, amount payment.Amount) string {
	switch before.Owed.Cents() - now.Owed.Cents() + now.Held.Cents() - before.Held.Cents() {
	case amount.Cents():
		return "fits"
	case 0:
		return "still"
	}
	return "other"
}

// signed is an amount as a table has it, with its sign.
func signed(l words.Language, s payment.Signed) string {
	return l.Text("evidence.amount", "amount", s.Amount, "negative", s.Negative)
}
