package payment

import "time"

// Appointment is a visit of a patient that is still to come, or today's.
type Appointment struct {
	ID         string // the upstream's
	Day        Day
	Time       string // "14:30" by the practice's clock; empty where it is not known
	Title      string // as patients know it ("Annual Physical"); may be empty
	Department int    // where; zero where it is not known
}

// When is the day and the time for people: "December 3, 2026 at 2:30 PM".
func (a Appointment) When() string {
	t, err := time.Parse("15:04", a.Time)
	if err != nil {
		return a.Day.Words()
	}
	return a.Day.Words() + " at " + t.Format("3:04 PM")
}
