package bff

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// family is a token of somebody who pays for these patients of the simulator,
// under the given names, changed.
func family(w *world, names map[int]string, change func(c claimSet), ids ...int) string {
	return harborEd.token(w, func(_, c claimSet) {
		var people []claimSet
		for _, id := range ids {
			people = append(people, claimSet{"patientid": id, "departmentid": 7, "name": names[id]})
		}
		delete(c, "patientid")
		delete(c, "departmentid")
		c["role"], c["patients"] = "payer", people
		if change != nil {
			change(c)
		}
	})
}

// seen is the visit that a browser's session holds.
func (w *world) seen(b *browser) Visit {
	w.t.Helper()
	r := must(http.NewRequest("GET", payOrigin+"/pay", nil))
	r.Header.Set("Cookie", b.cookie)
	return must(w.store.visit(r))
}

// What a token says is what the session knows, and nothing of it is on unless
// the token says so.
func TestClaimsBecomeTheVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	begin := func(token string) Visit {
		t.Helper()
		b := w.browser()
		if a := b.launch(token); a.status != http.StatusSeeOther {
			t.Fatalf("launch: %d %s", a.status, a.body)
		}
		return w.seen(b)
	}
	if v := begin(harborEd.token(w, nil)); v.OfferSave || v.SavedCards || v.several() || v.Name != "Dana Sample" || v.View != "" {
		t.Errorf("nothing said: %+v", v)
	}
	for _, switches := range [][2]bool{{true, false}, {false, true}} {
		v := begin(harborEd.token(w, func(_, c claimSet) { c["offer_save"], c["saved_cards"] = switches[0], switches[1] }))
		if v.OfferSave != switches[0] || v.SavedCards != switches[1] {
			t.Errorf("%v: %+v", switches, v)
		}
	}
	names := map[int]string{dana: "Dana S.", 40212: ""}
	if v := begin(family(w, names, nil, 40212, dana)); v.Patient.ID != 40212 || !v.several() || v.current() != 0 || v.People[1].Name != "Dana S." {
		t.Errorf("two people: %+v", v)
	}
	if v := begin(family(w, names, func(c claimSet) { c["patientid"] = dana }, 40212, dana)); v.Patient.ID != dana || v.current() != 1 {
		t.Errorf("beginning with the second: %+v", v)
	}
}

// A visit begins where the token says; a form can choose only where the token
// does not, and only among the pages that are there for its role.
func TestLanding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, row := range []struct{ role, token, form, page string }{
		{"patient", "", "", "/pay"},
		{"patient", "receipts", "", "/receipts"},
		{"patient", "", "receipts", "/receipts"},
		{"payer", "pay", "receipts", "/pay"},
		{"patient", "agreements", "nonsense", "/agreements"},
		{"patient", "", "nonsense", "/pay"},
		{"patient", "", "/desk/doubts", "/pay"},
		{"patient", "", "desk", "/pay"},
		{"staff", "", "desk", "/desk/doubts"},
		{"staff", "desk", "", "/desk/doubts"},
	} {
		token := harborEd.token(w, func(_, c claimSet) {
			c["role"] = row.role
			if row.token != "" {
				c["view"] = row.token
			}
		})
		b := w.browser()
		a := b.post("/launch", url.Values{"token": {token}, "view": {row.form}}, "Origin", harborOrigin, "Sec-Fetch-Site", "cross-site")
		if a = b.get(a.to()); a.to() != row.page {
			t.Errorf("%+v: %d to %q", row, a.status, a.to())
		}
	}
}

// As many people as a token may name fit into a session, however long their
// names: what does not fit is left out before anybody is turned away.
func TestPeopleFitIntoASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	var ids []int
	for n := range maxPeople {
		ids = append(ids, 1234567890+n)
	}
	for what, row := range map[string]struct {
		name, subject string
		kept          bool // the names
	}{
		"usual":                 {"Maria Magdalena Sample-Hohenstein of Berkshire", "member-5551", true},
		"long names":            {strings.Repeat("n", 255), strings.Repeat("s", 255), true},
		"names that JSON grows": {strings.Repeat("<", 80), "member-5551", false},
		"a name like a card":    {"4111 1111 1111 1111", "member-5551", false},
		"a subject like a card": {"Maria", "4111111111111111", true},
		"both like a card":      {"4111 1111 1111 1111", "4111111111111111", false},
	} {
		names := map[int]string{}
		for _, id := range ids {
			names[id] = row.name
		}
		b := w.browser()
		a := b.launch(family(w, names, func(c claimSet) { c["sub"] = row.subject }, ids...))
		if a.status != http.StatusSeeOther {
			t.Errorf("%s: %d %s", what, a.status, a.body)
			continue
		}
		v := w.seen(b)
		if len(v.People) != maxPeople || v.People[9].Patient.ID != ids[9] || (v.People[9].Name == row.name) != row.kept {
			t.Errorf("%s: %+v", what, v)
		}
	}
}
