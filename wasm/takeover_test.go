//go:build !js

package main

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"

	"paypane/tier"
)

// Somebody types from the first paint on; the program comes when it comes. Not
// a character, nor the focus, nor the caret is lost, and what was chosen stays
// chosen.
func TestTakeoverKeepsWhatIsTyped(t *testing.T) {
	t.Parallel()
	for _, delay := range []time.Duration{0, time.Second, 5 * time.Second} {
		t.Run(delay.String(), func(t *testing.T) {
			t.Parallel()
			if delay > time.Second {
				tier.Deep(t)
			}
			w := newWorld(t)
			b := open(t, w, true)
			b.signIn(w, 40211)
			b.chooseAmount("3")
			attempt := eval[string](b, `location.href`)
			w.programDelay.Store(int64(delay))
			// A page of its own, loaded anew, without what the browser has kept.
			b = b.sibling(t, w, attempt)
			b.until(`document.querySelector("main[data-page=card] [autocomplete=cc-number]")`)
			first := eval[bool](b, `!document.documentElement.dataset.program`)
			if delay >= time.Second && !first {
				t.Fatal("the program was there before the typing began")
			}
			b.fill("cc-name", "Dana Sample")
			b.fill("billing address-line1", "12 Elm Street")
			b.focus("#address")
			eval[any](b, `document.activeElement.setSelectionRange(3, 6)`)
			b.typeText("Oak") // in place of Elm; the caret stands in the middle now
			want := struct {
				ID         string
				Value      string
				Start, End int
			}{"address", "12 Oak Street", 6, 6}
			b.adopted()
			if !eval[bool](b, `performance.getEntriesByType("resource").find(r => r.name.endsWith(".wasm")).startTime >= Math.max(performance.getEntriesByName("first-contentful-paint")[0].startTime, performance.getEntriesByType("navigation")[0].loadEventStart)`) {
				t.Error("the program was asked for before the page was painted and loaded")
			}
			got := want
			got.ID = eval[string](b, `document.activeElement.id`)
			got.Value = eval[string](b, `document.getElementById("address").value`)
			got.Start = eval[int](b, `document.getElementById("address").selectionStart`)
			got.End = eval[int](b, `document.getElementById("address").selectionEnd`)
			if got != want {
				t.Errorf("after the program came: %+v, not %+v", got, want)
			}
			b.typeText("wood")
			if v := eval[string](b, `document.getElementById("address").value`); v != "12 Oakwood Street" {
				t.Errorf("typing goes on as %q", v)
			}
			if v := eval[string](b, `document.getElementById("name").value`); v != "Dana Sample" {
				t.Errorf("the name is %q", v)
			}
			b.focus("#number")
			b.typeText("4111111111111111")
			if v := eval[string](b, `document.getElementById("number").value`); v != "4111 1111 1111 1111" {
				t.Errorf("the number is grouped as %q", v)
			}
		})
	}
}

// Who saves data is spared the program, and has forms that work.
func TestNoProgramForWhoSavesData(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.run(command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `Object.defineProperty(navigator, "connection", { value: { saveData: true } })`}))
	b.signIn(w, 40211)
	for _, name := range []string{"amount", "card"} {
		b.page(name)
		b.until(`document.documentElement.dataset.program === "spared"`)
		b.click("form button")
	}
	b.until(`document.querySelector("#summary")`)
	if n := w.programs.Load(); n != 0 {
		t.Errorf("the program was asked for %d times", n)
	}
}

// Typing straight through the moment of the takeover: no key is lost whatever
// the moment.
func TestTypingThroughTheTakeover(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.chooseAmount("3")
	attempt := eval[string](b, `location.href`)
	w.programDelay.Store(int64(300 * time.Millisecond))
	b = b.sibling(t, w, attempt)
	b.until(`document.querySelector("[autocomplete=cc-number]")`)
	b.focus("#address")
	var typed string
	for len(typed) < 200 {
		b.typeText("abcdefghij")
		typed += "abcdefghij"
		if len(typed) > 40 && eval[bool](b, `!!document.documentElement.dataset.program`) {
			break
		}
	}
	b.adopted()
	b.typeText("end")
	if v := eval[string](b, `document.activeElement.value`); v != typed+"end" {
		t.Errorf("typed %q, found %q", typed+"end", v)
	}
}

// What was chosen on the amount page before the program came stays chosen, and
// what the choice reveals is there without it.
func TestTakeoverKeepsWhatIsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.programDelay.Store(int64(time.Second))
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.page("amount")
	b.click("input[value=some]")
	b.click("input[value=claim-502]")
	b.adopted()
	b.click("form button")
	b.page("card")
	if v := eval[string](b, `document.querySelector("h1").innerText`); v != "Pay $40.25" {
		t.Errorf("the heading is %q", v)
	}
	if eval[string](b, `document.activeElement.id`) != "heading" {
		t.Error("reading does not start at the heading of the new page")
	}
	if title := eval[string](b, `document.title`); title != "Pay $40.25 – Harbor Family Medicine" {
		t.Errorf("the title is %q", title)
	}
	if eval[int](b, `performance.getEntriesByType("navigation").length`) != 1 || eval[bool](b, `performance.getEntriesByType("navigation")[0].name.includes("/pay/")`) {
		t.Error("the step loaded a page")
	}
}
