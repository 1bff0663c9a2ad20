package bff

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/andybalholm/brotli"

	"paypane/bff/athena/athenatest"
	"paypane/bff/staff"
)

// The page of a day of 400 visits stays light: it is read again every few minutes.
func TestTodaysPageIsLight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{patients: athenatest.Crowd(400)})
	a := w.staffed("ana", staff.Manager).get("/desk")
	if a.status != http.StatusOK || !a.says("400 visits") {
		t.Fatalf("%d %.500s", a.status, a.body)
	}
	var packed bytes.Buffer
	to := brotli.NewWriterLevel(&packed, 5)
	if _, err := to.Write([]byte(a.body)); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d in brotli", len(a.body), packed.Len())
	if len(a.body) > 330_000 || packed.Len() > 21_000 { // 30,000 of them name the columns for phones, 800 in brotli
		t.Errorf("%d bytes, %d in brotli", len(a.body), packed.Len())
	}
}
