package desk

import (
	"testing"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// A search that finds too many, or nobody, is told what it lacks, and nothing that it
// has.
func TestMissing(t *testing.T) {
	for typed, want := range map[string][2]string{
		"Sample": {"", "both"}, "Dana Sample": {"", "born"}, "Sample, Dana 1/4/1961": {"", ""}, "Sample 1/4/1961": {"", "given"},
		"1/4/1961": {"born", "name"}, "617-555-0100": {"phone", "name"}, "40211": {"id", "name"},
	} {
		s, wrong := payment.ReadSearch(typed, "2026-11-30")
		if by, add := missing(s); wrong.Code != "" || by != want[0] || add != want[1] {
			t.Errorf("%q: by %q, add %q, %+v", typed, by, add, wrong)
		}
	}
}

// What is off in a drawer is called short or over, or both where neither makes up for
// the other.
func TestOffWay(t *testing.T) {
	for _, row := range []struct {
		off  payment.Amount
		net  int64
		want string
	}{{payment.Amount{}, 0, "none"}, {payment.Cents(200), 200, "over"}, {payment.Cents(200), -200, "short"}, {payment.Cents(400), 0, "off"}, {payment.Cents(400), 200, "off"}} {
		if got := offWay(ledger.DrawerClose{Off: row.off, Net: row.net}); got != row.want {
			t.Errorf("%s, %d: %s", row.off.Display(), row.net, got)
		}
	}
}
