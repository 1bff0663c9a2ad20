package bff

import (
	"net/http"
	"strings"
)

// policy is the content security policy of every page, but for frame-ancestors.
// wasm-unsafe-eval lets WebAssembly compile and nothing else; go-app runs with
// Trusted Types switched to none.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; " +
	"font-src 'self'; connect-src 'self'; worker-src 'none'; manifest-src 'none'; base-uri 'none'; " +
	"form-action 'self'; object-src 'none'; frame-src 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "

// secure sets the headers that every answer carries. A route that knows better
// overwrites them: frame-ancestors from the session's portal, caching of files
// that never change.
func (s *Server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy+"'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Origin-Agent-Cluster", "?1")
		h.Set("Cache-Control", "no-store")
		h.Set("Permissions-Policy", "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), "+
			"fullscreen=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()")
		if strings.HasPrefix(s.origin, "https:") {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload")
		}
		next.ServeHTTP(w, r)
	})
}

// frameAncestors lets the given origins, and nobody else, frame the answer.
func frameAncestors(w http.ResponseWriter, origins []string) {
	w.Header().Set("Content-Security-Policy", policy+strings.Join(origins, " "))
}

// host refuses requests for other names than our own, before anything looks at
// them. The health checks are asked by address.
func (s *Server) host(next http.Handler) http.Handler {
	own := s.origin[strings.Index(s.origin, "//")+2:]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != own && r.URL.Path != "/livez" && r.URL.Path != "/readyz" {
			http.Error(w, "not a name of this server", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownOrigin refuses unsafe requests that do not come from our own pages: those
// of other sites (http.CrossOriginProtection), those with another Origin, and
// calls that ask for JSON as only our program does but lack its header, which
// no other site can send. Only a launch may come from elsewhere.
func (s *Server) ownOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	guarded := protection.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		unsafe := r.Method != http.MethodGet && r.Method != http.MethodHead
		origin := r.Header.Get("Origin")
		if unsafe && origin != s.origin || wantsJSON(r) && r.Header.Get("X-Paypane") == "" {
			http.Error(w, "cross-origin request refused", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/launch" {
			next.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// wantsJSON reports whether the browser program asks, rather than the browser.
func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }
