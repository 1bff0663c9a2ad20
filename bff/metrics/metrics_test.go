package metrics

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"paypane/bff/athena"
)

type announced athena.Limits

func (a announced) Limits() athena.Limits { return athena.Limits(a) }

func TestLimitsAreShownOnceTheyAreKnown(t *testing.T) {
	get := func(a announced) string {
		server := httptest.NewServer(Handler(a))
		defer server.Close()
		resp, err := http.Get(server.URL + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp.Status, err)
		}
		return string(body)
	}
	if body := get(announced{}); strings.Contains(body, "paypane_upstream") {
		t.Errorf("nothing was announced: %s", body)
	}
	body := get(announced{Daily: athena.Limit{Known: true, Limit: 50000, Remaining: 123}})
	for _, line := range []string{`paypane_upstream_limit{window="day"} 50000`, `paypane_upstream_remaining{window="day"} 123`} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("%s is missing: %s", line, body)
		}
	}
	if strings.Contains(body, `window="minute"`) {
		t.Error("the minute's limit was not announced")
	}
}
