//go:build !js

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page in the browser, and everything that went wrong in it.
type tab struct {
	t      *testing.T
	w      *world
	ctx    context.Context
	script bool
	mu     sync.Mutex
	fine   []string // what must not happen elsewhere, and may here
	bad    []string // policy violations, exceptions, requests to foreign hosts
}

// listener notes what must not happen in the tab.
func (b *tab) listener(w *world) func(any) {
	return func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, w.pay+"/") && !strings.HasPrefix(u, w.portal+"/") && !strings.HasPrefix(u, w.provider+"/") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "about:") {
				b.note("request to a foreign host: " + u)
			}
		case *cdplog.EventEntryAdded:
			if e.Entry.Source == "security" || strings.Contains(e.Entry.Text, "Content Security Policy") {
				b.note(e.Entry.Text)
			}
		case *runtime.EventConsoleAPICalled:
			for _, arg := range e.Args {
				b.note("console: " + string(arg.Value) + arg.Description)
			}
		case *runtime.EventExceptionThrown:
			text := e.ExceptionDetails.Text
			if e.ExceptionDetails.Exception != nil {
				text += " " + e.ExceptionDetails.Exception.Description
			}
			b.note("exception: " + text)
		}
	}
}

func (b *tab) note(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bad = append(b.bad, what)
}

// allow takes what contains the text for no failure.
func (b *tab) allow(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fine = append(b.fine, text)
}

func (b *tab) check() {
	if b.t.Failed() {
		b.t.Logf("the server's log:\n%s", b.w.logs)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, what := range b.bad {
		if !slices.ContainsFunc(b.fine, func(text string) bool { return strings.Contains(what, text) }) {
			b.t.Error(what)
		}
	}
}

// run does actions in the tab.
func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%v\non %s", err, b.peek())
	}
}

// peek says where the tab is, for failures.
func (b *tab) peek() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	return text
}

// eval evaluates an expression in the page, also with scripting off: the
// setting concerns the page's own scripts.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v\non %s", expression, err, b.peek())
	}
	return v
}

// back goes back once the call has its answer, which a tab that leaves its page
// may not give.
const back = `void setTimeout(() => history.back())`

// until waits until the expression is true, and not of a page of which nothing
// has come yet: that something is not there says nothing of it.
func (b *tab) until(expression string) {
	b.t.Helper()
	end := time.Now().Add(patience)
	for {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		done, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState !== "loading" && Boolean(`+expression+`)`))
		cancel()
		if err == nil && done {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("waited in vain for %s: %v\non %s", expression, err, b.peek())
		}
		pause := time.NewTimer(30 * time.Millisecond)
		<-pause.C
	}
}

// page waits for a page of ours, and with scripting for the program to have
// taken it over.
func (b *tab) page(name string) {
	b.t.Helper()
	b.until(`document.readyState === "complete" && document.querySelector("main[data-page=` + name + `]")`)
}

// visit loads an address. A page that looks again by itself can do so in the same
// moment, and breaks the load off.
func (b *tab) visit(address string) {
	b.t.Helper()
	for {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		err := chromedp.Do(ctx, chromedp.Navigate(address))
		cancel()
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "ERR_ABORTED") {
			b.t.Fatalf("%s: %v\non %s", address, err, b.peek())
		}
	}
}

// reloaded loads the page anew until the expression is true.
func (b *tab) reloaded(expression string) {
	b.t.Helper()
	for end := time.Now().Add(patience); ; {
		b.run(chromedp.Reload())
		b.until(`document.readyState === "complete" && document.querySelector("main[data-page]")`)
		if eval[bool](b, `Boolean(`+expression+`)`) {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("loaded anew in vain for %s\non %s", expression, b.peek())
		}
	}
}

// adopted waits for the program.
func (b *tab) adopted() {
	b.t.Helper()
	b.until(`document.documentElement.dataset.program`)
	if how := eval[string](b, `document.documentElement.dataset.program`); how != "adopted" {
		b.t.Errorf("the program made the page anew (%s)", how)
	}
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// signIn comes to the payment page full-window from the portal's plain form.
func (b *tab) signIn(w *world, patient int) {
	b.t.Helper()
	b.launch(fmt.Sprintf("%s/plain?patient=%d", w.portal, patient))
}

// launch presses the button of the portal's plain page.
func (b *tab) launch(address string) {
	b.t.Helper()
	b.visit(address)
	b.click(`form[target=_top] button`)
	b.until(`document.readyState === "complete" && document.querySelector("main[data-page]")`)
}

// sibling opens another tab of the same window, with its cookies.
func (b *tab) sibling(t *testing.T, w *world, address string) *tab {
	t.Helper()
	s := attach(t, w, b.ctx, chromedp.WithExistingBrowserContext(b.browserContext()))
	s.script = b.script
	s.run(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !b.script}),
		command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		command(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}))
	s.visit(address)
	return s
}

// frame waits for the frame of the payment pages inside the portal's page and
// answers it as a tab of its own, which it is: it comes from another site.
func (b *tab) frame(w *world) *tab {
	b.t.Helper()
	end := time.Now().Add(patience)
	for time.Now().Before(end) {
		targets, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, info := range targets {
			if info.Type == "iframe" && strings.HasPrefix(info.URL, w.pay) && info.BrowserContextID == b.browserContext() {
				inner := attach(b.t, w, b.ctx, chromedp.WithTargetID(info.TargetID))
				inner.script = b.script
				return inner
			}
		}
		pause := time.NewTimer(50 * time.Millisecond)
		<-pause.C
	}
	b.t.Fatalf("no frame of the payment pages\non %s", b.peek())
	return nil
}

func (b *tab) browserContext() cdp.BrowserContextID {
	return chromedp.FromContext(b.ctx).BrowserContextID
}
