//go:build !js

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"paypane/tier"
	"paypane/web/payment"
)

// quickly leaves out what axe would make besides: reports of what it does not find,
// paths to elements, and a second copy of the stylesheets, which no rule reads
// that is not an experiment.
const quickly = `resultTypes: ["violations"], selectors: false, preload: {assets: ["media"]}`

const everything = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// small are the links and controls that are hard to hit: less than 24 px high or
// wide in any of their lines (WCAG 2.2, 2.5.8, without its exceptions).
const small = `[...document.querySelectorAll("a[href], button, summary, input:not([type=hidden])")]
	.filter(e => e.checkVisibility() && !e.closest(".sr"))
	.flatMap(e => [...e.getClientRects()].filter(r => r.width > 0 && (r.height < 24 || r.width < 24))
		.map(r => Math.round(r.width * 10) / 10 + " x " + Math.round(r.height * 10) / 10 + ": " + e.outerHTML.slice(0, 200)))`

// phone and desktop are the two ends of the widths, in CSS pixels.
const phone, desktop = 320, 1280

// sight is how somebody sees a page, and what axe looks for then.
type sight struct {
	width         int64
	scheme, rules string
}

func light(width int64) sight { return sight{width, "light", everything} }

// dark looks at colours: nothing else depends on the scheme, and they not on the width.
func dark(width int64) sight {
	return sight{width, "dark", `["color-contrast", "link-in-text-block"]`}
}

// axe runs axe-core in the page at both ends of the widths, in light and dark,
// and fails with what it finds: WCAG 2.2 A and AA, and its best practices.
func (b *tab) axe(what string) {
	b.t.Helper()
	b.axeIn(what, light(phone), light(desktop), dark(desktop))
}

func (b *tab) axeIn(what string, sights ...sight) {
	b.t.Helper()
	script, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		b.t.Fatalf("axe-core is missing: make test installs it (npm ci in wasm): %v", err)
	}
	// axe needs timers, which run only where scripts may. The page's own did not.
	scripts := func(on bool) chromedp.Action[chromedp.Void] {
		return command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	}
	b.run(scripts(true))
	defer b.run(scripts(b.script))
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[any](string(script)+"; 0")(ctx, t)
		return err
	}))
	for _, seen := range sights {
		b.run(command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: seen.width, Height: 800, DeviceScaleFactor: 1}),
			command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: seen.scheme}}}))
		where := fmt.Sprintf("%s at %d px, %s", what, seen.width, seen.scheme)
		if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > int(seen.width) {
			b.t.Errorf("%s is %d px wide, by %s", where, wide, eval[string](b, widest))
		}
		for _, low := range eval[[]string](b, small) {
			b.t.Errorf("%s: less than 24 px: %s", where, low)
		}
		var found []struct {
			ID, Help string
			Nodes    []struct{ HTML, FailureSummary string }
		}
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`axe.run({runOnly: `+seen.rules+`, `+quickly+`})
			.then(r => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise))
		cancel()
		if err != nil {
			b.t.Fatalf("%s: %v", where, err)
		}
		if err := json.Unmarshal([]byte(text), &found); err != nil {
			b.t.Fatal(err)
		}
		for _, f := range found {
			for _, n := range f.Nodes {
				b.t.Errorf("%s: %s: %s\n%s\n%s", where, f.ID, f.Help, n.HTML, n.FailureSummary)
			}
		}
	}
	b.run(command(emulation.ClearDeviceMetricsOverride, cdp.Empty{}))
}

// doubt is the one attempt of Dana's whose outcome is not known.
func (w *world) doubt(t *testing.T) (id string) {
	t.Helper()
	live, _, err := w.book.Recent(context.Background(), payment.Patient{Practice: 195900, ID: 40211})
	if err != nil || len(live) != 1 {
		t.Fatalf("%d in doubt, %v", len(live), err)
	}
	return live[0].ID
}

// waitsForAPerson hands it to a person.
func (w *world) waitsForAPerson(t *testing.T) {
	t.Helper()
	if _, err := w.book.Escalate(context.Background(), w.doubt(t), "Receipt 777 could be it, but was made at another time."); err != nil {
		t.Fatal(err)
	}
}

// charged is the number of the one payment with a card.
func (w *world) charged(t *testing.T, last4 string) (reference string) {
	t.Helper()
	for _, m := range w.sim.Book() {
		if m.Last4 == last4 {
			reference = m.ID
		}
	}
	if reference == "" {
		t.Fatalf("no charge of %s", last4)
	}
	return reference
}

// The states of pages that no walk comes to. In make deep it looks at them without
// script, too.
func TestAxeFindsNothing(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			if !script {
				tier.Deep(t)
			}
			w := newWorldThatWaits(t, soon)
			b := open(t, w, script)
			b.allow("status of 4")
			w.still.Store(true)
			b.visit(w.pay + "/pay")
			b.page("session")
			b.axe("no session")
			b.signIn(w, 40214)
			b.page("amount")
			b.ready()
			b.axe("amount with a bill on a plan")
			b.signIn(w, 40211)
			b.chooseAmount("1")
			b.ready()
			b.fillCard(good("4000000000009037"))
			b.click("#pay")
			b.until(`document.querySelector("main[data-outcome]")`)
			b.axe("pending, or unknown by now")
			b.reloaded(`document.querySelector("main[data-outcome=unknown]")`)
			b.ready()
			b.axe("unknown")
			for _, row := range [][2]string{{"4000000000009086", "not_sent"}, {"4111111111111111", "taken"}} {
				b.signIn(w, 40211)
				b.chooseAmount("1")
				b.ready()
				b.fillCard(good(row[0]))
				b.click("#pay")
				if got := b.outcome(); got != row[1] {
					t.Fatal(got)
				}
				if row[1] == "not_sent" {
					b.axe("not sent")
				}
			}
			b.signIn(w, 40211)
			b.axe("amount with a payment being checked")
			b.chooseAmount("1") // as much as was taken a moment ago
			b.ready()
			b.axe("card with a question")
			b.launch(w.portal + "/plain?patient=40211&as=staff")
			b.page("amount")
			b.axe("amount for staff")
			if _, err := w.book.Find(context.Background(), w.doubt(t), payment.Outcome{State: payment.Succeeded, Reference: w.charged(t, "9037")}); err != nil {
				t.Fatal(err)
			}
			b.signIn(w, 40211)
			b.chooseAmount("2")
			b.ready()
			b.fillCard(good("4000000000009029"))
			b.click("#pay")
			b.outcome()
			if _, err := w.book.Find(context.Background(), w.doubt(t), payment.Outcome{State: payment.NotDone}); err != nil {
				t.Fatal(err)
			}
			b.run(chromedp.Reload())
			b.until(`document.querySelector("main[data-outcome=not_sent]")`)
			b.ready()
			b.axe("not taken after all")
		})
	}
}

// widest is what ends right of the window by itself: a text, or what holds none.
const widest = `[...document.querySelectorAll("body *")].filter((e) => {
	const all = document.createRange();
	all.selectNodeContents(e);
	return (e.childElementCount === 0 ? (e.firstChild ? all : e).getBoundingClientRect().right : 0) > innerWidth;
}).map((e) => e.outerHTML.slice(0, 200)).join("; ")`
