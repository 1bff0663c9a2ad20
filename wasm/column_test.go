//go:build !js

package main

import (
	"fmt"
	"math"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// width gives a tab a window of so many CSS pixels.
func (b *tab) width(px int64) {
	b.run(command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: px, Height: 900, DeviceScaleFactor: 1}))
}

// In a portal's page the frame belongs to it, with the element and without any
// script: text begins where the portal's does, the practice is named by the portal
// alone, and its heading is the larger one. In a window of its own the page names
// the practice.
func TestFrameBelongsToTheHost(t *testing.T) {
	t.Parallel()
	const title = `parseFloat(getComputedStyle(document.querySelector("h1")).fontSize)`
	w := newWorld(t)
	for mode, script := range modes {
		portal, b := inFrame(t, w, script, 40211)
		for _, px := range []int64{320, 375, 1280} {
			portal.width(px)
			if !script { // the portal's own frame has its edge, and its place is the portal's affair
				continue
			}
			portal.until(fmt.Sprintf(`innerWidth === %d && %s.getPropertyValue("--out") === "6px"`, px, shadow+`.querySelector("iframe").style`))
			own := eval[float64](portal, `document.querySelector("h1").getBoundingClientRect().left`)
			if at := eval[float64](portal, frameLeft) + eval[float64](b, `document.querySelector("h1").getBoundingClientRect().left`); math.Abs(at-own) > 0.5 {
				t.Errorf("%s, %d px: the page's text begins at %.1f px, the portal's at %.1f", mode, px, at, own)
			}
			if wide := eval[int64](portal, `document.documentElement.scrollWidth`); wide > px {
				t.Errorf("%s, %d px: the portal is %d px wide", mode, px, wide)
			}
		}
		if eval[bool](b, `document.querySelector(".practice").checkVisibility()`) {
			t.Errorf("%s: the practice is named twice", mode)
		}
		if own, its := eval[float64](portal, title), eval[float64](b, title); its > own {
			t.Errorf("%s: the heading in the frame has %.0f px, the portal's %.0f", mode, its, own)
		}
	}
	window := open(t, w, false)
	window.signIn(w, 40211)
	if !eval[bool](window, `document.querySelector(".practice").checkVisibility()`) {
		t.Error("in a window of its own nobody names the practice")
	}
}

// frameLeft is where the frame begins in the portal's window.
const frameLeft = shadow + `.querySelector("iframe").getBoundingClientRect().left`

// Where the frame cannot be wider than its column, at the window's edge or in a box
// that scrolls or cuts off, it is as wide, and nothing scrolls sideways.
func TestFrameWithoutRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, _ := inFrame(t, w, true, 40211)
	out := shadow + `.querySelector("iframe")?.style.getPropertyValue("--out")`
	const reset = `pane.parentElement.style.overflow = ""; pane.style.cssText = "max-width: none"; `
	for _, place := range [][2]string{
		{"at the window's edge", `Object.assign(pane.style, {position: "absolute", insetInline: 0})`},
		{"in a box that scrolls", `pane.parentElement.style.overflow = "auto"`},
		{"in a shadow that cuts off", `const box = document.createElement("div"), inner = document.createElement("div");
			pane.before(box); box.append(pane); inner.style.overflow = "hidden";
			box.attachShadow({mode: "open"}).append(inner); inner.append(document.createElement("slot"))`},
	} {
		eval[any](portal, `(pane => { `+reset+`})(document.querySelector("pay-pane"))`)
		portal.width(700)
		portal.until(`innerWidth === 700 && ` + out + ` === "6px"`)
		eval[any](portal, `(pane => { `+place[1]+` })(document.querySelector("pay-pane"))`)
		portal.width(600)
		portal.until(`innerWidth === 600 && ` + out + ` === "0px"`)
		if eval[bool](portal, `document.documentElement.scrollWidth > 600 || document.querySelector("main").scrollWidth > document.querySelector("main").clientWidth`) {
			t.Errorf("%s something scrolls sideways", place[0])
		}
	}
}

// Where the upstream is one for trying, each page says so at its beginning, and the
// portal hears it.
func TestTestModeIsSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.test.Store(true)
	for mode, script := range modes {
		portal, b := inFrame(t, w, script, 40211)
		portal.width(375)
		eval[any](b, `void document.querySelector("form:not(.languages form) button.primary").click()`)
		b.page("card")
		if at := eval[float64](b, `(e => e?.checkVisibility() && e.innerText.includes("No money will be taken") ? e.getBoundingClientRect().top : -1)(document.querySelector(".test"))`); at < 0 || at > 100 {
			t.Errorf("%s: the banner stands at %.0f px", mode, at)
		}
		if script && !eval[bool](portal, `document.getElementById("log").innerText.includes('"testMode":true')`) {
			t.Error("the portal does not hear that it is a test")
		}
	}
}
