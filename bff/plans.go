package bff

import (
	"context"

	"paypane/web/payment"
)

// Plans are payment plans: whole bills, paid in monthly parts.
type Plans interface {
	// Plans are the patient's, all or those of the given ids.
	Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error)
	// CreatePlan makes one, at most once. today is the day at the practice.
	CreatePlan(ctx context.Context, p payment.Patient, terms payment.PlanTerms, card *payment.Card, today payment.Day) payment.Write
}
