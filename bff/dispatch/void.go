package dispatch

import (
	"context"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Void takes the card payment back that is the target of its attempt. Only the
// whole of a payment can be voided, and only before it settles
// (docs/upstream-api.md#voidpayment). An answer that is lost is found out from the
// receipts: it is not asked for a second time.
type Void struct{}

// Do is one voidpayment.
func (Void) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	return up.Counter.VoidPayment(ctx, a.Patient, ledger.TargetPayment(a.Target)).Outcome()
}

// Clear does nothing: no card is used.
func (Void) Clear() {}
