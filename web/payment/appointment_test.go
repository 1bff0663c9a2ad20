package payment

import "testing"

func TestWhenAnAppointmentIs(t *testing.T) {
	for want, a := range map[string]Appointment{
		"December 3, 2026 at 2:30 PM":  {Day: "2026-12-03", Time: "14:30"},
		"December 3, 2026 at 12:05 AM": {Day: "2026-12-03", Time: "00:05"},
		"December 3, 2026":             {Day: "2026-12-03"},
		"December 4, 2026":             {Day: "2026-12-04", Time: "noon"},
	} {
		if got := a.When(); got != want {
			t.Errorf("%+v: %q, want %q", a, got, want)
		}
	}
}
