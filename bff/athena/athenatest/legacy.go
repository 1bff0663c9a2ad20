package athenatest

import (
	"context"
	"net/http"
	"strings"
)

// lowerNames is a query with its names in lower case: the upstream does not
// mind how they are written (docs/upstream-api.md#the-wire), and prints them in
// upper case.
func lowerNames(query string) string {
	fields := strings.Split(query, "&")
	for i, field := range fields {
		name, value, has := strings.Cut(field, "=")
		fields[i] = strings.ToLower(name)
		if has {
			fields[i] += "=" + value
		}
	}
	return strings.Join(fields, "&")
}

// legacy are the paths of the gateway that was there before; much public code
// still writes them (docs/upstream-api.md#the-wire).
var legacy = map[string]string{
	"/oauth/token": tokenPath, "/oauthpreview/token": tokenPath, "/oauthopenpreview/token": tokenPath,
}

const tokenPath = "/oauth2/v1/token"

// legacyKey marks a token request of the earlier gateway.
type legacyKey struct{}

// modern is a request with its path as today's is written.
func modern(r *http.Request) *http.Request {
	path := r.URL.Path
	if to, ok := legacy[path]; ok {
		path = to
	}
	for _, prefix := range []string{"/preview1/", "/openpreview1/"} {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			path = "/v1/" + rest
		}
	}
	// The official Go sample ends every path of a GET with a slash.
	if strings.HasPrefix(path, "/v1/") {
		path = strings.TrimSuffix(path, "/")
	}
	if path == r.URL.Path {
		return r
	}
	ctx := r.Context()
	if path == tokenPath {
		ctx = context.WithValue(ctx, legacyKey{}, true)
	}
	r = r.Clone(ctx)
	r.URL.Path, r.URL.RawPath = path, ""
	return r
}
