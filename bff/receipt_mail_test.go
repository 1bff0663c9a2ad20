package bff

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/pages"
)

// mail sends the form of a receipt page to an address.
func (b *browser) mail(t testing.TB, page answer, ref, to string) answer {
	t.Helper()
	return b.post("/receipts/"+ref+"/email", url.Values{"order": {page.hiddenValue(t, "order")}, "email": {to}})
}

// typedEmail is what the input for the address begins with.
func (a answer) typedEmail(t testing.TB) string {
	t.Helper()
	input := regexp.MustCompile(`<input[^>]*name="email"[^>]*>`).FindString(a.body)
	if input == "" {
		t.Fatalf("no input for an address: %s", a.body)
	}
	if m := regexp.MustCompile(` value="([^"]*)"`).FindStringSubmatch(input); m != nil {
		return m[1]
	}
	return ""
}

// One e-mail an order: pressed twice at once or later, one; to a second address,
// another one. The answer is the same both times.
func TestEmailReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	b.launch(harborEd.token(w, func(_, c claimSet) { c["email"] = "dana@example.com" }))
	ref := b.paid(t, w, one("claim-501"), "4111111111111111")
	page := b.get("/receipts/" + ref)
	if got := page.typedEmail(t); got != "dana@example.com" {
		t.Errorf("begins with %q", got)
	}
	var both sync.WaitGroup
	answers := make([]answer, 4)
	for i := range answers {
		both.Go(func() { own := *b; answers[i] = own.mail(t, page, ref, "dana@example.com") })
	}
	both.Wait()
	for _, a := range answers {
		if a.status != 200 || !strings.Contains(a.body, "re sending a receipt to dana@example.com.") || a.typedEmail(t) != "" {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	second := b.mail(t, answers[0], ref, "hsa@example.org")
	if second.status != 200 || !strings.Contains(second.body, "sending a receipt to hsa@example.org.") || strings.Contains(second.body, "dana@example.com") {
		t.Errorf("%d %s", second.status, second.body)
	}
	want := []athenatest.Mail{{Payment: ref, To: "dana@example.com"}, {Payment: ref, To: "hsa@example.org"}}
	if got := w.sim.Mails(); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("mails %+v", got)
	}
	for to, says := range map[string]string{"": "Enter the email address for the receipt", "x": "Enter an email address like", "4111111111111111@example.com": "not the card number", "a@example.com,b@example.com": "Enter an email address like"} {
		a := b.mail(t, second, ref, to)
		if a.status != 422 || strings.Count(a.body, says) < 2 || strings.Contains(a.body, "4111111111111111") {
			t.Errorf("%q: %d %s", to, a.status, a.body)
		}
	}
	for _, order := range []string{"", strings.Repeat("A", 65)} {
		if a := b.post("/receipts/"+ref+"/email", url.Values{"order": {order}, "email": {"x@example.com"}}); a.status != 400 {
			t.Errorf("order %q: %d", order, a.status)
		}
	}
	if n := w.sim.Count("email"); n != 2 {
		t.Errorf("%d orders after wrong forms", n)
	}
	if a := b.get("/receipts/" + ref + "/email"); a.to() != "/receipts/"+ref {
		t.Errorf("the form's own address: %d to %q", a.status, a.to())
	}
}

// A lost answer is told as what it is, pressed again or by another server too;
// a refusal as another thing. The next press is another order.
func TestEmailReceiptLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{kept: true})
	b := w.visit(dana)
	ref := b.paid(t, w, one("claim-501"), "4111111111111111")
	w.sim.Fault(athenatest.Fault{Endpoint: "email", When: "after", Do: "cut"})
	page := b.get("/receipts/" + ref)
	for i := range 3 {
		if i == 2 {
			next := newWorld(t, setup{dir: w.dir, clock: w.clock}) // a restart
			next.practice.Practice, b.w = w.practice, next
		}
		a := b.mail(t, page, ref, "dana@example.com")
		if a.status != http.StatusBadGateway || !strings.Contains(a.body, "We do not know if the receipt was emailed to dana@example.com") || a.typedEmail(t) != "dana@example.com" {
			t.Errorf("%d %s", a.status, a.body)
		}
		if len(w.sim.Mails()) != 1 {
			t.Fatalf("%d mails", len(w.sim.Mails()))
		}
	}
	again := b.get("/receipts/" + ref)
	w.sim.Fault(athenatest.Fault{Endpoint: "email", When: "before", Do: "status", Status: 400, Body: `{"error":"No."}`, ContentType: "application/json"})
	if a := b.mail(t, again, ref, "dana@example.com"); a.status != http.StatusBadGateway || !strings.Contains(a.body, "Nothing was emailed") {
		t.Errorf("%d %s", a.status, a.body)
	} else if a = b.mail(t, a, ref, "dana@example.com"); a.status != 200 || len(w.sim.Mails()) != 2 {
		t.Errorf("again: %d, %d mails", a.status, len(w.sim.Mails()))
	}
}

// A session mails so many receipts and no more; another session begins anew.
func TestEmailReceiptLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	ref := b.paid(t, w, one("claim-501"), "4111111111111111")
	page := b.get("/receipts/" + ref)
	for i := range pages.MailsPerSession + 3 {
		a := b.mail(t, page, ref, fmt.Sprintf("a%d@example.com", i))
		if (a.status == 200) != (i < pages.MailsPerSession) || (a.status == http.StatusTooManyRequests) != strings.Contains(a.body, "No more receipts can be emailed") {
			t.Errorf("order %d: %d", i, a.status)
		}
	}
	if n := len(w.sim.Mails()); n != pages.MailsPerSession {
		t.Errorf("%d mails", n)
	}
	w.clock.advance(time.Second)
	b = w.visit(dana)
	if a := b.mail(t, b.get("/receipts/"+ref), ref, "b@example.com"); a.status != 200 {
		t.Errorf("another session: %d", a.status)
	}
}
