package athena

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/tier"
	"paypane/web/payment"
)

// lifetime is a testing.TB whose cleanups run at its own end: thousands of
// simulators would otherwise stay until the end of the test.
type lifetime struct {
	testing.TB
	ends []func()
}

func (l *lifetime) Cleanup(f func()) { l.ends = append(l.ends, f) }

func (l *lifetime) end() {
	for _, f := range slices.Backward(l.ends) {
		f()
	}
}

// oneAfterTheOther starts simulators at one address. To listen anew for each of
// thousands costs more than all the rest. Nothing may be under way at one when
// the next is started.
func oneAfterTheOther(t testing.TB) starting {
	var now atomic.Pointer[athenatest.Server]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { now.Load().ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	return func(_ testing.TB, o athenatest.Options) *athenatest.Server {
		s := athenatest.New(o)
		s.URL = server.URL
		now.Store(s)
		return s
	}
}

// cutWrite is a write, and how it ends when nothing is cut.
type cutWrite struct {
	simCall
	state payment.WriteState
}

// cutWrites are all writes that go out by send, and Collect by each kind of
// answer that the simulator has to it.
func cutWrites() (all []cutWrite) {
	for _, call := range simWrites() {
		if call.method != "EmailReceipt" { // goes out like a read
			all = append(all, cutWrite{call, payment.WriteDone})
		}
	}
	collect := func(name string, lines payment.Charge, number string) simCall {
		return simCall{method: name, endpoints: []string{"collectpayment"}, write: true,
			do: func(ctx context.Context, c *Client, s *simulation) simResult {
				return charged(c.Collect(ctx, lee, lines, cardOf(s.t, number)))
			}}
	}
	array := collect("Collect, in an array", leePays, "4111111111111111")
	array.prepare, array.handle, array.changes = stored, payment.Handle{Payment: "61235"}, simMade["CollectStored"].changes
	elsewhere := payment.Charge{Lines: []payment.Line{
		{Bill: "claim-999", Kind: payment.Claim, Number: "999", Amount: payment.Cents(1000), Balance: payment.Cents(3010)}}}
	return append(all, cutWrite{array, payment.WriteDone},
		cutWrite{collect("Collect, declined", leePays, "4000000000000002"), payment.WriteRefused},
		cutWrite{collect("Collect, refused", elsewhere, "4111111111111111"), payment.WriteRefused})
}

// cutTrial is a simulator and a client that reaches it through a proxy.
type cutTrial struct {
	*lifetime
	*simulation
	write  cutWrite
	proxy  *cutProxy
	client *Client
	asked  int
	booked int
	tries  int
}

func (w cutWrite) try(t testing.TB, start starting, proxy *cutProxy, change ...func(*Config)) *cutTrial {
	t.Helper()
	life := &lifetime{TB: t}
	s := simulateBy(start, life, w.simCall)
	if _, err := s.tools.tokens.token(t.Context()); err != nil {
		t.Fatal(err)
	}
	client := s.client(append(change, func(c *Config) { c.URL = proxy.url })...)
	client.tokens = s.tools.tokens // so that only the write goes through the proxy
	return &cutTrial{lifetime: life, simulation: s, write: w, proxy: proxy, client: client,
		asked: s.Count(w.endpoints[0]), booked: len(s.Book())}
}

// cut sends the write once over a connection that is cut.
func (c *cutTrial) cut(at cutPoint) (payment.Write, carried) {
	c.tries++
	c.proxy.orders <- cutOrder{c.URL, at}
	got := c.write.do(c.simulation.t.Context(), c.client, c.simulation).write
	select {
	case over := <-c.proxy.carried:
		return got, over
	case <-c.proxy.orders:
		return got, carried{err: errors.New("no connection")}
	}
}

// judge compares what is believed of a write with what the simulator knows.
// before is the simulator's state without it.
func (c *cutTrial) judge(t *testing.T, at cutPoint, got payment.Write, over carried, before []string) {
	t.Helper()
	name := c.write.method
	if over.err != nil {
		t.Fatalf("%s, %+v: proxy: %v", name, at, over.err)
	}
	switch got.State {
	case payment.WriteDone:
		if !over.whole || got.Handle != c.write.handle {
			t.Errorf("%s, %+v: %+v; the answer's %d bytes were whole: %t", name, at, got, over.answer, over.whole)
		}
		if changes := change(before, c.state()); changes != c.write.changes {
			t.Errorf("%s, %+v: %+v, but changed\n%s", name, at, got, changes)
		}
	case payment.WriteRefused, payment.WriteNotSent:
		if changes := change(before, c.state()); changes != "" {
			t.Errorf("%s, %+v: %+v, but changed\n%s", name, at, got, changes)
		}
	case payment.WriteUnknown:
		if over.whole && at.how == closes {
			t.Errorf("%s: unknown with the whole answer: %+v", name, got)
		}
	default:
		t.Errorf("%s, %+v: %+v", name, at, got)
	}
	if over.whole && at.how == closes && got.State != c.write.state {
		t.Errorf("%s: %+v with the whole answer, want %s", name, got, c.write.state)
	}
}

// end stops the simulator, which then has done all that it will, and checks
// that no write came twice. acted is whether one may have come whole.
func (c *cutTrial) end(t *testing.T, acted bool) {
	t.Helper()
	c.lifetime.end()
	if n := c.Count(c.write.endpoints[0]) - c.asked; n > c.tries || len(c.proxy.carried) > 0 {
		t.Errorf("%s: %d requests and %d connections too many for %d writes", c.write.method, n, len(c.proxy.carried), c.tries)
	}
	if n := len(c.Book()) - c.booked; n > 1 || n > 0 && (!acted || c.write.state != payment.WriteDone) {
		t.Errorf("%s: %d movements of money", c.write.method, n)
	}
}

// Every write, with the connection cut after every byte of the request and
// after every byte of the answer: what is believed is what the simulator knows,
// or that we do not know; and nothing is sent twice.
func TestWritesCutAnywhere(t *testing.T) {
	var requests, answers atomic.Int32
	t.Run("all", func(t *testing.T) {
		for _, w := range cutWrites() {
			t.Run(w.method, func(t *testing.T) {
				t.Parallel()
				r, a := w.cutAnywhere(t)
				requests.Add(int32(r))
				answers.Add(int32(a))
			})
		}
	})
	t.Logf("%d cuts of requests, %d of answers", requests.Load(), answers.Load())
}

func (w cutWrite) cutAnywhere(t *testing.T) (requests, answers int) {
	every := cutEvery
	switch {
	case testing.Short():
		every = max(every, 64)
	case !tier.IsDeep():
		every = max(every, 16)
	}
	proxy := startCutProxy(t)
	sound := w.try(t, athenatest.StartWith, proxy)
	before := sound.state()
	got, whole := sound.cut(never)
	sound.judge(t, never, got, whole, before)
	sound.end(t, true)

	// One simulator meets all the requests that are not whole, as nothing may
	// come of them.
	broken := w.try(t, athenatest.StartWith, proxy)
	for after := 0; after < whole.request; after += every {
		for _, how := range []string{closes, resets} {
			at := cutPoint{after: after, how: how}
			got, over := broken.cut(at)
			if over.err != nil {
				t.Fatalf("%s, %+v: %+v, proxy: %v", w.method, at, got, over.err)
			}
			// A reset at once can be quicker than the connecting.
			unconnected := at == cutPoint{how: resets} && strings.HasPrefix(got.Evidence, "no connection: ")
			if got.State != payment.WriteUnknown && !unconnected {
				t.Errorf("%s, %+v: %+v", w.method, at, got)
			}
			requests++
		}
	}
	if changes := change(before, broken.state()); changes != "" {
		t.Errorf("%s: requests in pieces changed\n%s", w.method, changes)
	}
	broken.end(t, false)

	next := oneAfterTheOther(t) // whose answer has come is done
	for _, how := range []string{closes, resets} {
		once := func(start starting, at cutPoint) {
			c := w.try(t, start, proxy)
			got, over := c.cut(at)
			c.judge(t, at, got, over, before)
			c.end(t, true)
		}
		once(athenatest.StartWith, cutPoint{after: whole.request, how: how})
		requests++
		for after := whole.answer; after >= 0; after -= every {
			once(next, cutPoint{answer: true, after: after, how: how})
			answers++
		}
	}
	return requests, answers
}

// An answer that stops coming, at some of its bytes: they all wait together.
func TestWritesStalledAnywhere(t *testing.T) {
	type stalled struct {
		*cutTrial
		at     cutPoint
		before []string
		got    payment.Write
		over   carried
	}
	var all []*stalled
	for _, w := range cutWrites() {
		sound := w.try(t, athenatest.StartWith, startCutProxy(t))
		before := sound.state()
		_, whole := sound.cut(never)
		sound.end(t, true)
		for _, after := range []int{0, 1, whole.answer / 2, whole.answer - 20, whole.answer - 2, whole.answer - 1} {
			c := w.try(t, athenatest.StartWith, startCutProxy(t), func(c *Config) { c.PayDeadline = time.Second })
			all = append(all, &stalled{cutTrial: c, at: cutPoint{answer: true, after: after, how: stalls}, before: before})
		}
	}
	var running sync.WaitGroup
	for _, s := range all {
		running.Go(func() { s.got, s.over = s.cut(s.at) })
	}
	running.Wait()
	for _, s := range all {
		s.judge(t, s.at, s.got, s.over, s.before)
		s.end(t, true)
	}
	t.Logf("%d stalls of answers", len(all))
}
