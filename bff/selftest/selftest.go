// Package selftest asks a server what a stranger would, before its port opens: a
// program that was built or configured wrongly ends then, and shows nobody anything.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// Door is an address that a server answers, with nothing open in it: what stands for
// a wildcard is made up.
type Door struct {
	Method, Path string
	// Public says that it asks for no session, Anywhere that it answers to whatever
	// name the server is called by, as what balances load does.
	Public, Anywhere bool
}

// protections are how headers begin that every answer has: scripts are of this origin
// alone, among others.
var protections = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; ",
	"X-Content-Type-Options":  "nosniff",
	"Referrer-Policy":         "no-referrer",
}

// elsewhere is an origin that is nobody's.
const elsewhere = "https://elsewhere.example"

// Try knocks at each door once without a session, at the origin that the server has.
// The error joins all that were wrong: a door that needs a session has to answer 401
// with nothing to keep, no door may give a session away or be without its protections,
// and to another host, or to a form of another origin, nothing may be answered at all.
//
// What a public door does beyond the server, as to ask who lets staff sign in, is cut
// short: whether others are there is not a question of this one. A public form is asked
// at another host only: what it takes is signed by somebody, and a refusal would be told
// to those who watch the log.
func Try(ctx context.Context, server http.Handler, origin string, doors []Door) error {
	if len(doors) == 0 {
		return errors.New("a server without doors")
	}
	away, cut := context.WithCancel(ctx)
	cut()
	var wrong []error
	for _, d := range doors {
		asked := ctx
		if d.Public {
			asked = away
		}
		name := d.Method + " " + d.Path
		if !d.Public || d.Method == http.MethodGet {
			if err := judge(d, knock(asked, server, d, origin, origin)); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
			}
		}
		if a := knock(asked, server, d, elsewhere, origin); a.Code != http.StatusMisdirectedRequest && !d.Anywhere {
			wrong = append(wrong, fmt.Errorf("%s: it answers %d to another host", name, a.Code))
		}
		if d.Method != http.MethodGet && !d.Public {
			if a := knock(asked, server, d, origin, elsewhere); a.Code != http.StatusForbidden {
				wrong = append(wrong, fmt.Errorf("%s: it answers %d to a form of another origin", name, a.Code))
			}
		}
	}
	return errors.Join(wrong...)
}

// knock asks a door once, as a browser would that has no session: at an origin, with a
// page from another or the same.
func knock(ctx context.Context, server http.Handler, d Door, at, from string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, d.Method, at+d.Path, http.NoBody)
	r.RequestURI = ""
	if u, err := url.Parse(at); err == nil {
		r.Host = u.Host
	}
	r.URL.Scheme, r.URL.Host = "", ""
	if d.Method != http.MethodGet {
		r.Header.Set("Origin", from)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	return answer
}

func judge(d Door, a *httptest.ResponseRecorder) error {
	h := a.Header()
	for name, begins := range protections {
		if v := h.Values(name); len(v) != 1 || !strings.HasPrefix(v[0], begins) {
			return fmt.Errorf("%s is %q", name, v)
		}
	}
	for _, c := range (&http.Response{Header: h}).Cookies() {
		if c.Value != "" && c.MaxAge >= 0 && !d.Public {
			return fmt.Errorf("it gives the cookie %s away", c.Name)
		}
	}
	if d.Public {
		return nil
	}
	if a.Code != http.StatusUnauthorized {
		return fmt.Errorf("it answers %d without a session", a.Code)
	}
	if c := h.Get("Cache-Control"); c != "no-store" {
		return fmt.Errorf("its answer may be kept: Cache-Control is %q", c)
	}
	return nil
}
