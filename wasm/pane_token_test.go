//go:build !js

package main

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/page"

	"paypane/tier"
)

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

// The element's own sentences are in the language that its portal asks for, or that of
// the page around it, and where it has neither in English.
func TestElementSpeaksThePortalsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.answers(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) })
	b := open(t, w, true)
	b.allow("status of")
	b.allow("console:")
	b.visit(w.portal + "/?patient=40211")
	b.hears(`"code":"token_failed"`, 1)
	for _, test := range [][4]string{
		{"es-MX", "en", "es", "No se pudo abrir la página de pago."}, {"", "ar", "ar", "تعذر فتح صفحة الدفع."},
		{"fr", "es", "en", "The payment page could not be opened."}, {"", "en-GB", "en", "The payment page could not be opened."},
	} {
		eval[any](b, `void (() => {
			const old = document.querySelector("pay-pane"), pane = document.createElement("pay-pane");
			document.documentElement.lang = `+quote(test[1])+`;
			if (`+quote(test[0])+`) pane.setAttribute("locale", `+quote(test[0])+`);
			pane.setAttribute("token-url", "/pay-token");
			old.replaceWith(pane);
		})()`)
		b.until(shadow + `?.querySelector("[role=alert]")?.innerText.startsWith(` + quote(test[3]) + `)`)
		if lang := eval[string](b, shadow+`.querySelector("[role=alert]").parentElement.lang`); lang != test[2] {
			t.Errorf("%q in a page in %q is marked as %q", test[0], test[1], lang)
		}
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
