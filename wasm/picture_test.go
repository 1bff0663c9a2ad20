//go:build !js

package main

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var picture = flag.String("picture", "", "write the README's picture to this file (make picture)")

// The card page inside the portal, ready to pay, fits a telephone and a desk.
// With -picture it is kept for the README.
func TestPicture(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := inFrame(t, w, true, 40211)
	b.ready()
	eval[any](b, `document.querySelector("form button").click()`)
	b.page("card")
	eval[any](b, fillByScript(good("4111 1111 1111 1111")))
	portal.until(`document.querySelector("pay-pane").getBoundingClientRect().height > 700`)
	for _, width := range []int64{375, 1000} {
		portal.run(command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 1280, DeviceScaleFactor: 1}))
		if wide := eval[int](portal, `document.documentElement.scrollWidth`); wide > int(width) {
			t.Errorf("at %d px the portal is %d px wide", width, wide)
		}
		if gap := eval[float64](b, `document.querySelector("label[for=email]").getBoundingClientRect().top - document.querySelector(".group").getBoundingClientRect().bottom`); gap < 12 {
			t.Errorf("at %d px the field for the email stands %.0f px below the choice before it", width, gap)
		}
	}
	if *picture == "" {
		return
	}
	b.until(`innerWidth < 620 && performance.getEntriesByType("resource").some(r => r.name.includes("brands"))`)
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { // painted, not only laid out
		_, err := chromedp.Evaluate[any](`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`, chromedp.EvalAwaitPromise)(ctx, t)
		return err
	}))
	png, err := chromedp.Run(portal.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*picture, png, 0o644); err != nil {
		t.Fatal(err)
	}
}
