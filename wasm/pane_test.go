//go:build !js

package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// pane is the element of the portal's page, and shadow what it shows beside the
// frame.
const (
	pane   = `document.querySelector("pay-pane")`
	shadow = pane + `.shadowRoot`
)

// times is how often the portal heard an event whose line holds the text.
func (b *tab) times(text string) int {
	b.t.Helper()
	return eval[int](b, `[...document.querySelectorAll("#log li")].filter(li => li.innerText.includes(`+quote(text)+`)).length`)
}

// hears waits until it has heard it so often.
func (b *tab) hears(text string, times int) {
	b.t.Helper()
	b.until(fmt.Sprintf(`[...document.querySelectorAll("#log li")].filter(li => li.innerText.includes(%s)).length === %d`, quote(text), times))
	b.coded()
}

// set sets an attribute of the element, or removes it with null.
func (b *tab) set(name, value string) {
	b.t.Helper()
	eval[any](b, fmt.Sprintf(`void (value => value === null ? %s.removeAttribute(%s) : %s.setAttribute(%s, value))(%s)`, pane, quote(name), pane, quote(name), value))
}

// shows waits for a frame that shows a page with the text. One that goes may
// still be among the targets.
func (b *tab) shows(w *world, text string) {
	b.t.Helper()
	frames := map[target.ID]context.Context{}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		targets, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, info := range targets {
			if info.Type != "iframe" || !strings.HasPrefix(info.URL, w.pay) || info.BrowserContextID != b.browserContext() {
				continue
			}
			frame := frames[info.TargetID]
			if frame == nil {
				var leave func()
				frame, leave = chromedp.NewContext(b.ctx, chromedp.WithTargetID(info.TargetID))
				b.t.Cleanup(leave) // it closes the whole tab
				frames[info.TargetID] = frame
			}
			found, err := chromedp.Run(frame, chromedp.Evaluate[bool](`Boolean(document.querySelector("main[data-page]")) && document.body.innerText.includes(`+quote(text)+`)`))
			if err == nil && found {
				return
			}
		}
	}
	b.t.Fatalf("no frame says %q\non %s", text, b.peek())
}

// frameCard comes to a card form in the frame.
func frameCard(t *testing.T, w *world) (portal, b *tab) {
	t.Helper()
	portal, b = inFrame(t, w, true, 40211)
	b.ready()
	eval[any](b, `document.querySelector("form button").click()`)
	b.page("card")
	portal.until(`document.getElementById("log").innerText.includes('{"step":"card"}')`)
	return portal, b
}

// Other attributes are another launch: the frame shows what they ask for, and
// what does not change them starts nothing.
func TestChangedAttributesLaunchAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := inFrame(t, w, true, 40211)
	portal.hears("pp:ready", 1)
	b.ready()
	same := quote("/pay-token?patient=40211")
	portal.set("token-url", same)
	portal.set("token-url", `location.origin + `+same)
	portal.set("view", `"pay"`)
	portal.set("view", `null`)
	eval[any](portal, `void (pane => { pane.setAttribute("token-url", "/pay-token?patient=40212"); pane.removeAttribute("token-url"); pane.setAttribute("token-url", `+same+`) })(`+pane+`)`)
	portal.set("label", `"Pay"`)
	portal.set("token-url", `null`) // leaves what it has launched
	if !eval[bool](b, `document.body.innerText.includes("Dana")`) || portal.times("pp:ready") != 1 {
		t.Errorf("launched anew for nothing: %s", portal.peek())
	}
	// Two in one tick are one launch.
	eval[any](portal, `void (pane => { pane.setAttribute("token-url", "/pay-token?patient=40213"); pane.setAttribute("token-url", "/pay-token?patient=40212"); pane.setAttribute("view", "receipts") })(`+pane+`)`)
	portal.shows(w, "Receipts")
	portal.hears("pp:ready", 2)
	portal.set("view", `null`)
	portal.hears("pp:ready", 3)
	portal.shows(w, "Robin")
	// A token of another patient, in hand.
	eval[any](portal, `fetch("/pay-token?patient=40213").then(a => a.json()).then(({ token }) => { window.token = token; `+pane+`.setAttribute("launch-token", token) }) && 0`)
	portal.hears("pp:ready", 4)
	portal.shows(w, "Lee")
	eval[any](portal, `void `+pane+`.setAttribute("launch-token", token)`) // the same again is spent
	portal.set("label", `"Pay your bill"`)
	if n := portal.times("pp:ready"); n != 4 || eval[int](portal, shadow+`.querySelectorAll("iframe").length`) != 1 || portal.times("pp:error") != 0 {
		t.Errorf("%d launches: %s", n, portal.peek())
	}
}

const question = `document.getElementById("leave").open`

// A card that somebody has typed is asked about before the frame goes, and kept
// if they say so.
func TestTypedCardIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := frameCard(t, w)
	b.ready()
	eval[any](b, fillByScript(good("4111111111111111")))
	portal.set("token-url", `"/pay-token?patient=40212"`)
	b.until(question)
	if text := eval[string](b, `document.getElementById("leave").innerText`); !strings.Contains(text, "The card details that you typed will be cleared.") {
		t.Errorf("it says %q", text)
	}
	// What the portal takes back is not asked any more.
	portal.set("token-url", `"/pay-token?patient=40211"`)
	b.until("!" + question)
	portal.set("token-url", `"/pay-token?patient=40212"`)
	b.until(question)
	eval[any](b, `document.querySelector("#leave .primary").click()`)
	portal.hears("pp:kept", 1)
	if eval[bool](b, question) || !strings.HasPrefix(b.typed(), "4111") {
		t.Errorf("stayed, and typed is %q", b.typed())
	}
	portal.set("token-url", `"/pay-token?patient=40212"`) // was answered
	portal.set("token-url", `"/pay-token?patient=40213"`)
	b.until(question)
	eval[any](b, `document.querySelector("#leave .secondary").click()`)
	portal.hears("pp:ready", 2)
	portal.shows(w, "Lee")
	if n := portal.times("pp:kept"); n != 1 {
		t.Errorf("kept %d times", n)
	}
	window := open(t, w, true)
	window.onCardPage(w)
	eval[any](window, `document.getElementById("leave").showModal()`)
	window.axe("leave this page?")
}

// A card that the program keeps for the next form is asked about as well.
func TestKeptCardIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := frameCard(t, w)
	b.ready()
	eval[any](b, fillByScript(good("4111111111111111")))
	eval[any](b, `document.querySelector('main a[href^="/pay"]').click()`)
	b.page("amount")
	portal.set("token-url", `"/pay-token?patient=40212"`)
	b.until(question)
}

// While a payment is being sent the frame stays, with the program and without,
// and the payer reads what became of it before anything else is shown.
func TestPaymentIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]time.Duration{"with the program": 0, "before the program": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.programDelay.Store(int64(delay))
			portal := open(t, w, true)
			portal.visit(w.portal + "/?patient=40211")
			b := portal.frame(w)
			b.page("amount")
			if delay == 0 {
				b.ready()
			}
			eval[any](b, `document.querySelector("form button").click()`)
			b.page("card")
			portal.until(`document.getElementById("log").innerText.includes('{"step":"card"}')`)
			eval[any](b, fillByScript(good("4111111111111111")))
			held := make(chan struct{})
			w.held.Store(&held)
			eval[any](b, `void document.getElementById("pay").click()`)
			portal.set("token-url", `"/pay-token?patient=40212"`)
			if delay == 0 {
				b.until(`document.getElementById("pay").innerText.startsWith("Paying")`)
			}
			w.held.Store(nil)
			close(held)
			if got := b.outcome(); got != "taken" {
				t.Error(got)
			}
			portal.hears(`"status":"taken"`, 1)
			b.until(question)
			if text := eval[string](b, `document.getElementById("leave").innerText`); strings.Contains(text, "typed") {
				t.Errorf("it says %q", text)
			}
			eval[any](b, `document.querySelector("#leave .secondary").click()`)
			portal.shows(w, "Robin")
			if book := w.sim.Book(); len(book) != 1 || book[0].Patient != 40211 {
				t.Errorf("the book has %+v", book)
			}
		})
	}
}
