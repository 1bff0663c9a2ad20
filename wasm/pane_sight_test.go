//go:build !js

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// frameTop is where the frame begins in the portal's window, and stayBox where the
// warning stands in the frame.
const (
	frameTop = shadow + `.querySelector("iframe").getBoundingClientRect().top`
	stayBox  = `(r => ({Top: r.top, Bottom: r.bottom}))(document.getElementById("stay").getBoundingClientRect())`
)

// The warning before the end is where the reader is: in the part of a tall
// frame that is on the screen, while the focus is in the portal and while it is
// not, and it follows. A frame out of sight is scrolled to.
func TestWarningIsInSight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal := open(t, w, true)
	portal.run(command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 1000, Height: 500, DeviceScaleFactor: 1}))
	portal.visit(w.portal + "/?patient=40211")
	b := portal.frame(w)
	b.page("amount")
	b.ready()
	b.allow("status of 401")
	eval[any](b, `document.querySelector("form button").click()`)
	b.page("card")
	portal.hears(`{"step":"card"}`, 1) // and the element has scrolled to the new step
	eval[any](portal, `void (`+pane+`.style.marginBottom = "2000px")`)
	portal.until(pane + `.getBoundingClientRect().height > 600`) // more than the window
	inSight := func(where string) {
		t.Helper()
		for end := time.Now().Add(patience); ; {
			top := eval[float64](portal, frameTop)
			at := eval[struct{ Top, Bottom float64 }](b, stayBox)
			if at.Top+top >= -1 && at.Bottom+top <= 501 && at.Bottom > at.Top {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s: the warning stands from %.0f to %.0f in a window of 500", where, at.Top+top, at.Bottom+top)
			}
		}
	}
	eval[any](b, `void (document.hasFocus = () => false)`)
	eval[any](portal, `window.scrollTo({top: 0, behavior: "instant"})`)
	b.later(w, 14*time.Minute)
	portal.hears(`"state":"expiring"`, 1)
	inSight("at the top")
	for _, y := range []int{200, 400, 700} {
		eval[any](portal, fmt.Sprintf(`window.scrollTo({top: %d, behavior: "instant"})`, y))
		inSight(fmt.Sprintf("scrolled by %d", y))
	}
	eval[any](b, `void document.querySelector("#stay button").click()`)
	portal.hears(`"state":"renewed"`, 1)
	eval[any](b, `void (document.hasFocus = () => true)`)
	eval[any](portal, `window.scrollTo({top: 600, behavior: "instant"})`)
	b.later(w, 14*time.Minute)
	b.until(`document.activeElement.innerText === "Stay on this page"`)
	inSight("with the focus in it")
	if y := eval[float64](portal, `scrollY`); y != 600 {
		t.Errorf("the portal's page was scrolled from 600 to %.0f", y)
	}
	eval[any](b, `void document.querySelector("#stay button").click()`)
	portal.hears(`"state":"renewed"`, 2)
	eval[any](b, `void (document.hasFocus = () => false)`)
	eval[any](portal, `window.scrollTo({top: 3000, behavior: "instant"})`)
	b.later(w, 14*time.Minute)
	portal.hears(`"state":"expiring"`, 3)
	inSight("from out of sight")
}

// A frame that is hidden at first is as high as its content once it shows, and
// never as if it had no width.
func TestHiddenFrameHasNoHeight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.visit(w.portal + "/?patient=40218")
	b.frame(w).page("amount")
	b.hears("pp:ready", 1)
	for _, hide := range []string{
		`pane.style.display = "none"; show = () => pane.style.display = ""`,
		`pane.hidden = true; show = () => pane.hidden = false`,
		`const box = document.createElement("details"); pane.before(box); box.append(pane); show = () => box.open = true`,
	} {
		eval[any](b, `void (() => {
			document.getElementById("log").replaceChildren();
			window.heights = [];
			document.addEventListener("pp:resize", e => heights.push(e.detail.height));
			document.querySelector("pay-pane").remove();
			const pane = document.createElement("pay-pane");
			pane.setAttribute("token-url", "/pay-token?patient=40218");
			document.querySelector("main").append(pane);
			`+strings.Replace(hide, "show =", "window.show =", 1)+`
		})()`)
		b.hears(`pp:step`, 1)
		eval[any](b, `void show()`)
		b.until(`heights.length > 0 && ` + pane + `.getBoundingClientRect().height > 300`)
		if max := eval[int](b, `Math.max(...heights)`); max > 2500 {
			t.Errorf("%s: as high as %d", hide, max)
		}
	}
}
