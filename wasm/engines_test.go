//go:build !js

package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/tier"
)

// blocked reports whether the browser keeps no cookie in the portal's frame: so
// WebKit does by its default.
func (v *visitor) blocked() bool {
	_, is := v.d.(*webkit)
	return is
}

// pane is where a payer goes on whose pane is the nth of the portal's page: in
// the frame, or in the window that it offers.
func (v *visitor) pane(w *world, n int) *sheet {
	v.t.Helper()
	frame := v.frame(w.pay, n)
	if !v.blocked() {
		return frame
	}
	frame.until(`document.querySelector("main[data-page=cookies]")`)
	return v.press(w, frame, n)
}

// press presses the button of the nth frame, and answers the window that it
// opens.
func (v *visitor) press(w *world, frame *sheet, n int) *sheet {
	v.t.Helper()
	known := v.windows(w.pay)
	v.tab(0).eval(fmt.Sprintf(`void document.querySelectorAll("pay-pane")[%d].scrollIntoView()`, n))
	frame.click("main form button")
	var name string
	v.tab(0).eventually("a window", func(string) (bool, error) {
		for _, opened := range v.windows(w.pay) {
			if !slices.Contains(known, opened) {
				name = opened
			}
		}
		return name != "", nil
	})
	return &sheet{v, func(all []document) *document {
		i := slices.IndexFunc(all, func(d document) bool { return d.name == name })
		if i < 0 {
			return nil
		}
		return &all[i]
	}, fmt.Sprintf("the window of frame %d", n)}
}

// windows are the names of the tabs whose address begins with a prefix.
func (v *visitor) windows(prefix string) (names []string) {
	v.t.Helper()
	v.tab(0).eventually("the windows", func(string) (bool, error) {
		all, err := v.d.documents()
		names = nil
		for _, d := range all {
			if !d.frame && strings.HasPrefix(d.address, prefix) {
				names = append(names, d.name)
			}
		}
		return true, err
	})
	return names
}

// hears waits until the portal has heard it so often.
func (v *visitor) hears(text string, times int) {
	v.t.Helper()
	v.tab(0).until(fmt.Sprintf(`[...document.querySelectorAll("#log li")].filter(li => li.innerText.includes(%s)).length === %d`, quote(text), times))
}

// heard is what the portal has heard.
func (v *visitor) heard() string { return v.tab(0).eval(`document.getElementById("log").innerText`) }

// pays pays the whole amount with a good card.
func (s *sheet) pays() {
	s.t.Helper()
	s.page("amount")
	s.click("form button[type=submit]")
	s.page("card")
	s.fillCard(good("4111111111111111"))
	s.click("#pay")
	if got := s.outcome(); got != "taken" {
		s.t.Errorf("the page says %s", got)
	}
}

// A bill is paid from the portal's page: in Firefox inside its frame, and where
// WebKit's default keeps no cookie there, in the window that the frame offers.
func TestPayInOtherEngines(t *testing.T) {
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		w := newWorld(t)
		v.open(w.portal + "/?patient=40211")
		v.pane(w, 0).pays()
		if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 12000 || book[0].Patient != 40211 {
			t.Errorf("the book has %+v", book)
		}
		if log := v.heard(); v.blocked() && (strings.Contains(log, "pp:ready") || !strings.Contains(log, "cookies_refused")) {
			t.Errorf("the portal heard %s", log)
		}
	})
}

// Two elements for two patients in one page: each shows its own patient and pays
// that one's bill.
func TestTwoPanesInOtherEngines(t *testing.T) {
	tier.Deep(t) // Chromium does it in make test
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		w := newWorld(t)
		v.open(w.portal + "/?patient=40211")
		v.tab(0).eval(`void (other => { other.setAttribute("token-url", "/pay-token?patient=40212"); document.querySelector("main").append(other) })(document.createElement("pay-pane"))`)
		first, second := v.pane(w, 0), v.pane(w, 1)
		second.page("amount")
		first.page("amount")
		for i, row := range []struct {
			at           *sheet
			patient      int
			name, nobody string
		}{{first, 40211, "Dana", "Robin"}, {second, 40212, "Robin", "Dana"}} {
			if text := row.at.text(); !strings.Contains(text, row.name) || strings.Contains(text, row.nobody) {
				t.Errorf("the page of %s says %q", row.name, text)
			}
			row.at.pays()
			if book := w.sim.Book(); len(book) != i+1 || book[i].Patient != row.patient {
				t.Errorf("the book has %+v", book)
			}
		}
	})
}

// Back goes through the payer's own steps and then leaves the portal's page; no
// token is spent for it.
func TestBackInOtherEngines(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		w := newWorld(t)
		v.open(w.portal + "/plain?patient=40212")
		v.open(w.portal + "/?patient=40211")
		frame := v.frame(w.pay, 0)
		back := func() {
			if err := v.d.back(); err != nil {
				t.Fatal(err)
			}
		}
		if v.blocked() {
			frame.until(`document.querySelector("main[data-page=cookies]")`)
		} else {
			frame.page("amount")
			frame.click("form button[type=submit]")
			frame.page("card")
			back()
			frame.page("amount")
		}
		launches := w.launches.Load()
		back()
		v.tab(0).until(`location.pathname === "/plain"`)
		if n := w.launches.Load(); n != launches {
			t.Errorf("Back launched %d times", n-launches)
		}
	})
}

// Where no cookie is kept at all, the frame offers a window, each time anew, and
// the window says once that cookies have to be allowed.
func TestNoCookiesInOtherEngines(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		w := newWorld(t)
		w.cookieless.Store(true)
		v.open(w.portal + "/?patient=40211")
		frame := v.frame(w.pay, 0)
		frame.until(`document.querySelector("main[data-page=cookies]")`)
		v.hears(`"code":"cookies_refused"`, 1)
		if log := v.heard(); strings.Contains(log, "pp:ready") || strings.Contains(log, `\"supportId\":\"\"`) {
			t.Errorf("the portal heard %s", log)
		}
		window := v.press(w, frame, 0)
		window.until(`document.querySelector("main[data-page=cookies]")`)
		if text := window.text(); !strings.Contains(text, "Cookies have to be allowed") || window.eval(`document.querySelector("main form")`) != "null" {
			t.Errorf("the window says %q", text)
		}
		w.cookieless.Store(false)
		frame.until(`document.querySelector("main form [name=token]")`)
		v.press(w, frame, 0).page("amount")
	})
}

// A launch that ends badly is a page in the frame, which the portal hears of, and
// from which the same page goes on with a new token.
func TestLaunchesThatEndBadlyInOtherEngines(t *testing.T) {
	tier.Deep(t) // Chromium does it in make test
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		for name, row := range badLaunches {
			w := newWorld(t)
			w.spoil.Store(&row.spoil)
			v.open(w.portal + "/?patient=40211")
			frame := v.frame(w.pay, 0)
			frame.until(`document.getElementById("ended")?.hidden === false`)
			if text := frame.text(); !strings.Contains(text, row.words) || !strings.Contains(text, "617-555-0100") {
				t.Errorf("%s: the frame says %q", name, text)
			}
			v.hears(`"code":"`+row.code+`"`, 1)
			if log := v.heard(); strings.Contains(log, "pp:ready") {
				t.Errorf("%s: the portal heard %s", name, log)
			}
			w.spoil.Store(nil)
			frame.click("#again")
			if v.blocked() {
				frame.until(`document.querySelector("main[data-page=cookies]")`)
				continue
			}
			frame.page("amount")
			v.hears("pp:ready", 1)
		}
	})
}

// Another token-url is another launch, a token that does not come is said, and
// what was typed is asked about and kept.
func TestElementInOtherEngines(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		w := newWorld(t)
		w.answers(func(rw http.ResponseWriter, _ *http.Request) { http.Error(rw, "oops", http.StatusInternalServerError) })
		v.open(w.portal + "/?patient=40211")
		v.hears(`"code":"token_failed"`, 1)
		portal, frame := v.tab(0), v.frame(w.pay, 0)
		portal.until(shadow + `.querySelector("[role=alert]").innerText.startsWith("The payment page could not be opened.")`)
		w.tokens.Store(nil)
		portal.eval(`void ` + shadow + `.querySelector("button").click()`)
		change := func(patient int) {
			portal.eval(fmt.Sprintf(`void %s.setAttribute("token-url", "/pay-token?patient=%d")`, pane, patient))
		}
		if v.blocked() {
			frame.until(`document.body.innerText.includes("It opens for Dana")`)
			change(40212)
			frame.until(`document.body.innerText.includes("It opens for Robin")`)
			return
		}
		frame.page("amount")
		change(40212)
		frame.until(`document.querySelector("main[data-page=amount]") && document.body.innerText.includes("Robin")`)
		v.hears("pp:ready", 2)
		frame.page("amount")
		frame.click("form button[type=submit]")
		frame.page("card")
		frame.fillCard(good("4111111111111111"))
		change(40211)
		frame.until(question)
		frame.click("#leave .primary")
		v.hears("pp:kept", 1)
		frame.click(`main a[href^="/pay"]`)
		frame.page("amount")
		frame.click("form button[type=submit]")
		frame.page("card")
		frame.until(`document.getElementById("number").value.startsWith("4111") && document.getElementById("address").value === "12 Elm Street"`)
	})
}

// A page that a translator has been over tells the outcome that is true, with no
// word left of the one before.
func TestTranslatedInOtherEngines(t *testing.T) {
	tier.Deep(t) // Chromium does it in make test
	t.Parallel()
	inEngines(t, func(t *testing.T, v *visitor) {
		w := newWorld(t)
		v.open(w.portal + "/?patient=40211")
		b := v.pane(w, 0)
		translated := func() {
			b.eval(`(() => { ` + translator + `; if (!window.translated) translate(true); return 1 })()`)
		}
		b.page("amount")
		translated()
		b.click("form button[type=submit]")
		b.page("card")
		translated()
		b.click("#pay")
		b.until(`document.activeElement.id === "summary" && document.getElementById("summary").innerText.includes("card number")`)
		b.fillCard(good("4000000000009011"))
		b.until(`document.getElementById("summary").hidden`)
		b.click("#pay")
		b.until(outcomeIs("unknown"))
		translated()
		const unknown, taken = "We do not know yet", "You paid $120.00"
		if text := b.eval(`document.title + document.body.innerText`); !strings.Contains(text, unknown) || strings.Contains(text, taken) {
			t.Errorf("while nothing is known the page says %s", text)
		}
		w.tend(t)
		b.until(outcomeIs("taken"))
		if text := b.eval(`document.title + document.body.innerText`); !strings.Contains(text, taken) || strings.Contains(text, unknown) || strings.Contains(text, "Not known yet") {
			t.Errorf("once it was taken the page says %s", text)
		}
	})
}

// The warning before the end stands in the part of a tall frame that is on the
// screen. (WebKit's frames have no session.)
func TestWarningIsInSightInFirefox(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	w := newWorld(t)
	v := &visitor{t: t, d: startFirefox(t)}
	v.open(w.portal + "/?patient=40211")
	portal, b := v.tab(0), v.frame(w.pay, 0)
	b.page("amount")
	b.click("form button[type=submit]")
	b.page("card")
	v.hears(`{"step":"card"}`, 1) // and the element has scrolled to the new step
	// Each time anew: the element may have been about to scroll, or to size its frame.
	portal.until(`(` + pane + `.style.marginBottom = "2000px", window.scrollTo({top: 400, behavior: "instant"}), Math.round(scrollY) === 400)`)
	b.eval(`(document.hasFocus = () => false, true)`)
	w.skip(14 * time.Minute)
	b.eval(`(window.dispatchEvent(new Event("focus")), true)`)
	v.hears(`"state":"expiring"`, 1)
	var top, high string
	for end := time.Now().Add(patience); time.Now().Before(end); {
		top, high = portal.eval(frameTop), portal.eval(`innerHeight`)
		if b.eval(fmt.Sprintf(`(({Top, Bottom}) => Top + %s >= -1 && Bottom + %s <= %s + 1 && Bottom > Top)(%s)`, top, top, high, stayBox)) == "true" {
			return
		}
	}
	t.Errorf("the warning stands at %s in a frame at %s, in a window of %s", b.eval(stayBox), top, high)
}
