package bff_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"paypane/web"
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
		"amount\nEspañol":        "-> 200 card\n",
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
