package static

import (
	"net/http"
	"strconv"
	"strings"
)

// ServeHTTP serves a file under its hashed path. The content behind such a
// path never changes, so it may be kept for a year.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file := f.byPath[r.URL.Path]
	if file == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	file.serve(w, r)
}

// At reports whether there is a file under the path.
func (f *Files) At(path string) bool { return f.byPath[path] != nil }

// ServeNamed serves a file under a fixed path that outlives its content, to
// pages of other origins: the embed script. It is asked for again after five
// minutes, and is short to answer when nothing has changed.
func (f *Files) ServeNamed(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		file := f.byName[name]
		if file == nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Cache-Control", "public, max-age=300")
		etag := `"` + file.Integrity[len("sha384-"):][:24] + `"`
		h.Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		file.serve(w, r)
	}
}

func (file *File) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Vary", "Accept-Encoding")
	body := file.Plain
	switch Encoding(r.Header.Get("Accept-Encoding")) {
	case "br":
		h.Set("Content-Encoding", "br")
		body = file.Brotli
	case "gzip":
		h.Set("Content-Encoding", "gzip")
		body = file.Gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// Encoding is the content coding to answer with for an Accept-Encoding header:
// "br", "gzip", or "" for none. A coding with q=0 is refused by the client.
func Encoding(accept string) string {
	best := ""
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		if q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); found {
			if v, err := strconv.ParseFloat(q, 64); err != nil || v == 0 {
				continue
			}
		}
		switch strings.TrimSpace(name) {
		case "br":
			return "br"
		case "gzip":
			best = "gzip"
		}
	}
	return best
}
