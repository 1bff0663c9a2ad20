package ledger

import (
	"strings"
	"testing"
	"time"
)

// What somebody did at the desk is an event of the chain, between those of
// attempts, and found by practice, by what it was, by what it was about and by when.
func testDeskActs(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	start := c.now()
	a := create(t, l, ada, "501")
	acts := []DeskAct{
		{Practice: ada.Practice, Who: "desk/eve", Name: "Eve Example", Role: "front_desk", What: "search", Detail: "name, birth date; 3"},
		{Practice: ada2.Practice, Who: "desk/bo", Role: "manager", What: "search"},
		{Practice: ada.Practice, Who: "desk/eve", Role: "front_desk", What: "patient", Patient: 601},
		{Practice: ada.Practice, Who: "desk/bo", Name: "Bo", Role: "biller", What: "done by hand", Patient: 601, About: a.ID, Content: `{"batch":"318","note":"a, b"}`},
	}
	for _, act := range acts {
		c.advance(time.Minute)
		want(t, l.DeskAct(ctx, act), nil)
	}
	claim(t, l, a)
	found := func(q ActQuery) []Event {
		t.Helper()
		return must(t, func() ([]Event, error) { return l.DeskActs(ctx, q) })
	}
	all := found(ActQuery{Practice: ada.Practice})
	if len(all) != 3 || all[0].Desk != acts[3] || all[1].Desk != acts[2] || all[2].Desk != acts[0] || all[2].Seq != 2 || all[2].Who != "desk/eve" {
		t.Fatalf("found %+v", all)
	}
	for _, row := range []struct {
		q ActQuery
		n int
	}{
		{ActQuery{Practice: ada2.Practice}, 1},
		{ActQuery{Practice: 7}, 0},
		{ActQuery{Practice: ada.Practice, What: "search"}, 1},
		{ActQuery{Practice: ada.Practice, About: a.ID}, 1},
		{ActQuery{Practice: ada.Practice, What: "search", About: a.ID}, 0},
		{ActQuery{Practice: ada.Practice, Since: start.Add(3 * time.Minute)}, 2},
		{ActQuery{Practice: ada.Practice, Until: start.Add(3 * time.Minute)}, 1},
		{ActQuery{Practice: ada.Practice, Limit: 2}, 2},
	} {
		if got := found(row.q); len(got) != row.n {
			t.Errorf("%+v finds %d", row.q, len(got))
		}
	}
	r := must(t, func() (Report, error) { return l.Verify(ctx) })
	if r.Acts != 4 || r.Events != 6 || r.Attempts != 1 {
		t.Errorf("verified %+v", r)
	}
	if events := must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) }); len(events) != 2 {
		t.Errorf("the attempt has %d events", len(events))
	}
}

// What cannot be kept is refused; what somebody is called, and what they saw, is kept
// without what could be a card's number.
func TestActsThatCannotBeKept(t *testing.T) {
	t.Parallel()
	l := NewMemory(newClock().now)
	good := DeskAct{Practice: 1, Who: "desk/eve", Role: "biller", What: "search"}
	for name, change := range map[string]func(*DeskAct){
		"no practice":      func(a *DeskAct) { a.Practice = 0 },
		"nobody":           func(a *DeskAct) { a.Who = "" },
		"unknown role":     func(a *DeskAct) { a.Role = "admin" },
		"nothing done":     func(a *DeskAct) { a.What = "" },
		"a card for a act": func(a *DeskAct) { a.What = "4111111111111111" },
		"a long subject":   func(a *DeskAct) { a.About = strings.Repeat("x", 65) },
		"no object":        func(a *DeskAct) { a.Content = `["x"]` },
		"half an object":   func(a *DeskAct) { a.Content = `{"x"` },
		"a card inside":    func(a *DeskAct) { a.Content = `{"x":"4111 1111 1111 1111"}` },
		"no patient":       func(a *DeskAct) { a.Patient = -1 },
	} {
		a := good
		change(&a)
		if err := l.DeskAct(ctx, a); err == nil {
			t.Errorf("kept: %s", name)
		}
	}
	good.Detail, good.Name = "found 4111 1111 1111 1111", "5555555555554444"
	want(t, l.DeskAct(ctx, good), nil)
	got := must(t, func() ([]Event, error) { return l.DeskActs(ctx, ActQuery{Practice: 1}) })
	if len(got) != 1 || strings.Contains(got[0].Evidence, "1111") || strings.Contains(got[0].Desk.Name, "4444") {
		t.Errorf("kept %+v", got)
	}
}
