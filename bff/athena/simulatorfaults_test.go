package athena

import (
	"errors"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

const (
	gatewayPage = "<html><body>Service Unavailable</body></html>"
	badToken    = `{"error":"Invalid Access Token.","detailedmessage":"The token has expired."}`
	tooMany     = `{"error":"Too many requests."}`
	forbidden   = `{"error":"Forbidden."}`
)

// A faultOnWrite is what the fault makes of every write.
type faultOnWrite struct {
	name    string
	fault   athenatest.Fault
	state   payment.WriteState
	refusal payment.Refusal
	answers bool // with a whole 200: see simCall.believes
}

func faultsOnWrites() []faultOnWrite {
	lost, refused := payment.WriteUnknown, payment.WriteRefused
	both := func(name string, f athenatest.Fault, answers bool) []faultOnWrite {
		before, after := f, f
		before.When, after.When = "before", "after"
		return []faultOnWrite{{"before, " + name, before, lost, "", answers}, {"after, " + name, after, lost, "", answers}}
	}
	var all []faultOnWrite
	all = append(all, both("cut", athenatest.Fault{Do: "cut"}, false)...)
	all = append(all, both("headers", athenatest.Fault{Do: "headers"}, false)...)
	all = append(all, both("delay", athenatest.Fault{Do: "delay", Delay: time.Hour}, false)...)
	all = append(all, both("502", athenatest.Fault{Do: "status", Status: 502}, false)...)
	all = append(all, both("403", athenatest.Fault{Do: "status", Status: 403, Body: forbidden, ContentType: "application/json"}, false)...)
	all = append(all, both("nonsense", athenatest.Fault{Do: "body", Body: gatewayPage, ContentType: "text/html"}, true)...)
	all = append(all, both("half an answer", athenatest.Fault{Do: "body", Body: `{"success":"true",`, ContentType: "application/json"}, true)...)
	all = append(all, both("empty", athenatest.Fault{Do: "body"}, true)...)
	// These are refusals: nobody sends them after the act.
	return append(all,
		faultOnWrite{"before, 401", athenatest.Fault{When: "before", Do: "status", Status: 401, Body: badToken, ContentType: "application/json"}, refused, payment.RefusedByUpstream, false},
		faultOnWrite{"before, 429", athenatest.Fault{When: "before", Do: "status", Status: 429, Body: tooMany, ContentType: "application/json"}, refused, payment.RefusedBusy, false})
}

// faultedWrite is a write under way.
type faultedWrite struct {
	call   simCall
	on     faultOnWrite
	s      *simulation
	client *Client
	before []string
	asked  int
	got    payment.Write
}

// meet prepares a write that will meet a fault.
func meet(t *testing.T, call simCall, on faultOnWrite, change ...func(*Config)) *faultedWrite {
	t.Helper()
	s := simulate(t, call)
	f := &faultedWrite{call: call, on: on, s: s, client: s.client(change...), before: s.state(), asked: s.Count(call.endpoints[0])}
	if _, err := f.client.tokens.token(t.Context()); err != nil {
		t.Fatal(err)
	}
	on.fault.Endpoint = call.endpoints[0]
	s.Fault(on.fault)
	return f
}

func (f *faultedWrite) run() { f.got = f.call.do(f.s.t.Context(), f.client, f.s).write }

// check is that the write is told for what it is, was sent once, and has been
// done exactly where the endpoint ran.
func (f *faultedWrite) check(t *testing.T) {
	t.Helper()
	name := f.call.method + ", " + f.on.name
	state := f.on.state
	if f.on.answers && f.call.believes != "" {
		state = payment.WriteDone
	}
	if f.got.State != state || f.got.Refusal != f.on.refusal || f.got.Evidence == "" || f.got.Handle != (payment.Handle{}) {
		t.Errorf("%s: %+v; want %s %q", name, f.got, state, f.on.refusal)
	}
	if n := f.s.Count(f.call.endpoints[0]) - f.asked; n != 1 {
		t.Errorf("%s: sent %d times", name, n)
	}
	want := ""
	if f.on.fault.When == "after" {
		want = f.call.changes
	}
	if got := change(f.before, f.s.state()); got != want {
		t.Errorf("%s: changed\n%s\nwant\n%s", name, got, want)
	}
	if pending, spent := f.s.Faults(); len(pending) != 0 || len(spent) != 1 {
		t.Errorf("%s: faults %v, %v", name, pending, spent)
	}
}

// Every write by every fault: what is known of it, that it is sent once, and
// what became of it.
func TestSimulatorWriteFaults(t *testing.T) {
	for _, call := range simWrites() {
		t.Run(call.method, func(t *testing.T) {
			t.Parallel()
			for _, on := range faultsOnWrites() {
				if on.fault.Do != "delay" {
					f := meet(t, call, on)
					f.run()
					f.check(t)
				}
			}
		})
	}
}

// Those that wait for the deadline wait together.
func TestSimulatorWriteDelays(t *testing.T) {
	// All are waited for at once, so the deadline is for a machine that is busy with them.
	const deadline = 4 * time.Second
	var all []*faultedWrite
	for _, call := range simWrites() {
		for _, on := range faultsOnWrites() {
			if on.fault.Do == "delay" {
				all = append(all, meet(t, call, on, func(c *Config) { c.PayDeadline, c.ReadDeadline = deadline, deadline }))
			}
		}
	}
	var running sync.WaitGroup
	for _, f := range all {
		running.Go(f.run)
	}
	running.Wait()
	for _, f := range all {
		f.check(t)
	}
}

// A faultOnRead is what a fault makes of every read when it happens once, and
// when it does not end. tries is how often the endpoint is asked; fault is
// empty where the read succeeds.
type faultOnRead struct {
	name                   string
	fault                  athenatest.Fault
	onceTries, alwaysTries int
	onceFault, alwaysFault payment.Fault
	tokens                 int  // requests, with the fault once
	answers, page          bool // a whole 200, and of HTML: see simCall
}

func faultsOnReads() []faultOnRead {
	const json = "application/json"
	up, net := payment.FaultUpstream, payment.FaultNetwork
	status := func(code int, body string) athenatest.Fault {
		return athenatest.Fault{When: "before", Do: "status", Status: code, Body: body, ContentType: json}
	}
	return []faultOnRead{
		{name: "cut before", fault: athenatest.Fault{When: "before", Do: "cut"}, onceTries: 2, alwaysTries: 3, alwaysFault: net},
		{name: "cut after", fault: athenatest.Fault{When: "after", Do: "cut"}, onceTries: 2, alwaysTries: 3, alwaysFault: net},
		{name: "headers", fault: athenatest.Fault{When: "after", Do: "headers"}, onceTries: 2, alwaysTries: 3, alwaysFault: net},
		{name: "502", fault: athenatest.Fault{When: "before", Do: "status", Status: 502}, onceTries: 2, alwaysTries: 3, alwaysFault: up},
		{name: "503 after", fault: athenatest.Fault{When: "after", Do: "status", Status: 503}, onceTries: 2, alwaysTries: 3, alwaysFault: up},
		{name: "delay before", fault: athenatest.Fault{When: "before", Do: "delay", Delay: time.Millisecond}, onceTries: 2, alwaysTries: 3, alwaysFault: up}, // a 504
		{name: "delay after", fault: athenatest.Fault{When: "after", Do: "delay", Delay: time.Millisecond}, onceTries: 1, alwaysTries: 1},                    // within the deadline
		{name: "401", fault: status(401, badToken), onceTries: 2, alwaysTries: 2, alwaysFault: payment.FaultOurs, tokens: 2},
		{name: "403", fault: status(403, forbidden), onceTries: 1, alwaysTries: 1, onceFault: payment.FaultPractice, alwaysFault: payment.FaultPractice},
		{name: "429", fault: status(429, tooMany), onceTries: 1, alwaysTries: 1, onceFault: up, alwaysFault: up},
		// A 200 is the answer: it is not asked for again.
		{name: "page", fault: athenatest.Fault{When: "after", Do: "body", Body: gatewayPage, ContentType: "text/html"}, onceTries: 1, alwaysTries: 1, onceFault: up, alwaysFault: up, answers: true, page: true},
		{name: "half an answer", fault: athenatest.Fault{When: "after", Do: "body", Body: `[{"x":"y"`, ContentType: json}, onceTries: 1, alwaysTries: 1, onceFault: up, alwaysFault: up, answers: true},
		{name: "empty", fault: athenatest.Fault{When: "after", Do: "body", ContentType: json}, onceTries: 1, alwaysTries: 1, onceFault: up, alwaysFault: up, answers: true},
	}
}

// Every read by every fault of each endpoint that it asks: right, or an error
// that says whose fault it is, and never something else.
func TestSimulatorReadFaults(t *testing.T) {
	for _, call := range simReads() {
		t.Run(call.method, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, call)
			for _, endpoint := range call.endpoints {
				for _, on := range faultsOnReads() {
					if on.answers && call.believes != "" {
						continue
					}
					on.fault.Endpoint, on.fault.Times = endpoint, 1
					s.readFaulted(t, call, on, on.onceTries, max(1, on.tokens), on.onceFault)
					on.fault.Times = 1000
					s.readFaulted(t, call, on, on.alwaysTries, max(1, on.tokens), on.alwaysFault)
					call.good(t, call.do(t.Context(), s.client(), s)) // when it is over
				}
			}
		})
	}
}

func (s *simulation) readFaulted(t *testing.T, call simCall, on faultOnRead, tries, tokens int, fault payment.Fault) {
	t.Helper()
	asked, keys := s.Count(on.fault.Endpoint), s.Count("token")
	s.Fault(on.fault)
	got := call.do(t.Context(), s.client(), s)
	s.ClearFaults()
	if n, k := s.Count(on.fault.Endpoint)-asked, s.Count("token")-keys; n != tries || k != tokens {
		t.Errorf("%s, %s %s × %d: asked %d times with %d tokens, want %d with %d", call.method, on.fault.Endpoint, on.name, on.fault.Times, n, k, tries, tokens)
	}
	if fault == "" {
		call.good(t, got)
		return
	}
	if e, ok := errors.AsType[*Error](got.err); !ok || e.Fault != fault || e.Op == "" {
		t.Errorf("%s, %s %s × %d: %q, %#v; want an error, fault %s", call.method, on.fault.Endpoint, on.name, on.fault.Times, got.value, got.err, fault)
	}
}

// A read whose answer does not come is tried again after its deadline, and is
// right then.
func TestSimulatorReadDelays(t *testing.T) {
	type late struct {
		call   simCall
		s      *simulation
		client *Client
		asked  int
		got    simResult
	}
	var all []*late
	for _, call := range simReads() {
		l := &late{call: call, s: simulate(t, call)}
		l.client = l.s.client(func(c *Config) { c.ReadDeadline = 2 * time.Second })
		if _, err := l.client.tokens.token(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.asked = l.s.Count(call.endpoints[0])
		l.s.Fault(athenatest.Fault{Endpoint: call.endpoints[0], When: "after", Do: "delay", Delay: time.Hour})
		all = append(all, l)
	}
	var running sync.WaitGroup
	for _, l := range all {
		running.Go(func() { l.got = l.call.do(t.Context(), l.client, l.s) })
	}
	running.Wait()
	for _, l := range all {
		l.call.good(t, l.got)
		if n := l.s.Count(l.call.endpoints[0]) - l.asked; n != 2 {
			t.Errorf("%s: asked %d times", l.call.method, n)
		}
	}
}
