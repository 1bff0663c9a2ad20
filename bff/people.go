package bff

import (
	"slices"

	"paypane/web/payment"
)

// maxPeople is for how many people one payer can be launched: they have to fit
// into a session of the ledger.
const maxPeople = 10

// Person is somebody for whom a payer was launched.
type Person struct {
	Patient payment.Patient `json:"patient"`
	// Name is as the portal writes it, else as the practice does; empty until
	// one of them is known.
	Name string `json:"name,omitempty"`
}

// several reports whether the visit is for more than one person, so that every
// page has to say whose it is.
func (v Visit) several() bool { return len(v.People) > 1 }

// current is the place in People of the one whom the page is for.
func (v Visit) current() int {
	return slices.IndexFunc(v.People, func(p Person) bool { return p.Patient == v.Patient })
}

// claimedPerson is an entry of the claim patients.
type claimedPerson struct {
	Department  int    `json:"departmentid"`
	Patient     int    `json:"patientid"`
	Appointment int    `json:"appointmentid"`
	Name        string `json:"name"`
}

// people are the people of a token, and the one to begin with: the first,
// unless the token names another of them.
func (c claims) people() (list []Person, first payment.Patient) {
	for _, p := range c.Patients {
		list = append(list, Person{Name: p.Name, Patient: payment.Patient{
			Practice: c.Practice, Department: p.Department, ID: p.Patient, Appointment: p.Appointment}})
	}
	if len(list) == 0 {
		return nil, payment.Patient{Practice: c.Practice, Department: c.Department, ID: c.Patient, Appointment: c.Appointment}
	}
	for _, p := range list {
		if p.Patient.ID == c.Patient {
			return list, p.Patient
		}
	}
	return list, list[0].Patient
}

// checkPeople checks whom the token is for.
func (c claims) checkPeople() error {
	if len(c.Patients) == 0 {
		if c.Department <= 0 || c.Patient <= 0 || c.Appointment < 0 {
			return errToken("departmentid or patientid is missing")
		}
		return nil
	}
	switch {
	case c.Role != rolePayer:
		return errToken("patients is for the role payer")
	case len(c.Patients) > maxPeople:
		return errToken("more patients than ten")
	}
	seen := map[int]bool{}
	for _, p := range c.Patients {
		switch {
		case p.Department <= 0 || p.Patient <= 0 || p.Appointment < 0:
			return errToken("departmentid or patientid is missing in patients")
		case seen[p.Patient]:
			return errToken("a patientid is twice in patients")
		case len(p.Name) > 255:
			return errToken("a name in patients is too long")
		}
		seen[p.Patient] = true
	}
	// What the token says beside the list has to agree with it.
	if _, first := c.people(); c.Patient != 0 && c.Patient != first.ID ||
		c.Department != 0 && c.Department != first.Department ||
		c.Appointment != 0 && c.Appointment != first.Appointment {
		return errToken("patientid, departmentid or appointmentid is not one of patients")
	}
	return nil
}
