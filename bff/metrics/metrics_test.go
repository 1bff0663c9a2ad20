package metrics

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena"
	"paypane/bff/ledger"
	"paypane/bff/velocity"
	"paypane/web/payment"
)

type book ledger.Standing

func (b book) Standing(context.Context) (ledger.Standing, error) {
	if b.UnderWay < 0 {
		return ledger.Standing{}, errors.New("disk")
	}
	return ledger.Standing(b), nil
}

func (b book) Work(context.Context) (ledger.Work, error) {
	return ledger.Work{Reviews: map[payment.Kind]int{payment.KindRecord: 2, payment.KindVendorPayment: 1, payment.KindCharge: 4, payment.KindPlan: 1, payment.KindVoid: 1, payment.KindAdjust: 1},
		Tasks: map[ledger.TaskKind]int{ledger.TaskReverse: 5}}, nil
}

type announced athena.Limits

func (a announced) Limits() athena.Limits { return athena.Limits(a) }

func none() velocity.Numbers { return velocity.Numbers{} }

// What became of cards is told for each outcome and each limit, also before there
// is any: a rate needs its beginning.
func TestCards(t *testing.T) {
	show := func(n velocity.Numbers) string {
		w := httptest.NewRecorder()
		Handler(announced{}, book{}, func() velocity.Numbers { return n }, NewTraffic()).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		return w.Body.String()
	}
	for _, c := range []struct {
		n    velocity.Numbers
		want []string
	}{
		{velocity.Numbers{}, []string{`paypane_cards_total{outcome="declined"} 0`, `paypane_cards_stopped_total{limit="circuit"} 0`, "paypane_card_circuits_open 0"}},
		{velocity.Numbers{Ended: map[payment.State]int{payment.Declined: 3}, Refused: map[string]int{"session": 4}, Open: 1},
			[]string{`paypane_cards_total{outcome="declined"} 3`, `paypane_cards_stopped_total{limit="session"} 4`, "paypane_card_circuits_open 1"}},
	} {
		body := show(c.n)
		for _, line := range c.want {
			if !strings.Contains(body, line+"\n") {
				t.Errorf("%s is missing", line)
			}
		}
	}
}

func TestLimitsAreShownOnceTheyAreKnown(t *testing.T) {
	get := func(a announced) string {
		server := httptest.NewServer(Handler(a, book{}, none, NewTraffic()))
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

func TestPaymentsWithoutAnAnswer(t *testing.T) {
	show := func(b book) string {
		w := httptest.NewRecorder()
		Handler(announced{}, b, none, NewTraffic()).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		return w.Body.String()
	}
	body := show(book{UnderWay: 2, Unknown: 3, NeedsReview: 1, Oldest: time.Now().Add(-time.Hour)})
	for _, line := range []string{`paypane_attempts{standing="under_way"} 2`, `paypane_attempts{standing="unknown"} 3`,
		`paypane_worklist{kind="payments"} 4`, `paypane_worklist{kind="recordings"} 3`, `paypane_worklist{kind="undone"} 2`, `paypane_worklist{kind="agreed"} 1`,
		`paypane_worklist{kind="reverse"} 5`, `paypane_worklist{kind="refund"} 0`, `paypane_worklist{kind="ended"} 0`,
		`paypane_attempts{standing="asked"} 1`, "paypane_oldest_unknown_seconds 36"} {
		if !strings.Contains(body, line) {
			t.Errorf("%s is missing", line)
		}
	}
	if body := show(book{}); !strings.Contains(body, "paypane_oldest_unknown_seconds 0\n") {
		t.Error("nothing is unknown, and something is old")
	}
	if body := show(book{UnderWay: -1}); strings.Contains(body, "paypane_attempts") {
		t.Error("tells what could not be read")
	}
}
