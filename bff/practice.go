package bff

import (
	"context"

	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// Practice is the upstream as the server needs it. The patient is always a
// parameter: it comes from the session and never from a request.
type Practice interface {
	Offices
	Cards
	Agreements
	Plans
	Itemizer
	// Statement reads what the patient owes.
	Statement(context.Context, payment.Patient) (payment.Statement, error)
	// Department reads which cards the collecting department takes on the web,
	// and its time zone. No brands: it takes none.
	Department(context.Context, payment.Patient) (payment.Department, error)
	// Receipts reads the upstream's books: every electronic payment of a patient.
	Receipts(context.Context, payment.Patient) ([]payment.Receipt, error)
	// Collect charges a card, at most once, and classifies the answer. It never
	// tries again, and does not begin after the deadline of the context.
	Collect(context.Context, payment.Patient, payment.Charge, *payment.Card) payment.Outcome
	// EmailReceipt has the upstream mail the receipt of a payment.
	EmailReceipt(ctx context.Context, p payment.Patient, reference, email string) error
	// Lists are the patient's payment plans and stored cards: what a lost answer
	// to a write that makes one is looked for in.
	reconcile.Lists
}
