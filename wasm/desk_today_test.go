//go:build !js

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"paypane/bff/staff"
)

// handOver hands the page's next look at the day to the test, which has it when it
// wants to.
const handOver = `(set => {
	window.setTimeout = (fn, wait, ...rest) => wait === 60000 ? (window.look = fn, 0) : set(fn, wait, ...rest);
})(window.setTimeout.bind(window))`

// The day is read again while somebody looks at it: what has changed is there,
// focus, place and what was typed are where they were, and nothing is said aloud.
// It keeps nobody signed in, and stops when the page is covered.
func TestTodayIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.allow("status of 4")
	b.run(command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: handOver}))
	b.signInAtDesk(w, "Ana", staff.FrontDesk)
	b.run(chromedp.Navigate(w.pay + "/desk"))
	b.page("desk-today")
	b.until(`window.look`)
	const rows = `[...document.querySelectorAll("#day tbody tr")]`
	waiting := eval[string](b, rows+`.find(r => r.innerText.includes("Checking in") && r.querySelector("a")).querySelector("a").id`)
	eval[any](b, `(() => {
		const link = document.getElementById(`+quote(waiting)+`);
		document.getElementById("q").value = "half a na";
		link.focus();
		link.scrollIntoView({block: "end"});
		window.place = link.getBoundingClientRect().top;
		window.link = link;
		window.spoken = [];
		new MutationObserver(all => { for (const m of all) { const live = m.target.parentElement?.closest("[aria-live],[role=status],[role=alert]"); if (live) window.spoken.push(live.outerHTML); } })
			.observe(document, {subtree: true, childList: true, characterData: true});
	})()`)
	href := eval[string](b, `window.link.href`)

	// Somebody else checks the patient in.
	other := open(t, w, true)
	other.allow("status of 4")
	other.signInAtDesk(w, "Bo", staff.FrontDesk)
	other.run(chromedp.Navigate(href))
	other.page("desk-patient")
	other.click(`form[action*="/checkin"] button`)
	other.until(`document.querySelector("main").innerText.includes("Checked in")`)

	eval[any](b, `void window.look()`)
	b.until(`document.getElementById(` + quote(strings.Replace(waiting, "visit-", "row-", 1)) + `).innerText.includes("Checked in")`)
	for what, holds := range map[string]string{
		"the focus": `document.activeElement === window.link`, "the place": `Math.abs(window.link.getBoundingClientRect().top - window.place) < 2`,
		"what was typed": `document.getElementById("q").value === "half a na"`, "nothing aloud": `window.spoken.length === 0`,
	} {
		if !eval[bool](b, holds) {
			t.Errorf("%s: lost", what)
		}
	}

	// A look is nobody: the session is as old as it was.
	w.skip(2 * 60e9)
	eval[any](b, `void (delete window.look, document.querySelector("#day .hint").textContent = "old", 0)`)
	eval[any](b, `void Object.defineProperty(Date, "now", {value: (now => () => now() + 61000)(Date.now)})`)
	eval[any](b, `void document.dispatchEvent(new Event("visibilitychange"))`)
	b.until(`window.look && document.querySelector("#day .hint").textContent !== "old"`)
	w.skip(61e9)
	eval[any](b, `void window.look()`)
	b.page("desk-covered")

	// Covered by a key, it does not look again.
	b.signInAtDesk(w, "Ana", staff.FrontDesk)
	b.run(chromedp.Navigate(w.pay + "/desk"))
	b.page("desk-today")
	b.until(`window.look`)
	b.press("l")
	b.page("desk-covered")
	if eval[bool](b, `!!window.look || !!document.querySelector("#day")`) {
		t.Error("the covered page looks at the day")
	}
}
