package bff_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"paypane/bff"
	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/bff/demo/idp"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/portal/portaltest"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// TestScripts runs testdata/*.txt: what payers and staff do in a browser, what
// they are told, and what the practice's system has afterwards. README.md there
// says how to read and write one.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			newStage(t).run(file, string(text))
		})
	}
}

// Every declared page is shown in a script, but those that only browsers come to:
// without cookies, and in the portal's frame.
func TestScriptsShowEveryPage(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{web.PageCookies: true, web.PageFrame: true}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?m)^-> \d+ ([a-z-]+)`).FindAllStringSubmatch(string(text), -1) {
			shown[found[1]] = true
		}
	}
	for _, page := range web.Pages {
		if !shown[page.Name] {
			t.Errorf("page %s is shown in no script", page.Name)
		}
		delete(shown, page.Name)
	}
	for name := range shown {
		t.Errorf("%q is no page", name)
	}
}

// A script that does not say what is so fails, and says what is.
func TestScriptsCanFail(t *testing.T) {
	t.Parallel()
	begin := "launch\nGET /pay\n"
	for name, lines := range map[string]string{
		"it is: 200 amount":      "-> 404 amount\n",
		"amount\nHarbor":         "-> 200 card\n",
		"the page says":          "-> 200 amount\nsays Nobody says this\n",
		"What do you want":       "-> 200 amount\nnot What do you want to pay?\n",
		"the book has:\nnothing": "-> 200 amount\nbook\n\t40211 $120.00 1111\n",
		"no outcome":             "GET /pay\n",
		"it is: 303 /pay/":       "-> 200 amount\nPOST /pay\n\tpay = all\n-> 303 /pay\n",
		"result declined":        "-> 200 amount\nPOST /pay\n\tpay = all\n-> 303 /pay/{attempt}\nPOST /pay/{attempt}\n\tcard number = 4000 0000 0000 0002\n-> 303 /payments/{attempt}\nGET /payments/{attempt}\n-> 200 result taken\n",
		"no such word":           "-> 200 amount\nsay What do you want to pay?\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			said := "nothing"
			s.fail = func(format string, args ...any) {
				said = fmt.Sprintf(format, args...)
				panic(stop{})
			}
			func() {
				defer func() {
					if r := recover(); r != nil && r != (stop{}) {
						panic(r)
					}
				}()
				s.run("script", begin+lines)
			}()
			if !strings.Contains(said, name) {
				t.Errorf("it fails with %s", said)
			}
		})
	}
}

// stop ends a script.
type stop struct{}

const (
	scriptOrigin   = "https://pay.example"
	scriptPortal   = "https://portal.harbor.example"
	scriptProvider = "https://login.harbor.example"
)

// stage is a server with the simulator behind it, and the browsers of a script.
// Time stands still but for the script.
type stage struct {
	t        *testing.T
	fail     func(format string, args ...any)
	server   *bff.Server
	sessions *session.Store
	ledger   *ledger.Ledger
	sim      *athenatest.Server
	portal   portaltest.Key
	provider *idp.Provider
	silent   atomic.Bool // the practice's system answers 503
	mu       sync.Mutex
	time     time.Time
	browsers map[string]*tab
	at       *tab
	words    map[string]string // what stands for {name}
	open     bool              // a request whose outcome the script has not said
}

// tab is a browser with its cookie and the page it shows.
type tab struct {
	cookies map[string]string
	status  int
	to      string
	body    string
	token   string // of its last launch
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.time
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, fail: t.Fatalf, time: time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC), portal: portaltest.Ed25519("harbor"),
		browsers: map[string]*tab{}, words: map[string]string{}}
	s.as("the payer")
	s.sim = athenatest.StartWith(t, athenatest.Options{Now: s.now})
	address, err := url.Parse(s.sim.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(address)
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) } // what is cut stays cut
	proxy.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.silent.Load() {
			http.Error(w, "<h1>Service Unavailable</h1>", http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	upstream.Config.ErrorLog = proxy.ErrorLog
	upstream.Start()
	t.Cleanup(upstream.Close)
	dir := t.TempDir()
	for name, content := range map[string]string{
		"harbor.jwks.json": portaltest.KeySet(s.portal),
		"portals.toml": `[[portal]]
id = "harbor"
name = "Harbor Family Medicine"
phone = "617-555-0100"
origins = ["` + scriptPortal + `"]
jwks = "harbor.jwks.json"
practices = [195900]
plan_minimum = "25.00"

[[desk]]
practice = 195900
departments = [7, 9]
issuer = "` + scriptProvider + `"
client_id = "paypane-desk"
client_secret = "hush"
roles_claim = "roles"
roles = { front_desk = ["front-desk"], biller = ["billing"], manager = ["manager"] }
vendor_code = "harborpay"
`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	portals, err := portal.Read(filepath.Join(dir, "portals.toml"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := athena.New(athena.Config{URL: upstream.URL, ClientID: "demo", ClientSecret: "demo", Vendors: portals.Vendors(), Now: s.now})
	if err != nil {
		t.Fatal(err)
	}
	s.provider = idp.New(idp.Config{Issuer: scriptProvider, ClientID: "paypane-desk", Secret: "hush", Redirect: scriptOrigin + "/desk/callback", Leave: scriptOrigin + "/desk",
		Now: s.now, People: []idp.Person{{Subject: "ana", Name: "Ana", Roles: []string{"front-desk"}}, {Subject: "bea", Name: "Bea", Roles: []string{"billing"}}, {Subject: "nat", Name: "Nat"}}})
	book, keys := ledger.NewMemory(s.now), [][]byte{bytes.Repeat([]byte{7}, 32)}
	s.ledger = book
	if s.sessions, err = session.NewStore(book, keys, portals, s.now, false); err != nil {
		t.Fatal(err)
	}
	s.server, err = bff.New(context.Background(), bff.Config{
		Origin: scriptOrigin, Portals: portals, Practice: client, Ledger: book,
		Keys: keys, Log: slog.New(slog.DiscardHandler), Now: s.now, ReceiptDelay: time.Minute,
		Providers: inProcess{s.provider},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// as goes on in another browser.
func (s *stage) as(who string) {
	if s.browsers[who] == nil {
		s.browsers[who] = &tab{cookies: map[string]string{}}
	}
	s.at = s.browsers[who]
}

// line is a line of a script with those that are indented below it.
type line struct {
	number     int
	word, rest string
	below      []string
}

func (s *stage) run(file, text string) {
	s.t.Helper()
	var lines []line
	for i, l := range strings.Split(text, "\n") {
		bare := strings.TrimSpace(l)
		switch {
		case bare == "" || strings.HasPrefix(bare, "#"):
		case l != strings.TrimLeft(l, " \t") && len(lines) > 0:
			last := &lines[len(lines)-1]
			last.below = append(last.below, bare)
		default:
			word, rest, _ := strings.Cut(bare, " ")
			lines = append(lines, line{number: i + 1, word: word, rest: strings.TrimSpace(rest)})
		}
	}
	for _, l := range lines {
		if wrong := s.do(l); wrong != "" {
			s.fail("%s:%d: %s %s\n%s", file, l.number, l.word, l.rest, wrong)
		}
	}
	if s.open {
		s.fail("%s: the last request has no outcome", file)
	}
}

// do does a line, and answers what is wrong.
func (s *stage) do(l line) (wrong string) {
	if s.open && l.word != "->" {
		return "the request before has no outcome: say what with ->"
	}
	switch l.word {
	case "as":
		s.as(l.rest)
	case "days":
		n, err := strconv.Atoi(l.rest)
		if err != nil {
			return err.Error()
		}
		for range n {
			s.mu.Lock()
			s.time = s.time.Add(24 * time.Hour)
			s.mu.Unlock()
			s.server.TendOnce(s.t.Context())
		}
	case "later":
		d, err := time.ParseDuration(l.rest)
		if err != nil {
			return err.Error()
		}
		s.mu.Lock()
		s.time = s.time.Add(d)
		s.mu.Unlock()
	case "practice":
		if l.rest != "silent" && l.rest != "back" {
			return "silent or back"
		}
		s.silent.Store(l.rest == "silent")
	case "void":
		return s.askToVoid(l.rest)
	case "sign":
		return s.signIn(l.rest)
	case "through":
		return s.through(l.rest)
	case "launch":
		return s.launch(fields(l.below), l.rest)
	case "GET", "POST":
		return s.request(l.word, s.meant(l.rest), fields(l.below))
	case "follow":
		to := s.at.link(s.meant(l.rest))
		if to == "" {
			return "the page has no such link: " + s.at.text()
		}
		return s.request("GET", to, nil)
	case "->":
		s.open = false
		return s.outcome(l.rest)
	case "says", "not":
		words := spaced(s.meant(l.rest))
		if told := s.at.text(); strings.Contains(told, words) != (l.word == "says") {
			return "the page says: " + told
		}
	case "kept":
		name, what, _ := strings.Cut(l.rest, " = ")
		if book := s.sim.Book(); what == "the last payment" && len(book) > 0 {
			s.words[name] = book[len(book)-1].ID
			return ""
		}
		return "kept NAME = the last payment"
	case "book":
		return s.book(l)
	default:
		return "no such word"
	}
	return ""
}

// fields are the lines below one, as names and values.
func fields(below []string) map[string][]string {
	values := map[string][]string{}
	for _, l := range below {
		name, value, _ := strings.Cut(l, "=")
		name = strings.TrimSpace(name)
		values[name] = append(values[name], strings.TrimSpace(value))
	}
	return values
}

// meant is a text with the words for {name} in their places.
func (s *stage) meant(text string) string {
	for name, word := range s.words {
		text = strings.ReplaceAll(text, "{"+name+"}", word)
	}
	return text
}

// signIn signs somebody in at the desk, in the browser that there is: "in ana
// front_desk".
func (s *stage) signIn(how string) string {
	words := strings.Fields(how)
	if len(words) != 3 || words[0] != "in" || !staff.Role(words[2]).Known() {
		return "sign in NAME ROLE"
	}
	a := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, scriptOrigin+"/desk/callback", nil)
	for name, value := range s.at.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	next, _, err := session.Desk{Store: s.sessions}.Start(a, r, session.SignedIn{
		Person:   staff.Person{Issuer: "https://login.harbor.example", Subject: words[1], Name: words[1], Role: staff.Role(words[2]), AuthTime: s.now()},
		Practice: 195900, Departments: []int{7, 9}})
	if err != nil {
		return err.Error()
	}
	for _, c := range a.Result().Cookies() {
		s.at.cookies[c.Name] = c.Value
	}
	s.words["next"] = next
	return ""
}

// askToVoid has a void of Dana's wait for a second person: "asked by ana".
func (s *stage) askToVoid(how string) string {
	who, ok := strings.CutPrefix(how, "asked by ")
	if !ok {
		return "void asked by NAME"
	}
	a, err := s.ledger.CreateAttempt(s.t.Context(), ledger.Record{Patient: payment.Patient{Practice: 195900, Department: 7, ID: 40211}, Portal: "desk",
		Subject: "https://login.harbor.example " + who, AsOfSeq: 1, Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: ledger.PaymentTarget("9001"), Value: payment.Cents(2000), PatientName: "Dana Sample"}})
	if err == nil {
		err = s.ledger.AskApproval(s.t.Context(), a.ID, ledger.Signer{ID: "desk/https://login.harbor.example " + who, Name: who}, "it was taken twice")
	}
	if err != nil {
		return err.Error()
	}
	s.words["void"] = a.ID
	return ""
}

// inProcess reaches a handler without a network.
type inProcess struct{ to http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	p.to.ServeHTTP(w, r)
	return w.Result(), nil
}

// through goes to the practice's own sign-in page, presses somebody's button there
// and comes back.
func (s *stage) through(who string) string {
	s.send("GET", web.PathSignIn, nil, "", "")
	to, ok := strings.CutPrefix(s.at.to, scriptProvider)
	if !ok {
		return "it is: " + strconv.Itoa(s.at.status) + " " + s.at.to
	}
	r := httptest.NewRequest(http.MethodPost, scriptProvider+to, strings.NewReader(url.Values{"person": {who}}.Encode()))
	if who == "cancel" {
		r = httptest.NewRequest(http.MethodPost, scriptProvider+to, strings.NewReader("cancel=yes"))
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.provider.ServeHTTP(w, r)
	back, ok := strings.CutPrefix(w.Header().Get("Location"), scriptOrigin)
	if !ok {
		return "the provider says: " + w.Body.String()
	}
	return s.request("GET", back, nil)
}

// launch comes from the portal to the first page. What is below the line are
// claims of the token, over those of Dana's own.
func (s *stage) launch(changes map[string][]string, how string) string {
	claims := map[string]any{
		"iss": "harbor", "aud": scriptOrigin, "sub": "member-5551", "jti": rand.Text(), "role": "patient",
		"iat": s.now().Unix(), "exp": s.now().Add(time.Minute).Unix(),
		"practiceid": 195900, "departmentid": 7, "patientid": 40211, "name": "Dana Sample", "email": "dana@example.com",
		"return_url": scriptPortal + "/billing",
	}
	for name, values := range changes {
		var value any
		if json.Unmarshal([]byte(values[0]), &value) != nil {
			value = values[0]
		}
		claims[name] = value
	}
	if how != "again" {
		key := s.portal
		if how == "forged" {
			key = portaltest.Ed25519("harbor")
		}
		s.at.token = key.Compact(`{"alg":"EdDSA","kid":"harbor","typ":"pay-launch+jwt"}`, string(must(json.Marshal(claims))))
	}
	s.send("POST", "/launch", url.Values{"token": {s.at.token}}, scriptPortal, "cross-site")
	if how == "" {
		s.send("GET", s.at.to, nil, "", "")
		if s.at.status != http.StatusSeeOther {
			return fmt.Sprintf("%d: %s", s.at.status, s.at.text())
		}
		return ""
	}
	s.open = true
	return ""
}

// good is a card form that is right, but for its number.
var good = map[string]string{"expiry": "12/34", "name": "Dana Q Sample", "code": "739", "address": "12 Elm Street", "zip": "02139"}

// request sends a form as the page has it, with what is typed into it; or what
// is typed alone, where the page has no form for that address.
func (s *stage) request(method, path string, typed map[string][]string) string {
	var form url.Values
	origin, site := "", ""
	if method == "POST" {
		origin, site = scriptOrigin, "same-origin"
		form = s.at.form(path)
		if number := typed["card number"]; number != nil {
			delete(typed, "card number")
			form.Set("number", number[0])
			if form.Has("card") {
				form.Set("card", "new")
			}
			for name, value := range good {
				form.Set(name, value)
			}
		}
		for name, values := range typed {
			if name == "from" {
				origin, site = values[0], "cross-site"
				continue
			}
			if begins, ok := strings.CutSuffix(name, "*"); ok {
				name = s.at.field(begins)
			}
			form[name] = nil
			for _, value := range values {
				form.Add(name, s.meant(value))
			}
		}
	}
	s.open = true
	s.send(method, path, form, origin, site)
	return ""
}

func (s *stage) send(method, path string, form url.Values, origin, site string) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, scriptOrigin+path, body)
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", origin)
		r.Header.Set("Sec-Fetch-Site", site)
	}
	for name, value := range s.at.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		s.at.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(s.at.cookies, c.Name)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.server.Drain(ctx); err != nil {
		s.t.Error(err)
	}
	s.at.status, s.at.to = w.Code, w.Header().Get("Location")
	if w.Code < 300 || w.Code >= 400 {
		s.at.body = w.Body.String()
	}
}

var name = regexp.MustCompile(`\{([a-z ]+)\}`)

// outcome compares what came back: a status and an address, or a status and the
// page, with the payment's outcome where it is a result. A {name} that nothing
// stands for yet gets what stands there.
func (s *stage) outcome(want string) string {
	main := regexp.MustCompile(`<main[^>]*>`).FindString(s.at.body)
	is := strconv.Itoa(s.at.status)
	if s.at.to != "" {
		is += " " + s.at.to
	} else {
		for _, attribute := range []string{"data-page", "data-outcome"} {
			if found := regexp.MustCompile(attribute + `="([a-z_-]*)"`).FindStringSubmatch(main); found != nil {
				is += " " + found[1]
			}
		}
	}
	want = s.meant(want)
	pattern := "^" + regexp.QuoteMeta(want) + "$"
	var names []string
	for _, n := range name.FindAllStringSubmatch(want, -1) {
		names = append(names, n[1])
		pattern = strings.Replace(pattern, regexp.QuoteMeta(n[0]), "([A-Z0-9]{20,}|[0-9]+)", 1)
	}
	found := regexp.MustCompile(pattern).FindStringSubmatch(is)
	if found == nil {
		return "it is: " + is + "\n" + s.at.text()
	}
	for i, n := range names {
		s.words[n] = found[i+1]
	}
	return ""
}

// book compares the whole book of the practice's system: patient, amount and the
// card's last digits of every movement.
func (s *stage) book(l line) string {
	var is []string
	for _, m := range s.sim.Book() {
		is = append(is, strings.TrimSpace(fmt.Sprintf("%d %s %s", m.Patient, dollars(m.Amount), m.Last4)))
	}
	if l.rest == "has nothing" && len(is) == 0 {
		return ""
	}
	if l.rest == "has nothing" || len(l.below) == 0 || strings.Join(is, "\n") != strings.Join(l.below, "\n") {
		return "the book has:\n" + cmp.Or(strings.Join(is, "\n"), "nothing")
	}
	return ""
}

func dollars(cents int64) string {
	if cents < 0 {
		return "-" + dollars(-cents)
	}
	return fmt.Sprintf("$%d.%02d", cents/100, cents%100)
}

// form are the hidden and chosen values of the page's form for an address.
func (b *tab) form(path string) url.Values {
	values := url.Values{}
	for n := range must(html.Parse(strings.NewReader(b.body))).Descendants() {
		if n.Data != "form" || strings.Split(attribute(n, "action"), "?")[0] != path {
			continue
		}
		for input := range n.Descendants() {
			kind := attribute(input, "type")
			_, checked := attributes(input)["checked"]
			if input.Data == "input" && attribute(input, "name") != "" && (kind != "radio" && kind != "checkbox" || checked) {
				values.Add(attribute(input, "name"), attribute(input, "value"))
			}
		}
		return values
	}
	return values
}

// link is where the first link leads whose words are these; empty: there is none.
func (b *tab) link(words string) string {
	for n := range must(html.Parse(strings.NewReader(b.body))).Descendants() {
		if n.Data != "a" {
			continue
		}
		var text strings.Builder
		for inner := range n.Descendants() {
			if inner.Type == html.TextNode {
				text.WriteString(inner.Data)
			}
		}
		if spaced(text.String()) == spaced(words) {
			return attribute(n, "href")
		}
	}
	return ""
}

// field is the name of the first input of the page whose name begins so: that of a stored card's security code ends in the card's number.
func (b *tab) field(begins string) string {
	for n := range must(html.Parse(strings.NewReader(b.body))).Descendants() {
		if name := attribute(n, "name"); n.Data == "input" && strings.HasPrefix(name, begins) {
			return name
		}
	}
	return begins
}

func attributes(n *html.Node) map[string]string {
	all := map[string]string{}
	for _, a := range n.Attr {
		all[a.Key] = a.Val
	}
	return all
}

func attribute(n *html.Node, name string) string { return attributes(n)[name] }

// text is what a reader sees of the page, on one line.
func (b *tab) text() string {
	var text strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			text.WriteString(n.Data + " ")
		case n.Data == "script", n.Data == "dialog", n.Data == "head":
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(must(html.Parse(strings.NewReader(b.body))))
	return spaced(text.String())
}

func spaced(text string) string {
	return strings.NewReplacer(" .", ".", " ,", ",").Replace(strings.Join(strings.Fields(text), " "))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
