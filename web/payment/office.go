package payment

import "time"

// Office is a department of a practice as staff see it.
type Office struct {
	ID      int
	Name    string
	Web     []Brand // cards taken without the card being there
	Counter []Brand // cards taken with it
	// VisitMax and YearMax are what the practice suggests as ceilings of
	// card-on-file agreements; zero: nothing.
	VisitMax, YearMax Amount
	Group             string // the provider group whose money it can collect
	Zone              *time.Location
}

// PracticeAccess is a practice that our key may use.
type PracticeAccess struct {
	ID        int
	Name      string
	Collector bool
}
