package metrics

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What was asked and answered is counted by line and by operation, with how long it
// took.
func TestTraffic(t *testing.T) {
	traffic := NewTraffic()
	traffic.Request("GET /pay", 200, 40*time.Millisecond)
	traffic.Request("GET /pay", 503, 4500*time.Millisecond)
	traffic.Call("read statement", "none", 5*time.Second)
	traffic.Call("collect payment", "done", 700*time.Millisecond)
	w := httptest.NewRecorder()
	Handler(announced{}, book{}, none, traffic).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{
		`paypane_requests_total{route="GET /pay",status="200"} 1`, `paypane_requests_total{route="GET /pay",status="503"} 1`,
		`paypane_request_seconds_bucket{route="GET /pay",le="0.05"} 1`, `paypane_request_seconds_bucket{route="GET /pay",le="5"} 2`,
		`paypane_upstream_calls_total{operation="read statement",outcome="none"} 1`, `paypane_upstream_calls_total{operation="collect payment",outcome="done"} 1`,
		`paypane_upstream_seconds_bucket{operation="collect payment",le="1"} 1`,
	} {
		if !strings.Contains(w.Body.String(), line+"\n") {
			t.Errorf("%s is missing", line)
		}
	}
}
