package dispatch

import (
	"context"
	"slices"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Upstream is where money moves: every call but StoredCards is made at most once
// for an attempt, and is never tried again.
type Upstream struct {
	Cards   Collector
	Counter Counter
}

// Collector are the calls that a payer's card is used for.
type Collector interface {
	// Collect charges a card and classifies the answer. It does not begin after
	// the deadline of the context.
	Collect(context.Context, payment.Patient, payment.Charge, *payment.Card) payment.Outcome
	// CollectStored charges a stored card.
	CollectStored(ctx context.Context, p payment.Patient, c payment.Charge, storedCard string, code []byte) payment.Write
	StoredCards(context.Context, payment.Patient) ([]payment.StoredCard, error)
	StoreCard(context.Context, payment.Patient, *payment.Card) payment.Write
	// AgreeForVisit and AgreeForYear make an agreement for the appointment of the
	// patient.
	AgreeForVisit(context.Context, payment.Patient, payment.AgreementTerms, *payment.Card) payment.Write
	AgreeForYear(context.Context, payment.Patient, payment.AgreementTerms, *payment.Card) payment.Write
	// CreatePlan makes a plan that charges the card. today is the day at the
	// practice: the plan has to start after it.
	CreatePlan(ctx context.Context, p payment.Patient, terms payment.PlanTerms, card *payment.Card, today payment.Day) payment.Write
}

// Counter are the calls of the practice's staff about money that was taken without
// the upstream, or is undone.
type Counter interface {
	// RecordPayment books money that was taken elsewhere. All that the answer names
	// is a batch.
	RecordPayment(context.Context, payment.Patient, payment.Booking) payment.Write
	// RecordVendorPayment books money that the practice's patient-pay vendor took,
	// and RefundVendorPayment that it gave the whole of it back.
	RecordVendorPayment(context.Context, payment.Patient, payment.VendorBooking) payment.Write
	RefundVendorPayment(context.Context, payment.Patient, payment.VendorRefund) payment.Write
	// AdjustCharges takes something off charges.
	AdjustCharges(context.Context, payment.Patient, []payment.Adjustment) payment.Write
	// VoidPayment takes a card payment back before it settles.
	VoidPayment(ctx context.Context, p payment.Patient, paymentID string) payment.Write
}

// Operation is what a claimed attempt asks of the upstream.
type Operation interface {
	// Do asks, once.
	Do(context.Context, Upstream, ledger.Record) payment.Outcome
	// Clear overwrites what nobody may keep of a card.
	Clear()
}

// Admitted is an operation with a card that was let through. Ended hears how it
// ended, before anybody else does.
type Admitted struct {
	Operation
	Ended func(context.Context, payment.Outcome)
}

// PaymentMethod is what a payer pays with: a card that was typed, or one that is
// stored, with its security code. It lives for the length of one request.
type PaymentMethod struct {
	Card   *payment.Card
	Stored payment.StoredCard
	Code   payment.Secret
}

// Use is what the ledger keeps of it.
func (m PaymentMethod) Use() ledger.CardUse {
	if m.Card == nil {
		return ledger.CardUse{Brand: m.Stored.Brand, Last4: m.Stored.Last4}
	}
	return ledger.CardUse{Brand: m.Card.Brand(), Last4: m.Card.Last4()}
}

// Clear overwrites what nobody may keep.
func (m PaymentMethod) Clear() {
	m.Code.Clear()
	if m.Card != nil {
		m.Card.Clear()
	}
}

// Charge charges a payment method. AsOne sends what is for several claims as one
// amount.
type Charge struct {
	PaymentMethod
	AsOne bool
	// Keep leaves the card as it is, for whoever stores it afterwards.
	Keep bool
}

// Do is one collectpayment.
func (c Charge) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	a.Charge.AsOne = c.AsOne
	if c.Card == nil {
		return up.Cards.CollectStored(ctx, a.Patient, a.Charge, c.Stored.ID, c.Code.Bytes()).Outcome()
	}
	return up.Cards.Collect(ctx, a.Patient, a.Charge, c.Card)
}

// Clear clears the method, unless it is kept.
func (c Charge) Clear() {
	if !c.Keep {
		c.PaymentMethod.Clear()
	}
}

// StoreCard stores a card, unless the practice has it already.
type StoreCard struct{ Card *payment.Card }

// Do looks first: a card that is there is not stored twice.
func (s StoreCard) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	there, err := up.Cards.StoredCards(ctx, a.Patient)
	if err == nil && slices.ContainsFunc(there, func(c payment.StoredCard) bool {
		return c.Brand == s.Card.Brand() && c.Last4 == s.Card.Last4() && c.Expiry == s.Card.Expiry
	}) {
		return payment.Outcome{State: payment.Succeeded, Evidence: "listed before it was stored"}
	}
	return up.Cards.StoreCard(ctx, a.Patient, s.Card).Outcome()
}

// Clear clears the card.
func (s StoreCard) Clear() { s.Card.Clear() }

// Agree makes the agreement of an attempt, for one visit or for a year.
type Agree struct{ Card *payment.Card }

// Do asks for what the kind of the attempt says.
func (g Agree) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	terms := payment.AgreementTerms{Max: a.Value, Email: a.Email}
	if a.Kind == payment.KindAgreeYear {
		return up.Cards.AgreeForYear(ctx, a.Patient, terms, g.Card).Outcome()
	}
	return up.Cards.AgreeForVisit(ctx, a.Patient, terms, g.Card).Outcome()
}

// Clear clears the card.
func (g Agree) Clear() { g.Card.Clear() }

// Plan makes a payment plan. Today is the day after which it has to start.
type Plan struct {
	Card  *payment.Card
	Today payment.Day
}

// Do asks for the plan.
func (p Plan) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	terms := payment.PlanTerms{Cycle: a.Terms.Cycle, Frequency: payment.Monthly, Start: a.Terms.Start, Email: a.Email}
	for _, l := range a.Charge.Lines {
		terms.Claims = append(terms.Claims, l.Number)
	}
	return up.Cards.CreatePlan(ctx, a.Patient, terms, p.Card, p.Today).Outcome()
}

// Clear clears the card.
func (p Plan) Clear() { p.Card.Clear() }
