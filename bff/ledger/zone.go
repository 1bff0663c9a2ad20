package ledger

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"paypane/web/payment"
)

// zoneName is the form of a time zone's name: "US/Pacific", "Etc/GMT+5".
var zoneName = regexp.MustCompile(`^[A-Za-z0-9/_+-]{1,64}$`)

// Zones are the time zones of departments, as they were noted last. Without one
// a department has the zone of the upstream's books.
type Zones map[[2]int]*time.Location // by practice and department

// Of is the zone of a patient's department, or the other one where none was noted.
func (z Zones) Of(p payment.Patient, other *time.Location) *time.Location {
	if zone := z[[2]int{p.Practice, p.Department}]; zone != nil {
		return zone
	}
	return other
}

// Zones returns the time zones that were noted and are known to this machine: by
// them days are told where a department cannot be asked.
func (l *Ledger) Zones(ctx context.Context) (Zones, error) {
	zones := Zones{}
	return zones, l.read(ctx, "read zones", func(t tx) error {
		noted, err := t.zones()
		for department, name := range noted {
			if zone, err := time.LoadLocation(name); err == nil {
				zones[department] = zone
			}
		}
		return err
	})
}

// NoteZone records the time zone of a patient's department.
func (l *Ledger) NoteZone(ctx context.Context, p payment.Patient, zone *time.Location) error {
	name := zone.String()
	if !zoneName.MatchString(name) || name == time.Local.String() || !numberFree(name, 64) {
		return fmt.Errorf("note zone: %w", ErrText)
	}
	return l.write(ctx, "note zone", func(t tx) error {
		known, err := t.zones()
		if err != nil || known[[2]int{p.Practice, p.Department}] == name {
			return err
		}
		return t.setZone(p.Practice, p.Department, name)
	})
}
