package account

import (
	"context"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web/payment"
	"paypane/web/words"
)

// Summary is what a session has done, for the pages after its end.
type Summary struct {
	Sent  []ledger.Record // by whoever is signed in, since the launch, the last one first
	Known bool            // that this is all
}

// Summary reads what a session has sent. That nothing was sent is known only where
// the ledger says so, and has not lost anything lately.
func (a *Accounts) Summary(ctx context.Context, sess session.Session) (Summary, error) {
	people := sess.People
	if len(people) == 0 {
		people = []portal.Person{{Patient: sess.Patient}}
	}
	var sum Summary
	for _, person := range people {
		sent, err := a.ledger.ClaimedSince(ctx, person.Patient, sess.Portal, sess.Subject, time.Unix(sess.Launched, 0))
		if err != nil {
			return Summary{}, err
		}
		sum.Sent = append(sum.Sent, sent...)
	}
	slices.SortStableFunc(sum.Sent, func(x, y ledger.Record) int { return y.Sent.Compare(x.Sent) })
	restorations, _, err := a.restorations(ctx, sess.Patient.Practice)
	sum.Known = err == nil && len(restorations) == 0
	return sum, err
}

// Lines are what became of all that was sent. Where no payment was, and that is
// known, they say so.
func (sum Summary) Lines(ctx context.Context, l words.Language, departments *Departments) []string {
	var lines []string
	paid := false
	for _, a := range sum.Sent {
		lines, paid = append(lines, describe(l, a, departments.Zone(ctx, a.Patient))), paid || a.Kind.Charges()
	}
	if !paid && sum.Known {
		lines = append(lines, l.Text("past.nothing"))
	}
	return lines
}

// describe says of one attempt when it was sent and what became of it.
func describe(l words.Language, a ledger.Record, zone *time.Location) string {
	outcome := "unknown"
	switch {
	case a.State == payment.Succeeded:
		outcome = "done"
	case a.State.Harmless():
		// Not that no money was taken: the page is not about this one alone.
		outcome = "refused"
	}
	what, at := Named(l, a), words.Clock(a.Sent.In(zone))
	if a.Kind.Charges() {
		return l.Text("past.payment", "attempt", what, "time", at, "outcome", outcome)
	}
	return l.Text("past.other", "attempt", what, "time", at, "outcome", outcome)
}

// Named is what an attempt is called to whoever made it.
func Named(l words.Language, a ledger.Record) string {
	switch {
	case a.Kind.Charges():
		return l.Text("attempt.payment", "total", a.Total())
	case a.Kind == payment.KindPlan:
		return l.Text("attempt.plan")
	case a.Kind == payment.KindStoreCard:
		return l.Text("attempt.card")
	}
	return l.Text("attempt.agreement")
}

// SentAt is the moment that a page tells of a payment: that it was sent, which is
// the one that the upstream's receipt has. An answer can come after midnight, and
// when an outcome was found out means nothing to payers.
func SentAt(l words.Language, a ledger.Record, zone *time.Location) string {
	return l.Value(words.Moment(a.Sent.In(zone)))
}
