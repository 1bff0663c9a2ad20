package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func load(t *testing.T) *Files {
	t.Helper()
	f, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Every file is served under a path that carries its content, the same bytes in
// every coding, and its integrity is that of the bytes.
func TestEveryFileInEveryCoding(t *testing.T) {
	f := load(t)
	if len(f.byPath) < 6 {
		t.Fatalf("only %d files", len(f.byPath))
	}
	for path, file := range f.byPath {
		sum := sha512.Sum384(file.Plain)
		if want := "sha384-" + base64.StdEncoding.EncodeToString(sum[:]); file.Integrity != want {
			t.Errorf("%s: integrity %s", path, file.Integrity)
		}
		for accept, coding := range map[string]string{"br": "br", "gzip": "gzip", "": "", "gzip, deflate, br": "br", "br;q=0, gzip": "gzip", "identity": ""} {
			w := get(f, path, "Accept-Encoding", accept)
			if got := w.Header().Get("Content-Encoding"); got != coding {
				t.Errorf("%s for %q comes as %q", path, accept, got)
			}
			var r io.Reader = w.Body
			switch coding {
			case "br":
				r = brotli.NewReader(r)
			case "gzip":
				z, err := gzip.NewReader(r)
				if err != nil {
					t.Fatal(err)
				}
				r = z
			}
			body, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(body, file.Plain) {
				t.Errorf("%s for %q: %d bytes of %d, %v", path, accept, len(body), len(file.Plain), err)
			}
			for name, want := range map[string]string{"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding", "Content-Type": file.Type} {
				if got := w.Header().Get(name); got != want || want == "" {
					t.Errorf("%s: %s is %q", path, name, got)
				}
			}
		}
	}
}

func TestUnknownPathsAreNotFound(t *testing.T) {
	f := load(t)
	for _, path := range []string{"/static/", "/static/paypane.css", "/static/embed.go", "/static/../static/embed.go", strings.Replace(f.Named("paypane.css").Path, "-", "-0", 1)} {
		if w := get(f, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// The style sheet names its pictures by their content, too.
func TestStyleSheetNamesHashedPictures(t *testing.T) {
	f := load(t)
	if css := string(f.Named("paypane.css").Plain); !strings.Contains(css, "url("+f.Named("brands.svg").Path+")") || strings.Contains(css, "url(brands.svg)") {
		t.Error("the picture of the brands is not named by its hash")
	}
}

// The embed script has a path that stays, may be read by other origins, and
// answers briefly when nothing has changed.
func TestEmbedScript(t *testing.T) {
	f := load(t)
	h := f.ServeNamed("pay-pane.js")
	w := get(h, "/embed/v1/pay-pane.js")
	if w.Code != http.StatusOK || w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if again := get(h, "/embed/v1/pay-pane.js", "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("the same again: %d, %d bytes", again.Code, again.Body.Len())
	}
	if w := get(f.ServeNamed("other.js"), "/"); w.Code != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", w.Code)
	}
}
