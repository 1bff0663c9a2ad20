package payment

import (
	"cmp"
	"time"
)

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
	// What patients know it by. Each may be empty.
	GroupName  string // of the provider group
	PublicName string // of the department
	Address    []string
	Phone      string
}

// Letterhead is what the department knows of the head of a receipt: the
// provider group is who bills, the department's own name is often a word of
// the staff ("MAIN ST (HUB)").
func (o Office) Letterhead() Letterhead {
	return Letterhead{Name: cmp.Or(o.GroupName, o.PublicName, o.Name), Address: o.Address, Phone: o.Phone}
}

// Provider is somebody who treats patients.
type Provider struct {
	ID   string
	Name string // as patients know them: "Terry Ahmad, MD"
}

// PracticeAccess is a practice that our key may use.
type PracticeAccess struct {
	ID        int
	Name      string
	Collector bool
}
