//go:build !js

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// inFrame comes to the payment pages inside the portal's page.
func inFrame(t *testing.T, w *world, script bool, patient int) (portal, frame *tab) {
	t.Helper()
	portal = open(t, w, script)
	if script {
		portal.visit(fmt.Sprintf("%s/?patient=%d", w.portal, patient))
	} else {
		portal.visit(fmt.Sprintf("%s/plain?patient=%d", w.portal, patient))
		portal.click(`form[target=pay] button`)
	}
	frame = portal.frame(w)
	frame.until(`document.querySelector("main[data-page=amount]")`)
	return portal, frame
}

// A bill is paid inside the portal's page, from another site: through the
// element, and through the plain form without any script.
func TestPayInsideThePortal(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			portal, b := inFrame(t, w, script, 40211)
			b.ready()
			if v := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(v, "$120.00") {
				t.Errorf("the amount page says %q", v)
			}
			eval[any](b, `document.querySelector("form button").click()`)
			b.page("card")
			b.ready()
			eval[any](b, fillByScript(good("4111111111111111")))
			if text := eval[string](b, `document.getElementById("pay").innerText`); text != "Pay $120.00" {
				t.Errorf("the button says %q", text)
			}
			eval[any](b, `document.getElementById("pay").click()`)
			if got := b.outcome(); got != "taken" {
				t.Error(got)
			}
			if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 12000 || book[0].Patient != 40211 {
				t.Errorf("the book has %+v", book)
			}
			if !script {
				return
			}
			portal.until(`document.getElementById("log").innerText.includes("pp:outcome")`)
			log := eval[string](portal, `document.getElementById("log").innerText`)
			for _, want := range []string{"pp:ready", `pp:step  {"step":"amount"}`, `pp:step  {"step":"card"}`, `pp:step  {"step":"result"}`, `"status":"taken"`, `pp:changed  {"what":"balance"}`} {
				if !strings.Contains(log, want) {
					t.Errorf("the portal did not hear %s: %s", want, log)
				}
			}
			for _, secret := range []string{"1111", "Dana", "120.00", "12000"} {
				if strings.Contains(log, secret) {
					t.Errorf("the portal heard %q: %s", secret, log)
				}
			}
		})
	}
}

// fillByScript fills the form the way a password manager does: values set on
// the inputs that the autocomplete tokens name.
func fillByScript(c card) string {
	js := ""
	for _, f := range [][2]string{{"cc-number", c.number}, {"cc-exp", c.expiry}, {"cc-name", c.name}, {"cc-csc", c.code},
		{"billing address-line1", c.address}, {"billing postal-code", c.zip}} {
		js += fmt.Sprintf("{ const i = document.querySelector(%s); i.value = %s; i.dispatchEvent(new Event('input', {bubbles: true})); }\n",
			quote(`[autocomplete="`+f[0]+`"]`), quote(f[1]))
	}
	return js
}

// The frame is as high as its content from the first paint on, also while the
// program is not there, so that it never scrolls by itself.
func TestFrameFollowsItsContent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.programDelay.Store(int64(2 * patience))
	portal, b := inFrame(t, w, true, 40218)
	high := `Math.abs(document.querySelector("pay-pane").getBoundingClientRect().height - %d) < 30`
	content := eval[int](b, `Math.ceil(document.querySelector(".page").getBoundingClientRect().height)`)
	portal.until(fmt.Sprintf(high, content))
	for _, grown := range []string{fmt.Sprintf("> %d", content+300), fmt.Sprintf("< %d", content+30)} {
		eval[any](b, `document.querySelector("main details summary").click()`)
		b.until(`document.querySelector(".page").getBoundingClientRect().height ` + grown)
		portal.until(fmt.Sprintf(high, eval[int](b, `Math.ceil(document.querySelector(".page").getBoundingClientRect().height)`)))
	}
}

// A page of ours that is not in a portal's frame by a launch says what to do,
// in words, and gives nothing away.
func TestPagesWithoutASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	for path, page := range map[string]string{"/pay": "session", "/pay/ABC": "session", "/payments/ABC": "session", "/": "session", "/nowhere": "missing"} {
		b.allow("status of 4")
		b.visit(w.pay + path)
		b.page(page)
	}
	b.visit(w.portal + "/plain?patient=40211")
	token := eval[string](b, `document.querySelector("form[target=_top] input[name=token]").value`)
	b.click(`form[target=_top] button`)
	b.page("amount")
	b.visit(w.portal + "/plain?patient=40212")
	eval[any](b, `document.querySelector("form[target=_top] input[name=token]").value = `+quote(token))
	b.click(`form[target=_top] button`)
	b.page("launch")
	if text := eval[string](b, `document.body.innerText`); !strings.Contains(text, "was opened before") || strings.Contains(text, "Dana") {
		t.Errorf("the page says %q", text)
	}
}

// The attribute view of <pay-pane> says where to begin, where the token does
// not.
func TestElementBeginsAtItsView(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.visit(w.portal + "/?patient=40211")
	b.frame(w).page("amount")
	// Put back, it launches again.
	eval[any](b, `void (pane => { pane.setAttribute("view", "receipts"); pane.remove(); document.querySelector("main").append(pane) })(document.querySelector("pay-pane"))`)
	for end := time.Now().Add(patience); ; {
		frames, err := chromedp.Targets(b.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(frames, func(f *target.Info) bool {
			return f.BrowserContextID == b.browserContext() && strings.HasPrefix(f.URL, w.pay+"/receipts?pane=")
		}) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("no frame with the receipts\non %s", b.peek())
		}
	}
}
