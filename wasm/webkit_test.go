//go:build !js

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// webkit is WebKitGTK's own small browser on a screen of its own, spoken to by
// WebDriver (https://w3c.github.io/webdriver/). By its default it keeps no
// cookies in a frame of another site, as Safari does.
type webkit struct {
	session string // address of the WebDriver session
	first   string // the tab that the test opens addresses in
}

// elementKey is the name under which WebDriver hands out elements.
const elementKey = "element-6066-11e4-a52e-4f735466cecf"

func startWebKit(t *testing.T) *webkit {
	t.Helper()
	for _, tool := range []string{"Xvfb", "WebKitWebDriver"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed: make test installs it where it may (apt-get install webkit2gtk-driver xvfb)", tool)
		}
	}
	browsers, _ := filepath.Glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser")
	if len(browsers) == 0 {
		t.Fatal("WebKitGTK's MiniBrowser is not installed")
	}

	// The screen says by itself which number was free.
	said, number, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	screen := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x1000x24", "-nolisten", "tcp")
	screen.ExtraFiles = []*os.File{number}
	if err := screen.Start(); err != nil {
		t.Fatal(err)
	}
	number.Close()
	t.Cleanup(func() {
		screen.Process.Kill()
		screen.Wait()
	})
	said.SetReadDeadline(time.Now().Add(3 * patience))
	line := make([]byte, 16)
	n, err := said.Read(line)
	if err != nil {
		t.Fatalf("the screen says nothing: %v", err)
	}

	free := listen(t, "127.0.0.1:0")
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	// Not the test's own: the browser's helpers may write for a moment after its end.
	home, err := os.MkdirTemp("", "paypane-webkit-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	cmd := exec.Command("WebKitWebDriver", "--host=127.0.0.1", "--port="+strconv.Itoa(port))
	cmd.Env = append(cmd.Environ(), "DISPLAY=:"+strings.TrimSpace(string(line[:n])), "HOME="+home,
		"XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home, "GSK_RENDERER=cairo", "LIBGL_ALWAYS_SOFTWARE=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	address := fmt.Sprintf("http://127.0.0.1:%d", port)
	w := &webkit{}
	end := time.Now().Add(3 * patience)
	for {
		answer, err := w.call(http.MethodPost, address+"/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
			"webkitgtk:browserOptions": map[string]any{"binary": browsers[0], "args": []string{"--automation"}}}}})
		if err == nil {
			var made struct{ SessionID string }
			if err := json.Unmarshal(answer, &made); err != nil {
				t.Fatal(err)
			}
			w.session = address + "/session/" + made.SessionID
			break
		}
		if time.Now().After(end) {
			t.Fatalf("WebKit does not start: %v", err)
		}
		pause := time.NewTimer(50 * time.Millisecond)
		<-pause.C
	}
	t.Cleanup(func() { w.call(http.MethodDelete, w.session, nil) })
	answer, err := w.call(http.MethodGet, w.session+"/window", nil)
	if err == nil {
		err = json.Unmarshal(answer, &w.first)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// webdriver gives a hanging browser up.
var webdriver = &http.Client{Timeout: 3 * patience}

func (w *webkit) call(method, address string, body any) (json.RawMessage, error) {
	var content io.Reader
	if method == http.MethodPost {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, address, content)
	if err != nil {
		return nil, err
	}
	resp, err := webdriver.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", resp.Status, answer.Value)
	}
	return answer.Value, nil
}

func (w *webkit) post(path string, body any) (json.RawMessage, error) {
	return w.call(http.MethodPost, w.session+path, body)
}

// enter makes a document the one that commands are about. Its name is the tab's
// handle, and the numbers of the frames on the way to it.
func (w *webkit) enter(doc string) error {
	parts := strings.Split(doc, "/")
	if _, err := w.post("/window", map[string]any{"handle": parts[0]}); err != nil {
		return err
	}
	if _, err := w.post("/frame", map[string]any{"id": nil}); err != nil {
		return err
	}
	for _, part := range parts[1:] {
		n, err := strconv.Atoi(part)
		if err != nil {
			return err
		}
		found, err := w.post("/execute/sync", map[string]any{"script": `return (` + frames + `)[arguments[0]]`, "args": []any{n}})
		if err != nil {
			return err
		}
		if _, err := w.post("/frame", map[string]any{"id": found}); err != nil {
			return err
		}
	}
	return nil
}

// frames are a page's frames as elements. Those in a shadow tree, as the
// element's is, have no number that WebDriver could enter them by.
const frames = `[document, ...Array.from(document.querySelectorAll("*"), e => e.shadowRoot).filter(Boolean)].flatMap(root => [...root.querySelectorAll("iframe")])`

func (w *webkit) documents() ([]document, error) {
	answer, err := w.call(http.MethodGet, w.session+"/window/handles", nil)
	if err != nil {
		return nil, err
	}
	var handles []string
	if err := json.Unmarshal(answer, &handles); err != nil {
		return nil, err
	}
	var all []document
	var walk func(doc string, frame bool) error
	walk = func(doc string, frame bool) error {
		here, err := w.eval(doc, `({address: location.href, frames: `+frames+`.length})`)
		if err != nil {
			return err
		}
		var page struct {
			Address string
			Frames  int
		}
		if err := json.Unmarshal(here, &page); err != nil {
			return err
		}
		all = append(all, document{doc, page.Address, frame})
		for i := range page.Frames {
			if err := walk(fmt.Sprintf("%s/%d", doc, i), true); err != nil {
				return err
			}
		}
		return nil
	}
	others := slices.DeleteFunc(handles, func(handle string) bool { return handle == w.first })
	handles = append([]string{w.first}, others...)
	for _, handle := range handles {
		if err := walk(handle, false); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (w *webkit) open(address string) error {
	_, err := w.post("/url", map[string]any{"url": address})
	return err
}

func (w *webkit) execute(doc, script string) (json.RawMessage, error) {
	if err := w.enter(doc); err != nil {
		return nil, err
	}
	return w.post("/execute/sync", map[string]any{"script": script, "args": []any{}})
}

func (w *webkit) eval(doc, expression string) (json.RawMessage, error) {
	answer, err := w.execute(doc, `return JSON.stringify((`+expression+`) ?? null)`)
	if err != nil {
		return nil, err
	}
	var text string
	err = json.Unmarshal(answer, &text)
	return json.RawMessage(text), err
}

func (w *webkit) click(doc, selector string) error {
	if err := w.enter(doc); err != nil {
		return err
	}
	found, err := w.post("/execute/sync", map[string]any{"script": `return ` + element(selector), "args": []any{}})
	if err != nil {
		return err
	}
	var element map[string]string
	if err := json.Unmarshal(found, &element); err != nil {
		return err
	}
	_, err = w.post("/element/"+element[elementKey]+"/click", map[string]any{})
	return err
}

func (w *webkit) keys(doc, text string) error {
	if err := w.enter(doc); err != nil {
		return err
	}
	found, err := w.call(http.MethodGet, w.session+"/element/active", nil)
	if err != nil {
		return err
	}
	var element map[string]string
	if err := json.Unmarshal(found, &element); err != nil {
		return err
	}
	_, err = w.post("/element/"+element[elementKey]+"/value", map[string]any{"text": text})
	return err
}

func (w *webkit) back() error {
	_, err := w.post("/back", map[string]any{})
	return err
}
