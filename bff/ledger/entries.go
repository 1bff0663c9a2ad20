package ledger

import (
	"context"

	"paypane/web/payment"
)

// Accounts beside those of bills and payments, which are named like the targets
// of attempts.
const (
	AccountPayer   = "payer"
	AccountTransit = "transit" // on its way, or in doubt
)

// Entry is money that went from one account to another: one row, so that what
// leaves and what arrives are the same. Over an attempt that has ended for
// good, transit comes to zero.
type Entry struct {
	Event    int64 // that made it
	Attempt  string
	From, To string
	Amount   payment.Amount // above zero
}

// Entries returns the entries of an attempt, in order. It asks for no patient,
// like Events.
func (l *Ledger) Entries(ctx context.Context, attempt string) (entries []Entry, err error) {
	err = l.read(ctx, "read entries", func(t tx) (err error) {
		entries, err = t.entries(attempt)
		return err
	})
	return entries, err
}

// transfers are the entries for a move from one state to another.
func transfers(event int64, was payment.State, a Attempt) []Entry {
	var entries []Entry
	for _, part := range parts(a) {
		from, to := part.at(was), part.at(a.State)
		if from != to && !part.amount.IsZero() {
			entries = append(entries, Entry{Event: event, Attempt: a.ID, From: from, To: to, Amount: part.amount})
		}
	}
	return entries
}

// part is a part of an attempt's money that goes one way.
type part struct {
	origin, end string
	amount      payment.Amount
}

// parts are what the attempt moves if it is taken; nothing where it only
// agrees or corrects.
func parts(a Attempt) []part {
	var all []part
	switch {
	case a.Act.Returns():
		all = append(all, part{origin: a.Target, end: AccountPayer, amount: a.Total()})
	case a.Act.PaysBills() && len(a.Charge.Lines) == 0:
		all = append(all, part{origin: AccountPayer, end: a.Target, amount: a.Value})
	case a.Act.PaysBills():
		for _, line := range a.Charge.Lines {
			all = append(all, part{origin: AccountPayer, end: line.Bill, amount: line.Amount})
		}
	}
	return all
}

// at is where the money is, as far as the ledger knows, in a state.
func (p part) at(s payment.State) string {
	switch {
	case s == payment.Taken:
		return p.end
	case s == payment.Sending || s == payment.Unknown:
		return AccountTransit
	}
	return p.origin
}
