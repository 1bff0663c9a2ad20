package velocity

import (
	"context"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Ticket is a try that was admitted. It hears how it ended, once; after that it
// does nothing.
type Ticket struct {
	guard *Guard
	// counted was added when it was admitted. The others are what it adds that the bank
	// approved, that nobody knows, or that nothing reached a bank.
	counted, approved, unknown, void []ledger.Addition
}

func (a *admission) ticket(g *Guard, counted ledger.Counted) *Ticket {
	t := &Ticket{guard: g}
	count := func(one gauge, back bool) {
		t.counted = append(t.counted, one.add(1))
		t.void = append(t.void, one.add(-1))
		if back {
			t.unknown = append(t.unknown, one.add(-1))
			t.approved = append(t.approved, one.add(-1))
		}
	}
	again := a.pressed.sum(counted) > 0
	if !again {
		count(a.pressed, false)
	}
	for _, one := range a.gauges {
		if !a.applies(one, counted) {
			continue
		}
		if count(one, one.returned); one.once != nil {
			count(*one.once, one.returned)
		}
	}
	if a.judged(counted) {
		c := a.circuit
		for _, add := range c.count(counted) {
			t.counted = append(t.counted, add)
			add.N = -add.N
			t.void = append(t.void, add)
			t.unknown = append(t.unknown, add)
			if add.Key != c.tried.key() {
				t.approved = append(t.approved, add)
			}
		}
		if c.open(counted) {
			t.approved = append(t.approved, c.approved.add(1))
		}
	}
	if !a.try.Staff && !a.try.Keeps && a.known.sum(counted) == 0 {
		t.approved = append(t.approved, a.known.add(1))
	}
	if again {
		t.counted, t.void = nil, nil
	}
	return t
}

// Ended writes down how it ended. What cannot be written stays counted.
func (t *Ticket) Ended(ctx context.Context, o payment.Outcome) {
	add := map[payment.State][]ledger.Addition{payment.Succeeded: t.approved, payment.Unknown: t.unknown, payment.NotSent: t.void}[o.State]
	t.guard.numbers.end(o.State)
	t.settle(ctx, add)
}

// Withdraw takes a try back of which nothing was sent.
func (t *Ticket) Withdraw(ctx context.Context) { t.settle(ctx, t.void) }

func (t *Ticket) settle(ctx context.Context, add []ledger.Addition) {
	t.counted, t.approved, t.unknown, t.void = nil, nil, nil, nil
	if len(add) == 0 {
		return
	}
	err := t.guard.Counters.Count(ctx, nil, func(ledger.Counted) ([]ledger.Addition, error) { return add, nil })
	if err != nil {
		t.guard.Log.ErrorContext(ctx, "count how a card ended", "error", err.Error())
	}
}
