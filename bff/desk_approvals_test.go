package bff

import (
	"crypto/rand"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web/payment"
)

// toVoid is a void of Dana's that somebody has asked a second person for.
func (w *world) toVoid(by session.Session) string {
	w.t.Helper()
	a, err := w.ledger.CreateAttempt(w.t.Context(), ledger.Record{Patient: payment.Patient{Practice: 195900, Department: 7, ID: dana}, Portal: by.Portal, Subject: by.Subject,
		AsOfSeq: 1, Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: ledger.PaymentTarget("9001"), Value: payment.Cents(2000), PatientName: "Dana Sample"}})
	if err == nil {
		err = w.ledger.AskApproval(w.t.Context(), a.ID, ledger.Signer{ID: by.Who(), Name: by.Staff.Called()}, "it was taken twice")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return a.ID
}

// What two people want is done once, when the second one says so: by another than
// who asked, whatever roles they have, with the right to approve, who proved just
// now who they are, within ten minutes. However often and by however many it is
// pressed at once.
func TestApprovals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	var mu sync.Mutex
	var done []string
	w.approvals.Posts[payment.KindVoid] = func(rw http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record) error {
		mu.Lock()
		defer mu.Unlock()
		done = append(done, sess.Staff.Name+" "+a.ID)
		if sess.Patient.ID != dana {
			t.Errorf("done for %+v", sess.Patient)
		}
		return layout.Redirect(rw, r, "/desk/approvals/"+a.ID)
	}
	ana := w.staffed("ana", staff.Manager)
	by := must(w.store.OfDesk(ana.request("/desk/may")))
	id := w.toVoid(by)
	path := "/desk/approvals/" + id
	if a := ana.post(path, nil, "Content-Type", "application/x-www-form-urlencoded"); a.status != http.StatusConflict || !a.says("You asked for this yourself.") {
		t.Errorf("self: %d %s", a.status, a.body)
	}
	// The same person with another role, in another browser.
	if a := w.staffed("ana", staff.Manager).post(path, nil); a.status != http.StatusConflict {
		t.Errorf("the same person elsewhere: %d", a.status)
	}
	for _, role := range []staff.Role{staff.FrontDesk, staff.Biller} {
		if a := w.staffed("bo", role).post(path, nil); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", role, a.status)
		}
	}
	stale := w.staffed("cy", staff.Manager)
	for range 3 {
		w.clock.advance(2 * time.Minute)
		stale.post("/desk/stay", nil)
	}
	if a := stale.post(path, nil); a.to() != "/desk/sign-in?leave" {
		t.Errorf("six minutes after signing in: %d to %q", a.status, a.to())
	}
	r := stale.request("/desk/sign-in")
	if wish := (session.Desk{Store: w.store}).Wish(r); wish.Again || wish.MaxAge != session.FreshFor {
		t.Errorf("the provider is asked for %+v", wish)
	}
	if len(done) != 0 {
		t.Fatalf("done: %v", done)
	}
	if next, err := w.signIn(t, stale, w.person("cy", staff.Manager)); err != nil || next != "/desk/go-on" {
		t.Fatalf("goes on at %q: %v", next, err)
	}
	if a := stale.get("/desk/go-on"); !a.says("Send it now") {
		t.Errorf("%s", a.body)
	}
	var twice sync.WaitGroup
	dee := w.staffed("dee", staff.Manager)
	for _, b := range []*browser{stale, dee, stale, dee} {
		one := *b
		twice.Go(func() { one.post(path, nil) })
	}
	twice.Wait()
	if len(done) != 1 {
		t.Errorf("done: %v", done)
	}
	stands := must(w.ledger.Approval(t.Context(), id))
	if !stands.Approved || stands.Name != "Kim ANA" || stands.By == stands.Second || stands.SecondName == "" {
		t.Errorf("on the record: %+v", stands)
	}
	late := w.toVoid(by)
	w.clock.advance(ledger.ApproveWithin)
	if a := w.staffed("dee", staff.Manager).post("/desk/approvals/"+late, nil); a.status != http.StatusConflict || !a.says("Nobody approved it until") || len(done) != 1 {
		t.Errorf("late: %d %s", a.status, a.body)
	}
	// What asked for nobody, and what is another practice's, is not there.
	other := must(w.ledger.CreateAttempt(t.Context(), ledger.Record{Patient: payment.Patient{Practice: 777, Department: 7, ID: dana}, Portal: "mesa", Subject: "x", AsOfSeq: 1,
		Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: ledger.PaymentTarget("9002"), Value: payment.Cents(2000)}}))
	if err := w.ledger.AskApproval(t.Context(), other.ID, ledger.Signer{ID: "desk/x", Name: "X"}, "so"); err != nil {
		t.Fatal(err)
	}
	plain := w.visit(dana).choose(t, everything)
	for _, id := range []string{other.ID, plain, "x"} {
		for _, a := range []answer{dee.get("/desk/approvals/" + id), dee.post("/desk/approvals/"+id, nil), dee.post("/desk/approvals/"+id+"/refuse", nil)} {
			if a.status != http.StatusNotFound && a.status != http.StatusLocked {
				t.Errorf("%s: %d", id, a.status)
			}
		}
	}
}

// Nothing is asked for that nothing would do.
func TestAskNeedsAPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	if err := w.approvals.Ask(nil, nil, session.Session{}, ledger.Record{Attempt: payment.Attempt{Kind: payment.KindCharge}}, "so"); err == nil || errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// Who came another way than whoever asked is not the second person, whatever they may:
// it could be one person, who has two names. The page says so, and what to do.
func TestSecondOfAnotherWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	done := 0
	w.approvals.Posts[payment.KindVoid] = func(rw http.ResponseWriter, r *http.Request, _ session.Session, a ledger.Record) error {
		done++
		return layout.Redirect(rw, r, "/desk/approvals/"+a.ID)
	}
	launched := session.Session{Portal: "harbor", Subject: "ana", Staff: staff.Person{Subject: "ana", Name: "Ana", Role: staff.Biller}}
	desk := session.Session{Portal: portal.DeskID, Subject: provider + " ana", Staff: w.person("ana", staff.Biller)}
	for name, row := range map[string]struct {
		by  session.Session
		who *browser
		may bool
	}{
		"the desk, by the desk":       {desk, w.staffed("bo", staff.Manager), true},
		"the desk, by the portal":     {desk, w.desk("bo", "role", "manager"), false},
		"the portal, by the portal":   {launched, w.desk("bo", "role", "manager"), true},
		"the portal, by the desk":     {launched, w.staffed("bo", staff.Manager), false},
		"the portal, by oneself":      {launched, w.desk("ana", "role", "manager"), false},
		"the portal, oneself at desk": {launched, w.staffed("ana", staff.Manager), false},
	} {
		path, before := "/desk/approvals/"+w.toVoid(row.by), done
		page, post := row.who.get(path), row.who.post(path, nil)
		if approves := page.says("Approve it and do it now"); approves != row.may || (done > before) != row.may || (post.to() == path) != row.may {
			t.Errorf("%s: may approve %t, %d, done %t", name, approves, post.status, done > before)
		}
		if told := page.says("You came here another way than") && post.says("You came here another way than who asked"); told != (!row.may && name != "the portal, by oneself") {
			t.Errorf("%s: %s %s", name, page.body, post.body)
		}
	}
}
