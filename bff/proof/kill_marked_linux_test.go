package proof

import (
	"context"
	"time"

	"paypane/bff/athena"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// markedLedger is the ledger with a mark on either side of every call that
// writes on the way of the money.
type markedLedger struct {
	*ledger.Ledger
	m *marks
}

func (l markedLedger) ProposeAttempt(ctx context.Context, a ledger.Record) (ledger.Record, error) {
	defer l.m.around("ProposeAttempt")()
	return l.Ledger.ProposeAttempt(ctx, a)
}

func (l markedLedger) Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	defer l.m.around("Claim")()
	return l.Ledger.Claim(ctx, p, id, use)
}

func (l markedLedger) MarkSending(ctx context.Context, id, before string) (ledger.Record, error) {
	defer l.m.around("Send")()
	return l.Ledger.MarkSending(ctx, id, before)
}

func (l markedLedger) Settle(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error) {
	defer l.m.around("Settle")()
	return l.Ledger.Settle(ctx, id, o)
}

func (l markedLedger) OrderMail(ctx context.Context, id string) (ledger.Record, error) {
	defer l.m.around("OrderMail")()
	return l.Ledger.OrderMail(ctx, id)
}

func (l markedLedger) MarkEmailed(ctx context.Context, id string, ok bool, evidence string) error {
	defer l.m.around("MarkEmailed")()
	return l.Ledger.MarkEmailed(ctx, id, ok, evidence)
}

func (l markedLedger) Check(ctx context.Context, a ledger.Record, next time.Time) (ledger.Record, error) {
	defer l.m.around("Look")()
	return l.Ledger.Check(ctx, a, next)
}

func (l markedLedger) Checked(ctx context.Context, id string, read bool, evidence string) error {
	defer l.m.around("Looked")()
	return l.Ledger.Checked(ctx, id, read, evidence)
}

func (l markedLedger) Find(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error) {
	defer l.m.around("Find")()
	return l.Ledger.Find(ctx, id, o)
}

func (l markedLedger) Seen(ctx context.Context, id, evidence string) error {
	defer l.m.around("Seen")()
	return l.Ledger.Seen(ctx, id, evidence)
}

func (l markedLedger) Escalate(ctx context.Context, id, why string) (ledger.Record, error) {
	defer l.m.around("Ask")()
	return l.Ledger.Escalate(ctx, id, why)
}

func (l markedLedger) Recover(ctx context.Context, before time.Time) (notSent, unknown int, err error) {
	defer l.m.around("Recover")()
	return l.Ledger.Recover(ctx, before)
}

// markedPractice is the upstream, marked the same way.
type markedPractice struct {
	*athena.Client
	m *marks
}

func (p markedPractice) Receipts(ctx context.Context, patient payment.Patient) ([]payment.ReceiptSummary, error) {
	defer p.m.around("Receipts")()
	return p.Client.Receipts(ctx, patient)
}

func (p markedPractice) Collect(ctx context.Context, patient payment.Patient, c payment.Charge, card *payment.Card) payment.Outcome {
	defer p.m.around("Collect")()
	p.m.money.Store(true)
	defer p.m.money.Store(false)
	return p.Client.Collect(ctx, patient, c, card)
}

func (p markedPractice) EmailReceipt(ctx context.Context, patient payment.Patient, reference, email string) error {
	defer p.m.around("EmailReceipt")()
	return p.Client.EmailReceipt(ctx, patient, reference, email)
}
