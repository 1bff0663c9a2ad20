package bff

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// What is wrong with a choice is said on the amount page, and nothing is made
// of it.
func TestChoiceProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	for _, row := range []struct {
		name string
		form url.Values
		says string
	}{
		{"nothing", url.Values{}, "Choose what you want to pay"},
		{"no such way", url.Values{"pay": {"most"}}, "Choose what you want to pay"},
		{"no bill", url.Values{"pay": {"some"}}, "Choose at least one bill"},
		{"another patient's bill", one("claim-510"), "can no longer be paid here"},
		{"a bill and a stranger's", url.Values{"pay": {"some"}, "bill": {"claim-501", "claim-510"}}, "can no longer be paid here"},
		{"no amount", url.Values{"pay": {"other"}}, "Enter the amount"},
		{"too much", url.Values{"pay": {"other"}, "amount": {"120.01"}}, "You owe $120.00"},
		{"too little", url.Values{"pay": {"other"}, "amount": {"0.99"}}, "The smallest payment is $1.00"},
		{"negative", url.Values{"pay": {"other"}, "amount": {"-5"}}, "dollars and cents"},
		{"exponent", url.Values{"pay": {"other"}, "amount": {"1e2"}}, "dollars and cents"},
	} {
		a := b.post("/pay", row.form)
		if a.status != http.StatusUnprocessableEntity || a.page() != "amount" || !strings.Contains(a.body, row.says) || a.to() != "" {
			t.Errorf("%s: %d %q", row.name, a.status, a.page())
		}
	}
	nothing := w.visit(40215) // owes nothing
	if a := nothing.get("/pay"); a.status != http.StatusOK || a.page() != "nothing" {
		t.Errorf("nothing due: %d %q", a.status, a.page())
	}
	if a := nothing.post("/pay", everything); a.status != http.StatusUnprocessableEntity || a.page() != "nothing" {
		t.Errorf("paying nothing: %d %q", a.status, a.page())
	}
}

// What was chosen is what is charged, to the cent.
func TestChoiceIsCharged(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		patient int
		form    url.Values
		cents   int64
	}{
		{dana, everything, 12000},
		{dana, url.Values{"pay": {"some"}, "bill": {"claim-501", "claim-503"}}, 7975},
		{dana, url.Values{"pay": {"other"}, "amount": {"$60.01"}}, 6001},
		{40212, everything, 4317}, // the other bill is another provider group's
	} {
		w := newWorld(t, setup{})
		b := w.visit(row.patient)
		id := b.choose(t, row.form)
		b.post("/pay/"+id, card())
		book := w.sim.Book()
		if len(book) != 1 || book[0].Amount != row.cents || book[0].Patient != row.patient || book[0].Last4 != "1111" {
			t.Errorf("%v: %+v", row.form, book)
			continue
		}
		if a := b.get("/payments/" + id); a.outcome() != "taken" || !strings.Contains(a.body, book[0].ID) {
			t.Errorf("%v: %q without %s", row.form, a.outcome(), book[0].ID)
		}
	}
}

// An attempt is its patient's: to everybody else it is like one that is not
// there.
func TestAttemptOfAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	open, paid := b.choose(t, one("claim-501")), b.choose(t, one("claim-502"))
	b.post("/pay/"+paid, card())
	sent := w.practice.collects.Load()
	other := w.visit(40212)
	for _, id := range []string{open, paid} {
		for _, c := range []call{{"GET", "/pay/", ""}, {"POST", "/pay/", ""}, {"GET", "/payments/", ""}, {"POST", "/payments/", "/again"}} {
			theirs := other.do(c.method, c.path+id+c.pattern, card())
			nobodys := other.do(c.method, c.path+rand.Text()+c.pattern, card())
			if theirs.status != http.StatusNotFound || theirs.page() != "missing" || theirs.to() != "" || strings.Contains(theirs.body, "Dana") {
				t.Errorf("%s %s: %d", c.method, c.path, theirs.status)
			}
			if theirs.status != nobodys.status || len(theirs.body) != len(nobodys.body) {
				t.Errorf("%s %s: it shows that the attempt is there: %d bytes, else %d", c.method, c.path, len(theirs.body), len(nobodys.body))
			}
		}
	}
	if w.practice.collects.Load() != sent {
		t.Error("another patient's attempt was sent")
	}
	if a := b.get("/pay/" + open); a.page() != "card" {
		t.Errorf("its own patient: %d", a.status)
	}
}

// Of two attempts for one bill the second is not sent once the first took the
// money, or may have; it leads to the first.
func TestOverlappingAttempts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		first payment.State
		sent  int32
	}{{payment.Succeeded, 1}, {payment.Unknown, 1}, {payment.Declined, 2}, {payment.NotSent, 2}} {
		w := newWorld(t, setup{})
		w.practice.outcome(payment.Outcome{State: row.first})
		b, tab := w.visit(dana), w.visit(dana)
		first, second := b.choose(t, one("claim-501")), tab.choose(t, everything)
		b.post("/pay/"+first, card())
		a := tab.post("/pay/"+second, card())
		want := "/payments/" + first + "?instead=" + second
		if row.sent == 2 {
			want = "/payments/" + second
		}
		if a.to() != want || w.practice.collects.Load() != row.sent {
			t.Errorf("after %s: to %q, %d charges", row.first, a.to(), w.practice.collects.Load())
		}
		// The payer is told which of the two was not sent, and nobody is told of
		// an attempt that was, or of another patient's.
		told := strings.Contains(tab.get(a.to()).body, "Your payment of $120.00 was not sent.")
		if told != (row.sent == 1) {
			t.Errorf("after %s: told of the second: %v", row.first, told)
		}
		if a := tab.get("/payments/" + first + "?instead=" + first); strings.Contains(a.body, "was not sent.") {
			t.Errorf("after %s: an attempt is told to be instead of itself", row.first)
		}
	}
}

// An attempt of more than an hour ago has to be chosen again.
func TestAttemptTooOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	id := w.visit(dana).choose(t, everything)
	w.clock.advance(time.Hour + time.Second)
	b := w.visit(dana)
	if a := b.post("/pay/"+id, card()); a.status != http.StatusSeeOther || a.to() != "/pay?late" || w.practice.collects.Load() != 0 {
		t.Errorf("%d to %q, %d charges", a.status, a.to(), w.practice.collects.Load())
	}
	if a := b.get("/pay?late"); a.page() != "amount" || !strings.Contains(a.body, "open for more than an hour. Nothing was sent.") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// Another try is for what is still owed.
func TestAgainIsForWhatIsOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	declined := b.choose(t, everything)
	b.post("/pay/"+declined, card("number", "4000 0000 0000 0002"))
	if a := b.get("/payments/" + declined); a.outcome() != "declined" {
		t.Fatalf("%q", a.outcome())
	}
	a := b.post("/payments/"+declined+"/again", nil)
	again, ok := strings.CutPrefix(a.to(), "/pay/")
	if !ok || again == declined {
		t.Fatalf("again: to %q", a.to())
	}
	if a := b.get("/pay/" + again); a.page() != "card" || !strings.Contains(a.body, "Pay $120.00") {
		t.Errorf("again: %d %q", a.status, a.page())
	}
	b.post("/pay/"+again, card())
	if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 12000 {
		t.Errorf("book: %+v", book)
	}
	if a := b.post("/payments/"+declined+"/again", nil); a.to() != "/pay" {
		t.Errorf("again, after it was paid: to %q", a.to())
	}
	if a := b.post("/payments/"+again+"/again", nil); a.to() != "/payments/"+again {
		t.Errorf("again, of one that was taken: to %q", a.to())
	}
}
