//go:build !js

package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"paypane/bff/staff"
)

// What stands around a page at the desk, and what narrows its list, in CSS pixels: on
// a phone the work begins in the upper quarter of the screen.
const (
	maxDeskHeader  = 170
	maxDeskFilters = 440
)

// On a phone the desk's header is short, nothing is scrolled sideways to see a visit's
// amounts, and a list begins on the first screen or soon below it.
func TestDeskIsShortOnAPhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for mode, script := range modes {
		k := walk{tab: open(t, w, script), w: w}
		k.signInAtDesk(w, "Ana", staff.Manager)
		for _, page := range []string{"/desk", "/desk/day", "/desk/drawer"} {
			k.run(chromedp.Navigate(w.pay + page))
			for _, width := range []int64{320, 375} {
				k.size(width)
				k.until(fmt.Sprintf(`innerWidth === %d`, width))
				if top := eval[float64](k.tab, `document.querySelector("main").getBoundingClientRect().top + scrollY`); top > maxDeskHeader {
					t.Errorf("%s, %d px: %s begins %.0f px down", mode, width, page, top)
				}
				if wide := eval[int64](k.tab, `document.documentElement.scrollWidth`); wide > width {
					t.Errorf("%s, %d px: %s is %d px wide", mode, width, page, wide)
				}
				if out := eval[string](k.tab, `[...document.querySelectorAll(".who :is(a, button, select), #day :is(td, tbody th)")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth).map(e => e.textContent).join()`); out != "" {
					t.Errorf("%s, %d px: %s is cut off on %s", mode, width, out, page)
				}
				if width < 375 {
					continue // what narrows the list has one column less
				}
				if high := eval[float64](k.tab, `document.querySelector(".filters")?.getBoundingClientRect().height ?? 0`); high > maxDeskFilters {
					t.Errorf("%s, %d px: what narrows the list is %.0f px high", mode, width, high)
				}
			}
		}
	}
}

// Keys are shown where they work, and nowhere else.
func TestKeysAreShownWhereTheyWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for mode, script := range modes {
		b := open(t, w, script)
		b.signInAtDesk(w, "Ana", staff.FrontDesk)
		b.run(chromedp.Navigate(w.pay + "/desk/patients/40213/take"))
		b.page("desk-take")
		if script {
			b.adopted()
		}
		if shown := eval[int](b, `[...document.querySelectorAll("main kbd")].filter(e => e.checkVisibility()).length`); shown > 0 != script {
			t.Errorf("%s: %d keys are shown", mode, shown)
		}
	}
}

// A clerk who types faster than pages come lands nowhere else: while the page on which
// money is taken is on its way, its letters lead to no other page; once it is there,
// they are its own wherever nothing is typed, and the list of keys says so.
func TestKeysTypedAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signInAtDesk(w, "Ana", staff.FrontDesk)
	b.run(chromedp.Navigate(w.pay + "/desk/patients/40213"))
	b.page("desk-patient")
	b.until(`document.activeElement?.dataset.key === "m"`)
	coming := make(chan struct{})
	w.coming.Store(&coming)
	b.press(kb.Enter)
	b.press("c")
	b.press("d")
	w.coming.Store(nil)
	close(coming)
	b.page("desk-take")
	b.adopted()

	eval[any](b, `void document.activeElement.blur()`)
	b.press("?")
	b.until(`document.querySelector("#keys[open]")`)
	if rows := eval[string](b, `[...document.querySelectorAll("#keys [data-of=c]")].map(e => e.innerText.replace(/\s+/g, " ")).join("|")`); rows != "c Cash" {
		t.Errorf("the list says of c: %q", rows)
	}
	b.press(kb.Escape)
	b.until(`!document.querySelector("#keys[open]")`)
	b.press("c")
	b.until(`document.activeElement?.name === "given" && document.querySelector("[name=method]:checked").value === "cash"`)

	// No link was followed by Escape, so the keys of the desk work again.
	eval[any](b, `void document.activeElement.blur()`)
	b.press("t")
	b.page("desk-today")
}
