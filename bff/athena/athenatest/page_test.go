package athenatest_test

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"paypane/bff/athena/athenatest"
)

// skeleton is a document without its text: its elements, the names of their
// attributes, and those values that do not come from data.
func skeleton(t *testing.T, document string) string {
	t.Helper()
	var b strings.Builder
	for z := html.NewTokenizer(strings.NewReader(document)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			b.WriteString("<" + tag.Data)
			for _, a := range tag.Attr {
				b.WriteString(" " + a.Key)
			}
			b.WriteString(">")
		case html.CommentToken:
			b.WriteString("<!>")
		}
	}
}

// The page with hostile names is built like the page with calm ones.
func TestPageEscapes(t *testing.T) {
	build := func(text string) (*caller, string) {
		o := at("2026-11-21T15:00:00Z")
		o.Practices = []athenatest.PracticeOptions{{ID: 195900, Name: text, Patients: []athenatest.Patient{
			{ID: 40211, Given: text, Family: text, Department: 7, Appointment: 1, Shows: text,
				Claims: []athenatest.Claim{{ID: 501, Description: text, Owed: 5000}}}}}}
		c := call(t, o)
		c.send("POST", collect, form("nameoncard", text[:min(len(text), 30)], text, text))
		c.send("GET", "/v1/195900/patients/"+url.PathEscape(text), nil)
		c.server.Fault(athenatest.Fault{Endpoint: "p*", When: "after", Do: "body", Body: text, ContentType: text})
		_, header, body := c.send("GET", "/", nil)
		if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("policy %q", csp)
		}
		return c, body
	}
	_, calm := build("calm")
	for _, hostile := range []string{
		`<img src=x onerror=alert(1)>`, `x" onfocus="alert(1)`, `x' onfocus='alert(1)`, `</script><script>alert(1)</script>`,
		`--><b>`, `</td></table>`, `&lt;b&gt;`, `{{.}}`,
	} {
		c, body := build(hostile)
		if len(c.server.Book()) != 1 {
			t.Fatalf("%q: nothing booked", hostile)
		}
		if got, want := skeleton(t, body), skeleton(t, calm); got != want {
			t.Errorf("%q changes the page:\n%s\n%s", hostile, got, want)
		}
	}
}

// What a developer looks for is on it, without scripts.
func TestPage(t *testing.T) {
	c := call(t, at("2026-11-21T15:00:00Z"))
	c.send("POST", collect, form())
	c.server.Fault(athenatest.Fault{Endpoint: "ping", When: "after", Do: "cut"})
	status, _, body := c.send("GET", "/", nil)
	for _, part := range []string{
		"Dana Sample", "$110.00", "61234", "$10.00", "collectpayment", "************1111", "2026-11-21 15:00:00Z",
		"0 of 1", "4000000000009060", "receipt row appears only after 20 s", `href="/sim/requests"`, `lang="en"`, "width=device-width",
	} {
		if status != 200 || !strings.Contains(body, part) {
			t.Errorf("%d, without %q", status, part)
		}
	}
	for _, tag := range []string{"<script", "<style", "style=", "<form", "http-equiv"} {
		if strings.Contains(body, tag) {
			t.Errorf("with %s", tag)
		}
	}
	if status, header, css := c.send("GET", "/sim/style.css", nil); status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "text/css") || css == "" {
		t.Errorf("style sheet: %d", status)
	}
	if _, _, body := c.send("GET", "/sim/cards", nil); strings.Contains(body, `"outcome":""`) || !strings.HasPrefix(body, `[{"number":"378282246310005","outcome":"approved"}`) {
		t.Errorf("cards %s", body)
	}
}
