//go:build !js

package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// settled evaluates an expression that is a promise.
func settled[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v\non %s", expression, err, b.peek())
	}
	return v
}

// What docs/embedding.md promises of attributes, methods and events, in the order
// of one visit: nothing that a host does on the way costs what the payer typed.
func TestContract(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := inFrame(t, w, true, 40211)
	for _, fine := range []string{"status of 4", "console:"} {
		b.allow(fine)
	}
	if got := settled[string](portal, pane+`.ready.then(JSON.stringify)`); got != `{"view":"pay","locale":"en","testMode":false}` {
		t.Errorf("ready with %s", got)
	}
	b.ready()
	eval[any](portal, `void (() => {
		window.plain = [];
		for (const name of ["ppstep", "ppfocusout", "ppsubmitting", "ppoutcome", "ppsession", "pperror"])
			document.addEventListener(name, ({ type, detail }) => plain.push(type + JSON.stringify(detail)));
	})()`)

	// A page that names no colour scheme is light, and the frame is as the element says.
	scheme := `getComputedStyle(` + shadow + `.querySelector("iframe")).colorScheme`
	dark := `matchMedia("(prefers-color-scheme: dark)").matches`
	if got := eval[string](portal, `getComputedStyle(document.documentElement).colorScheme`); got != "normal" {
		eval[any](portal, `void (document.documentElement.style.colorScheme = "normal")`)
		portal.set("color-scheme", `"auto"`)
	}
	if got := eval[string](portal, scheme); got != "light" || eval[bool](b, dark) {
		t.Errorf("in a page without a colour scheme the frame is %q", got)
	}
	portal.set("color-scheme", `"dark"`)
	b.until(dark)
	portal.set("color-scheme", `null`)
	b.until("!" + dark)

	// Headings are part of the host's outline.
	level := `document.querySelector("h1").getAttribute("aria-level") === `
	b.until(level + `"2"`)
	size := `parseFloat(getComputedStyle(document.querySelector("h1")).fontSize)`
	before := eval[float64](b, size)
	portal.set("heading-level", `"4"`)
	b.until(level + `"4"`)
	b.until(fmt.Sprintf(`%s < %f`, size, before))

	// What is owed is read again, and what was typed stays.
	eval[any](b, `void (() => { const other = document.querySelector("input[value=other]"); other.click();
		const amount = document.querySelector("[name=amount]"); amount.value = "7"; amount.dispatchEvent(new Event("input", {bubbles: true})) })()`)
	owes := len(w.wire.String())
	eval[any](portal, `void `+pane+`.refresh()`)
	for end := time.Now().Add(patience); !strings.Contains(w.wire.String()[owes:], `"page":"amount"`); {
		if time.Now().After(end) {
			t.Fatal("the page was not read again")
		}
		eval[bool](b, `true`)
	}
	if got := eval[string](b, `document.querySelector("input[name=pay]:checked").value + document.querySelector("[name=amount]").value`); got != "other7" {
		t.Errorf("after refresh the page has %q", got)
	}

	// The focus comes in by the method, and goes out by the keyboard.
	eval[any](portal, `void `+pane+`.focus()`)
	b.until(`document.activeElement.id === "heading"`)
	stops := `[...document.querySelectorAll("a[href], button, input:not([type=hidden])")].filter(e => e.checkVisibility())`
	eval[any](b, `void `+stops+`.at(-1).focus()`)
	portal.press(kb.Tab)
	portal.until(`plain.includes('ppfocusout{"direction":"forward"}')`)
	portal.hears("pp:focusout", 1)

	// A session is renewed under a half typed card.
	eval[any](b, `void document.querySelector("form button").click()`)
	b.page("card")
	eval[any](b, fillByScript(good("4000000000009086")))
	eval[any](portal, `void `+pane+`.renew("x.y.z")`)
	portal.hears(`"code":"launch_refused"`, 1)
	b.later(w, 14*time.Minute)
	portal.hears(`"state":"expiring"`, 1)
	eval[any](portal, `void `+pane+`.renew()`)
	portal.hears(`"state":"renewed"`, 1)
	if b.until("!" + warned); !strings.HasPrefix(b.typed(), "4000") {
		t.Errorf("after the renewal %q is typed", b.typed())
	}

	// A payment that was not sent is called so, and by its former name, too.
	eval[any](b, `void document.getElementById("pay").click()`)
	portal.until(`plain.some(line => line.startsWith('ppoutcome{"status":"cancelled"'))`)
	heard := eval[string](portal, `plain.filter(line => !line.startsWith("ppfocusout")).join(" ").replaceAll(/"(attempt|supportId)":"[A-Z0-9]+"/g, '"$1":"…"').replaceAll(/"seconds":\d+/g, '"seconds":0')`)
	want := `ppstep{"step":"card"} pperror{"code":"launch_refused","supportId":"…","retryable":false} ppsession{"state":"expiring","seconds":0} ` +
		`ppsession{"state":"renewed","seconds":0} ppsubmitting{"attempt":"…"} ppstep{"step":"result"} ppoutcome{"status":"not_sent","attempt":"…"} ppoutcome{"status":"cancelled","attempt":"…"}`
	if heard != want {
		t.Errorf("the portal heard\n%s\nand not\n%s", heard, want)
	}

	// Closed, it is gone until it is launched anew.
	eval[any](portal, `void (`+pane+`.close(), window.settledOnce = `+pane+`.ready)`)
	if eval[bool](portal, `Boolean(`+shadow+`.querySelector("iframe"))`) {
		t.Error("closed, and the frame is there")
	}
	portal.set("token-url", `"/pay-token?patient=40212"`)
	portal.hears("pp:ready", 2)
	portal.shows(w, "Robin")
}
