//go:build !js

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"
)

// A payment plan from the pay page to its progress: by keyboard alone, on a
// phone and on a desktop, with script and without, with mistakes on the way; and
// axe finds nothing on any of its pages.
func TestPlanByKeyboard(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		for _, width := range []int64{320, 1280} {
			t.Run(fmt.Sprintf("%s at %d px", mode, width), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				b := open(t, w, script)
				b.allow("status of 422")
				size := func() {
					b.run(command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1}))
				}
				inspect := func(what string) {
					t.Helper()
					b.axe(what)
					size()
				}
				size()
				b.signIn(w, 40211)
				b.page("amount")
				b.ready()
				b.reach(`nav a[href="/plan"]`)
				b.key(kb.Enter)
				b.page("plan")
				b.ready()
				inspect("choosing a plan")

				b.reach(`input[name=bill][value=claim-503]`)
				b.key(" ") // not this one
				b.reach(`#monthly`)
				b.typeText("10")
				b.reach(`input[name=start]:checked`)
				b.key(kb.ArrowDown)
				b.reach(`form[action="/plan"] button`)
				b.key(kb.Enter)
				b.until(`document.readyState === "complete" && document.querySelector("#summary a[href='#monthly']")?.innerText === "The smallest monthly payment is $25.00."`)
				inspect("choosing a plan, with an error")
				b.reach(`#monthly`)
				eval[any](b, `document.activeElement.select()`)
				b.typeText("40")
				if left := eval[[]string](b, `[...document.querySelectorAll("input:checked")].map(i => i.name)`); strings.Join(left, " ") != "bill bill start" {
					t.Errorf("after the error %q are chosen", left)
				}
				b.key(kb.Enter)
				b.until(`document.readyState === "complete" && document.querySelector("form[action^='/plan/']")`)
				b.ready()

				rows := eval[[]string](b, `[...document.querySelectorAll("#payments ~ table tbody tr")].map(r => [...r.cells].map(c => c.innerText.trim()).join(" | "))`)
				if len(rows) != 4 || !strings.HasSuffix(rows[0], "| $40.00") || !strings.HasSuffix(rows[2], "| $12.75") || !strings.HasPrefix(rows[3], "Total") || !strings.HasSuffix(rows[3], "$92.75") {
					t.Errorf("payments %q", rows)
				}
				inspect("checking a plan")
				number := func() {
					for _, f := range [][2]string{{"cc-number", "4111111111111111"}, {"cc-csc", "123"}} {
						b.reach(`[autocomplete="` + f[0] + `"]`)
						b.typeText(f[1])
					}
				}
				number()
				for _, f := range [][2]string{{"cc-exp", "0440"}, {"cc-name", "Dana Q. Sample"}, {"billing address-line1", "12 Elm Street"}, {"billing postal-code", "02139"}} {
					b.reach(`[autocomplete="` + f[0] + `"]`)
					b.typeText(f[1])
				}
				b.reach(`form[action^="/plan/"] button`)
				b.key(kb.Enter)
				b.until(`document.readyState === "complete" && document.querySelector("#summary a[href='#consent']")?.innerText === "Tick the box to agree to the payment plan"`)
				inspect("checking a plan, not agreed")
				if w.sim.Count("paymentplan") != 0 {
					t.Fatal("sent without consent")
				}
				if typed := eval[string](b, `document.getElementById("number").value + document.getElementById("code").value`); script && typed == "" {
					t.Error("the card has to be typed again")
				} else if !script {
					if typed != "" {
						t.Errorf("%q was printed back", typed)
					}
					number()
				}
				b.reach(`#consent`)
				b.key(" ")
				b.reach(`form[action^="/plan/"] button`)
				b.key(kb.Enter)
				if got := b.outcome(); got != "taken" {
					t.Fatal(got)
				}
				if h := eval[string](b, `document.querySelector("h1").innerText`); h != "Your payment plan is set up" {
					t.Errorf("the page is %q", h)
				}
				inspect("a plan that is set up")
				b.reach(`main a[href="/plan"]`)
				b.key(kb.Enter)
				b.page("plan")
				b.ready()
				if text := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "$0.00 of $92.75") || !strings.Contains(text, "Visa ending in 1111") {
					t.Errorf("progress: %s", text)
				}
				inspect("a plan under way")
				if len(w.sim.Book()) != 0 || w.sim.Count("paymentplan") != 1 {
					t.Errorf("%d movements, asked for %d times", len(w.sim.Book()), w.sim.Count("paymentplan"))
				}
				w.sim.Advance(120 * 24 * time.Hour)
				if n := len(w.sim.Book()); n != 3 {
					t.Errorf("%d payments in the end", n)
				}
			})
		}
	}
}
