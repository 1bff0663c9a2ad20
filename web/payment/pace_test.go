package payment

import (
	"fmt"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestPaces(t *testing.T) {
	for _, row := range []struct {
		total, minimum int64
		want           string
	}{
		{264_72, 20_00, "[{3 88.24} {6 44.12} {12 22.06}]"},
		{1_000_00, 25_00, "[{3 333.34} {6 166.67} {12 83.34} {24 41.67}]"},
		{120_00, 25_00, "[{2 60.00} {3 40.00} {4 30.00}]"},
		{49_98, 25_00, "[]"},
		{49_99, 25_00, "[{2 25.00}]"},
		{0, 25_00, "[]"},
		{2_02, 1, "[{2 1.01}]"}, // no payment is smaller than a charge may be
	} {
		if got := fmt.Sprint(pacesOf(Cents(row.total), Cents(row.minimum))); got != row.want {
			t.Errorf("%+v: %s", row, got)
		}
	}
}

// What is offered is taken as it is said: so many payments, of as much, and the
// last some cents less. With other bills it is as many payments still, or a problem
// of the input that was used.
func TestPacesAreTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := statements(t)
		minimum := Cents(rapid.SampledFrom([]int64{1_00, 10_00, 25_00}).Draw(t, "minimum"))
		bills := s.Plannable(minimum)
		choice := PlanChoice{Start: "2026-12-01"}
		for _, b := range bills {
			choice.Bills = append(choice.Bills, b.ID)
		}
		total, paces := choice.Paces(bills, minimum)
		for _, p := range paces {
			choice.Payments, choice.Monthly = strconv.Itoa(p.Count), "not a number" // of another option
			_, terms, problems := choice.Terms(s, minimum, "2026-11-21")
			if len(problems) > 0 || terms.Cycle != p.Monthly {
				t.Fatalf("%+v: %+v %+v", p, terms, problems)
			}
			list := Schedule(total, terms.Cycle, terms.Start)
			if len(list) != p.Count || terms.Cycle.Minus(list[len(list)-1].Amount).Cents() >= int64(p.Count) {
				t.Fatalf("%s in %+v: %+v", total.Display(), p, list)
			}
			fewer := choice
			fewer.Bills = choice.Bills[:1]
			charge, terms, problems := fewer.Terms(s, minimum, "2026-11-21")
			if len(problems) == 0 && len(Schedule(charge.Total(), terms.Cycle, terms.Start)) != p.Count {
				t.Fatalf("of one bill %+v", terms)
			}
			for _, problem := range problems {
				if problem.Field == FieldMonthly {
					t.Fatalf("%+v", problem)
				}
			}
		}
	})
}
