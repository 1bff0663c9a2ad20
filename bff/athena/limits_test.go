package athena

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// limited is an upstream whose API answers announce what is left.
func limited(t *testing.T, left *atomic.Int32) *recorder {
	return record(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil // the tests' clock is not the server's
		w.Header().Set("X-RateLimit-Limit", "50000")
		w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(int(left.Load())))
		io.WriteString(w, `[{"departmentid":"7","success":true,"epaymentid":1}]`)
	})
}

// 3: the day's calls. At 0 nothing is sent until midnight GMT.
func TestDailyLimit(t *testing.T) {
	var clock clock
	var left atomic.Int32
	left.Store(2)
	upstream := limited(t, &left)
	c := connect(t, upstream.URL, func(c *Config) { c.Now = clock.now })
	if l := c.Limits().Daily; l.Known {
		t.Errorf("before the first answer: %+v", l)
	}
	read := func() error {
		_, err := c.AcceptedCards(t.Context(), dana)
		return err
	}
	if err := read(); err != nil {
		t.Fatal(err)
	}
	midnight := clock.now().UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
	if l := c.Limits().Daily; l != (Limit{Known: true, Limit: 50000, Remaining: 2, Resets: midnight}) {
		t.Errorf("%+v", l)
	}
	left.Store(0)
	if o := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111")); o.State != payment.Succeeded {
		t.Errorf("the last call: %+v", o)
	}
	for range 3 {
		err := read()
		if e, ok := errors.AsType[*Error](err); !ok || e.Fault != FaultOurs || e.Message != "daily limit reached" || e.Status != 0 {
			t.Errorf("without calls: %#v", err)
		}
		if err := c.EmailReceipt(t.Context(), dana, "1", "a@example.com"); err == nil {
			t.Error("an e-mail without calls")
		}
		if o := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111")); o.State != payment.NotSent || o.Refusal != payment.RefusedBusy {
			t.Errorf("a charge without calls: %+v", o)
		}
	}
	if n := upstream.count(); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
	left.Store(49999)
	clock.pass(midnight.Sub(clock.now()) - time.Second)
	if read() == nil {
		t.Error("a second before midnight GMT: sent")
	}
	clock.pass(time.Second)
	if err := read(); err != nil || c.Limits().Daily.Remaining != 49999 {
		t.Errorf("after midnight GMT: %v, %+v", err, c.Limits())
	}
}

// Answers come in any order, and one from before midnight says nothing about
// the day after.
func TestWindow(t *testing.T) {
	now := time.Date(2026, 11, 21, 23, 59, 50, 0, time.UTC)
	w := &window{length: 24 * time.Hour, clock: func() time.Time { return now }}
	hear := func(limit, remaining string, date time.Time) string {
		h := http.Header{"X-Ratelimit-Limit": {limit}, "X-Ratelimit-Remaining": {remaining}}
		if !date.IsZero() {
			h.Set("Date", date.Format(http.TimeFormat))
		}
		w.observe(now, h)
		l := w.now()
		return fmt.Sprint(l.Known, " ", l.Limit, " ", l.Remaining)
	}
	none := time.Time{}
	for i, step := range []struct{ got, want string }{
		{hear("", "", none), "false 0 0"},
		{hear("5", "x", none), "false 0 0"},
		{hear("0", "0", none), "false 0 0"}, // a limit of nothing is none
		{hear("-1", "0", none), "false 0 0"},
		{hear("100", "8", none), "true 100 8"},
		{hear("100", "9", none), "true 100 8"}, // overtaken
		{hear("100", "7", none), "true 100 7"},
		{hear("500", "400", none), "true 500 400"}, // raised
		{hear("500", "-3", none), "true 500 0"},
	} {
		if step.got != step.want {
			t.Errorf("step %d: %s, want %s", i, step.got, step.want)
		}
	}
	// Our clock is past midnight, the upstream's is not yet.
	now = now.Add(15 * time.Second)
	if got := hear("500", "0", now.Add(-10*time.Second)); got != "false 0 0" {
		t.Errorf("yesterday's answer: %s", got)
	}
	if got := hear("500", "499", now); got != "true 500 499" {
		t.Errorf("today's answer: %s", got)
	}
	// A Date that is far off is not believed.
	if got := hear("500", "300", now.Add(-48*time.Hour)); got != "true 500 300" {
		t.Errorf("an odd Date: %s", got)
	}
}

// 2.12: token requests a minute, as announced, and after a 429 none until the
// top of the next minute.
func TestTokenLimit(t *testing.T) {
	for _, test := range []struct{ status, remaining, requests int }{{200, 1, 2}, {200, 0, 1}, {429, -1, 1}} {
		var clock clock
		var requests atomic.Int32
		upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != tokenPath {
				io.WriteString(w, `[{"departmentid":"7"}]`)
				return
			}
			n := int(requests.Add(1))
			w.Header()["Date"] = nil
			w.Header().Set("Content-Type", "application/json")
			if test.remaining >= 0 {
				w.Header().Set("X-RateLimit-Limit", "5")
				w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(max(0, test.remaining-n+1)))
			}
			w.WriteHeader(test.status)
			fmt.Fprintf(w, `{"token_type":"Bearer","expires_in":"1","access_token":"t%d"}`, n)
		}))
		c := connect(t, upstream.URL, func(c *Config) { c.Now = clock.now })
		var err error
		for range 5 { // the token runs out between any two
			_, err = c.AcceptedCards(t.Context(), dana)
			clock.pass(time.Second)
		}
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Fault != FaultOurs || e.Message != "limit of token requests reached" || int(requests.Load()) != test.requests {
			t.Errorf("%+v: %#v after %d token requests", test, err, requests.Load())
		}
		if !c.Limits().Tokens.Exhausted() {
			t.Errorf("%+v: %+v", test, c.Limits())
		}
		o := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
		if o.State != payment.NotSent || o.Refusal != payment.RefusedBusy {
			t.Errorf("%+v: charge %+v", test, o)
		}
		clock.pass(time.Minute)
		c.AcceptedCards(t.Context(), dana)
		if int(requests.Load()) == test.requests {
			t.Errorf("%+v: no token request in the next minute", test)
		}
		upstream.Close()
	}
}

// Over time at most a tenth of the reads is repeated.
func TestRetryBudget(t *testing.T) {
	upstream := record(t, answering(http.StatusServiceUnavailable, ""))
	c := connect(t, upstream.URL)
	const reads = 300
	for range reads {
		if err := c.Ping(t.Context(), 195900); err == nil {
			t.Fatal("no error")
		}
	}
	if n := upstream.count(); n > reads+reads/10+retryBurst || n < reads+reads/10 {
		t.Errorf("%d calls for %d reads", n, reads)
	}
}

// A 429, or a gateway in trouble, may count something else in the headers of
// the daily limit: it stops nothing for the rest of the day.
func TestLimitsOfRefusalsAreNotTheDays(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		busy := true
		upstream := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
			if busy {
				busy = false
				w.Header().Set("X-RateLimit-Limit", "15")
				w.Header().Set("X-RateLimit-Remaining", "0")
				w.WriteHeader(status)
				return
			}
			io.WriteString(w, `[{"departmentid":"7","ecommercecreditcardtypes":["VI"]}]`)
		})
		c := connect(t, upstream.URL)
		c.AcceptedCards(t.Context(), dana)
		if d, err := c.AcceptedCards(t.Context(), dana); err != nil || len(d.Brands) != 1 {
			t.Errorf("after a %d: %v, %v", status, d, err)
		}
		if l := c.Limits().Daily; l.Known {
			t.Errorf("after a %d: %+v", status, l)
		}
	}
}

// A practice that is not granted to us does not use up the token requests of
// the others, whatever is asked of it how often.
func TestUngrantedPracticeKeepsTheToken(t *testing.T) {
	upstream := athenatest.StartWith(t, athenatest.Options{})
	c := connect(t, upstream.URL)
	foreign := dana
	foreign.Practice = 195901
	for range 8 {
		c.VoidPayment(t.Context(), foreign, "61234")
		c.AcceptedCards(t.Context(), foreign)
		c.EmailReceipt(t.Context(), foreign, "61234", "dana@mail.example")
	}
	if _, err := c.AcceptedCards(t.Context(), dana); err != nil || upstream.Count("token") != 1 {
		t.Errorf("%v after %d token requests", err, upstream.Count("token"))
	}
}

// What can wait is left for another day when less than a quarter of this one's calls is
// there.
func TestSpareCalls(t *testing.T) {
	for _, row := range []struct {
		l     Limit
		spare bool
	}{
		{Limit{}, true}, {Limit{Known: true, Limit: 100, Remaining: 26}, true}, {Limit{Known: true, Limit: 100, Remaining: 25}, false}, {Limit{Known: true, Limit: 100}, false},
	} {
		if got := (Limits{Daily: row.l}).Spare(); got != row.spare {
			t.Errorf("%+v: %t", row.l, got)
		}
	}
}
