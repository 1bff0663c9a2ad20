package portal

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/portal/portaltest"
)

// keyHost is a portal's address with its keys.
type keyHost struct {
	*httptest.Server
	hits   atomic.Int32
	answer atomic.Pointer[http.HandlerFunc]
}

func newKeyHost(t *testing.T) (*keyHost, *remoteKeys, *clock) {
	h := &keyHost{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.hits.Add(1)
		(*h.answer.Load())(w, r)
	}))
	t.Cleanup(h.Close)
	c := &clock{t: time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)}
	r := newRemoteKeys(h.URL)
	r.now = c.now
	return h, r, c
}

func (h *keyHost) says(f http.HandlerFunc) { h.answer.Store(&f) }

func (h *keyHost) has(keys ...portaltest.Key) {
	h.says(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, portaltest.KeySet(keys...)) })
}

func has(r *remoteKeys, kid string) bool {
	k, err := r.key(context.Background(), kid)
	return err == nil && k.KeyID == kid
}

// However many tokens with unknown keys arrive, a portal is asked once a
// minute; a known key needs no asking.
func TestRemoteKeysFlood(t *testing.T) {
	t.Parallel()
	h, r, c := newKeyHost(t)
	h.has(harborEd)
	if h.hits.Load() != 0 {
		t.Error("asked before there was a token")
	}
	for minute := range int32(3) {
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				if has(r, fmt.Sprint("unknown-", i)) {
					t.Error("an unknown key is known")
				}
				if !has(r, "harbor-ed") {
					t.Error("the known key is not")
				}
			})
		}
		all.Wait()
		if n := h.hits.Load(); n != minute+1 {
			t.Errorf("minute %d: asked %d times", minute, n)
		}
		c.advance(keyInterval - time.Nanosecond)
		if has(r, "unknown"); h.hits.Load() != minute+1 {
			t.Error("asked again before the minute was over")
		}
		c.advance(time.Nanosecond)
	}
}

// A key that is new at the address is found when a token names it, one that is
// gone is forgotten, and a set is not trusted longer than an hour unasked.
func TestRemoteKeysRotate(t *testing.T) {
	t.Parallel()
	h, r, c := newKeyHost(t)
	h.has(harborEd)
	if !has(r, "harbor-ed") || has(r, "harbor-es") {
		t.Fatal("first set")
	}
	h.has(harborEd, harborES)
	c.advance(keyInterval)
	if !has(r, "harbor-es") || !has(r, "harbor-ed") || h.hits.Load() != 2 {
		t.Errorf("overlap: asked %d times", h.hits.Load())
	}
	h.has(harborES)
	c.advance(time.Hour - time.Second)
	if !has(r, "harbor-ed") || h.hits.Load() != 2 {
		t.Errorf("within the hour: asked %d times", h.hits.Load())
	}
	c.advance(time.Second)
	if has(r, "harbor-ed") || !has(r, "harbor-es") || h.hits.Load() != 3 {
		t.Errorf("after the hour: asked %d times", h.hits.Load())
	}
}

// While the address fails, in whatever way, the keys we have stay in use.
func TestRemoteKeysOutage(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("a redirect was followed")
		fmt.Fprint(w, portaltest.KeySet(strangerEd, harborES))
	}))
	t.Cleanup(elsewhere.Close)
	body := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, text)
		}
	}
	moved := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, status) }
	}
	private := `{"keys":[{"kty":"oct","kid":"harbor-es","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]}`
	for name, answer := range map[string]http.HandlerFunc{
		"500":                   body(500, "oops"),
		"404":                   body(404, portaltest.KeySet(harborES)),
		"204":                   body(204, ""),
		"moved":                 moved(http.StatusFound),
		"moved for good":        moved(http.StatusMovedPermanently),
		"moved, same method":    moved(http.StatusTemporaryRedirect),
		"HTML":                  body(200, "<html>"),
		"nothing":               body(200, ""),
		"an empty set":          body(200, `{"keys":[]}`),
		"a secret":              body(200, private),
		"a set with bad keys":   body(200, strings.Replace(portaltest.KeySet(harborES), `"kid":"harbor-es"`, `"kid":""`, 1)),
		"longer than keys are":  body(200, strings.TrimSuffix(portaltest.KeySet(harborEd, harborES), "}")+`,"x":"`+strings.Repeat("x", 1<<20)+`"}`),
		"a connection that cut": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		h, r, c := newKeyHost(t)
		h.says(answer)
		if _, err := r.key(context.Background(), "harbor-ed"); err == nil {
			t.Errorf("%s: a key at first", name)
		}
		h.has(harborEd)
		if c.advance(keyInterval); !has(r, "harbor-ed") {
			t.Errorf("%s: no key once the address answers", name)
		}
		h.says(answer)
		for i := range 3 {
			if c.advance(2 * time.Hour); !has(r, "harbor-ed") || has(r, "harbor-es") {
				t.Errorf("%s: outage, %d: the key in use is gone, or another came", name, i)
			}
		}
	}
}

// A browser that goes away while keys are fetched does not cost the others
// their keys.
func TestRemoteKeysForOthers(t *testing.T) {
	t.Parallel()
	h, r, _ := newKeyHost(t)
	h.has(harborEd)
	gone, leave := context.WithCancel(context.Background())
	leave()
	if _, err := r.key(gone, "harbor-ed"); err != nil {
		t.Errorf("%v", err)
	}
	if !has(r, "harbor-ed") || h.hits.Load() != 1 {
		t.Errorf("asked %d times", h.hits.Load())
	}
}

// A portal whose address is slow holds up nobody whose key is known, and the
// first callers share one fetch.
func TestRemoteKeysSlow(t *testing.T) {
	t.Parallel()
	h, r, c := newKeyHost(t)
	asked, release := make(chan struct{}, 1), make(chan struct{})
	slow := func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-release
		fmt.Fprint(w, portaltest.KeySet(harborEd))
	}
	h.says(slow)
	var first sync.WaitGroup
	for range 20 {
		first.Go(func() {
			if !has(r, "harbor-ed") {
				t.Error("a first caller goes without the key")
			}
		})
	}
	<-asked
	close(release)
	first.Wait()
	if n := h.hits.Load(); n != 1 {
		t.Errorf("%d fetches for the first callers", n)
	}
	release = make(chan struct{})
	h.says(slow)
	c.advance(keyInterval)
	forged := make(chan bool)
	go func() { forged <- has(r, "forged") }()
	<-asked
	if !has(r, "harbor-ed") { // would hang until the fetch ends, if it waited for it
		t.Error("a known key is not found during a fetch")
	}
	close(release)
	if <-forged {
		t.Error("a forged key id is found")
	}
}
