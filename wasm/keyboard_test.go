//go:build !js

package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"paypane/tier"
	"paypane/web"
)

// press presses one key.
func (b *tab) press(key string, options ...chromedp.KeyOption) {
	b.t.Helper()
	b.run(chromedp.KeyEvent(key, options...))
}

// reach presses Tab until an element that fits has the focus. The page on which it is
// may be on its way.
func (b *tab) reach(selector string) {
	b.t.Helper()
	b.until(`document.readyState === "complete" && document.querySelector(` + quote(selector) + `)`)
	for range 120 {
		if eval[bool](b, `document.activeElement?.matches(`+quote(selector)+`) ?? false`) {
			return
		}
		b.press(kb.Tab)
	}
	b.t.Fatalf("no way to %s by keyboard\non %s", selector, b.peek())
}

// enter goes to a link or button and presses Enter.
func (b *tab) enter(selector string) {
	b.t.Helper()
	b.reach(selector)
	b.press(kb.Enter)
}

// choose goes to a group of radio buttons and presses arrow keys until the one
// is chosen whose value begins so.
func (b *tab) choose(name, begins string) {
	b.t.Helper()
	b.reach(`input[name=` + name + `]`)
	b.press(" ")
	for range 10 {
		if eval[bool](b, `document.activeElement.matches('input:checked[value^="`+begins+`"]')`) {
			return
		}
		b.press(kb.ArrowDown)
	}
	b.t.Fatalf("no arrow leads to %s\non %s", begins, b.peek())
}

// typeInto goes to an input and types in place of what is there.
func (b *tab) typeInto(selector, text string) {
	b.t.Helper()
	b.reach(selector)
	eval[any](b, `document.activeElement.select()`)
	b.typeText(text)
}

// typeCard types a card, field by field.
func (b *tab) typeCard(c card) {
	b.t.Helper()
	for _, f := range [][2]string{
		{"cc-number", c.number}, {"cc-exp", c.expiry}, {"cc-name", c.name}, {"cc-csc", c.code},
		{"billing address-line1", c.address}, {"billing postal-code", c.zip},
	} {
		b.typeInto(`[autocomplete="`+f[0]+`"]`, f[1])
	}
}

// stop is where the focus is.
type stop struct {
	Place, Of int // in the order of the document; -1: on none of them
	Name      string
	Seen      bool // it lies in the window and an outline shows it
}

// A group of radio buttons is one stop: the chosen one, or else the first.
const stopHere = `(() => {
	const within = document.querySelector("dialog[open]") ?? document;
	const chosen = e => e.type === "radio" && [...document.getElementsByName(e.name)].find(r => r.checked);
	const stops = [...within.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((e, i, all) =>
		e.checkVisibility({visibilityProperty: true}) && !e.disabled &&
		(e.type !== "radio" || (chosen(e) ?? all.find(r => r.name === e.name)) === e));
	const on = document.activeElement, style = getComputedStyle(on), box = on.getBoundingClientRect();
	let place = stops.indexOf(on);
	if (place < 0 && on.type === "radio") place = stops.findIndex(e => e.name === on.name);
	return {Place: place, Of: stops.length, Name: on.outerHTML.slice(0, 120),
		Seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 &&
			box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth};
})()`

// ring goes round the page with a key that leads by so many stops: everything that
// takes the focus gets it, in the order of the document, is seen, and lets it
// go again.
func (b *tab) ring(what string, by int, key string, options ...chromedp.KeyOption) {
	b.t.Helper()
	if eval[stop](b, stopHere).Of == 0 {
		return // a page without a link or a button
	}
	wrong := ""
	// Where the round leaves the page and comes back, the focus is the browser's
	// for a moment, in which a key can be lost: what is wrong is so each time.
	for range 3 {
		if wrong = b.round(by, key, options...); wrong == "" {
			return
		}
	}
	b.t.Errorf("%s: %s", what, wrong)
}

// round goes round the page once and says what was wrong on the way.
func (b *tab) round(by int, key string, options ...chromedp.KeyOption) (wrong string) {
	b.t.Helper()
	step := func() (at stop) {
		at.Place = -1
		for range 4 { // past the document itself and the browser, between its end and its beginning
			if at.Place < 0 {
				b.press(key, options...)
				for range 20 { // the focus comes back in its own time
					if at = eval[stop](b, stopHere); at.Place >= 0 {
						break
					}
				}
			}
		}
		return at
	}
	at := step()
	if at.Of == 0 {
		return "nothing takes the focus"
	}
	for range at.Of {
		was := at
		at = step()
		if at.Of != was.Of || at.Place != (was.Place+by+was.Of)%was.Of {
			return fmt.Sprintf("from %d %s the focus goes to %d %s of %d", was.Place, was.Name, at.Place, at.Name, at.Of)
		}
		if !at.Seen {
			return "the focus on " + at.Name + " is not seen"
		}
	}
	return ""
}

// walk is a way through the pages by keyboard alone, on a phone.
type walk struct {
	*tab
	w *world
}

// walks goes a way in a world of its own: with script in make test, and without in
// make deep, where it looks at the rest (at).
func walks(t *testing.T, way func(t *testing.T, k walk)) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			switch {
			case *update:
			case !script:
				tier.Deep(t)
			case tier.IsDeep():
				t.Skip("part of make test")
			}
			t.Parallel()
			w := newWorld(t)
			k := walk{tab: open(t, w, script), w: w}
			k.allow("status of 4")
			k.size(phone)
			way(t, k)
		})
	}
}

func (k walk) size(width int64) {
	k.run(command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1}))
}

// begin launches from the portal.
func (k walk) begin(query string) {
	k.t.Helper()
	k.visit(k.w.portal + "/plain?" + query)
	k.enter(`form[target=_top] button`)
	k.until(`document.readyState === "complete" && document.querySelector("main[data-page]")`)
}

// path waits for a page of which the expression is true. After a step of the
// program the focus is at the page's beginning, or at its errors.
func (k walk) path(expression string) {
	k.t.Helper()
	k.until(`document.readyState === "complete" && document.querySelector("main[data-page]") && ` + expression)
	if !k.script || !eval[bool](k.tab, `document.getElementById("program") !== null`) {
		return
	}
	k.adopted()
	k.until(`!window.stepped || ["heading", "summary"].includes(document.activeElement.id)`)
	eval[any](k.tab, `window.stepped = true`)
}

func (k walk) page(name string) { k.path(`document.querySelector("main[data-page=` + name + `]")`) }

// errors waits for what is wrong with the page.
func (k walk) errors() { k.path(`document.title.startsWith("Error: ")`) }

// result waits for the outcome.
func (k walk) result(want string) {
	k.t.Helper()
	k.path(`document.querySelector("main[data-outcome]:not([data-outcome=pending])")`)
	if got := k.outcome(); got != want {
		k.t.Fatalf("%s, not %s", got, want)
	}
}

// emailed waits until the result says that a mail was ordered, which is after it
// shows.
func (k walk) emailed() {
	k.t.Helper()
	k.reloaded(`document.querySelector("main").innerText.includes("We're sending ")`)
	k.path(`document.querySelector("main[data-outcome]")`)
}

// at is a state of the way, on a page: the program has taken over what was printed,
// what a screen reader says of it is the file's, axe finds nothing, and the
// keyboard reaches everything, at the width that the page's people have, payers a
// phone and staff a desktop. Without script, in make deep, it is the other width, in
// both schemes, and the keyboard goes backwards. TestEveryPageIsWalked reads these
// calls.
func (k walk) at(page, name string) {
	k.t.Helper()
	k.tab.page(page)
	if k.script && eval[bool](k.tab, `document.getElementById("program") !== null`) {
		k.adopted()
	}
	width, other := int64(phone), int64(desktop)
	if slices.ContainsFunc(web.Pages, func(p web.Page) bool { return p.Name == page && p.For == web.ForStaff }) {
		width, other = other, width
	}
	k.hear(name)
	if k.script {
		k.axeIn(name, light(width))
		k.size(width)
		k.ring(name, 1, kb.Tab)
	} else {
		k.axeIn(name, light(other), dark(other))
		k.size(other)
		k.ring(name, -1, kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
	}
	k.size(phone)
}
