//go:build !js

package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"paypane/tier"
)

// Where WebKit keeps no cookie in the frame, and none that is Secure on plain
// http, a bill is paid in the window that the frame offers.
func TestPayInAWindowOfItsOwn(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		w := newWorld(t)
		if _, isWebKit := v.d.(*webkit); !isWebKit {
			w.cookieless.Store(true)
		}
		v.open(w.portal + "/?patient=40211")
		frame := v.frame(w.pay, 0)
		frame.until(`document.readyState === "complete" && document.querySelector("main[data-page=cookies]")`)
		v.tab(0).until(`document.getElementById("log").innerText.includes("cookies_refused")`)
		w.cookieless.Store(false)
		frame.click("main form button")
		windows := func(n int) *sheet {
			return &sheet{v, func(all []document) *document {
				own := slices.DeleteFunc(slices.Clone(all), func(d document) bool { return d.frame || !strings.HasPrefix(d.address, w.pay+"/pay") })
				if len(own) < n {
					return nil
				}
				return &own[n-1]
			}, "a window of its own"}
		}
		windows(1).page("amount")
		// Pressed again it opens another one, by a token made anew.
		frame.click("main form button")
		window := windows(2)
		window.page("amount")
		window.click("form button[type=submit]")
		window.page("card")
		window.fillCard(good("4111111111111111"))
		window.click("#pay")
		if got := window.outcome(); got != "taken" {
			t.Errorf("the window says %s", got)
		}
		if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 12000 || book[0].Patient != 40211 {
			t.Errorf("the book has %+v", book)
		}
	})
}

// Where the frame does not come, the element opens a window at the press and
// fills it when the token is there; without a token it closes it and says so.
func TestTheDoorInOtherEngines(t *testing.T) {
	tier.Deep(t) // Chromium does it in make test
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		w := newWorld(t)
		v.open(w.portal + "/?patient=40211")
		portal := v.tab(0)
		portal.until(`document.getElementById("log").innerText.includes("pp:")`)
		portal.eval(`(() => { document.getElementById("log").replaceChildren(); ` + blockedFrame + `; return true })()`)
		portal.until(`patience.length === 2`)
		portal.eval(`(patience.pop()(), true)`)
		v.hears("frame_blocked", 1)

		w.answers(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) })
		portal.click("[role=alert] + button")
		v.hears("token_failed", 1)
		portal.until(door + `.startsWith("The payment page could not be opened. Try again.")`)
		v.tabs(1)

		asked, come := w.slowTokens()
		portal.click("[role=alert] + button")
		<-asked
		v.tab(1).until(`document.body.innerText.startsWith("Opening the secure payment page") && window.opener === null`)
		portal.eval(`(patience.pop()(), true)`)
		v.hears("token_slow", 1)
		portal.until(door + `.startsWith("The payment page takes longer than usual to open.")`)
		come()
		v.tab(1).page("amount")
		if text := v.tab(1).text(); !strings.Contains(text, "Dana") {
			t.Errorf("the window says %q", text)
		}
		portal.until(door + ` === ""`)
		portal.click("[role=alert] + button")
		v.tab(2).page("amount")
	})
}
