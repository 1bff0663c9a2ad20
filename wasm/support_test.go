//go:build !js

package main

import (
	"regexp"
	"strings"
	"testing"
)

// coded fails if the portal heard of an error that has no support code.
func (b *tab) coded() {
	b.t.Helper()
	if log := b.log(); strings.Count(log, "pp:error") != len(supportID.FindAllString(log, -1)) {
		b.t.Errorf("an error without a support code: %s", log)
	}
}

var supportID = regexp.MustCompile(`"supportId":"[A-Z2-7]{12}"`)

// named fails unless the support code of the last error that the portal heard
// of stands where somebody reads it, and in the console or the server's log.
func (b *tab) named(code string, at *tab, words string) {
	b.t.Helper()
	all := regexp.MustCompile(`"code":"`+code+`","supportId":"([A-Z2-7]{12})"`).FindAllStringSubmatch(b.log(), -1)
	if len(all) == 0 {
		b.t.Fatalf("no %s with a support code: %s", code, b.log())
	}
	id := all[len(all)-1][1]
	if text := eval[string](at, words); !strings.Contains(text, "Support code "+id) {
		b.t.Errorf("%s has the support code %s, and to be read is %q", code, id, text)
	}
	at.mu.Lock()
	defer at.mu.Unlock()
	if console := strings.Join(at.bad, "\n"); !strings.Contains(console, code+", support code "+id) && !strings.Contains(at.w.logs.String(), "id="+id) {
		b.t.Errorf("neither the log nor the console knows %s: %s", id, console)
	}
}

// blockedFrame replaces the portal's element by one without anything of the
// portal's own between the tags, whose frame loads nothing, and keeps its
// patience under the test's control.
const blockedFrame = `void (timer => {
	window.patience = [];
	window.setTimeout = (fn, wait, ...rest) => wait === 8000 ? patience.push(fn) && -1 : timer(fn, wait, ...rest);
	Object.defineProperty(HTMLIFrameElement.prototype, "src", { set() {} });
	const pane = document.createElement("pay-pane");
	pane.setAttribute("token-url", "/pay-token?patient=40211");
	document.querySelector("pay-pane").replaceWith(pane);
})(window.setTimeout.bind(window))`

// door is what stands in place of a frame that does not come.
const door = shadow + `.querySelector("[role=alert]").innerText`

// An error that the element finds itself has a support code, too: in the event,
// in the sentence and in the console.
func TestElementsOwnErrorsAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.allow("console:")
	b.visit(w.portal + "/?patient=40211")
	b.frame(w).page("amount")
	eval[any](b, blockedFrame)
	b.until(`patience.length === 2`) // for the token and for the frame
	eval[any](b, `void patience.pop()()`)
	b.heard(`"code":"frame_blocked"`)
	b.named("frame_blocked", b, door)
	eval[any](b, `void (window.open = () => null, `+shadow+`.querySelector("button").click())`)
	b.hears(`"code":"frame_blocked"`, 2)
	b.named("frame_blocked", b, door)
	if text := eval[string](b, door); !strings.HasPrefix(text, "The browser did not open a window.") {
		t.Errorf("it says %q", text)
	}

	// A host that wants nothing in its place hears of it all the same; one that wants
	// to go there leaves its page, with a token and not by an address.
	eval[any](b, strings.Replace(blockedFrame, "pane.setAttribute", `pane.setAttribute("fallback", "none"); pane.setAttribute`, 1))
	b.until(`patience.length === 2`)
	eval[any](b, `void (`+pane+`.ready.catch(error => window.never = error.message), patience.pop()())`)
	b.until(`never === "frame_blocked"`)
	if n := eval[int](b, shadow+`.querySelectorAll("iframe, button, [role=alert]").length`); n != 0 {
		t.Errorf("with fallback none the element shows %d things", n)
	}
	eval[any](b, strings.Replace(blockedFrame, "pane.setAttribute", `pane.setAttribute("fallback", "redirect"); pane.setAttribute`, 1))
	b.until(`patience.length === 2`)
	eval[any](b, `void patience.pop()()`)
	b.page("amount")

	// On the payment page's own origin.
	own := open(t, w, true)
	own.allow("console:")
	own.visit(w.pay + "/embed/v1/pay-pane.js")
	eval[any](own, `void import("/embed/v1/pay-pane.js").then(() => {
		const log = document.createElement("div");
		log.id = "log";
		document.addEventListener("pp:error", e => log.append("pp:error " + JSON.stringify(e.detail)));
		const pane = document.createElement("pay-pane");
		pane.setAttribute("token-url", "/pay-token");
		document.body.append(log, pane);
	})`)
	own.heard(`"code":"same_origin"`)
	own.named("same_origin", own, door)
}
