//go:build !js

package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/tier"
)

// driver drives one browser other than Chromium: Firefox by WebDriver BiDi
// (firefox_test.go), WebKitGTK by WebDriver (webkit_test.go). It knows
// documents by opaque names, of which the first of documents is always the tab
// that the test opened.
type driver interface {
	// open loads an address in the first tab and waits for it.
	open(address string) error
	// documents are all documents there are: the first tab and then the others, in
	// any order, and behind each tab its frames, depth first.
	documents() ([]document, error)
	// eval answers the value of an expression in a document, as JSON.
	eval(doc, expression string) (json.RawMessage, error)
	// click presses the mouse on the middle of an element.
	click(doc, selector string) error
	// keys types into what has the focus of a document.
	keys(doc, text string) error
	// back goes back in the first tab, as the browser's own button does.
	back() error
}

// document is a tab's page or a frame's.
type document struct {
	name    string // for the driver
	address string
	frame   bool
}

// engine starts one of the other browsers.
type engine struct {
	name  string
	start func(*testing.T) driver
}

// engines are the browsers that are tried besides Chromium.
var engines = []engine{
	{"firefox", func(t *testing.T) driver { return startFirefox(t) }},
	{"webkit", func(t *testing.T) driver { return startWebKit(t) }},
}

// visitor is somebody at one of the other browsers.
type visitor struct {
	t *testing.T
	d driver
}

// inEngines runs a test in each of them.
func inEngines(t *testing.T, test func(*testing.T, *visitor)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			tier.Full(t)
			test(t, &visitor{t: t, d: e.start(t)})
		})
	}
}

func (v *visitor) open(address string) {
	v.t.Helper()
	if err := v.d.open(address); err != nil {
		v.t.Fatalf("open %s: %v", address, err)
	}
}

// sheet is one document that a visitor looks at.
type sheet struct {
	*visitor
	find func([]document) *document
	what string
}

// tab is the page of the nth tab, from 0.
func (v *visitor) tab(n int) *sheet {
	return &sheet{v, func(all []document) *document {
		tabs := slices.DeleteFunc(slices.Clone(all), func(d document) bool { return d.frame })
		if n >= len(tabs) {
			return nil
		}
		return &tabs[n]
	}, fmt.Sprintf("tab %d", n)}
}

// frame is the nth frame, from 0, whose address begins with a prefix. It is
// found anew for each thing done, since a frame that loads another page can
// become another document.
func (v *visitor) frame(prefix string, n int) *sheet {
	return &sheet{v, func(all []document) *document {
		frames := slices.DeleteFunc(slices.Clone(all), func(d document) bool { return !d.frame || !strings.HasPrefix(d.address, prefix) })
		if n >= len(frames) {
			return nil
		}
		return &frames[n]
	}, fmt.Sprintf("frame %d of %s", n, prefix)}
}

// eventually repeats what can fail while a page is under way, until it is done.
func (s *sheet) eventually(what string, do func(doc string) (bool, error)) {
	s.t.Helper()
	end := time.Now().Add(2 * patience) // one engine more beside Chromium on the same machine
	var err error
	for time.Now().Before(end) {
		var all []document
		if all, err = s.d.documents(); err == nil {
			if doc := s.find(all); doc != nil {
				var done bool
				if done, err = do(doc.name); done && err == nil {
					return
				}
			} else {
				err = fmt.Errorf("no %s among %v", s.what, all)
			}
		}
		pause := time.NewTimer(50 * time.Millisecond)
		<-pause.C
	}
	s.t.Fatalf("waited in vain in %s for %s: %v\n%s", s.what, what, err, s.peek())
}

// tabs waits until there are so many.
func (v *visitor) tabs(n int) {
	v.t.Helper()
	v.tab(0).eventually(fmt.Sprintf("%d tabs", n), func(string) (bool, error) {
		all, err := v.d.documents()
		all = slices.DeleteFunc(all, func(d document) bool { return d.frame })
		return len(all) == n, err
	})
}

// peek says what is to be read everywhere, for failures.
func (s *sheet) peek() string {
	all, err := s.d.documents()
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	for _, doc := range all {
		text, _ := s.d.eval(doc.name, `document.body.innerText`)
		fmt.Fprintf(&out, "%s: %s\n", doc.address, text)
	}
	return out.String()
}

// until waits until the expression is true.
func (s *sheet) until(expression string) {
	s.t.Helper()
	s.eventually(expression, func(doc string) (bool, error) {
		answer, err := s.d.eval(doc, `Boolean(`+expression+`)`)
		return string(answer) == "true", err
	})
}

// page waits for a page of ours, and for the program to have taken it over.
func (s *sheet) page(name string) {
	s.t.Helper()
	s.until(`document.readyState === "complete" && document.querySelector("main[data-page=` + name + `]") && document.documentElement.dataset.program`)
}

// text is what is to be read in a page.
func (s *sheet) text() string {
	s.t.Helper()
	var text string
	s.eventually("its text", func(doc string) (bool, error) {
		answer, err := s.d.eval(doc, `document.body.innerText`)
		if err != nil {
			return false, err
		}
		return true, json.Unmarshal(answer, &text)
	})
	return text
}

// eval evaluates an expression once, when its document is there.
func (s *sheet) eval(expression string) string {
	s.t.Helper()
	var got string
	s.eventually(expression, func(doc string) (bool, error) {
		answer, err := s.d.eval(doc, expression)
		got = string(answer)
		return err == nil, err
	})
	return got
}

// element is an expression for the first element of a page that a selector is
// for, also inside of <pay-pane>.
func element(selector string) string {
	return `[document, ...Array.from(document.querySelectorAll("pay-pane"), pane => pane.shadowRoot)].map(root => root.querySelector(` + quote(selector) + `)).find(Boolean)`
}

// click presses the mouse on an element, once.
func (s *sheet) click(selector string) {
	s.t.Helper()
	s.until(element(selector))
	s.eventually("a click on "+selector, func(doc string) (bool, error) {
		if err := s.d.click(doc, selector); err != nil {
			s.t.Fatalf("click %s in %s: %v\n%s", selector, s.what, err, s.peek())
		}
		return true, nil
	})
}

// fillCard types a card key by key into the fields that the autocomplete tokens
// name.
func (s *sheet) fillCard(c card) {
	s.t.Helper()
	for _, f := range [][2]string{
		{"cc-number", c.number}, {"cc-exp", c.expiry}, {"cc-name", c.name}, {"cc-csc", c.code},
		{"billing address-line1", c.address}, {"billing postal-code", c.zip},
	} {
		s.until(`(e => { e?.focus(); return document.activeElement === e })(document.querySelector(` + quote(`[autocomplete="`+f[0]+`"]`) + `))`)
		s.eventually("typing", func(doc string) (bool, error) {
			if err := s.d.keys(doc, f[1]); err != nil {
				s.t.Fatalf("type into %s: %v", f[0], err)
			}
			return true, nil
		})
	}
}

// outcome waits for a result page that is not pending any more.
func (s *sheet) outcome() string {
	s.t.Helper()
	s.until(`document.querySelector("main[data-outcome]:not([data-outcome=pending])")`)
	return strings.Trim(s.eval(`document.querySelector("main").dataset.outcome`), `"`)
}
