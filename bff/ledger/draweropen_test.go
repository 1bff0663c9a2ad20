package ledger

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"paypane/web/payment"
)

// Somebody's drawer that is not counted is found, by a name that counts for it; who
// counts it says whose it is and why, closes it, and neither of the two is the second
// person. What comes after belongs to their own next count.
func testDrawerOfAnother(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	eve, bo, cy := tillOf(l, "eve"), tillOf(l, "bo"), tillOf(l, "cy")
	uncounted := func() []OpenDrawer {
		return must(t, func() ([]OpenDrawer, error) { return l.OpenDrawers(ctx, ada.Practice, ada.Department) })
	}
	if found := uncounted(); len(found) != 0 {
		t.Fatalf("nothing was taken: %+v", found)
	}
	eve.takes(t, 2000)
	c.advance(time.Minute)
	eve.takes(t, 500)
	bo.takes(t, 700)
	eve.begins(t, 300, inCash) // under way: nobody counts it yet
	found := uncounted()
	if len(found) != 2 || found[0].Name != "eve" || found[0].Entries != 2 || !found[0].Since.Before(found[0].Last) || found[1].Name != "bo" || !found[0].Drawer.OwnedBy("desk/eve") || found[0].Drawer.OwnedBy("desk/bo") {
		t.Fatalf("found %+v", found)
	}
	if other := must(t, func() ([]OpenDrawer, error) { return l.OpenDrawers(ctx, ada.Practice, ada.Department+1) }); len(other) != 0 {
		t.Errorf("at another department: %+v", other)
	}
	counts := func(by till, cents int64, change ...func(*NewCount)) (int64, error) {
		by.d = found[0].Drawer
		return by.counts(t, cents, change...)
	}
	away := func(n *NewCount) { n.For = Absence{"eve", "ill", "the flu"} }
	if _, err := counts(bo, 2500); err == nil {
		t.Error("another one's drawer is counted without a word")
	}
	if _, err := counts(bo, 2500, func(n *NewCount) { n.For = Absence{Name: "eve"} }); err == nil {
		t.Error("without a reason")
	}
	if _, err := eve.counts(t, 2500, away); err == nil {
		t.Error("one's own as another one's")
	}
	number, err := counts(bo, 500, away)
	want(t, err, nil)
	d := bo.closed(t, number)
	if d.For != (Absence{"eve", "ill", "the flu"}) || !d.CountedBy("desk/bo") || !d.Of("desk/eve") || d.Of("desk/bo") || d.Held.Cash != 2500 || !d.Two || len(d.Open) != 1 {
		t.Errorf("counted: %+v", d)
	}
	want(t, l.SignDrawer(ctx, eve.act(), number, "unknown", ""), ErrNotFound)
	want(t, l.SignDrawer(ctx, bo.act(), number, "unknown", ""), nil)
	want(t, l.ApproveDrawer(ctx, eve.act(), number), ErrSamePerson)
	want(t, l.ApproveDrawer(ctx, bo.act(), number), ErrSamePerson)
	want(t, l.ApproveDrawer(ctx, cy.act(), number), nil)
	if found := uncounted(); len(found) != 1 || found[0].Name != "bo" {
		t.Errorf("afterwards: %+v", found)
	}
	c.advance(time.Hour)
	eve.takes(t, 111)
	own, err := eve.counts(t, 111)
	want(t, err, nil)
	if d := eve.closed(t, own); d.Held.Cash != 111 || d.For != (Absence{}) || d.Since.IsZero() || d.Stands != CloseDone {
		t.Errorf("their own next count: %+v", d)
	}
	cy.d = must(t, func() ([]OpenDrawer, error) { return l.OpenDrawers(ctx, ada.Practice, ada.Department) })[0].Drawer
	number, err = cy.counts(t, 700, func(n *NewCount) { n.For = Absence{Name: "bo", Reason: "ill"} })
	want(t, err, nil)
	if d := cy.closed(t, number); !d.Off.IsZero() || !d.Two || d.Stands != CloseCounted {
		t.Errorf("as it should be, by who may know: %+v", d)
	}
	if report := must(t, func() (Report, error) { return l.Verify(ctx) }); report.Acts != 5 {
		t.Errorf("%d acts", report.Acts)
	}
}

// What was on its way when a drawer was counted, and came to be done afterwards, waits for
// the next count, however late that was.
func testDrawerLate(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	eve := tillOf(l, "eve")
	uncounted := func() []OpenDrawer {
		return must(t, func() ([]OpenDrawer, error) { return l.OpenDrawers(ctx, ada.Practice, ada.Department) })
	}
	eve.takes(t, 2000)
	late := eve.begins(t, 300, inCash)
	number, err := eve.counts(t, 2000)
	want(t, err, nil)
	if found := uncounted(); len(found) != 0 || len(eve.closed(t, number).Open) != 1 {
		t.Fatalf("counted: %+v", found)
	}
	c.advance(3 * time.Hour)
	must(t, func() (Record, error) {
		return l.Settle(ctx, late.ID, payment.Outcome{State: payment.Succeeded, Batch: "318"})
	})
	if found := uncounted(); len(found) != 1 || found[0].Name != "eve" || found[0].Entries != 1 || !found[0].Since.Equal(late.Sent) || !found[0].Last.Equal(late.Sent) {
		t.Errorf("what came late: %+v", found)
	}
	next := eve.takes(t, 50)
	if found := uncounted(); len(found) != 1 || found[0].Entries != 2 || !found[0].Since.Equal(late.Sent) || !found[0].Last.Equal(next.Sent) {
		t.Errorf("beside what came late: %+v", found)
	}
	_, err = eve.counts(t, 350)
	want(t, err, nil)
	if found := uncounted(); len(found) != 0 {
		t.Errorf("all is counted: %+v", found)
	}
}

// What is taken back at another department leaves the drawer that it came into: it is
// counted there, and under whose drawer it is. No name of one department's drawer is
// counted at another.
func testDrawerDepartments(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	at := func(department int) []OpenDrawer {
		t.Helper()
		return must(t, func() ([]OpenDrawer, error) { return l.OpenDrawers(ctx, ada.Practice, department) })
	}
	eve, bo := tillOf(l, "eve"), tillOf(l, "bo")
	there := ada.Department + 1
	sold := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Patient: ada, Portal: "desk", Subject: "eve", Staff: Staff{Name: "eve", Role: "front_desk"}, AsOfSeq: 1,
			Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindCharge, Charge: charge("501")}})
	})
	must(t, func() (Record, error) {
		return l.Claim(ctx, ada, sold.ID, CardUse{Brand: visa.Brand, Last4: visa.Last4})
	})
	must(t, func() (Record, error) { return l.MarkSending(ctx, sold.ID, "") })
	must(t, func() (Record, error) {
		return l.Settle(ctx, sold.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001"})
	})
	own, err := eve.counts(t, 0)
	want(t, err, nil)
	if d := eve.closed(t, own); d.Stands != CloseDone || len(d.In) != 1 {
		t.Fatalf("what was sold: %+v", d)
	}
	if found := at(ada.Department); len(found) != 0 {
		t.Fatalf("counted: %+v", found)
	}
	c.advance(time.Hour)
	elsewhere := ada
	elsewhere.Department, elsewhere.Appointment = there, 0
	void := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Patient: elsewhere, Portal: "desk", Subject: "bo", Staff: Staff{Name: "bo", Role: "biller"}, AsOfSeq: 1,
			Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: PaymentTarget("9001"), Value: sold.Total(), Counter: payment.Counter{ReasonCode: "wrong_amount", Undoes: sold.ID}}})
	})
	must(t, func() (Record, error) { return l.Claim(ctx, elsewhere, void.ID, CardUse{}) })
	must(t, func() (Record, error) { return l.MarkSending(ctx, void.ID, "") })
	must(t, func() (Record, error) { return l.Settle(ctx, void.ID, payment.Outcome{State: payment.Succeeded}) })
	if found := at(there); len(found) != 0 {
		t.Errorf("where it was taken back: %+v", found)
	}
	found := at(ada.Department)
	if len(found) != 1 || found[0].Name != "eve" || found[0].Entries != 1 || found[0].Drawer.Department != ada.Department || !found[0].Drawer.OwnedBy("desk/eve") {
		t.Fatalf("where it was taken: %+v", found)
	}
	bo.d = found[0].Drawer
	bo.d.Department = there
	if !bo.d.OwnedBy("desk/eve") {
		t.Error("whose drawer it is depends on where it is looked at")
	}
	_, err = bo.counts(t, 0, func(n *NewCount) { n.For = Absence{Name: "eve", Reason: "ill"} })
	want(t, err, ErrNotFound)
	eve.d = bo.d
	_, err = eve.counts(t, 0)
	want(t, err, ErrNotFound)
}

// Who counted a drawer may count it again; nobody else does once it waits or is closed,
// and whose drawer it is never after another one's count. Who counts for somebody counts
// again what is neither.
func testDrawerRecounted(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	eve, bo, cy := tillOf(l, "eve"), tillOf(l, "bo"), tillOf(l, "cy")
	eve.takes(t, 2000)
	found := must(t, func() ([]OpenDrawer, error) { return l.OpenDrawers(ctx, ada.Practice, ada.Department) })
	bo.d, cy.d = found[0].Drawer, found[0].Drawer
	away := func(n *NewCount) { n.For = Absence{Name: "eve", Reason: "ill"} }
	stays := func(by till, number int64, stands CloseStands, change ...func(*NewCount)) {
		t.Helper()
		var counted *CountedError
		if _, err := by.counts(t, 2000, append(change, again)...); !errors.As(err, &counted) || counted.Number != number || counted.Same {
			t.Errorf("%s counted again what %s: %v", by.name, stands, err)
		}
		if d := by.closed(t, number); d.Stands != stands || d.ReplacedBy != 0 || d.Recounts("desk/"+by.name) {
			t.Errorf("%s counted again: %+v", by.name, d)
		}
	}
	first, err := bo.counts(t, 500, away)
	want(t, err, nil)
	stays(eve, first, CloseCounted)
	second, err := cy.counts(t, 600, away, again) // bo has not signed it
	want(t, err, nil)
	want(t, l.SignDrawer(ctx, cy.act(), second, "unknown", ""), nil)
	stays(eve, second, CloseWaits)
	stays(bo, second, CloseWaits, away)
	want(t, l.ApproveDrawer(ctx, bo.act(), second), nil)
	stays(eve, second, CloseDone)
	stays(bo, second, CloseDone, away)
	third, err := cy.counts(t, 700, away, again)
	want(t, err, nil)
	want(t, l.SignDrawer(ctx, cy.act(), third, "unknown", ""), nil)
	c.advance(ApproveWithin) // nobody approves it in time
	stays(eve, third, CloseLapsed)
	_, err = bo.counts(t, 2000, away, again)
	want(t, err, nil)
}
