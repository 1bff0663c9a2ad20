package portal_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/demo/portal"
)

const (
	pay    = "https://pay.example"
	origin = "https://portal.harbor.example"
)

var (
	now  = time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
	cast = []portal.Person{
		{ID: 5001, Name: "Ada Plain", Department: 1, Appointment: 9001, Shows: "one bill"},
		{ID: 5002, Name: "Ben Quiet", Department: 2, Shows: "no bill"},
	}
)

func newPortal(t *testing.T, cast []portal.Person) *portal.Portal {
	t.Helper()
	p, err := portal.New(portal.Config{
		PayOrigin: pay, Origin: origin, Practice: 195900, Cast: cast,
		Script: portal.Script{Integrity: "sha384-abc+/="},
		Now:    func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func get(t *testing.T, p *portal.Portal, path string) *http.Response {
	t.Helper()
	answer := httptest.NewRecorder()
	p.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, origin+path, nil))
	return answer.Result()
}

func body(t *testing.T, answer *http.Response) string {
	t.Helper()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("status = %s", answer.Status)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// element is a start tag of a page.
type element struct {
	name       string
	attributes map[string]string
}

// parse reads the pages' HTML, which is kept simple enough for the XML decoder's HTML mode.
func parse(t *testing.T, page string) (elements []element, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var words strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements, words.String()
		}
		if err != nil {
			t.Fatalf("parse page: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{token.Name.Local, map[string]string{}}
			for _, a := range token.Attr {
				e.attributes[a.Name.Local] = a.Value
			}
			elements = append(elements, e)
		case xml.CharData:
			words.Write(token)
		}
	}
}

func all(elements []element, name string) []element {
	return slices.DeleteFunc(slices.Clone(elements), func(e element) bool { return e.name != name })
}

func TestHomeEmbedsTheElementForWhoIsSignedIn(t *testing.T) {
	p := newPortal(t, cast)
	for path, id := range map[string]string{"/": "5001", "/?patient=5002": "5002"} {
		elements, _ := parse(t, body(t, get(t, p, path)))
		panes := all(elements, "pay-pane")
		if len(panes) != 1 || panes[0].attributes["token-url"] != "/pay-token?patient="+id {
			t.Errorf("%s: pay-pane elements = %v", path, panes)
		}
		script := all(elements, "script")[1].attributes
		if script["src"] != pay+"/embed/v1/pay-pane.js" || script["integrity"] != "sha384-abc+/=" ||
			script["crossorigin"] != "anonymous" || script["type"] != "module" {
			t.Errorf("%s: embed script = %v", path, script)
		}
	}
}

func TestPlainPageHasTwoFormsAndNoScript(t *testing.T) {
	elements, _ := parse(t, body(t, get(t, newPortal(t, cast), "/plain?patient=5002")))
	if n := len(all(elements, "script")); n != 0 {
		t.Errorf("plain page has %d scripts", n)
	}
	frames := all(elements, "iframe")
	if len(frames) != 1 || frames[0].attributes["name"] != "pay" || frames[0].attributes["title"] == "" {
		t.Errorf("frames = %v", frames)
	}
	forms := all(elements, "form")
	if len(forms) != 2 || forms[0].attributes["target"] != "pay" || forms[1].attributes["target"] != "_top" {
		t.Fatalf("forms = %v", forms)
	}
	for _, form := range forms {
		if form.attributes["action"] != pay+"/launch" || form.attributes["method"] != "post" {
			t.Errorf("form = %v", form)
		}
	}
	tokens := all(elements, "input")
	if len(tokens) != 2 || tokens[0].attributes["value"] == tokens[1].attributes["value"] {
		t.Errorf("the forms need a token each, got %v", tokens)
	}
}

func TestPagesAllowOnlyWhatTheyUse(t *testing.T) {
	const common = "; style-src 'self'; img-src 'self'; form-action 'self' " + pay + "; base-uri 'none'; frame-ancestors 'none'"
	want := map[string]string{
		"/": "default-src 'none'; script-src 'self' " + pay + "; connect-src 'self'; frame-src " + pay + common +
			"; require-trusted-types-for 'script'; trusted-types 'none'",
		"/plain": "default-src 'none'; frame-src " + pay + common,
	}
	p := newPortal(t, cast)
	for path, policy := range want {
		header := get(t, p, path).Header
		if got := header.Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: policy\n got %s\nwant %s", path, got, policy)
		}
		// Browsers blank the Origin of a form under the stricter policies, and the launch would be refused.
		if got := header.Get("Referrer-Policy"); got != "strict-origin" {
			t.Errorf("%s: Referrer-Policy = %q", path, got)
		}
		if got := header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control = %q: a page with tokens must not be stored", path, got)
		}
	}
}

func TestHostileNamesStayText(t *testing.T) {
	hostile := []portal.Person{
		{ID: 5001, Name: `x" onfocus="alert(1)`, Department: 1, Shows: `</li></ul><script>alert(2)</script>`},
		{ID: 5002, Name: `<img src=x onerror=alert(3)>`, Department: 2, Shows: `'--><svg onload=alert(4)>{{.}}`},
	}
	for _, path := range []string{"/", "/plain?patient=5002"} {
		calm, _ := parse(t, body(t, get(t, newPortal(t, cast), path)))
		got, text := parse(t, body(t, get(t, newPortal(t, hostile), path)))
		shape := func(elements []element) (names []string) {
			for _, e := range elements {
				attributes := []string{}
				for name := range e.attributes {
					attributes = append(attributes, name)
				}
				slices.Sort(attributes)
				names = append(names, e.name+" "+strings.Join(attributes, " "))
			}
			return names
		}
		if !slices.Equal(shape(calm), shape(got)) {
			t.Errorf("%s: hostile names change the page:\n%q\n%q", path, shape(calm), shape(got))
		}
		for _, person := range hostile {
			if !strings.Contains(text, person.Name) || !strings.Contains(text, person.Shows) {
				t.Errorf("%s: %q is not shown as it is", path, person.Name)
			}
		}
	}
}

func TestStrangersAreNotFound(t *testing.T) {
	p := newPortal(t, cast)
	for _, path := range []string{"/?patient=1", "/?patient=", "/plain?patient=x", "/pay-token?patient=5001x", "/nothing"} {
		if got := get(t, p, path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: status = %d, want 404", path, got)
		}
	}
}

func TestPortalNeedsItsOriginsAndACast(t *testing.T) {
	for _, config := range []portal.Config{
		{}, {PayOrigin: pay, Cast: cast}, {Origin: origin, Cast: cast}, {PayOrigin: pay, Origin: origin},
	} {
		if _, err := portal.New(config); err == nil {
			t.Errorf("New(%+v) succeeded", config)
		}
	}
}

// What an address says is in the token, and stays in the addresses that the
// page leads to.
func TestTokenSaysWhatTheAddressSays(t *testing.T) {
	p := newPortal(t, cast)
	said := func(query string) map[string]any {
		t.Helper()
		var answer struct{ Token string }
		if err := json.Unmarshal([]byte(body(t, get(t, p, "/pay-token"+query))), &answer); err != nil {
			t.Fatal(err)
		}
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(answer.Token, ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		claims := map[string]any{}
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		return claims
	}
	usual := said("?patient=5002")
	if usual["role"] != "patient" || usual["offer_save"] != true || usual["saved_cards"] != true || usual["view"] != nil || usual["patients"] != nil {
		t.Errorf("usual: %v", usual)
	}
	const query = "?patient=5002&people=5001,5002&view=receipts&save=0&cards=0"
	payer := said(query)
	people, _ := payer["patients"].([]any)
	if payer["role"] != "payer" || payer["sub"] != "member-5002" || payer["name"] != "Ben Quiet" || payer["offer_save"] != false ||
		payer["saved_cards"] != false || payer["view"] != "receipts" || len(people) != 2 || people[0].(map[string]any)["name"] != "Ada Plain" {
		t.Errorf("payer: %v", payer)
	}
	if payer["return_url"] != origin+"/"+query {
		t.Errorf("return_url = %v", payer["return_url"])
	}
	for path, name := range map[string]string{"/": "pay-pane", "/plain": "a"} {
		elements, _ := parse(t, body(t, get(t, p, path+query)))
		if !slices.ContainsFunc(all(elements, name), func(e element) bool {
			return strings.HasSuffix(e.attributes["href"]+e.attributes["token-url"], query)
		}) {
			t.Errorf("%s: the query is lost in %v", path, all(elements, name))
		}
	}
	if staff := said("?patient=5001&as=staff"); staff["role"] != "staff" || staff["patientid"] != float64(5001) {
		t.Errorf("staff: %v", staff)
	}
	for _, path := range []string{"/?people=1", "/?people=5001,", "/?people=x"} {
		if got := get(t, p, path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: status = %d, want 404", path, got)
		}
	}
}
