//go:build !js

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"paypane/static"
)

// The weights that a payer on a slow line has to carry, in bytes as they are
// served to a browser that takes brotli.
const (
	maxCardPage = 14_336  // what comes with the first round trips: HTML and what blocks it
	maxRequests = 3       // for that
	maxProgram  = 915_000 // comes later, at low priority
	// The desk's own, which no payer loads. Its people have it in their browser's
	// cache all day.
	maxDeskProgram = 1_135_000
)

// The card page is light, needs few requests and no script before typing; the
// program keeps to its limit. `make bytes` prints the table.
func TestBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.weigh = true
	w.portals[0].Languages = []string{"en", "es", "ar"}
	page, html := w.cardPage(t, "en")
	others := map[string]int{}
	for _, tag := range []string{"es", "ar"} {
		others[tag], _ = w.cardPage(t, tag)
	}
	style := regexp.MustCompile(`<link rel="stylesheet" href="([^"]+)">`).FindStringSubmatch(html)
	program := regexp.MustCompile(`data-program="([^"]+)"`).FindStringSubmatch(html)
	loader := regexp.MustCompile(`<script type="module" async[^>]*src="(/static/loader[^"]+)"`).FindStringSubmatch(html)
	channel := regexp.MustCompile(`<script type="module" async[^>]*src="(/static/channel[^"]+)"`).FindStringSubmatch(html)
	if style == nil || program == nil || loader == nil || channel == nil {
		t.Fatalf("the page refers to less than it should; is the program built (make build)?\n%s", html)
	}
	css, text := w.get(t, http.DefaultClient, style[1])
	picture := regexp.MustCompile(`url\((/static/brands[^)]+)\)`).FindStringSubmatch(text)
	if picture == nil {
		t.Fatal("the style sheet names no picture of the brands")
	}
	if n := strings.Count(html, `rel="stylesheet"`); n != 1 {
		t.Errorf("%d style sheets block the page", n)
	}
	for _, tag := range regexp.MustCompile(`<script[^>]*>`).FindAllString(html, -1) {
		if !strings.Contains(tag, "async") && !strings.Contains(tag, `type="application/json"`) {
			t.Errorf("%s has to run before typing", tag)
		}
	}
	brands, _ := w.get(t, http.DefaultClient, picture[1])
	wasm, _ := w.get(t, http.DefaultClient, program[1])
	script, _ := w.get(t, http.DefaultClient, loader[1])
	frame, _ := w.get(t, http.DefaultClient, channel[1])
	sum := page + css + brands
	for tag, weight := range others {
		t.Logf("in %s the card page weighs %d bytes without the program", tag, weight+css+brands)
		if weight+css+brands > maxCardPage {
			t.Errorf("in %s the card page weighs %d bytes, more than %d", tag, weight+css+brands, maxCardPage)
		}
	}
	files, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	desk := len(files.Named("desk.wasm").Brotli)
	t.Logf(`
| what | bytes, brotli |
|---|---|
| card page, HTML | %d |
| style sheet | %d |
| brand marks (one picture) | %d |
| **card page without the program** (3 requests, limit %d) | **%d** |
| channel to the portal, later | %d |
| loader, later | %d |
| program, later (limit %d) | %d |
| program of the desk, for staff alone (limit %d) | %d |
`, page, css, brands, maxCardPage, sum, frame, script, maxProgram, wasm, maxDeskProgram, desk)
	if sum > maxCardPage {
		t.Errorf("the card page weighs %d bytes, more than %d", sum, maxCardPage)
	}
	if wasm > maxProgram {
		t.Errorf("the program weighs %d bytes, more than %d", wasm, maxProgram)
	}
	if desk == 0 || desk > maxDeskProgram {
		t.Errorf("the desk's program weighs %d bytes; it is built, and no more than %d", desk, maxDeskProgram)
	}
	if n := 1 + strings.Count(html, `rel="stylesheet"`) + strings.Count(text, "url("); n > maxRequests {
		t.Errorf("%d requests for the page and what blocks it, more than %d", n, maxRequests)
	}
}

// cardPage is the weight and text of a card page in a language.
func (w *world) cardPage(t *testing.T, tag string) (int, string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: secureJar{jar}}
	resp, err := http.Get(w.portal + "/plain?patient=40211")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(string(plain))
	post := func(path, origin string, form url.Values) *http.Response {
		req, err := http.NewRequest(http.MethodPost, w.pay+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", origin)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("POST %s: %s", path, resp.Status)
		}
		return resp
	}
	post("/launch", w.portal, url.Values{"token": {token[1]}})
	post("/language", w.pay, url.Values{"language": {tag}, "back": {"/pay"}})
	card := post("/pay", w.pay, url.Values{"pay": {"all"}})
	return w.get(t, client, card.Request.URL.Path)
}

// secureJar sends the Secure cookie to our own http origin, as browsers do on
// localhost.
type secureJar struct{ http.CookieJar }

func (j secureJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(https(u), cookies)
}
func (j secureJar) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(https(u)) }

func https(u *url.URL) *url.URL {
	secure := *u
	secure.Scheme = "https"
	return &secure
}

// get is the weight of an answer in brotli, and its text.
func (w *world) get(t *testing.T, client *http.Client, path string) (int, string) {
	t.Helper()
	weight, text := 0, ""
	for _, encoding := range []string{"br", "identity"} {
		req, err := http.NewRequest(http.MethodGet, w.pay+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", encoding)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", path, resp.Status, err)
		}
		if encoding == "br" {
			if resp.Header.Get("Content-Encoding") != "br" {
				t.Fatalf("%s is not compressed: %s", path, fmt.Sprint(resp.Header))
			}
			weight = len(body)
		} else {
			text = string(body)
		}
	}
	return weight, text
}
