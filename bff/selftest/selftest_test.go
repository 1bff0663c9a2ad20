package selftest_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"paypane/bff/middleware"
	"paypane/bff/selftest"
)

const origin = "https://pay.example"

var doors = []selftest.Door{{Method: "GET", Path: "/pay"}, {Method: "POST", Path: "/pay/1"}, {Method: "GET", Path: "/embed", Public: true}, {Method: "GET", Path: "/livez", Public: true, Anywhere: true}}

// sound answers as a server does that is right, but where something else is said.
func sound(wrong map[string]http.HandlerFunc) http.Handler {
	lines := map[string]http.HandlerFunc{
		"GET /pay":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"POST /pay/1": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"GET /embed":  func(http.ResponseWriter, *http.Request) {},
		"GET /livez":  func(http.ResponseWriter, *http.Request) {},
	}
	maps.Copy(lines, wrong)
	refuse := func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusForbidden) }
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { lines[r.Method+" "+r.URL.Path](w, r) })
	return middleware.SecurityHeaders(origin, middleware.Host(origin, middleware.OwnOrigin(origin, refuse, answer)))
}

func TestASoundServerStarts(t *testing.T) {
	if err := selftest.Try(t.Context(), sound(nil), origin, doors); err != nil {
		t.Error(err)
	}
}

// What must not be answered is named by its door.
func TestAnUnsoundServerDoesNot(t *testing.T) {
	header := func(name, value string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(name, value)
			w.WriteHeader(status)
		}
	}
	status := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	for name, test := range map[string]struct {
		door  string
		wrong http.HandlerFunc
		says  string
	}{
		"a page for anybody":     {"GET /pay", status(200), "GET /pay: it answers 200 without a session"},
		"a form for anybody":     {"POST /pay/1", status(303), "POST /pay/1: it answers 303 without a session"},
		"a page that breaks":     {"GET /pay", status(500), "GET /pay: it answers 500 without a session"},
		"an answer that is kept": {"GET /pay", header("Cache-Control", "max-age=60", 401), "GET /pay: its answer may be kept"},
		"a session given away":   {"GET /pay", header("Set-Cookie", "__Host-paypane=abc; Path=/", 401), "GET /pay: it gives the cookie __Host-paypane away"},
		"scripts of anybody":     {"GET /embed", header("Content-Security-Policy", "default-src *", 200), "GET /embed: Content-Security-Policy is"},
		"a type that is guessed": {"GET /embed", header("X-Content-Type-Options", "", 200), "GET /embed: X-Content-Type-Options is"},
	} {
		t.Run(name, func(t *testing.T) {
			err := selftest.Try(t.Context(), sound(map[string]http.HandlerFunc{test.door: test.wrong}), origin, doors)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v", err)
			}
		})
	}
	unguarded := middleware.SecurityHeaders(origin, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "pay.example"
		r.Header.Set("Origin", origin)
		sound(nil).ServeHTTP(w, r)
	}))
	err := selftest.Try(t.Context(), unguarded, origin, doors)
	if err == nil || !strings.Contains(err.Error(), "GET /pay: it answers 401 to another host") || !strings.Contains(err.Error(), "POST /pay/1: it answers 401 to a form of another origin") {
		t.Errorf("%v", err)
	}
	if err := selftest.Try(t.Context(), sound(nil), origin, nil); err == nil {
		t.Error("a server without doors starts")
	}
}
