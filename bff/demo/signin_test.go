package main

import (
	"slices"
	"testing"

	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// The demo's desk stands where the simulator has departments, with each kind of card
// processing among them, and begins where patients come today.
func TestDeskStandsWhereDepartmentsAre(t *testing.T) {
	sim := athenatest.StartWith(t, athenatest.Options{FullDay: true})
	client, err := athena.New(athena.Config{URL: sim.URL, ClientID: "demo", ClientSecret: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	all, err := client.Departments(t.Context(), practice)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[[2]bool]bool{}
	stands, _ := deskEntry(places{})["departments"].([]int)
	for _, id := range stands {
		at := slices.IndexFunc(all, func(d payment.Department) bool { return d.ID == id })
		if at < 0 {
			t.Errorf("department %d does not exist", id)
			continue
		}
		kinds[[2]bool{len(all[at].Counter) > 0, len(all[at].Web) > 0}] = true
	}
	if len(kinds) != 4 {
		t.Errorf("%d kinds of card processing", len(kinds))
	}
	if visits, err := client.Booked(t.Context(), practice, stands[:1], payment.DayOf(sim.Now())); err != nil || len(visits) < 10 {
		t.Errorf("%d visits today at department %d: %v", len(visits), stands[0], err)
	}
}
