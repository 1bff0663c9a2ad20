//go:build !js

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"paypane/tier"
)

// browser is the one Chromium of the test binary; every tab gets a browser
// context of its own, like a private window. In make test it is the one without
// windows, where that is installed: the same pages in the same engine, without a
// window around each, which takes a third of the work. In make deep it is the one
// that people have.
var browser = sync.OnceValues(func() (context.Context, error) {
	path, names := "", []string{"chromium", "chromium-browser", "google-chrome", "chrome"}
	if !tier.IsDeep() {
		names = append([]string{"chromium-headless-shell"}, names...)
	}
	for _, name := range names {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		return nil, fmt.Errorf("chromium is not installed: make test installs it where it may (apt-get install chromium)")
	}
	// The program runs for seconds here, which is too short for better code to pay.
	compiler := "--liftoff-only"
	if tier.IsDeep() {
		compiler = ""
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("site-per-process", true), chromedp.Flag("js-flags", compiler), chromedp.WindowSize(1280, 900))
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	stopBrowser = cancel
	return ctx, chromedp.Do(ctx)
})

var stopBrowser = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	stopBrowser()
	os.Exit(code)
}

// patience is how long anything in the browser may take. It bounds a hanging
// test and measures nothing.
const patience = 40 * time.Second

// longPatience makes the element of a portal's page wait ten times as long for
// its token and its frame as it says. A busy machine is no reason to give up.
const longPatience = `if (location.hostname !== "localhost") (set => {
	window.setTimeout = (fn, wait, ...rest) => set(fn, wait >= 8000 ? 10 * wait : wait, ...rest);
})(window.setTimeout.bind(window))`

// open opens a tab in a private window. It has the focus, whatever else the
// browser shows.
func open(t *testing.T, w *world, script bool) *tab {
	t.Helper()
	parent, err := browser()
	if err != nil {
		t.Fatal(err)
	}
	b := attach(t, w, parent, chromedp.WithNewBrowserContext())
	b.script = script
	b.run(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script}),
		command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		command(page.Enable, page.EnableParams{}),
		command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: longPatience}))
	return b
}

// attach makes a tab of a browser target and notes what must not happen in it.
func attach(t *testing.T, w *world, parent context.Context, option chromedp.ContextOption) *tab {
	t.Helper()
	b := &tab{t: t, w: w}
	var cancel func()
	b.ctx, cancel = chromedp.NewContext(parent, option, chromedp.WithListener(b.listener(w)))
	t.Cleanup(cancel)
	// The first run decides how long the target lives, so it has no time limit.
	if err := chromedp.Do(b.ctx, command(network.Enable, network.EnableParams{}), command(cdplog.Enable, cdp.Empty{})); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.check)
	return b
}

// command makes an action of a protocol command.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}
