package ledger

import "paypane/web/payment"

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
	Place    int   // among those of the event, from 0
	Attempt  string
	From, To string
	Amount   payment.Amount // above zero
}

// in is how many cents the entry brings to an account: less than nothing where
// it takes them from there.
func (e Entry) in(account string) int64 {
	switch account {
	case e.To:
		return e.Amount.Cents()
	case e.From:
		return -e.Amount.Cents()
	}
	return 0
}

// transfers are the entries for a move from one state to another.
func transfers(event int64, was payment.State, a Record) []Entry {
	var entries []Entry
	for _, part := range parts(a) {
		from, to := part.at(was), part.at(a.State)
		if from != to && !part.amount.IsZero() {
			entries = append(entries, Entry{Event: event, Place: len(entries), Attempt: a.ID, From: from, To: to, Amount: part.amount})
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
func parts(a Record) []part {
	var all []part
	switch {
	case a.Kind.Returns():
		all = append(all, part{origin: a.Target, end: AccountPayer, amount: a.Total()})
	case a.Kind.PaysBills() && len(a.Charge.Lines) == 0:
		all = append(all, part{origin: AccountPayer, end: a.Target, amount: a.Value})
	case a.Kind.PaysBills():
		for _, line := range a.Charge.Lines {
			all = append(all, part{origin: AccountPayer, end: line.Bill, amount: line.Amount})
		}
	}
	return all
}

// at is where the money is, as far as the ledger knows, in a state.
func (p part) at(s payment.State) string {
	switch {
	case s == payment.Succeeded:
		return p.end
	case s == payment.Sending || s == payment.Unknown:
		return AccountTransit
	}
	return p.origin
}
