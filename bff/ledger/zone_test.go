package ledger

import (
	"testing"
	"time"

	"paypane/web/payment"
)

// The zone of a department is the one that was noted last, of that department
// alone, also after the ledger was closed.
func testZones(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	load := func(name string) *time.Location {
		return must(t, func() (*time.Location, error) { return time.LoadLocation(name) })
	}
	other := ada
	other.Department++
	elsewhere := ada
	elsewhere.Practice++
	zone := func(p payment.Patient) string {
		return must(t, func() (Zones, error) { return l.Zones(ctx) }).Of(p, time.UTC).String()
	}
	if got := zone(ada); got != "UTC" {
		t.Errorf("at first %s", got)
	}
	for _, name := range []string{"US/Pacific", "US/Pacific", "Pacific/Guam", "Etc/GMT+10"} {
		want(t, l.NoteZone(ctx, ada, load(name)), nil)
		if got := zone(ada); got != name {
			t.Errorf("%s is kept as %s", name, got)
		}
	}
	want(t, l.NoteZone(ctx, other, load("US/Hawaii")), nil)
	for _, zone := range []*time.Location{time.Local, time.FixedZone("", 3600), time.FixedZone("4111111111111111", 0), time.FixedZone("a b", 0), time.FixedZone("\x00", 0)} {
		want(t, l.NoteZone(ctx, ada, zone), ErrText)
	}
	want(t, l.NoteZone(ctx, elsewhere, time.FixedZone("Mars/Olympus", 3600)), nil) // nobody knows it here
	want(t, l.Close(), nil)
	l = open(t)
	defer l.Close()
	for p, want := range map[payment.Patient]string{ada: "Etc/GMT+10", other: "US/Hawaii", elsewhere: "UTC"} {
		if got := zone(p); got != want {
			t.Errorf("%v has %s, not %s", p, got, want)
		}
	}
}
