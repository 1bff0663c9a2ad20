package payment

// Appointment is a visit of a patient that is still to come, or today's.
type Appointment struct {
	ID         string // the upstream's
	Day        Day
	Time       string // "14:30" by the practice's clock; empty where it is not known
	Title      string // as patients know it ("Annual Physical"); may be empty
	Department int    // where; zero where it is not known
}
