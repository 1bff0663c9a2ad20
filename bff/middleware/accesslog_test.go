package middleware

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A panic after the answer began cannot change the status any more; it is
// logged all the same, and the server goes on.
func TestPanicAfterTheAnswer(t *testing.T) {
	t.Parallel()
	var logs bytes.Buffer
	var told []string
	handler := AccessLog(slog.New(slog.NewTextHandler(&logs, nil)), time.Now, func(w http.ResponseWriter, _ *http.Request, _ error) {
		http.Error(w, "failed", http.StatusInternalServerError)
	}, func(route string, status int, _ time.Duration) { told = append(told, fmt.Sprint(route, " ", status)) }, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Write([]byte("begun"))
		panic("panic-secret")
	}))
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	if rec.Code != http.StatusOK || rec.Body.String() != "begun" {
		t.Errorf("%d %q", rec.Code, rec.Body)
	}
	if len(told) != 1 || told[0] != "none 200" {
		t.Errorf("told: %q", told)
	}
	if log := logs.String(); !strings.Contains(log, "msg=panic") || strings.Contains(log, "secret") || !strings.Contains(log, "status=200 bytes=5") {
		t.Errorf("log: %s", log)
	}
}
