//go:build !js

package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// onCardPage comes to a card form and types a number into it. The caret stands
// in the address then.
func (b *tab) onCardPage(w *world) {
	b.t.Helper()
	b.signIn(w, 40211)
	b.chooseAmount("3")
	b.ready()
	b.fill("cc-number", "4111 1111 1111 1111")
	b.fill("billing address-line1", "12 Elm Street")
	b.focus("#address")
}

// later lets time pass and wakes the page, as a computer does that slept.
func (b *tab) later(w *world, d time.Duration) {
	b.t.Helper()
	w.skip(d)
	eval[any](b, `void window.dispatchEvent(new Event("focus"))`)
}

// left is how many seconds the server would leave the page open.
func (b *tab) left() int {
	b.t.Helper()
	return b.session("GET", "watch")
}

// session asks the server how many seconds are left, or keeps the session.
func (b *tab) session(method, mark string) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	left, err := chromedp.Run(ctx, chromedp.Evaluate[int](fmt.Sprintf(`fetch("/session", {method: %q, headers: {Accept: "application/json", "X-Paypane": %q}})
		.then(a => a.json()).then(s => s.left)`, method, mark), chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	return left
}

// warning is that the page warns, and has moved the focus there where it may;
// warned, that it does or is about to.
const (
	warning = `document.querySelector(document.hasFocus() ? "#stay:modal" : "#stay[open]")`
	warned  = `document.getElementById("stay").open`
)

// Two minutes before the idle limit the page warns, aloud, and one key keeps it
// open: nothing that was typed is lost, and the caret is where it was. So it is
// before the program has come, too.
func TestWarningBeforeTheEnd(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]time.Duration{"with the program": 0, "before the program": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := open(t, w, true)
			b.signIn(w, 40211)
			b.chooseAmount("3")
			attempt := eval[string](b, `location.href`)
			w.programDelay.Store(int64(delay))
			b = b.sibling(t, w, attempt)
			b.page("card")
			if delay == 0 {
				b.adopted()
			}
			b.fill("cc-number", "4111 1111 1111 1111")
			b.fill("billing address-line1", "12 Elm Street")
			b.focus("#address")
			for _, key := range []string{"\r", " "} {
				b.later(w, 12*time.Minute+50*time.Second)
				if n := b.left(); n != 130 {
					t.Fatalf("%d seconds left", n)
				}
				if eval[bool](b, warned) {
					t.Error("warned too early")
				}
				b.later(w, 15*time.Second)
				b.until(warning)
				said := eval[string](b, `(d => d.getAttribute("role") + ": " + document.getElementById(d.getAttribute("aria-labelledby")).innerText + " " +
					document.getElementById(d.getAttribute("aria-describedby")).innerText)(document.getElementById("stay"))`)
				if said != "alertdialog: Are you still there? This page closes in 2 minutes to protect your information." {
					t.Errorf("it says %q", said)
				}
				if focus := eval[string](b, `document.activeElement.innerText`); focus != "Stay on this page" {
					t.Errorf("the focus is on %q", focus)
				}
				b.axe("the warning")
				b.run(chromedp.KeyEvent(key))
				b.until("!" + warned)
				if n := b.left(); n != 900 {
					t.Errorf("%d seconds left after the key", n)
				}
				if id := eval[string](b, `document.activeElement.id`); id != "address" {
					t.Errorf("the focus is on %q", id)
				}
				if v := eval[string](b, `document.getElementById("number").value + ", " + document.getElementById("address").value`); v != "4111 1111 1111 1111, 12 Elm Street" {
					t.Errorf("typed is %q", v)
				}
			}
		})
	}
}

// Another tab that keeps the session takes the warning away, and who types is
// not warned at all.
func TestSomebodyIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.onCardPage(w)
	b.later(w, 14*time.Minute)
	b.until(warning)
	tab := b.sibling(t, w, w.pay+"/pay")
	tab.page("amount")
	b.later(w, 0)
	b.until("!" + warned)
	b.focus("#address")
	w.skip(5 * time.Minute)
	// Five minutes for the page as well.
	eval[any](b, `void (now => performance.now = () => now.call(performance) + 300_000)(performance.now)`)
	if n := b.left(); n != 600 {
		t.Fatalf("%d seconds left", n)
	}
	b.typeText("x")
	end := time.Now().Add(patience)
	for b.left() != 900 {
		if time.Now().After(end) {
			t.Fatal("typing does not keep the session")
		}
	}
	if eval[bool](b, warned) {
		t.Error("warned while somebody types")
	}
}

// When the session is over the page goes, with what was typed, and says whether
// money was sent.
func TestPageLeavesWhenTheSessionIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.allow("status of 401")
	b.onCardPage(w)
	b.later(w, 15*time.Minute)
	b.page("session")
	text := eval[string](b, `document.querySelector("main").innerText`)
	if !strings.Contains(text, "This page timed out to protect your information") || !strings.Contains(text, "No payment was sent.") || !strings.Contains(text, "Start again") {
		t.Errorf("it says %q", text)
	}
	if eval[int](b, `document.querySelectorAll("input").length + document.querySelectorAll("dialog").length`) != 0 {
		t.Error("inputs or the warning are left")
	}
	b.axe("timed out, nothing sent")

	b.onCardPage(w)
	b.fillCard(good("4111111111111111"))
	b.click("#pay")
	b.outcome()
	b.later(w, 15*time.Minute)
	b.page("session")
	if text := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "Your payment of $3.00 was sent at") || !strings.Contains(text, "went through") || strings.Contains(text, "No payment") {
		t.Errorf("after a payment it says %q", text)
	}
	b.axe("timed out, something sent")
}

// Near the hour the page says once that it cannot be extended, and what to do.
func TestTheHourCannotBeExtended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.allow("status of 401")
	b.onCardPage(w)
	for range 4 {
		w.skip(14 * time.Minute)
		b.session("POST", "1")
	}
	b.later(w, 2*time.Minute+30*time.Second)
	b.until(warning)
	if text := eval[string](b, `document.getElementById("stay").innerText`); !strings.Contains(text, "cannot stay open longer") || !strings.Contains(text, "2 minutes") ||
		strings.Contains(text, "Stay on this page") {
		t.Errorf("it says %q", text)
	}
	b.axe("the last warning")
	b.run(chromedp.KeyEvent("\r"))
	b.until("!" + warned)
	if id := eval[string](b, `document.activeElement.id`); id != "address" {
		t.Errorf("the focus is on %q", id)
	}
	b.later(w, 10*time.Second)
	if n := b.left(); n != 740 || eval[bool](b, warned) {
		t.Errorf("warned twice, with %d seconds left", n)
	}
	b.later(w, 2*time.Minute)
	b.page("session")
}

// The portal around the page hears of the session, and its own focus is not
// taken away.
func TestPortalHearsOfTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := inFrame(t, w, true, 40211)
	b.allow("status of 401")
	b.ready()
	heard := func(text string) {
		t.Helper()
		portal.until(`document.getElementById("log").innerText.includes(` + quote(text) + `)`)
	}
	eval[any](b, `void (document.hasFocus = () => false)`)
	b.later(w, 14*time.Minute)
	heard(`pp:session  {"state":"expiring","seconds":`)
	b.until(warning)
	if eval[bool](b, `document.getElementById("stay").matches(":modal") || document.activeElement?.tagName === "BUTTON"`) {
		t.Error("the focus was taken from the portal's page")
	}
	eval[any](b, `void (document.hasFocus = () => true)`)
	b.later(w, 0)
	b.until(`document.activeElement.innerText === "Stay on this page"`)
	eval[any](b, `document.activeElement.click()`)
	heard(`pp:session  {"state":"renewed","seconds":`)
	b.later(w, 15*time.Minute)
	heard(`pp:session  {"state":"expired"}`)
}

// With script and without: the page says how long it stays, and "Finish and
// clear" ends it for good.
func TestFinishAndClear(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := open(t, w, script)
			b.allow("status of 401")
			b.onCardPage(w)
			if text := eval[string](b, `document.querySelector("footer").innerText`); !strings.Contains(text, "Closes after 15 minutes without use") {
				t.Errorf("the footer says %q", text)
			}
			if eval[bool](b, warned) {
				t.Error("the warning shows by itself")
			}
			card := eval[string](b, `location.href`)
			b.click("footer button")
			b.page("finished")
			if text := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "No payment was sent.") || !strings.Contains(text, "Go back to the portal") {
				t.Errorf("it says %q", text)
			}
			b.axe("finished")
			// The Back button finds nothing of what was typed.
			eval[any](b, `void history.back()`)
			b.page("session")
			b.visit(card)
			b.page("session")
		})
	}
}
