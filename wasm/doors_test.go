//go:build !js

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// log is what the portal has heard.
func (b *tab) log() string {
	b.t.Helper()
	return eval[string](b, `document.getElementById("log").innerText`)
}

// heard waits until the portal has heard it.
func (b *tab) heard(what string) {
	b.t.Helper()
	b.until(`document.getElementById("log").innerText.includes(` + quote(what) + `)`)
	b.coded()
}

// frames are the frames of the payment pages, in the order of their patients.
func (b *tab) frames(w *world, names ...string) []*tab {
	b.t.Helper()
	found := map[string]*tab{}
	b.until(fmt.Sprintf(`document.querySelectorAll("pay-pane").length === %d`, len(names)))
	known := map[string]bool{}
	for len(found) < len(names) {
		targets, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, info := range targets {
			if info.Type != "iframe" || known[string(info.TargetID)] || !strings.HasPrefix(info.URL, w.pay+"/pay") || info.BrowserContextID != b.browserContext() {
				continue
			}
			known[string(info.TargetID)] = true
			inner := attach(b.t, w, b.ctx, chromedp.WithTargetID(info.TargetID))
			inner.page("amount")
			text := eval[string](inner, `document.querySelector("main").innerText`)
			for _, name := range names {
				if strings.Contains(text, name) {
					found[name] = inner
				}
			}
		}
		if b.ctx.Err() != nil {
			b.t.Fatal("the frames are not there")
		}
	}
	var all []*tab
	for _, name := range names {
		all = append(all, found[name])
	}
	return all
}

// Two elements for two patients in one page, launched together: each shows its
// own patient and pays that one's bill, with the program and through reloads.
func TestTwoPanesInOnePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.visit(w.portal + "/?patient=40211")
	eval[any](b, `{ const other = document.createElement("pay-pane"); other.setAttribute("token-url", "/pay-token?patient=40212"); document.querySelector("main").append(other); }`)
	panes := b.frames(w, "Dana", "Robin")
	for i, patient := range []int{40211, 40212} {
		pane := panes[i]
		pane.ready()
		eval[any](pane, `document.querySelector("form button").click()`)
		pane.page("card")
		eval[any](pane, `location.reload()`)
		pane.until(`performance.getEntriesByType("navigation")[0].type === "reload"`)
		pane.page("card")
		pane.ready()
		eval[any](pane, fillByScript(good("4111111111111111")))
		eval[any](pane, `document.getElementById("pay").click()`)
		if got := pane.outcome(); got != "taken" {
			t.Error(got)
		}
		if book := w.sim.Book(); len(book) != i+1 || book[i].Patient != patient {
			t.Errorf("the book has %+v", book)
		}
	}
}

// history is how many entries the tab's history has, and where it stands.
func (b *tab) history() (entries, at int) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		h, err := cdp.Call(ctx, t, page.GetNavigationHistory, cdp.Empty{})
		if err == nil {
			entries, at = len(h.Entries), int(h.CurrentIndex)
		}
		return err
	}))
	if err != nil {
		b.t.Fatal(err)
	}
	return entries, at
}

// The launch leaves nothing in the history, so that Back leaves the portal's
// page; the payer's own steps are gone through first, and no token is asked for.
func TestBackLeavesThePortal(t *testing.T) {
	t.Parallel()
	for _, steps := range []int{0, 1} {
		t.Run(fmt.Sprintf("after %d steps", steps), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := open(t, w, true)
			b.visit(w.portal + "/icon.svg")
			before, _ := b.history()
			b.visit(w.portal + "/?patient=40211")
			frame := b.frame(w)
			frame.page("amount")
			frame.ready()
			b.heard("pp:ready")
			if entries, _ := b.history(); entries != before+1 {
				t.Errorf("the launch left %d entries", entries-before-1)
			}
			if n := eval[int](b, `history.length`); n != before+1 {
				t.Errorf("history.length is %d, was %d", n, before)
			}
			if steps == 1 {
				eval[any](frame, `document.querySelector("form button").click()`)
				frame.page("card")
				eval[any](b, back)
				frame.page("amount")
			}
			launches := w.launches.Load()
			eval[any](b, back)
			b.until(`location.pathname === "/icon.svg"`)
			if n := w.launches.Load(); n != launches {
				t.Errorf("Back launched %d times", n-launches)
			}
		})
	}
}

// badLaunch is a launch that is spoilt on its way, and what comes of it.
type badLaunch struct {
	spoil func(w *world, rw http.ResponseWriter, r *http.Request)
	code  string
	words string
}

var badLaunches = map[string]badLaunch{
	"used": {func(w *world, _ http.ResponseWriter, r *http.Request) {
		first := r.Clone(r.Context())
		body, _ := io.ReadAll(r.Body)
		first.Body, r.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		w.server.ServeHTTP(httptest.NewRecorder(), first)
	}, "launch_used", "opened before"},
	"expired": {func(w *world, _ http.ResponseWriter, _ *http.Request) { w.skip(20 * time.Minute) }, "launch_expired", "too old"},
	"refused": {func(_ *world, _ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte("token="), []byte("token=x"), 1)))
	}, "launch_refused", "could not be opened"},
	"reset": {func(*world, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "launch_failed", "connection was lost"},
	"a page of a proxy": {func(_ *world, rw http.ResponseWriter, _ *http.Request) {
		http.Error(rw, "<h1>Bad Gateway</h1>", http.StatusBadGateway)
		panic(http.ErrAbortHandler)
	}, "launch_failed", "connection was lost"},
}

// Every launch that ends badly is a page in the frame, which the portal hears
// of, and from which the same page goes on with a new token.
func TestLaunchesThatEndBadly(t *testing.T) {
	t.Parallel()
	for name, row := range badLaunches {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.spoil.Store(&row.spoil)
			b := open(t, w, true)
			b.allow("status of 4")
			b.allow("ERR_")
			b.visit(w.portal + "/?patient=40211")
			frame := b.frame(w)
			frame.allow("status of 4")
			frame.allow("ERR_")
			frame.allow("console:")
			frame.until(`document.getElementById("ended") && !document.getElementById("ended").hidden`)
			if text := eval[string](frame, `document.querySelector("main").innerText`); !strings.Contains(text, row.words) || !strings.Contains(text, "617-555-0100") {
				t.Errorf("the frame says %q", text)
			}
			b.heard(`"code":"` + row.code + `"`)
			if log := b.log(); strings.Contains(log, "pp:ready") {
				t.Errorf("the portal heard %s", log)
			}
			b.named(row.code, frame, `document.querySelector("main").innerText`)
			w.spoil.Store(nil)
			eval[any](frame, `document.getElementById("again").click()`)
			frame.page("amount")
			b.heard("pp:ready")
			if entries, _ := b.history(); entries != 2 { // about:blank and the portal
				t.Errorf("%d entries in the history", entries)
			}
		})
	}
}

// A launch that is answered late is said to be slow, and goes on by itself.
func TestLaunchIsSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	release := make(chan struct{})
	late := func(_ *world, _ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}
	w.spoil.Store(&late)
	b := open(t, w, true)
	b.visit(w.portal + "/?patient=40211")
	frame := b.frame(w)
	frame.allow("console:")
	b.heard(`"code":"launch_slow"`)
	frame.until(`!document.getElementById("ended").hidden`)
	b.named("launch_slow", frame, `document.querySelector("main").innerText`)
	close(release)
	frame.page("amount")
	b.heard("pp:ready")
}

// After "Sign out" and after the cookie is lost, whatever is loaded in
// the frame is a page there, which the portal hears of; it can be opened anew.
func TestFrameWithoutASession(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(w *world, b *tab){
		"finished": func(_ *world, b *tab) {
			eval[any](b, `document.querySelector("form[action^='/finish'] button").click()`)
			b.page("finished")
		},
		"cleared": func(w *world, _ *tab) { w.cookieless.Store(true) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			portal, b := inFrame(t, w, true, 40211)
			for _, at := range []*tab{portal, b} {
				at.allow("status of 401")
			}
			b.ready()
			begin := eval[string](b, `location.href`)
			end(w, b)
			if name == "finished" {
				portal.heard(`pp:session  {"state":"finished"}`)
			}
			eval[any](b, `location.href = `+quote(begin))
			b.until(`document.readyState === "complete" && document.querySelector("main[data-page=session]")`)
			portal.heard(`pp:session  {"state":"expired"}`)
			w.cookieless.Store(false)
			eval[any](b, `document.querySelector("main a").click()`)
			b.page("amount")
		})
	}
}

// Where the frame gets no cookie, it offers a window, each time anew; where the
// window gets none either, that is said, once.
func TestNoCookiesInTheFrame(t *testing.T) {
	t.Parallel()
	for _, isolated := range []bool{false, true} {
		t.Run(fmt.Sprintf("portal isolated %t", isolated), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if isolated {
				policy := "require-corp"
				w.isolated.Store(&policy)
			}
			offersAWindow(t, w)
		})
	}
}

func offersAWindow(t *testing.T, w *world) {
	w.cookieless.Store(true)
	b := open(t, w, true)
	b.allow("status of 4")
	b.run(command(page.Enable, page.EnableParams{}), command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: longWaits}))
	b.visit(w.portal + "/?patient=40211")
	frame := b.frame(w)
	frame.page("cookies")
	b.heard(`"code":"cookies_refused"`)
	if log := b.log(); strings.Contains(log, "pp:ready") {
		t.Errorf("the portal heard %s", log)
	}
	b.named("cookies_refused", frame, `document.querySelector("main").innerText`)
	if text := eval[string](frame, `document.querySelector("main").innerText`); !strings.Contains(text, "It opens for Dana, signed in at Harbor Family Medicine.") {
		t.Errorf("the frame says %q", text)
	}
	seen := map[target.ID]bool{}
	press := func() *tab {
		t.Helper()
		eval[any](frame, `document.querySelector("main form button").click()`)
		for end := time.Now().Add(patience); time.Now().Before(end); {
			targets, err := chromedp.Targets(b.ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, info := range targets {
				if info.Type == "page" && strings.HasPrefix(info.URL, w.pay) && info.BrowserContextID == b.browserContext() && !seen[info.TargetID] {
					seen[info.TargetID] = true
					window := attach(t, w, b.ctx, chromedp.WithTargetID(info.TargetID))
					window.script = true
					window.allow("status of 4")
					return window
				}
			}
			pause := time.NewTimer(30 * time.Millisecond)
			<-pause.C
		}
		t.Fatal("no window was opened")
		return nil
	}
	first := press()
	first.until(`document.querySelector("main[data-page=cookies]")`)
	if text := eval[string](first, `document.querySelector("main").innerText`); !strings.Contains(text, "Cookies have to be allowed") || eval[bool](first, `!!document.querySelector("form")`) {
		t.Errorf("the window says %q", text)
	}
	w.cookieless.Store(false)
	// The next way out lies there before it is pressed: a browser that opens no window later opens this one.
	prepared := `document.querySelector("main form [name=token]")`
	frame.until(prepared)
	token := eval[string](frame, prepared+`.value`)
	second := press()
	second.page("amount")
	frame.until(prepared + `?.value !== ` + quote(token))
	third := press()
	third.page("amount")
	// Nobody waits for another page in the frame: this one stays.
	b.until(`waits.size === 0`)
	if b.times("pp:error") != 1 {
		t.Errorf("the portal heard %s", b.log())
	}
}

// longWaits notes the timers of the element that have neither been taken back
// nor are short.
const longWaits = `((set, clear) => {
	window.waits = new Set();
	window.setTimeout = (fn, wait, ...rest) => { const id = set(fn, wait, ...rest); if (wait >= 8000) waits.add(id); return id };
	window.clearTimeout = id => { waits.delete(id); clear(id) };
})(window.setTimeout.bind(window), window.clearTimeout.bind(window))`
