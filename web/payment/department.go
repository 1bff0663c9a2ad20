package payment

import (
	"cmp"
	"time"
)

// Department is the place in a practice that treats and collects.
type Department struct {
	ID      int
	Name    string
	Web     []Brand // cards taken without the card being there
	Counter []Brand // cards taken with it
	// VisitMax and YearMax are what the practice suggests as ceilings of
	// card-on-file agreements; zero: nothing.
	VisitMax, YearMax Amount
	Group             string         // the provider group whose money it can collect
	Zone              *time.Location // of its days and times of day
	// What patients know it by. Each may be empty.
	GroupName  string // of the provider group
	PublicName string // of the department
	Address    []string
	Phone      string
}

// Letterhead is what the department knows of the head of a receipt: the
// provider group is who bills, the department's own name is often a word of
// the staff ("MAIN ST (HUB)").
func (d Department) Letterhead() Letterhead {
	return Letterhead{Name: cmp.Or(d.GroupName, d.PublicName, d.Name), Address: d.Address, Phone: d.Phone}
}

// AcceptedCards is what a card form has to know of a department.
type AcceptedCards struct {
	Brands []Brand        // taken on the web; none: it takes no cards there
	Zone   *time.Location // by whose calendar a card expires
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
