package bff

import (
	"context"
	"sync/atomic"

	"paypane/web/payment"
)

// faultyPractice is the simulator's practice, counted, and with the parts replaced
// that a test wants to go wrong. Replace before the requests.
type faultyPractice struct {
	Practice
	statement        func() (payment.Statement, error)
	statementOf      func(context.Context, payment.Patient) error // before it is read
	department       func() (payment.AcceptedCards, error)
	departmentIn     func(context.Context) (payment.AcceptedCards, error)
	receipts         func() ([]payment.ReceiptSummary, error)
	itemized         func(reference string) (payment.Receipt, error)
	collect          func(context.Context, payment.Charge, *payment.Card) payment.Outcome
	email            func() error
	office           func(payment.Department, error) (payment.Department, error) // changes what is answered
	terms            string
	collects, emails atomic.Int32
}

func (m *faultyPractice) Statement(ctx context.Context, p payment.Patient) (payment.Statement, error) {
	if m.statement != nil {
		return m.statement()
	}
	if m.statementOf != nil {
		if err := m.statementOf(ctx, p); err != nil {
			return payment.Statement{}, err
		}
	}
	return m.Practice.Statement(ctx, p)
}

func (m *faultyPractice) Department(ctx context.Context, p payment.Patient) (payment.Department, error) {
	office, err := m.Practice.Department(ctx, p)
	if m.office != nil {
		return m.office(office, err)
	}
	return office, err
}

func (m *faultyPractice) VisitTerms(ctx context.Context, practice int) (string, error) {
	if m.terms != "" {
		return m.terms, nil
	}
	return m.Practice.VisitTerms(ctx, practice)
}

func (m *faultyPractice) AcceptedCards(ctx context.Context, p payment.Patient) (payment.AcceptedCards, error) {
	if m.departmentIn != nil {
		return m.departmentIn(ctx)
	}
	if m.department != nil {
		return m.department()
	}
	return m.Practice.AcceptedCards(ctx, p)
}

func (m *faultyPractice) Receipt(ctx context.Context, p payment.Patient, reference string) (payment.Receipt, error) {
	if m.itemized != nil {
		return m.itemized(reference)
	}
	return m.Practice.Receipt(ctx, p, reference)
}

func (m *faultyPractice) Receipts(ctx context.Context, p payment.Patient) ([]payment.ReceiptSummary, error) {
	if m.receipts != nil {
		return m.receipts()
	}
	return m.Practice.Receipts(ctx, p)
}

func (m *faultyPractice) Collect(ctx context.Context, p payment.Patient, c payment.Charge, card *payment.Card) payment.Outcome {
	m.collects.Add(1)
	if m.collect != nil {
		return m.collect(ctx, c, card)
	}
	return m.Practice.Collect(ctx, p, c, card)
}

func (m *faultyPractice) EmailReceipt(ctx context.Context, p payment.Patient, reference, email string) error {
	m.emails.Add(1)
	if m.email != nil {
		return m.email()
	}
	return m.Practice.EmailReceipt(ctx, p, reference, email)
}
