//go:build !js

package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"paypane/tier"
)

// pane is the element of the portal's page, and shadow what it shows beside the
// frame.
const (
	pane   = `document.querySelector("pay-pane")`
	shadow = pane + `.shadowRoot`
)

// times is how often the portal heard an event whose line holds the text.
func (b *tab) times(text string) int {
	b.t.Helper()
	return eval[int](b, `[...document.querySelectorAll("#log li")].filter(li => li.innerText.includes(`+quote(text)+`)).length`)
}

// hears waits until it has heard it so often.
func (b *tab) hears(text string, times int) {
	b.t.Helper()
	b.until(fmt.Sprintf(`[...document.querySelectorAll("#log li")].filter(li => li.innerText.includes(%s)).length === %d`, quote(text), times))
	b.coded()
}

// set sets an attribute of the element, or removes it with null.
func (b *tab) set(name, value string) {
	b.t.Helper()
	eval[any](b, fmt.Sprintf(`void (value => value === null ? %s.removeAttribute(%s) : %s.setAttribute(%s, value))(%s)`, pane, quote(name), pane, quote(name), value))
}

// shows waits for a frame that shows a page with the text. One that goes may
// still be among the targets.
func (b *tab) shows(w *world, text string) {
	b.t.Helper()
	frames := map[target.ID]context.Context{}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		targets, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, info := range targets {
			if info.Type != "iframe" || !strings.HasPrefix(info.URL, w.pay) || info.BrowserContextID != b.browserContext() {
				continue
			}
			frame := frames[info.TargetID]
			if frame == nil {
				var leave func()
				frame, leave = chromedp.NewContext(b.ctx, chromedp.WithTargetID(info.TargetID))
				b.t.Cleanup(leave) // it closes the whole tab
				frames[info.TargetID] = frame
			}
			found, err := chromedp.Run(frame, chromedp.Evaluate[bool](`Boolean(document.querySelector("main[data-page]")) && document.body.innerText.includes(`+quote(text)+`)`))
			if err == nil && found {
				return
			}
		}
	}
	b.t.Fatalf("no frame says %q\non %s", text, b.peek())
}

// frameCard comes to a card form in the frame.
func frameCard(t *testing.T, w *world) (portal, b *tab) {
	t.Helper()
	portal, b = inFrame(t, w, true, 40211)
	b.ready()
	eval[any](b, `document.querySelector("form button").click()`)
	b.page("card")
	portal.until(`document.getElementById("log").innerText.includes('{"step":"card"}')`)
	return portal, b
}

// Other attributes are another launch: the frame shows what they ask for, and
// what does not change them starts nothing.
func TestChangedAttributesLaunchAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := inFrame(t, w, true, 40211)
	portal.hears("pp:ready", 1)
	b.ready()
	same := quote("/pay-token?patient=40211")
	portal.set("token-url", same)
	portal.set("token-url", `location.origin + `+same)
	portal.set("view", `"pay"`)
	portal.set("view", `null`)
	eval[any](portal, `void (pane => { pane.setAttribute("token-url", "/pay-token?patient=40212"); pane.removeAttribute("token-url"); pane.setAttribute("token-url", `+same+`) })(`+pane+`)`)
	portal.set("label", `"Pay"`)
	portal.set("token-url", `null`) // leaves what it has launched
	if !eval[bool](b, `document.body.innerText.includes("Dana")`) || portal.times("pp:ready") != 1 {
		t.Errorf("launched anew for nothing: %s", portal.peek())
	}
	// Two in one tick are one launch.
	eval[any](portal, `void (pane => { pane.setAttribute("token-url", "/pay-token?patient=40213"); pane.setAttribute("token-url", "/pay-token?patient=40212"); pane.setAttribute("view", "receipts") })(`+pane+`)`)
	portal.shows(w, "Receipts")
	portal.hears("pp:ready", 2)
	portal.set("view", `null`)
	portal.hears("pp:ready", 3)
	portal.shows(w, "Robin")
	// A token of another patient, in hand.
	eval[any](portal, `fetch("/pay-token?patient=40213").then(a => a.json()).then(({ token }) => { window.token = token; `+pane+`.setAttribute("launch-token", token) }) && 0`)
	portal.hears("pp:ready", 4)
	portal.shows(w, "Lee")
	eval[any](portal, `void `+pane+`.setAttribute("launch-token", token)`) // the same again is spent
	portal.set("label", `"Pay your bill"`)
	if n := portal.times("pp:ready"); n != 4 || eval[int](portal, shadow+`.querySelectorAll("iframe").length`) != 1 || portal.times("pp:error") != 0 {
		t.Errorf("%d launches: %s", n, portal.peek())
	}
}

const question = `document.getElementById("leave").open`

// A card that somebody has typed is asked about before the frame goes, and kept
// if they say so.
func TestTypedCardIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := frameCard(t, w)
	b.ready()
	eval[any](b, fillByScript(good("4111111111111111")))
	portal.set("token-url", `"/pay-token?patient=40212"`)
	b.until(question)
	if text := eval[string](b, `document.getElementById("leave").innerText`); !strings.Contains(text, "The card details that you typed will be cleared.") {
		t.Errorf("it says %q", text)
	}
	// What the portal takes back is not asked any more.
	portal.set("token-url", `"/pay-token?patient=40211"`)
	b.until("!" + question)
	portal.set("token-url", `"/pay-token?patient=40212"`)
	b.until(question)
	eval[any](b, `document.querySelector("#leave .primary").click()`)
	portal.hears("pp:kept", 1)
	if eval[bool](b, question) || !strings.HasPrefix(b.typed(), "4111") {
		t.Errorf("stayed, and typed is %q", b.typed())
	}
	portal.set("token-url", `"/pay-token?patient=40212"`) // was answered
	portal.set("token-url", `"/pay-token?patient=40213"`)
	b.until(question)
	eval[any](b, `document.querySelector("#leave .secondary").click()`)
	portal.hears("pp:ready", 2)
	portal.shows(w, "Lee")
	if n := portal.times("pp:kept"); n != 1 {
		t.Errorf("kept %d times", n)
	}
	window := open(t, w, true)
	window.onCardPage(w)
	eval[any](window, `document.getElementById("leave").showModal()`)
	window.axe("leave this page?")
}

// A card that the program keeps for the next form is asked about as well.
func TestKeptCardIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	portal, b := frameCard(t, w)
	b.ready()
	eval[any](b, fillByScript(good("4111111111111111")))
	eval[any](b, `document.querySelector('main a[href^="/pay"]').click()`)
	b.page("amount")
	portal.set("token-url", `"/pay-token?patient=40212"`)
	b.until(question)
}

// While a payment is being sent the frame stays, with the program and without,
// and the payer reads what became of it before anything else is shown.
func TestPaymentIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]time.Duration{"with the program": 0, "before the program": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.programDelay.Store(int64(delay))
			portal := open(t, w, true)
			portal.visit(w.portal + "/?patient=40211")
			b := portal.frame(w)
			b.page("amount")
			if delay == 0 {
				b.ready()
			}
			eval[any](b, `document.querySelector("form button").click()`)
			b.page("card")
			portal.until(`document.getElementById("log").innerText.includes('{"step":"card"}')`)
			eval[any](b, fillByScript(good("4111111111111111")))
			held := make(chan struct{})
			w.held.Store(&held)
			eval[any](b, `void document.getElementById("pay").click()`)
			portal.set("token-url", `"/pay-token?patient=40212"`)
			if delay == 0 {
				b.until(`document.getElementById("pay").innerText.startsWith("Paying")`)
			}
			w.held.Store(nil)
			close(held)
			if got := b.outcome(); got != "taken" {
				t.Error(got)
			}
			portal.hears(`"status":"taken"`, 1)
			b.until(question)
			if text := eval[string](b, `document.getElementById("leave").innerText`); strings.Contains(text, "typed") {
				t.Errorf("it says %q", text)
			}
			eval[any](b, `document.querySelector("#leave .secondary").click()`)
			portal.shows(w, "Robin")
			if book := w.sim.Book(); len(book) != 1 || book[0].Patient != 40211 {
				t.Errorf("the book has %+v", book)
			}
		})
	}
}

// answers replaces the portal's token-url.
func (w *world) answers(h http.HandlerFunc) { w.tokens.Store(&h) }

// A token that does not come, or is none, is said in a sentence, with a button
// that asks once more and goes on in the frame; what the portal has put between
// the tags shows beside it.
func TestTokenThatFails(t *testing.T) {
	t.Parallel()
	say := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, text)
		}
	}
	for name, wrong := range map[string]http.HandlerFunc{
		"an error": say(500, "oops"), "nobody is signed in": say(401, "{}"), "a page to sign in": say(200, "<!doctype html><h1>Sign in</h1>"),
		"no token": say(200, `{"token":""}`), "a number": say(200, `{"token":7}`), "null": say(200, `null`), "not one": say(200, `{"token":"nonsense"}`),
		"not quite": say(200, `{"token":"a.b.c"}`), "nobody's": say(200, `{"token":"e30.e30.e30"}`),
		"elsewhere": func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "https://sign-in.invalid/", http.StatusFound)
		},
		"cut": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if slices.Contains([]string{"no token", "a number", "null", "not quite", "nobody's"}, name) {
				tier.Deep(t)
			}
			w := newWorld(t)
			w.answers(wrong)
			portal := open(t, w, true)
			for _, fine := range []string{"status of", "console:", "sign-in.invalid", "ERR_", "Content Security Policy"} {
				portal.allow(fine)
			}
			portal.visit(w.portal + "/?patient=40211")
			portal.hears(`"code":"token_failed"`, 1)
			portal.until(shadow + `.querySelector("[role=alert]").innerText.startsWith("The payment page could not be opened.") && document.querySelector("pay-pane a").checkVisibility()`)
			portal.named("token_failed", portal, shadow+`.querySelector("[role=alert]").innerText`)
			eval[any](portal, `void (`+shadow+`.querySelector("button").focus(), `+shadow+`.querySelector("button").click())`)
			portal.hears(`"code":"token_failed"`, 2)
			portal.until(shadow + `.activeElement?.innerText === "Try again"`)
			w.tokens.Store(nil)
			eval[any](portal, `void `+shadow+`.querySelector("button").click()`)
			portal.frame(w).page("amount")
			if eval[bool](portal, shadow+`.querySelector("button, slot") || document.querySelector("pay-pane a").checkVisibility()`) {
				t.Error("the notice is still there")
			}
			if n := portal.times("pp:error"); n != 2 {
				t.Errorf("%d errors", n)
			}
		})
	}
}

// A token of the portal's own that is none: one event, in words, once.
func TestLaunchTokenThatIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.allow("console:")
	b.visit(w.portal + "/?patient=40211")
	b.frame(w).page("amount")
	b.hears("pp:ready", 1)
	for _, token := range []string{"nonsense", "a..c", "..", ".", "e30.bnVsbA.e30"} {
		eval[any](b, `void (() => {
			document.querySelector("pay-pane").remove();
			document.getElementById("log").replaceChildren();
			const pane = document.createElement("pay-pane");
			pane.setAttribute("launch-token", `+quote(token)+`);
			document.querySelector("main").append(pane);
		})()`)
		b.until(shadow + `.querySelector("[role=alert]")`)
		b.hears("pp:error", 1)
		if !eval[bool](b, `document.getElementById("log").innerText.includes('"retryable":false') && !`+shadow+`.querySelector("button")`) {
			t.Errorf("%q: %s", token, b.peek())
		}
	}
}

// A token that takes long: the portal hears what is slow, the payer reads it,
// and if it comes at last the page opens.
func TestTokenThatIsSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked, come := w.slowTokens()
	b := open(t, w, true)
	b.allow(`console: "pay-pane: token_slow`)
	b.allow(`console: "no token in 8 seconds`)
	b.run(command(page.Enable, page.EnableParams{}), command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `(timer => { window.patience = []; window.setTimeout = (fn, wait, ...rest) => wait === 8000 ? patience.push(fn) && -1 : timer(fn, wait, ...rest) })(window.setTimeout.bind(window))`}))
	b.visit(w.portal + "/?patient=40211")
	<-asked
	b.until(`patience.length === 1`)
	eval[any](b, `void patience.pop()()`)
	b.hears(`"code":"token_slow"`, 1)
	b.named("token_slow", b, shadow+`.querySelector("[role=alert]").innerText`)
	b.until(shadow + `.querySelector("[role=alert]").innerText.startsWith("The payment page takes longer than usual to open.") && document.querySelector("pay-pane a").checkVisibility()`)
	come()
	frame := b.frame(w)
	frame.page("amount")
	opened := func() {
		t.Helper()
		if eval[bool](b, `Boolean(`+shadow+`.querySelector("[role=alert]"))`) || b.times("frame_blocked") > 0 || !eval[bool](b, shadow+`.querySelector("iframe").checkVisibility()`) {
			t.Errorf("the notice is still there: %s", b.peek())
		}
	}
	opened()

	// So it is with the token of a frame that has lost its session.
	asked, come = w.slowTokens()
	eval[any](frame, `location.href = "/embed/v1/frame?portal=harbor"`)
	<-asked
	eval[any](b, `void patience.pop()()`)
	b.hears(`"code":"token_slow"`, 2)
	b.until(shadow + `.querySelector("[role=alert]").innerText.startsWith("The payment page takes longer than usual to open.")`)
	come()
	frame.page("amount")
	opened()
}

// slowTokens has the portal's token-url hold one answer back until it may come.
func (w *world) slowTokens() (asked chan struct{}, come func()) {
	asked, wait := make(chan struct{}, 8), make(chan struct{})
	w.answers(func(rw http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-wait:
		case <-r.Context().Done():
			return
		}
		w.tokens.Store(nil)
		http.Redirect(rw, r, w.portal+r.URL.String(), http.StatusTemporaryRedirect)
	})
	return asked, func() { close(wait) }
}

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
