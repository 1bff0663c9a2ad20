package athena

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"paypane/web/payment"
)

// hanging answers with a token, and nothing else until whoever asks goes away.
type hanging struct {
	mu    sync.Mutex
	asked []string
}

func (h *hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, "token") {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
			Body: io.NopCloser(strings.NewReader(`{"access_token":"t","expires_in":"3600","token_type":"Bearer"}`))}, nil
	}
	h.mu.Lock()
	h.asked = append(h.asked, r.URL.RequestURI())
	h.mu.Unlock()
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// Whoever waits for a read that hangs is told in time, whatever number of tries is
// behind it, and what is owed is still asked for without the history. Where nobody
// waits, each try has its time.
func TestReadThatHangsEndsForWhoWaits(t *testing.T) {
	const within = 4500 * time.Millisecond
	for name, read := range map[string]func(context.Context, *Client) error{
		"statement": func(ctx context.Context, c *Client) error { _, err := c.Statement(ctx, dana); return err },
		"visit": func(ctx context.Context, c *Client) error {
			_, err := c.Statement(ctx, payment.Patient{Practice: dana.Practice, Department: dana.Department, ID: dana.ID, Appointment: 1})
			return err
		},
		"receipts":   func(ctx context.Context, c *Client) error { _, err := c.Receipts(ctx, dana); return err },
		"department": func(ctx context.Context, c *Client) error { _, err := c.Department(ctx, dana); return err },
	} {
		for _, waits := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				upstream, until := &hanging{}, time.Now().Add(within)
				c, err := New(Config{URL: "http://127.0.0.1:1", ClientID: "demo", ClientSecret: "demo", Transport: upstream,
					Until: func(context.Context) (time.Time, bool) { return until, waits }})
				if err != nil {
					t.Fatal(err)
				}
				begun := time.Now()
				if err := read(t.Context(), c); err == nil {
					t.Fatalf("%s: read from an upstream that hangs", name)
				}
				if took := time.Since(begun); waits != (took <= within) {
					t.Errorf("%s, somebody waits: %v: %v of %v", name, waits, took, within)
				}
				less := slices.ContainsFunc(upstream.asked, func(address string) bool {
					return strings.Contains(address, "/patients/") && !strings.Contains(address, "showallclaims")
				})
				if name == "statement" && !less {
					t.Errorf("what is owed was not asked for without the history: %v", upstream.asked)
				}
			})
		}
	}
}
