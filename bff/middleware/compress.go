package middleware

import (
	"compress/gzip"
	"io"
	"net/http"

	"github.com/andybalholm/brotli"

	"paypane/static"
)

// WriteCompressed sends a body in the smallest coding that the browser takes. The page
// weighs a third of its text then, which is felt on a slow line.
func WriteCompressed(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	var out io.WriteCloser
	coding := static.Encoding(r.Header.Get("Accept-Encoding"))
	switch coding {
	case "br":
		out = brotli.NewWriterLevel(w, 5)
	case "gzip":
		out = gzip.NewWriter(w)
	default:
		w.WriteHeader(status)
		_, err := w.Write(body)
		return err
	}
	w.Header().Set("Content-Encoding", coding)
	w.WriteHeader(status)
	if _, err := out.Write(body); err != nil {
		return err
	}
	return out.Close()
}
