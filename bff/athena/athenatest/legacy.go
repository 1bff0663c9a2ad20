package athenatest

import (
	"context"
	"net/http"
	"strings"
)

// lowerNames is a query with its names in lower case: the upstream does not
// mind how they are written (athena-api.md 1), and prints them in upper case.
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
// still writes them (athena-api.md 1).
var legacy = map[string]string{
	"/oauth/token": tokenPath, "/oauthpreview/token": tokenPath, "/oauthopenpreview/token": tokenPath,
}

const tokenPath = "/oauth2/v1/token"

type legacyKey struct{}

// modern is a request of the earlier gateway as one of today's; others it
// leaves alone.
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
	if path == r.URL.Path {
		return r
	}
	r = r.Clone(context.WithValue(r.Context(), legacyKey{}, true))
	r.URL.Path, r.URL.RawPath = path, ""
	return r
}
