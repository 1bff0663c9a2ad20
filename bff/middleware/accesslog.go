package middleware

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// Answer answers a request with an error, outside of any session.
type Answer func(http.ResponseWriter, *http.Request, error)

// errPanic stands for whatever a handler choked on.
var errPanic = errors.New("panic")

type requestIDKey struct{}

// RequestID is the id of the request in whose context we are. It stands in the
// log and on error pages, and means nothing to anybody else.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// AccessLog gives every request an id, writes one line about it, and survives
// its panics: failed answers those. The line has the route and not the address,
// so that no id of an attempt and nothing of a person gets into a log; of bodies
// and queries nothing at all, and nothing else that a sender can word.
//
// tell hears of each request what the line says of it; nil: nobody does.
func AccessLog(log *slog.Logger, now func() time.Time, failed Answer, tell func(route string, status int, took time.Duration), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:12]
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		w.Header().Set("X-Request-Id", id)
		seen := &observed{ResponseWriter: w}
		began := now()
		defer func() {
			if p := recover(); p != nil {
				// The value of a panic may quote what it choked on: its place is
				// enough to mend it.
				log.ErrorContext(r.Context(), "panic", "id", id, "stack", string(debug.Stack()))
				if seen.status == 0 {
					failed(seen, r, errPanic)
				}
			}
			route := r.Pattern
			if route == "" {
				route = "none"
			}
			took := now().Sub(began)
			if tell != nil {
				tell(route, seen.status, took)
			}
			log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("id", id), slog.String("method", method(r)), slog.String("route", route),
				slog.Int("status", seen.status), slog.Int("bytes", seen.bytes),
				slog.Duration("took", took.Round(time.Microsecond)))
		}()
		next.ServeHTTP(seen, r)
	})
}

// method is the method of a request, if it is one that is known: any other is a
// text of the sender's choice, as long as they like.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return r.Method
	}
	return "other"
}

// observed remembers what was answered.
type observed struct {
	http.ResponseWriter
	status, bytes int
}

func (o *observed) WriteHeader(status int) {
	if o.status == 0 {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

func (o *observed) Write(b []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	n, err := o.ResponseWriter.Write(b)
	o.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }

type ownRequest struct{}

// WithOwnRequest marks what the server asks itself, of which nobody is told.
func WithOwnRequest(ctx context.Context) context.Context {
	return context.WithValue(ctx, ownRequest{}, true)
}

// OwnRequest reports whether the server asks itself.
func OwnRequest(ctx context.Context) bool { return ctx.Value(ownRequest{}) != nil }
