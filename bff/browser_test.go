package bff

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browser keeps the session cookie and sends what a browser sends with the
// forms of our own pages.
type browser struct {
	w      http.Handler
	origin string // of the pages
	cookie string // "name=value"
	mark   string // of the last page that carried one: for whom its forms are
	ctx    context.Context
}

func (w *world) browser() *browser { return &browser{w: w, origin: w.origin} }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) to() string { return a.header.Get("Location") }

// do sends a request. headers are names and values; an empty value removes
// what would be sent.
func (b *browser) do(method, path string, form url.Values, headers ...string) answer {
	var body io.Reader
	if form != nil {
		if mark := b.printed(path); mark != "" && !form.Has("person") {
			form = maps.Clone(form)
			form.Set("person", mark)
		}
		body = strings.NewReader(form.Encode())
	}
	return b.send(method, path, body, headers...)
}

// printed is what a form of ours carries of whom it is for: as on the last page,
// or, where a test posts without having looked at one, as on a page of now.
func (b *browser) printed(path string) string {
	w, ok := b.w.(*world)
	switch {
	case path == "/launch" || path == "/people" || path == "/session" || path == "/finish":
		return ""
	case b.mark != "" || !ok:
		return b.mark
	}
	r := must(http.NewRequest("GET", b.origin+path, nil))
	r.Header.Set("Cookie", b.cookie)
	r.Header.Set("X-Paypane", "watch")
	of := w.store.Of
	if strings.HasPrefix(path, "/desk") {
		of = w.store.OfDesk
	}
	sess, err := of(r)
	if err != nil {
		return ""
	}
	return w.binding.For(sess)
}

func (b *browser) send(method, path string, body io.Reader, headers ...string) answer {
	r := httptest.NewRequest(method, b.origin+path, body)
	if b.ctx != nil {
		r = r.WithContext(b.ctx)
	}
	r.Header.Set("Accept", "text/html")
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.origin)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Del(headers[i])
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	w := httptest.NewRecorder()
	b.w.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookie = c.Name + "=" + c.Value
	}
	if m := inputValue.FindStringSubmatch(personInput.FindString(w.Body.String())); m != nil {
		b.mark = m[1]
	}
	return answer{w.Code, w.Header(), w.Body.String()}
}

// Attributes come in any order.
var (
	personInput = regexp.MustCompile(`<input[^>]* name="person"[^>]*>`)
	inputValue  = regexp.MustCompile(` value="([^"]*)"`)
)

func (b *browser) get(path string, headers ...string) answer {
	return b.do("GET", path, nil, headers...)
}

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	if form == nil {
		form = url.Values{}
	}
	return b.do("POST", path, form, headers...)
}

// json asks as the browser program does.
func (b *browser) json(path string) answer {
	return b.get(path, "Accept", "application/json", "X-Paypane", "1")
}

// launch posts a token as a plain form on the portal's page does.
func (b *browser) launch(token string, headers ...string) answer {
	return b.post("/launch", url.Values{"token": {token}}, append([]string{"Origin", harborOrigin, "Sec-Fetch-Site", "cross-site"}, headers...)...)
}

// framed is what browsers say of a page that they load into a frame of another
// site.
var framed = []string{"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site"}

// visit is a browser with a session for a patient of the simulator.
func (w *world) visit(patient int) *browser {
	w.t.Helper()
	b := w.browser()
	a := b.launch(harborEd.token(w, func(_, c claimSet) { c["patientid"] = patient }))
	if a.status != http.StatusSeeOther || b.cookie == "" {
		w.t.Fatalf("launch: %d %s", a.status, a.body)
	}
	if a = b.get(a.to()); a.to() != "/pay" {
		w.t.Fatalf("arrive: %d to %q", a.status, a.to())
	}
	return b
}

// The cast's first patient owes three bills, $120.00 together.
const dana = 40211

var cardForm = url.Values{
	"number": {"4111 1111 1111 1111"}, "expiry": {"12/34"}, "name": {"Dana Q Sample"}, "code": {"739"},
	"address": {"12 Elm Street"}, "zip": {"02139"}, "email": {""},
}

// card is the card form with some fields changed.
func card(changes ...string) url.Values {
	form := url.Values{}
	for name, values := range cardForm {
		form[name] = values
	}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

// choose makes an attempt and answers its id.
func (b *browser) choose(t testing.TB, form url.Values) string {
	t.Helper()
	a := b.post("/pay", form)
	id, ok := strings.CutPrefix(a.to(), "/pay/")
	if a.status != http.StatusSeeOther || !ok {
		t.Fatalf("choose: %d to %q: %s", a.status, a.to(), a.body)
	}
	return id
}

var everything = url.Values{"pay": {"all"}}

// own is the body without the names of its files: these are hashes, in which any
// three digits can stand.
func (a answer) own() string { return fileNames.ReplaceAllString(a.body, "") }

var fileNames = regexp.MustCompile(`/static/[^" ]*|sha(256|384|512)-[A-Za-z0-9+/=]*`)

// page is the data-page of a document.
func (a answer) page() string { return a.attribute("data-page") }

// outcome is the data-outcome of a result page.
func (a answer) outcome() string { return a.attribute("data-outcome") }

func (a answer) attribute(name string) string {
	main := regexp.MustCompile(`<main[^>]*>`).FindString(a.body)
	found := regexp.MustCompile(name + `="([a-z_-]*)"`).FindStringSubmatch(main)
	if found == nil {
		return ""
	}
	return found[1]
}
