//go:build !js

package main

import (
	"testing"

	"paypane/static"
)

// How high the card page may be, in CSS pixels, and how far down its button may
// end on a phone: one and a half screens of a small one.
const (
	maxCardDesktop = 900
	maxCardPhone   = 1150
	maxCardButton  = 1000
)

// The card form is short, with all that a practice may offer in it, and the same with
// script and without.
func TestCardFormIsShort(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for mode, script := range modes {
		k := walk{tab: open(t, w, script), w: w}
		k.size(1280)
		k.begin("patient=40211&save=1")
		k.enter("main form button")
		k.page("card")
		for width, most := range map[int64]float64{1280: maxCardDesktop, 375: maxCardPhone} {
			k.size(width)
			if high := eval[float64](k.tab, `document.documentElement.getBoundingClientRect().height`); high >= most {
				t.Errorf("%s: at %d px the card page is %.0f px high", mode, width, high)
			}
			if end := eval[float64](k.tab, `document.getElementById("pay").getBoundingClientRect().bottom + scrollY`); end >= maxCardButton {
				t.Errorf("%s: at %d px the button ends %.0f px down", mode, width, end)
			}
		}
	}
}

// Before the program is there, and without it, the number gets its gaps and the
// expiry its slash while they are typed, and where somebody mends them in the middle
// the caret stays.
func TestTypingBeforeTheProgram(t *testing.T) {
	t.Parallel()
	files, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(files.Named("typing.js").Plain); n >= 1024 {
		t.Errorf("the script has %d bytes", n)
	}
	w := newWorld(t)
	w.programDelay.Store(int64(10 * patience))
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.click("form button")
	b.page("card")
	b.until(`performance.getEntriesByType("resource").some(r => r.name.includes("/typing-") && r.responseEnd > 0) && document.readyState === "complete"`)
	for _, row := range [][3]string{
		{"number", "4111111111111111", "4111 1111 1111 1111"},
		{"number", "378282246310005", "3782 822463 10005"},
		{"expiry", "0931", "09/31"}, {"expiry", "09/31", "09/31"}, {"expiry", "9/31", "9/31"},
	} {
		b.focus("#" + row[0])
		eval[any](b, `document.activeElement.select()`)
		b.typeText(row[1])
		if got := eval[string](b, `document.activeElement.value`); got != row[2] {
			t.Errorf("%s typed is %q, not %q", row[1], got, row[2])
		}
	}
	b.focus("#number")
	eval[any](b, `document.activeElement.setSelectionRange(2, 2)`)
	b.typeText("9")
	if got := eval[string](b, `document.activeElement.value + "|" + document.activeElement.selectionStart`); got != "37982 822463 10005|3" {
		t.Errorf("a digit in the middle: %q", got)
	}
}

// With the program the button says the sum of what is chosen, as it changes.
func TestButtonSaysTheSum(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.ready()
	says := func(want string) {
		t.Helper()
		b.until(`document.querySelector("main form button").innerText === ` + quote(want))
	}
	says("Continue with $120.00")
	b.click("input[value=some]")
	says("Continue")
	b.click("input[name=bill]")
	says("Continue with $52.50")
	b.click("input[value=all]")
	says("Continue with $120.00")
}

// Of many bills the program ticks all at once, and takes them all out again.
func TestTickAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40218)
	b.ready()
	b.click("input[value=some]")
	button, ticked := `.choice-pay .below button[type=button]`, `document.querySelectorAll("input[name=bill]:checked").length`
	b.click("input[name=bill]")
	b.click(button)
	b.until(ticked + ` === 14 && document.querySelector("main form button[type=submit]").innerText === document.querySelector("main form button[type=submit]").innerText.replace(/.*\$/, "Continue with $")`)
	b.click(button)
	b.until(ticked + ` === 0 && document.querySelector("main form button[type=submit]").innerText === "Continue"`)
	plain := open(t, w, false)
	plain.signIn(w, 40218)
	if eval[bool](plain, `document.querySelector("main form button[type=button]") !== null`) {
		t.Error("a button that does nothing without script")
	}
}
