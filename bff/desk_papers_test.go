package bff

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/desk"
	"paypane/bff/ledger"
	"paypane/bff/staff"
)

// attaches sends the form that attaches a file, with the fields of the page.
func (b *browser) attaches(t testing.TB, path, field string, file []byte, headers ...string) answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("person", b.printed(path)); err != nil {
		t.Fatal(err)
	}
	if file != nil {
		part, err := form.CreateFormFile(field, "scan 4111 1111 1111 1111.pdf")
		if err == nil {
			_, err = part.Write(file)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return b.send("POST", path, &body, append([]string{"Content-Type", form.FormDataContentType()}, headers...)...)
}

// A signed receipt is attached at the practice's system as it is, and handed out again
// as a file; so is the practice's system's own receipt. What is no PDF, too large, or
// another patient's is not sent.
func TestSignedReceiptAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana := w.staffed("ana", staff.FrontDesk)
	card := ana.pays(t, dana, "20", "method", "card", "number", "4111111111111111", "expiry", "12/34", "name", "Dana Sample", "code", "739", "address", "12 Elm", "zip", "02139")
	w.drain()
	page := ana.get(card.to())
	if !page.says("Attach a signed receipt") {
		t.Fatalf("%d %s", page.status, page.body)
	}
	path := card.to() + "/signed"
	pdf := []byte("%PDF-1.7\nsigned \x00\xff by Dana")
	for name, row := range map[string]struct {
		file   []byte
		status int
		says   string
	}{
		"none":       {nil, 422, "Choose the PDF"},
		"no PDF":     {[]byte("GIF89a"), 422, "This is no PDF"},
		"too large":  {append([]byte("%PDF-"), make([]byte, desk.MostSigned)...), 413, "larger than 4 MB"},
		"empty file": {[]byte{}, 422, "Choose the PDF"},
	} {
		if a := ana.attaches(t, path, "signed", row.file); a.status != row.status || !a.says(row.says) || strings.Contains(a.body, "4111 1111") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a := ana.attaches(t, strings.Replace(path, fmt.Sprint(dana), "40213", 1), "signed", pdf); a.status != http.StatusConflict && a.status != http.StatusNotFound {
		t.Errorf("for another patient: %d", a.status)
	}
	if a := ana.attaches(t, path, "signed", pdf, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); a.status != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", a.status)
	}
	if w.sim.Count("signreceipt") != 0 {
		t.Fatal("something was sent")
	}
	if a := ana.get(path); a.status != http.StatusNotFound || !a.says("no such paper") {
		t.Errorf("before: %d", a.status)
	}
	w.sim.Fault(athenatest.Fault{Endpoint: "signreceipt", When: "before", Do: "status", Status: 500})
	if a := ana.attaches(t, path, "signed", pdf); a.status != http.StatusBadGateway {
		t.Errorf("the practice's system fails: %d %s", a.status, a.body)
	}
	a := ana.attaches(t, path, "signed", pdf)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to(), card.to()) {
		t.Fatalf("attached: %d %s", a.status, a.body)
	}
	if a := ana.get(a.to()); !a.says("The signed receipt is attached.") {
		t.Errorf("afterwards: %s", a.body)
	}
	for _, row := range []struct{ path, body string }{{path, string(pdf)}, {card.to() + "/athena.pdf", "%PDF-"}, {card.to() + "/athena.pdf?copy=merchant", "%PDF-"}} {
		a := ana.get(row.path)
		if a.status != http.StatusOK || !strings.HasPrefix(a.body, row.body) || a.header.Get("Content-Type") != "application/pdf" || a.header.Get("Cache-Control") != "no-store" ||
			!strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment; filename=") || a.header.Get("Content-Length") != fmt.Sprint(len(a.body)) {
			t.Errorf("%s: %d %v", row.path, a.status, a.header)
		}
	}
	acts := map[string]int{}
	for _, act := range must(w.ledger.Ledger.(*ledger.Ledger).DeskActs(t.Context(), ledger.ActQuery{Practice: 195900})) {
		acts[act.Desk.What]++
	}
	if acts[desk.ActSigned] != 2 || acts[desk.ActReadSigned] != 2 || acts[desk.ActReadReceipt] != 2 {
		t.Errorf("written down: %v", acts)
	}
	// A file is not kept while somebody signs in again: their page is come back to.
	w.clock.advance(4 * time.Minute)
	if a := ana.attaches(t, path, "signed", pdf); a.status != http.StatusLocked {
		t.Errorf("covered: %d %s", a.status, a.body)
	}
	if next, err := w.signIn(t, ana, w.person("ana", staff.FrontDesk)); err != nil || next != card.to() {
		t.Errorf("goes on at %q, %v", next, err)
	}
}

// No other form takes a file.
func TestNoOtherFormTakesAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana := w.staffed("ana", staff.Manager)
	tried := 0
	for _, rt := range w.routes() {
		if rt.method != http.MethodPost || rt.file > 0 || !strings.HasPrefix(rt.path, "/desk/patients/{patient}/") {
			continue
		}
		tried++
		path := strings.NewReplacer("{patient}", fmt.Sprint(dana), "{attempt}", strings.Repeat("A", 26), "{payment}", "1").Replace(rt.path)
		if a := ana.attaches(t, path, "signed", []byte("%PDF-")); a.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %d", rt.pattern(), a.status)
		}
	}
	if tried < 5 {
		t.Errorf("%d tried", tried)
	}
}

// A receipt whose order got no answer is not said to be on its way, pressed again or at
// another server too; that it was refused is said as another thing. The next press is
// another order.
func TestMailedReceiptAtTheDeskLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{kept: true})
	ana := w.staffed("ana", staff.FrontDesk)
	card := ana.pays(t, dana, "20", "method", "card", "number", "4111111111111111", "expiry", "12/34", "name", "Dana Sample", "code", "739", "address", "12 Elm", "zip", "02139")
	w.drain()
	page := ana.get(card.to())
	mail := func(a answer) answer {
		return ana.post(card.to()+"/email", url.Values{"order": {a.hiddenValue(t, "order")}, "email": {"dana@example.com"}})
	}
	const asked, unknown = "We're sending a receipt", "We do not know if the receipt was emailed to dana@example.com"
	w.sim.Fault(athenatest.Fault{Endpoint: "email", When: "after", Do: "cut"})
	for i := range 3 {
		if i == 2 { // a restart
			next := newWorld(t, setup{dir: w.dir, clock: w.clock})
			next.practice.Practice, ana.w = w.practice, next
		}
		if a := mail(page); a.status != http.StatusBadGateway || !a.says(unknown) || a.says(asked) || len(w.sim.Mails()) != 1 {
			t.Errorf("pressed %d times: %d %s, %d mails", i+1, a.status, a.body, len(w.sim.Mails()))
		}
	}
	w.sim.Fault(athenatest.Fault{Endpoint: "email", When: "before", Do: "status", Status: 400, Body: `{"error":"No."}`, ContentType: "application/json"})
	page = ana.get(card.to())
	for range 2 {
		if a := mail(page); a.status != http.StatusBadGateway || !a.says("Nothing was emailed") || a.says(asked) {
			t.Errorf("refused: %d %s", a.status, a.body)
		}
	}
	page = ana.get(card.to())
	for range 2 {
		if a := mail(page); a.status != http.StatusOK || !a.says(asked) || len(w.sim.Mails()) != 2 {
			t.Errorf("taken: %d %s, %d mails", a.status, a.body, len(w.sim.Mails()))
		}
	}
}
