package account

import (
	"context"
	"sync"
	"time"

	"paypane/web/payment"
)

// How long what was read of a department is believed, and how long it is not
// asked again after it gave no answer. What was known before is believed
// meanwhile.
const (
	DepartmentLife  = 5 * time.Minute
	DepartmentPause = 15 * time.Second
)

// Departments remembers departments: every page asks what theirs offers, and it
// changes once a year.
type Departments struct {
	config Config

	mu   sync.Mutex
	seen map[departmentKey]seenDepartment
	// zones are the names that were noted in the ledger.
	zones map[departmentKey]string
}

// news reports whether the zone of a department is another than was noted, and
// takes it for noted; nil: for not noted.
func (d *Departments) news(p payment.Patient, zone *time.Location) bool {
	key, name := departmentKey{p.Practice, p.Department}, ""
	if zone != nil {
		name = zone.String()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.zones == nil {
		d.zones = map[departmentKey]string{}
	}
	was := d.zones[key]
	d.zones[key] = name
	return was != name
}

// soonEnough is how long a page waits for what it can do without.
const soonEnough = time.Second

// Read is the department of a patient. Its zone is noted, for the days when it
// cannot be asked, and for the exports of operators.
func (d *Departments) Read(ctx context.Context, p payment.Patient) (payment.Department, error) {
	department, err := d.read(ctx, p)
	if err == nil && department.Zone != nil && d.news(p, department.Zone) {
		if err := d.config.Ledger.NoteZone(ctx, p, department.Zone); err != nil {
			d.config.Log.WarnContext(ctx, "note the zone of a department", "error", err.Error())
			d.news(p, nil) // and try again
		}
	}
	return department, err
}

// Soon is Read for a page that can do without, which waits for a second at most.
func (d *Departments) Soon(ctx context.Context, p payment.Patient) (payment.Department, error) {
	soon, cancel := context.WithTimeout(ctx, soonEnough)
	defer cancel()
	return d.Read(soon, p)
}

// Zone is the zone of a patient's department: by its clock and its calendar
// all days and times of day are told, on pages, receipts and files, whatever
// zone the upstream writes them in. Where the department cannot be asked, it is
// the zone that was noted last. Of a department that was never read, and of one
// that names no zone, days are the upstream's, which are Eastern.
func (d *Departments) Zone(ctx context.Context, p payment.Patient) *time.Location {
	soon, cancel := context.WithTimeout(ctx, soonEnough)
	defer cancel()
	if department, err := d.Read(soon, p); err == nil && department.Zone != nil {
		return department.Zone
	}
	zones, err := d.config.Ledger.Zones(ctx)
	if err != nil {
		d.config.Log.WarnContext(ctx, "read the zones of departments", "error", err.Error())
	}
	return zones.Of(p, d.config.Zone)
}

// Today is the day at a patient's department.
func (d *Departments) Today(ctx context.Context, p payment.Patient) payment.Day {
	return payment.DayOf(d.config.Now().In(d.Zone(ctx, p)))
}

type departmentKey struct{ practice, department int }

type seenDepartment struct {
	payment.Department
	known bool
	ask   time.Time // when it is asked again
	err   error     // of the last time
}

func (d *Departments) read(ctx context.Context, p payment.Patient) (payment.Department, error) {
	key := departmentKey{p.Practice, p.Department}
	now := d.config.Now()
	d.mu.Lock()
	seen := d.seen[key]
	d.mu.Unlock()
	if !now.Before(seen.ask) {
		department, err := d.config.Practice.Department(ctx, p)
		if err == nil {
			seen = seenDepartment{Department: department, known: true, ask: now.Add(DepartmentLife)}
		} else {
			seen.err, seen.ask = err, now.Add(DepartmentPause)
		}
		d.mu.Lock()
		if d.seen == nil {
			d.seen = map[departmentKey]seenDepartment{}
		}
		d.seen[key] = seen
		d.mu.Unlock()
	}
	if !seen.known {
		return payment.Department{}, seen.err
	}
	return seen.Department, nil
}
