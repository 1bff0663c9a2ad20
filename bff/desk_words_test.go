package bff

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/bff/staff"
)

// Staff are not greeted as the patient: the page says for whom they work and
// whose account it is.
func TestStaffAreNotThePatient(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	if a := w.visit(dana).get("/pay"); !strings.Contains(a.body, "Hello Dana.") {
		t.Error("the patient is not greeted")
	}
	b := w.desk("eve")
	if a := b.get("/pay"); strings.Contains(a.body, "Hello") || !strings.Contains(a.body, "You are working for Harbor Family Medicine, with the account of Dana Sample. Here is what the patient owes.") {
		t.Errorf("staff read: %s", a.body)
	}
	nothing := w.desk("eve", "patientid", 40216)
	if a := nothing.get("/pay"); strings.Contains(a.body, "Hello") || strings.Contains(a.body, "You do not owe") || !strings.Contains(a.body, "You are working for Harbor Family Medicine") {
		t.Errorf("staff read where nothing is owed: %s", a.body)
	}
}

// Where a copay went is told to staff as somebody else's: it is not their visit.
func TestStaffReadOfNoVisitOfTheirs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana := w.staffed("ana", staff.FrontDesk)
	done := ana.copays(t)
	w.drain()
	if a := ana.get(done.to()); !a.says("to the copay of visit 880123") || strings.Contains(a.body, "your visit") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// The page confirms what was decided, to whoever decided it and to the others,
// also when it is loaded again, and whatever the portal calls them.
func TestADecisionIsConfirmed(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{"eve", "2026 1128 0009 1"} {
		t.Run(subject, func(t *testing.T) { decisionIsConfirmed(t, subject) })
	}
}

func decisionIsConfirmed(t *testing.T, subject string) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	id := w.doubt(one("claim-501"))
	b := w.desk(subject)
	if a := b.get("/desk/review/" + id); strings.Contains(a.body, "This is recorded") {
		t.Error("something is confirmed before anything was decided")
	}
	w.clock.advance(40 * time.Minute)
	b = w.desk(subject)
	a := b.post("/desk/review/"+id, decision("absent", "", "the bank knows of nothing"))
	for range 2 {
		page := b.get(a.to())
		if !strings.Contains(page.body, `role="status"`) || !strings.Contains(page.body, "You have decided that no money was taken. This is recorded. The payer may pay again.") {
			t.Errorf("not confirmed: %d %s", page.status, page.body)
		}
	}
	if page := w.desk("mallory").get(a.to()); !strings.Contains(page.body, " has decided that no money was taken.") {
		t.Errorf("another reads: %s", page.body)
	}
	if page := w.desk("mallory").post("/desk/review/"+id, decision("", "", "")); strings.Contains(page.body, "This is recorded") {
		t.Errorf("beside an error: %s", page.body)
	}
}

// Who decides by the number of a payment that the money was taken, is told that.
func TestDecisionByNumberIsConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	payer := w.visit(dana)
	id := payer.choose(t, one("claim-501"))
	payer.post("/pay/"+id, card("number", "4000 0000 0000 9011"))
	w.drain()
	b := w.desk("eve")
	a := b.post("/desk/review/"+id, decision("taken", w.sim.Book()[0].ID, "the bank lists it"))
	for _, page := range []answer{b.get(a.to()), w.desk("mallory").get("/desk/review/" + id)} {
		if a.status != http.StatusSeeOther || !strings.Contains(page.body, "decided that the money was taken. This is recorded. The payer sees it as paid.") {
			t.Errorf("%d: %s", a.status, page.body)
		}
	}
}

// The page tells the portal which view it is.
func TestPagesNameTheirView(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	b.launch(harborEd.token(w, func(_, c claimSet) { c["offer_save"], c["saved_cards"] = true, true }))
	desk := w.desk("eve")
	id := b.choose(t, everything)
	for path, view := range map[string]string{"/pay": "pay", "/pay/" + id: "pay", "/cards": "cards", "/cards/add": "cards", "/agreements": "agreements", "/plan": "plan", "/receipts": "receipts"} {
		if a := b.get(path); !strings.Contains(a.body, ` data-view="`+view+`"`) {
			t.Errorf("%s (%d) is not the view %s", path, a.status, view)
		}
	}
	if a := desk.get("/desk/review"); !strings.Contains(a.body, ` data-view="desk"`) {
		t.Error("the desk is not the view desk")
	}
	if a := b.get("/nothing-here"); strings.Contains(a.body, "data-view") {
		t.Error("no page is a view")
	}
}

// The record of a payment in doubt names people as they were called and what they were
// at the desk then; by how their provider knows them only where two have one name.
func TestReviewNamesPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	signsIn := func(sub, name string, role staff.Role) *browser {
		t.Helper()
		p := w.person(sub, role)
		p.Name = name
		b := w.browser()
		if _, err := w.signIn(t, b, p); err != nil {
			t.Fatal(err)
		}
		who := must(w.store.OfDesk(b.request("/desk/may")))
		if err := w.ledger.DeskAct(t.Context(), ledger.DeskAct{Practice: 195900, Who: who.Who(), Name: name, Role: string(role), What: session.ActSignedIn}); err != nil {
			t.Fatal(err)
		}
		return b
	}
	id := w.doubt(one("claim-501"))
	bea := signsIn("sub-1", "Bea Lind", staff.Biller)
	w.clock.advance(time.Second)
	bea.post("/desk/review/"+id+"/look", nil)
	if a := bea.get("/desk/review/" + id); !a.says("Bea Lind, biller") || strings.Contains(a.body, "sub-1") {
		t.Errorf("%s", a.body)
	}
	signsIn("sub-2", "Bea Lind", staff.Biller).post("/desk/review/"+id+"/look", nil)
	if a := bea.get("/desk/review/" + id); !a.says("Bea Lind, biller (account sub-1)") || !a.says("Bea Lind, biller (account sub-2)") || strings.Contains(a.body, provider) {
		t.Errorf("two of one name: %s", a.body)
	}
}
