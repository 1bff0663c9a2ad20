//go:build !js

package main

import (
	"strings"
	"sync/atomic"
	"testing"
)

// typed is what stands in the card form.
func (b *tab) typed() string {
	b.t.Helper()
	return eval[string](b, `["number", "expiry", "name", "code", "address", "zip", "email"].map(id => document.getElementById(id).value).join("|")`)
}

// What was typed into the card form is there again on the next one: after
// another amount was chosen, after Back, and after a decline. Only the security
// code is typed anew. Once the card was used nothing is kept.
func TestWhatWasTypedIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40218)
	b.chooseAmount("3")
	b.ready()
	eval[any](b, `void (window.same = true)`)
	launched := strings.TrimLeft(b.typed(), "|")
	declined := good("4000 0000 0000 0002")
	declined.email = "payer@mail.example"
	b.fillCard(declined)
	const all = "4000 0000 0000 0002|04/31|Dana Q. Sample||12 Elm Street|02139|payer@mail.example"
	next := func(press, amount string) {
		t.Helper()
		b.click(press)
		b.until(`document.querySelector("main[data-page=amount]") && document.activeElement.id === "heading"`)
		b.chooseAmount(amount)
		b.until(`document.activeElement.id === "heading"`)
	}
	const change = `main a[href^="/pay"]`
	next(change, "4")
	if got := b.typed(); got != all {
		t.Errorf("after another amount was chosen the form begins with %q", got)
	}
	eval[any](b, `void history.back()`)
	b.until(`document.querySelector("main[data-page=amount]")`)
	b.chooseAmount("5")
	b.until(`document.activeElement.id === "heading"`)
	if got := b.typed(); got != all {
		t.Errorf("after Back the form begins with %q", got)
	}
	b.fill("cc-csc", "123")
	b.click("#pay")
	if got := b.outcome(); got != "declined" {
		t.Fatal(got)
	}
	b.click(".next button")
	b.until(`document.querySelector("main[data-page=card]") && document.activeElement.id === "heading"`)
	if got := b.typed(); got != all {
		t.Errorf("after a decline the form begins with %q", got)
	}
	b.fill("cc-csc", "123")
	b.click("#pay")
	b.until(`document.querySelector("main[data-outcome=declined]")`)
	next(change, "6")
	if got := b.typed(); got != all {
		t.Errorf("after a decline and another amount the form begins with %q", got)
	}
	b.fill("cc-number", "4111 1111 1111 1111")
	b.fill("cc-csc", "123")
	b.click("#pay")
	b.until(`document.querySelector("main[data-outcome=taken]")`)
	if !eval[bool](b, `window.same`) {
		t.Error("a page was loaded")
	}
	b.click(change)
	b.chooseAmount("7")
	if got := b.typed(); got != "||||||"+launched {
		t.Errorf("after a payment the form begins with %q", got)
	}
	if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 600 {
		t.Errorf("the book has %+v", book)
	}
}

// The brand of a card that is there again is known again.
func TestKeptCardHasItsBrand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40220)
	b.chooseAmount("3")
	b.ready()
	b.fill("cc-number", "3782 822463 10005")
	b.click(`main a[href^="/pay"]`)
	b.chooseAmount("4")
	b.until(`document.getElementById("code-hint").innerText.startsWith("4 digits") && document.getElementById("number").value === "3782 822463 10005"`)
}

// A link away from a typed card that cannot be followed now leaves the page as
// it is.
func TestLinkWithoutAConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := toCard(t, w, true, 40211, "4111111111111111")
	b.allow("ERR_INTERNET_DISCONNECTED")
	b.online(false)
	b.click(`main a[href^="/pay"]`)
	b.until(`document.activeElement.id === "summary"`)
	if text := eval[string](b, `document.getElementById("summary").innerText`); !strings.Contains(text, "The connection was lost") || !strings.Contains(b.typed(), "Dana Q. Sample|123") {
		t.Errorf("the page says %q, typed is %q", text, b.typed())
	}
	b.online(true)
	b.click(`main a[href^="/pay"]`)
	b.page("amount")
}

// deadlines keeps the page's waiting for answers under the test's control.
const deadlines = `void (timer => {
	window.deadlines = [];
	window.setTimeout = (fn, wait, ...rest) => wait === 20000 ? deadlines.push(fn) && -1 : timer(fn, wait, ...rest);
})(window.setTimeout.bind(window))`

// An answer that does not come is waited for so long and no longer; then the
// page shows what is known of the payment, or that nothing is. It never goes on
// saying "Paying".
func TestAnswerThatDoesNotCome(t *testing.T) {
	t.Parallel()
	press := func(t *testing.T, w *world, answers *atomic.Pointer[chan struct{}]) *tab {
		b := toCard(t, w, true, 40211, "4111111111111111")
		never := make(chan struct{})
		answers.Store(&never)
		eval[any](b, deadlines)
		b.click("#pay")
		b.until(`deadlines.length === 1 && document.getElementById("pay").innerText.startsWith("Paying")`)
		return b
	}
	late := `void deadlines.pop()()`
	t.Run("the payment was made", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		b := press(t, w, &w.stuck)
		for w.sim.Count("collectpayment") == 0 {
			eval[int](b, `1`)
		}
		eval[any](b, late)
		if got := b.outcome(); got != "taken" {
			t.Error(got)
		}
		if path := eval[string](b, `location.pathname`); !strings.HasPrefix(path, "/payments/") {
			t.Errorf("at %s", path)
		}
		w.once(t)
	})
	t.Run("the server never saw it", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		b := press(t, w, &w.held)
		eval[any](b, late)
		b.until(`document.activeElement.id === "summary"`)
		text := eval[string](b, `document.querySelector("main").innerText`)
		if !strings.Contains(text, "We do not know yet if your payment went through") || strings.Contains(text, "Paying") || !strings.Contains(b.typed(), "|123|") {
			t.Errorf("the page says %q", text)
		}
		w.held.Store(nil)
		b.click("#pay")
		if got := b.outcome(); got != "taken" {
			t.Error(got)
		}
		w.once(t)
	})
	t.Run("nothing answers any more", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		b := press(t, w, &w.stuck)
		b.allow("ERR_")
		b.online(false)
		eval[any](b, late)
		b.until(`document.activeElement.id === "summary"`)
		if text := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "We do not know yet if your payment went through") || strings.Contains(text, "Paying") {
			t.Errorf("the page says %q", text)
		}
		w.stuck.Store(nil)
		b.online(true)
		b.click("#pay")
		if got := b.outcome(); got != "taken" {
			t.Error(got)
		}
		w.once(t)
	})
}

const note = `(e => !e.hidden && e.innerText)(document.querySelector(".offline"))`

// Whoever is offline reads it at the button, before they press it; who presses
// it nonetheless has sent nothing.
func TestOfflineIsSaidAtTheButton(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.allow("ERR_INTERNET_DISCONNECTED")
	b.signIn(w, 40211)
	b.chooseAmount("3")
	b.fillCard(good("4111111111111111"))
	if eval[bool](b, `Boolean(`+note+`)`) {
		t.Error("it says so while there is a connection")
	}
	b.online(false)
	b.until(note)
	if text := eval[string](b, `document.getElementById(document.getElementById("pay").getAttribute("aria-describedby")).innerText`); !strings.HasPrefix(text, "You are offline.") {
		t.Errorf("the button is described as %q", text)
	}
	b.axe("offline")
	b.online(true)
	b.until(`!(` + note + `) && !document.getElementById("pay").hasAttribute("aria-describedby")`)
	b.click("#pay")
	if got := b.outcome(); got != "taken" {
		t.Error(got)
	}
	w.once(t)
}

// A browser that says it is offline is no evidence: it may be wrong, and a
// payment that was made is never said to be still to be made.
func TestOfflineProvesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := toCard(t, w, true, 40211, "4111111111111111")
	b.allow("ERR_")
	eval[any](b, `void Object.defineProperty(navigator, "onLine", { get: () => false })`)
	w.cut.Store(true)
	b.click("#pay")
	for range 2 {
		b.until(`document.activeElement.id === "summary"`)
		text := eval[string](b, `document.getElementById("summary").innerText`)
		if !strings.Contains(text, "We do not know yet if your payment went through") || strings.Contains(text, "can pay") {
			t.Errorf("the page says %q", text)
		}
		b.online(false)
		eval[any](b, `document.activeElement.blur()`)
		b.click("#pay")
	}
	b.until(`document.activeElement.id === "summary"`)
	b.online(true)
	w.cut.Store(false)
	b.click("#pay")
	if got := b.outcome(); got != "taken" {
		t.Error(got)
	}
	w.once(t)
}
