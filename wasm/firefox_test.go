//go:build !js

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// firefox is Firefox with a profile of its own, spoken to by WebDriver BiDi
// (https://w3c.github.io/webdriver-bidi/).
type firefox struct {
	t      *testing.T
	conn   *websocket.Conn
	first  string // the browsing context that the test opens addresses in
	ids    atomic.Int64
	mu     sync.Mutex
	waits  map[int64]chan bidiAnswer
	closed chan struct{}
}

type bidiAnswer struct {
	ID      int64           `json:"id"`
	Type    string          `json:"type"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Result  json.RawMessage `json:"result"`
}

// firefoxPrefs keep it from asking the world for anything, and pages from moving
// for a while.
const firefoxPrefs = `
user_pref("app.normandy.enabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("browser.search.update", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("messaging-system.rsexperimentloader.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("nimbus.rollouts.enabled", false);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
user_pref("toolkit.telemetry.enabled", false);
user_pref("ui.prefersReducedMotion", 1);
`

func startFirefox(t *testing.T) *firefox {
	t.Helper()
	path, err := exec.LookPath("firefox-esr")
	if err != nil {
		if path, err = exec.LookPath("firefox"); err != nil {
			t.Fatal("Firefox is not installed: make test installs it where it may (apt-get install firefox-esr)")
		}
	}
	profile := t.TempDir()
	write(t, profile+"/user.js", firefoxPrefs)
	cmd := exec.Command(path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0", "about:blank")
	// A home of its own: Firefox refuses to run as root in somebody else's.
	cmd.Env = append(cmd.Environ(), "HOME="+profile)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(log)
		for lines.Scan() {
			if _, a, ok := strings.Cut(lines.Text(), "WebDriver BiDi listening on "); ok {
				address <- a
			}
		}
	}()
	f := &firefox{t: t, waits: map[int64]chan bidiAnswer{}, closed: make(chan struct{})}
	select {
	case a := <-address:
		ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
		defer cancel()
		if f.conn, _, err = websocket.Dial(ctx, a+"/session", nil); err != nil {
			t.Fatal(err)
		}
	case <-time.After(3 * patience):
		t.Fatal("Firefox does not say where it listens")
	}
	f.conn.SetReadLimit(16 << 20)
	t.Cleanup(func() { f.conn.CloseNow() })
	go f.read()
	if _, err := f.call("session.new", map[string]any{"capabilities": map[string]any{}}); err != nil {
		t.Fatal(err)
	}
	tree, err := f.tree()
	if err != nil || len(tree) == 0 {
		t.Fatalf("Firefox has no tab: %v", err)
	}
	f.first = tree[0].Context
	return f
}

func (f *firefox) read() {
	defer close(f.closed)
	for {
		var a bidiAnswer
		if err := wsjson.Read(context.Background(), f.conn, &a); err != nil {
			return
		}
		f.mu.Lock()
		wait := f.waits[a.ID]
		delete(f.waits, a.ID)
		f.mu.Unlock()
		if wait != nil {
			wait <- a
		}
	}
}

func (f *firefox) call(method string, params any) (json.RawMessage, error) {
	id := f.ids.Add(1)
	wait := make(chan bidiAnswer, 1)
	f.mu.Lock()
	f.waits[id] = wait
	f.mu.Unlock()
	// Longer than for anything in Chromium: one that has just started, on a machine
	// that is busy with others, answers late.
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	defer cancel()
	if err := wsjson.Write(ctx, f.conn, map[string]any{"id": id, "method": method, "params": params}); err != nil {
		return nil, err
	}
	select {
	case a := <-wait:
		if a.Type == "error" {
			return nil, fmt.Errorf("%s: %s: %s", method, a.Error, a.Message)
		}
		return a.Result, nil
	case <-f.closed:
		return nil, errors.New(method + ": Firefox has gone")
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// bidiContext is a browsing context with its frames.
type bidiContext struct {
	Context  string        `json:"context"`
	URL      string        `json:"url"`
	Children []bidiContext `json:"children"`
}

func (f *firefox) tree() ([]bidiContext, error) {
	result, err := f.call("browsingContext.getTree", map[string]any{})
	if err != nil {
		return nil, err
	}
	var tree struct{ Contexts []bidiContext }
	return tree.Contexts, json.Unmarshal(result, &tree)
}

func (f *firefox) documents() ([]document, error) {
	tree, err := f.tree()
	if err != nil {
		return nil, err
	}
	var all []document
	var walk func(bidiContext, bool)
	walk = func(c bidiContext, frame bool) {
		all = append(all, document{c.Context, c.URL, frame})
		for _, child := range c.Children {
			walk(child, true)
		}
	}
	slices.SortStableFunc(tree, func(a, b bidiContext) int {
		switch f.first {
		case a.Context:
			return -1
		case b.Context:
			return 1
		}
		return 0
	})
	for _, c := range tree {
		walk(c, false)
	}
	return all, nil
}

func (f *firefox) open(address string) error {
	_, err := f.call("browsingContext.navigate", map[string]any{"context": f.first, "url": address, "wait": "complete"})
	return err
}

func (f *firefox) eval(doc, expression string) (json.RawMessage, error) {
	result, err := f.call("script.evaluate", map[string]any{
		"expression": `JSON.stringify((` + expression + `) ?? null)`, "target": map[string]any{"context": doc}, "awaitPromise": true,
	})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Type             string
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	if err := json.Unmarshal(result, &answer); err != nil {
		return nil, err
	}
	if answer.Type != "success" {
		return nil, fmt.Errorf("%s: %s", expression, answer.ExceptionDetails.Text)
	}
	return json.RawMessage(answer.Result.Value), nil
}

// click measures where the element is and presses there. A portal's page that has
// moved the frame in between lets the press miss, and then it is repeated.
func (f *firefox) click(doc, selector string) error {
	for range 20 {
		at, err := f.eval(doc, `(e => {
			window.pressed = false;
			addEventListener("pointerdown", press => { window.pressed ||= e.contains(press.composedPath()[0]) }, {capture: true, once: true});
			e.scrollIntoView({block: "center", behavior: "instant"});
			const r = e.getBoundingClientRect();
			return {x: Math.round(r.x + r.width / 2), y: Math.round(r.y + r.height / 2)} })(`+element(selector)+`)`)
		if err != nil {
			return err
		}
		var point struct{ X, Y int }
		if err := json.Unmarshal(at, &point); err != nil {
			return err
		}
		_, err = f.call("input.performActions", map[string]any{"context": doc, "actions": []any{map[string]any{
			"type": "pointer", "id": "mouse", "actions": []any{
				map[string]any{"type": "pointerMove", "x": point.X, "y": point.Y},
				map[string]any{"type": "pointerDown", "button": 0},
				map[string]any{"type": "pointerUp", "button": 0},
			},
		}}})
		if err != nil {
			return err
		}
		// A page that has gone, or is another one, was hit.
		if hit, err := f.eval(doc, `window.pressed`); err != nil || string(hit) != "false" {
			return nil
		}
	}
	return errors.New("the press misses")
}

func (f *firefox) keys(doc, text string) error {
	var strokes []any
	for _, r := range text {
		strokes = append(strokes, map[string]any{"type": "keyDown", "value": string(r)}, map[string]any{"type": "keyUp", "value": string(r)})
	}
	_, err := f.call("input.performActions", map[string]any{"context": doc,
		"actions": []any{map[string]any{"type": "key", "id": "keyboard", "actions": strokes}}})
	return err
}

func (f *firefox) back() error {
	_, err := f.call("browsingContext.traverseHistory", map[string]any{"context": f.first, "delta": -1})
	return err
}
