package middleware

import (
	"net/http"
	"net/url"
	"strings"
)

// policy is the content security policy of every page, but for frame-ancestors.
// wasm-unsafe-eval lets WebAssembly compile and nothing else; go-app runs with
// Trusted Types switched to none.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; " +
	"font-src 'self'; connect-src 'self'; worker-src 'none'; manifest-src 'none'; base-uri 'none'; " +
	"form-action 'self'; object-src 'none'; frame-src 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "

// SecurityHeaders sets the headers that every answer carries. A route that knows better
// overwrites them: frame-ancestors from the session's portal, caching of files
// that never change.
func SecurityHeaders(origin string, next http.Handler) http.Handler {
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
		if strings.HasPrefix(origin, "https:") {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload")
		}
		next.ServeHTTP(w, r)
	})
}

// FrameAncestors lets the given origins, and nobody else, frame the answer. A
// portal that is cross-origin isolated (Cross-Origin-Embedder-Policy) frames
// only what takes part in it and says that it may be loaded from elsewhere. That
// is said to navigations alone: nothing else has to read our pages.
func FrameAncestors(w http.ResponseWriter, r *http.Request, origins []string) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy+strings.Join(origins, " "))
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode == "" || mode == "navigate" {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
}

// ByAddress reports whether a path is asked by whatever name, and by address: the health
// checks are.
func ByAddress(path string) bool { return path == "/livez" || path == "/readyz" }

// Host refuses requests for other names than our own, before anything looks at
// them, but for those that are asked ByAddress. A name has no case, and its scheme's
// own port may stand behind it.
func Host(origin string, next http.Handler) http.Handler {
	scheme, own, _ := strings.Cut(origin, "://")
	port := map[string]string{"https": ":443", "http": ":80"}[scheme]
	if u, err := url.Parse(origin); err != nil || u.Port() != "" {
		port = "" // our name has one, and nothing stands behind that
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch host := strings.ToLower(r.Host); {
		case host == own, strings.TrimSuffix(host, port) == own, port != "" && host == own+":": // an empty port is the scheme's own
			r.Host = own
		case !ByAddress(r.URL.Path):
			http.Error(w, "not a name of this server; support code "+RequestID(r.Context()), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// OwnOrigin refuses unsafe requests that do not come from our own pages: those
// of other sites (http.CrossOriginProtection), those with another Origin, and
// calls that ask for JSON as only our program does but lack its header, which
// no other site can send. Only a launch may come from elsewhere, a provider's word that
// it has signed somebody out, and a question of a portal's server; all bring a signature
// instead. What is refused
// is answered with ErrForeign.
func OwnOrigin(own string, refuse Answer, next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { refuse(w, r, ErrForeign) }))
	guarded := protection.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		unsafe := r.Method != http.MethodGet && r.Method != http.MethodHead
		origin := r.Header.Get("Origin")
		if unsafe && origin != own || WantsJSON(r) && r.Header.Get("X-Paypane") == "" {
			refuse(w, r, ErrForeign)
			return
		}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if bySignature(r) {
			next.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// bySignature reports whether a request is one that may come from anywhere: what it
// brings is signed, and no cookie counts.
func bySignature(r *http.Request) bool {
	switch r.Method {
	case http.MethodPost:
		return r.URL.Path == "/launch" || r.URL.Path == "/desk/backchannel-logout"
	case http.MethodGet, http.MethodHead:
		return strings.HasPrefix(r.URL.Path, "/v1/")
	}
	return false
}

// WantsJSON reports whether the browser program asks, rather than the browser.
func WantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }
