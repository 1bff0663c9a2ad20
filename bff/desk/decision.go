package desk

import (
	"context"
	"slices"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// numbered reports whether what an attempt did is a receipt of its own, with a
// number: a charge or an agreement.
func numbered(a ledger.Record) bool { return a.Kind.Charges() || a.Kind.Agrees() }

// weigh is what the evidence says to a decision: what speaks against it, and
// whether it makes it sure enough for one person. That money was not taken is said
// only when the receipts must show it. That it was taken closes the bill and is
// told to the payer as paid, so it rests on the receipt's number, or on receipts
// that must show all; before that two people have to say it.
func (s *Desk) weigh(ctx context.Context, a ledger.Record, d web.Decision) (sure bool, against []payment.Problem, err error) {
	proven, err := s.reconciler.Proven(ctx, a)
	if err != nil {
		return false, nil, err
	}
	early := s.now().Before(proven)
	if payment.State(d.Found) == payment.NotDone {
		switch {
		case a.State == payment.Succeeded:
			return false, problem("found_taken", web.FieldFound), nil
		case early:
			return false, problem("found_early", web.FieldFound, "time", words.Clock(proven.In(s.departments.Zone(ctx, a.Patient)))), nil
		}
		return true, nil, nil
	}
	known, against, err := s.weighNumber(ctx, a, d.Reference)
	return known || !early, against, err
}

// weighNumber is what the evidence says to the number, or to none, of a payment
// that was taken; known is that the receipts list it as one that may be this one,
// and that it is nobody else's.
func (s *Desk) weighNumber(ctx context.Context, a ledger.Record, reference string) (known bool, against []payment.Problem, err error) {
	receipts, unread := s.books.Receipts(ctx, a.Patient) // what cannot be read says nothing
	references := []string{}
	for _, receipt := range receipts {
		references = append(references, receipt.Reference)
	}
	listed := slices.Contains(references, reference)
	owners, err := s.ledger.ReferenceOwners(ctx, a.Patient.Practice, append(references, reference))
	if err != nil {
		return false, nil, err
	}
	could, err := s.reconciler.Candidates(ctx, a, receipts)
	if err != nil {
		return false, nil, err
	}
	fits := func(r payment.ReceiptSummary) bool { return r.Reference == reference }
	free := func(r payment.ReceiptSummary) bool { return owners[r.Reference] == "" }
	switch holder := owners[reference]; {
	case reference != "" && holder != "" && holder != a.ID:
		return false, problem("reference_held", web.FieldReference, "number", reference, "code", payment.Attempt{ID: holder}.SupportCode()), nil
	case unread != nil || !numbered(a):
		return false, nil, nil
	case reference != "" && !listed:
		return false, problem("reference_unknown", web.FieldReference, "number", reference), nil
	case reference != "" && !slices.ContainsFunc(could, fits):
		return false, problem("reference_other", web.FieldReference, "number", reference), nil
	case reference == "" && a.Reference == "" && slices.ContainsFunc(could, free):
		return false, problem("reference_empty", web.FieldReference), nil
	}
	return reference != "", nil, nil
}

func problem(code, field string, parameters ...any) []payment.Problem {
	return []payment.Problem{{Code: code, Field: field, Parameters: parameters}}
}
