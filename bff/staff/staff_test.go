package staff

import (
	"slices"
	"strings"
	"testing"
)

// The table of rights, as the practice's manager would write it down.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	table := map[Right]string{
		Enter: "front_desk biller manager", Collect: "front_desk biller manager", VoidOwn: "front_desk biller manager", Close: "front_desk biller manager",
		VoidAny: "biller manager", Vendor: "biller manager", Decide: "biller manager",
		SeeExpected: "manager", Approve: "manager", Export: "manager",
	}
	for _, right := range Rights {
		want, ok := table[right]
		if !ok {
			t.Errorf("%s is not in the table", right)
		}
		for _, role := range Roles {
			if got := role.May(right); got != slices.Contains(strings.Fields(want), string(role)) {
				t.Errorf("%s may %s: %t", role, right, got)
			}
		}
		if first, _, _ := strings.Cut(want, " "); string(right.Least()) != first {
			t.Errorf("%s is asked of %s", right, right.Least())
		}
	}
	if len(table) != len(Rights) {
		t.Errorf("%d rights, %d in the table", len(Rights), len(table))
	}
}

// What is not known may nothing, and nobody is anybody.
func TestDenied(t *testing.T) {
	t.Parallel()
	for _, role := range []Role{"", "admin", "Manager", "staff", "patient"} {
		for _, right := range Rights {
			if role.May(right) {
				t.Errorf("%q may %s", role, right)
			}
		}
	}
	for _, right := range []Right{"", "everything", "Collect"} {
		if Manager.May(right) || right.Least() != "" {
			t.Errorf("%q is a right", right)
		}
	}
	nobody, named := Person{}, Person{Name: "Sam", Role: Manager}
	if nobody.Is(nobody) || nobody.May(Enter) || named.May(Enter) {
		t.Error("nobody is somebody")
	}
	ana := Person{Issuer: "https://a.example", Subject: "1", Name: "Ana", Role: FrontDesk}
	for _, other := range []Person{{Issuer: "https://b.example", Subject: "1", Name: "Ana"}, {Issuer: "https://a.example", Subject: "2", Name: "Ana"}} {
		if ana.Is(other) {
			t.Errorf("%+v is %+v", ana, other)
		}
	}
	if !ana.Is(Person{Issuer: "https://a.example", Subject: "1", Role: Manager}) {
		t.Error("a person is somebody else in another role")
	}
}
