//go:build !js

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"paypane/bff/staff"
)

// atTake comes to the page on which a clerk takes money from a patient.
func (b *tab) atTake(w *world, patient string) {
	b.t.Helper()
	b.allow("status of 4")
	b.signInAtDesk(w, "Ana", staff.FrontDesk)
	b.run(chromedp.Navigate(w.pay + "/desk/patients/" + patient + "/take"))
	b.page("desk-take")
	b.adopted()
	eval[any](b, `window.same = true`) // as long as no page is loaded
}

// take chooses to take an amount for nothing in particular, and how.
func (b *tab) take(amount, method string) {
	b.t.Helper()
	eval[any](b, `document.querySelectorAll(".take-what .w-amount").forEach(i => i.value = "")`)
	b.focus("#other")
	b.typeText(amount)
	b.click(`[name=method][value=` + method + `]`)
}

// cash takes an amount in cash, of twenty dollars.
func (b *tab) cash(amount string) {
	b.t.Helper()
	b.take(amount, "cash")
	b.focus("#given")
	b.typeText("20")
}

// A clerk types while the program comes: text, choice, focus and caret stay, and what
// the page's scripts have shown is shown.
func TestDeskTakeoverKeepsWhatIsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.programDelay.Store(int64(2 * time.Second))
	b := open(t, w, true)
	b.allow("status of 4")
	b.signInAtDesk(w, "Ana", staff.FrontDesk)
	b.run(chromedp.Navigate(w.pay + "/desk/patients/40211/take"))
	b.page("desk-take")
	if eval[bool](b, `!!document.documentElement.dataset.program`) {
		t.Fatal("the program was there before the typing began")
	}
	b.cash("15.50")
	b.typeText("0")
	eval[any](b, `document.activeElement.setSelectionRange(1, 1)`)
	text := `[document.activeElement.id, document.activeElement.selectionStart, document.querySelector("[name=method]:checked").value, document.getElementById("other").value,
		document.getElementById("take").textContent, document.querySelector("[data-change]").innerText, document.querySelector("[data-change]").hidden, document.querySelector(".notes").hidden].join("|")`
	before := eval[string](b, text)
	b.adopted()
	if after := eval[string](b, text); after != before || !strings.HasPrefix(after, "given|1|cash|15.50|") {
		t.Errorf("before the program %s, and after it %s", before, after)
	}
	b.typeText("5")
	if v := eval[string](b, `document.getElementById("given").value`); v != "2500" {
		t.Errorf("typing goes on as %q", v)
	}
}

// Pressed four times, money is taken once, and only the answer ends the page.
func TestDeskSendsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.atTake(w, "40211")
	b.cash("15")
	stuck := make(chan struct{})
	w.stuck.Store(&stuck)
	b.clickTimes("#take", 4)
	b.until(`document.querySelector("#take").getAttribute("aria-disabled") === "true" && document.querySelector("main form [data-added]").textContent.includes("Under way")`)
	b.press(kb.Enter)
	w.stuck.Store(nil)
	close(stuck)
	b.until(`document.querySelector("main[data-outcome=taken]")`)
	if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 1500 {
		t.Errorf("the book has %+v", book)
	}
	if n := w.sim.Count("recordpayment"); n != 1 {
		t.Errorf("%d recordings reached the upstream", n)
	}
}

// The answer is lost on its way back: the page says that it is not known, keeps what
// was typed, and the next press shows what became of the first. So it is also where an
// answer was put in place before.
func TestDeskSaysThatNoAnswerCame(t *testing.T) {
	t.Parallel()
	for name, answered := range map[string]bool{"at first": false, "after an answer in place": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := open(t, w, true)
			b.allow("ERR_")
			b.allow("status of 422")
			b.atTake(w, "40211")
			if answered {
				b.cash("15.001")
				b.click("#take")
				b.until(`document.activeElement.id === "summary" && document.getElementById("summary").innerText.includes("amount")`)
				b.focus("#other")
				eval[any](b, `document.activeElement.select()`)
				b.typeText("15")
			} else {
				b.cash("15")
			}
			w.cut.Store(true)
			b.click("#take")
			b.until(`document.activeElement.id === "summary" && document.getElementById("summary").innerText.includes("It is not known yet whether this was done.")`)
			if v := eval[string](b, `[document.title.slice(0, 7), document.getElementById("other").value, document.querySelector("[name=method]:checked").value, document.getElementById("take").hasAttribute("aria-disabled"), window.same].join("|")`); v != "Error: |15|cash|false|true" {
				t.Errorf("what was typed is %s", v)
			}
			w.cut.Store(false)
			b.click("#take")
			b.until(`document.querySelector("main[data-outcome=taken]")`)
			if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 1500 {
				t.Errorf("the book has %+v", book)
			}
		})
	}
}

// What is wrong is said in place: what was typed stays, the security code does not,
// the focus is in the summary, the page's keys and sums go on, and mended it is taken.
func TestDeskSaysInPlaceWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.atTake(w, "40211")
	b.take("15", "card")
	b.fillCard(good("4111 1111 1111 1111"))
	b.focus("#expiry")
	eval[any](b, `document.activeElement.select()`)
	b.typeText("13/29")
	b.click("#take")
	b.until(`document.activeElement.id === "summary"`)
	if v := eval[string](b, `[window.same, document.title.slice(0, 7), ...["other", "number", "expiry", "name", "code", "zip"].map(id => document.getElementById(id).value), document.getElementById("take").textContent, document.querySelectorAll("#number").length].join("|")`); v != "true|Error: |15|4111 1111 1111 1111|13/29|Dana Q. Sample||02139|Take $15.00|1" {
		t.Errorf("the page has %s", v)
	}
	if at := eval[string](b, `[...document.getElementById("department").options].map(o => o.value + o.selected + o.defaultSelected).join()`); at != "7truetrue,9falsefalse" {
		t.Errorf("the desk is at %s", at)
	}
	b.click(`#summary a[href="#expiry"]`)
	b.until(`document.activeElement.id === "expiry"`)
	eval[any](b, `document.activeElement.select()`)
	b.typeText("04/31")
	b.focus("#code")
	b.typeText("123")
	// A letter in an amount is a key of the page's script, which hears the new form.
	b.focus("#other")
	b.press("d")
	b.until(`document.activeElement.id === "number"`)
	b.press(kb.Enter)
	b.until(`document.querySelector("main[data-outcome=taken]")`)
	if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 1500 {
		t.Errorf("the book has %+v", book)
	}
}

// A page that is covered while a form is under way stays covered, whatever is
// answered, and afterwards shows nothing that it should not.
func TestDeskIsCoveredWhileAFormIsUnderWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.atTake(w, "40211")
	b.cash("15")
	stuck := make(chan struct{})
	w.stuck.Store(&stuck)
	b.click("#take")
	b.until(`document.querySelector("#take").getAttribute("aria-disabled") === "true"`)
	eval[any](b, `window.seen = [], new MutationObserver(() => window.seen.push(document.body.innerText)).observe(document.body, {subtree: true, childList: true})`)
	b.press("l")
	b.until(`document.querySelector("h1").textContent === "This page is covered"`)
	w.stuck.Store(nil)
	close(stuck)
	b.page("desk-covered")
	if text := eval[string](b, `(window.seen ?? []).join() + document.body.innerText`); strings.Contains(text, "Dana") {
		t.Errorf("the covered page shows %s", text)
	}
	b.signInAtDesk(w, "Ana", staff.FrontDesk)
	b.run(chromedp.Navigate(w.pay + "/desk/day"))
	b.page("desk-day")
	if text := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "1 entry") || !strings.Contains(text, "Cash") {
		t.Errorf("the day has %s", text)
	}
}

// Somebody whose proof is too old signs in again by way of the provider, from a form
// that the program sent.
func TestDeskLeadsToSigningInAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.allow("status of 4")
	b.signInAtDesk(w, "Cy", staff.Manager)
	for range 3 { // somebody is there all the time, and has not proved again who they are
		b.run(chromedp.Navigate(w.pay + "/desk/drawer"))
		b.page("desk-drawer")
		w.skip(2 * time.Minute)
	}
	b.adopted()
	b.focus("#float")
	b.typeText("100")
	b.focus("#note-2000")
	b.typeText("5")
	b.click("main form button.primary")
	b.until(`location.origin === "` + w.provider + `"`)
}
