//go:build !js || desk

package payment

import (
	"cmp"
	"slices"
)

// VisitState is where a visit of the day stands.
type VisitState string

const (
	VisitExpected  VisitState = "expected"  // nobody has come yet, or nobody checked them in
	VisitArriving  VisitState = "arriving"  // the check-in was begun and is not finished
	VisitHere      VisitState = "here"      // checked in
	VisitLeft      VisitState = "left"      // checked out
	VisitCancelled VisitState = "cancelled" // will not be
)

// Waiting reports whether the front desk still has something to do for a visit
// before the patient is with whoever treats them.
func (s VisitState) Waiting() bool { return s == VisitExpected || s == VisitArriving }

// BookedVisit is a visit in the book of a day.
type BookedVisit struct {
	Appointment
	Patient Person     `json:",omitzero"`
	State   VisitState `json:",omitzero"`
	Copay   VisitCopay `json:",omitzero"`
	// Balance is what the patient owes to the provider group of the visit's
	// department, below zero what it holds for them; not Known: it is not told.
	Balance      Signed `json:",omitzero"`
	BalanceKnown bool   `json:",omitzero"`
}

// VisitCopay is the copay of a visit. What the upstream does not tell is not
// known, which is another thing than nothing: a copay of 0 may be none, one that
// was collected, or one that was not computed
// (docs/upstream-api.md#appointments).
type VisitCopay struct {
	// Due is what is still expected, where DueKnown says so.
	Due      Amount `json:",omitzero"`
	DueKnown bool   `json:",omitzero"`
	// Expected is what the insurance asks for, Collected what was collected for
	// this visit, and Elsewhere what was collected and belongs to no visit, which
	// is said before anybody asks for the copay again; where Told says so.
	Expected, Collected, Elsewhere Amount `json:",omitzero"`
	Told                           bool   `json:",omitzero"`
}

// InOrder are the visits in order of day and time, without those that are
// cancelled; visits of one time by the patient's name.
func InOrder(visits []BookedVisit) []BookedVisit {
	visits = slices.DeleteFunc(slices.Clone(visits), func(v BookedVisit) bool { return v.State == VisitCancelled })
	slices.SortStableFunc(visits, func(a, b BookedVisit) int {
		return cmp.Or(
			cmp.Compare(a.Day, b.Day),
			cmp.Compare(cmp.Or(a.Time, "99"), cmp.Or(b.Time, "99")), // one without a time comes last
			cmp.Compare(a.Patient.Family, b.Patient.Family),
			cmp.Compare(a.Patient.Given, b.Patient.Given),
			cmp.Compare(len(a.ID), len(b.ID)),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return visits
}
