//go:build !js

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// tap writes down what the server answers, and holds the program back.
func (w *world) tap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".wasm") {
			w.programs.Add(1)
			select {
			case <-time.After(time.Duration(w.programDelay.Load())):
			case <-r.Context().Done():
				return
			}
		}
		if !strings.HasPrefix(r.URL.Path, "/static/") && !w.weigh {
			r.Header.Del("Accept-Encoding") // to be read as text
		}
		if w.cookieless.Load() {
			r.Header.Del("Cookie")
		}
		if r.Method == http.MethodPost && r.URL.Path == "/launch" {
			w.launches.Add(1)
			if spoil := w.spoil.Load(); spoil != nil {
				(*spoil)(w, rw, r)
			}
		}
		if !hold(&w.held, r, http.MethodPost) || !hold(&w.coming, r, http.MethodGet) {
			return
		}
		answer := httptest.NewRecorder()
		if wrong := w.session.Load(); r.URL.Path == "/session" && wrong != nil {
			w.sessions.Add(1)
			answer.Header().Set("Content-Type", "application/json")
			if strings.Contains(*wrong, "page") {
				answer.WriteHeader(http.StatusInternalServerError)
			}
			io.WriteString(answer, *wrong)
		} else {
			if r.URL.Path == "/test/door" {
				w.door(answer, r)
			} else {
				next.ServeHTTP(answer, r)
			}
		}
		if !hold(&w.stuck, r, http.MethodPost) {
			return
		}
		if w.cut.Load() && r.Method == http.MethodPost {
			panic(http.ErrAbortHandler)
		}
		if w.still.Load() {
			answer.Header().Del("Refresh")
		}
		for name, values := range answer.Header() {
			rw.Header()[name] = values
			io.WriteString(w.wire, name+": "+strings.Join(values, ", ")+"\n")
		}
		rw.WriteHeader(answer.Code)
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			w.wire.Write(answer.Body.Bytes())
		}
		rw.Write(answer.Body.Bytes())
	})
}

// portalHeaders makes the portal's pages cross-origin isolated where a test wants
// it.
func (w *world) portalHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if policy := w.isolated.Load(); policy != nil {
			rw.Header().Set("Cross-Origin-Embedder-Policy", *policy)
			rw.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
		}
		next.ServeHTTP(rw, r)
	})
}

// hold waits with a request of a method until it may go on; false: nobody waits for it
// any more.
func hold(until *atomic.Pointer[chan struct{}], r *http.Request, method string) bool {
	c := until.Load()
	if c == nil || r.Method != method {
		return true
	}
	select {
	case <-*c:
		return true
	case <-r.Context().Done():
		return false
	}
}

// upstream is the address of the simulator, behind a tap that writes down every
// request to it but the charges.
func (w *world) upstream(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.down.Load() {
			http.Error(rw, "<h1>Service Unavailable</h1>", http.StatusServiceUnavailable)
			return
		}
		if !strings.HasSuffix(r.URL.Path, "/collectpayment") {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			io.WriteString(w.wire, r.Method+" "+r.URL.String()+"\n")
			w.wire.Write(body)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		w.sim.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
