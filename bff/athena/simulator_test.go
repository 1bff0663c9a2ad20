package athena

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// simulation is a simulator in which what a call needs has been made.
type simulation struct {
	*athenatest.Server
	t     testing.TB
	tools *Client // meets no faults: faults come after its last write
	card  *payment.Card
	id    string // of what prepare made
}

// simulate starts one and prepares it for a call.
func simulate(t testing.TB, call simCall) *simulation {
	t.Helper()
	return simulateBy(athenatest.StartWith, t, call)
}

// starting is a way to start a simulator.
type starting func(testing.TB, athenatest.Options) *athenatest.Server

func simulateBy(start starting, t testing.TB, call simCall) *simulation {
	t.Helper()
	s := &simulation{t: t, Server: start(t, athenatest.Options{TokensPerMinute: -1, Now: simNow})}
	s.card, s.tools = cardOf(t, "4111111111111111"), s.client()
	if call.prepare != nil {
		made := call.prepare(t.Context(), s.tools, s)
		if !made.Done() {
			t.Fatalf("%s: prepare: %+v", call.method, made)
		}
		s.id = made.Handle.Payment + made.Handle.VendorPayment
		if made.Handle.StoredCard != "" {
			s.id = made.Handle.StoredCard
		}
	}
	return s
}

func simNow() time.Time { return time.Date(2026, 11, 21, 11, 0, 0, 0, Eastern()) }

// client makes one of the simulator. Without keep-alive net/http has no reason
// to repeat a read by itself.
func (s *simulation) client(change ...func(*Config)) *Client {
	s.t.Helper()
	return connect(s.t, s.URL, append([]func(*Config){withVendor, func(c *Config) {
		c.Transport, c.Now = &http.Transport{DisableKeepAlives: true}, simNow
	}}, change...)...)
}

// state is everything that a write can change, line by line.
func (s *simulation) state() (lines []string) {
	s.t.Helper()
	ctx := s.t.Context()
	add := func(format string, a ...any) { lines = append(lines, fmt.Sprintf(format, a...)) }
	fine := func(err error) {
		if err != nil {
			s.t.Errorf("state: %v", err)
		}
	}
	for _, m := range s.Book() {
		add("book %s %s %d %s", m.ID, m.Kind, m.Amount, m.Last4)
	}
	for _, m := range s.Mails() {
		add("mail %s %s %s", m.Payment, m.To, m.Kind)
	}
	day, err := s.tools.Booked(ctx, lee.Practice, []int{7}, "2026-11-30")
	fine(err)
	for _, v := range day {
		add("visit %s %s", v.ID, v.State)
	}
	for _, p := range s.Patients() {
		if p.ID == lee.ID {
			add("owes %d %d %d, holds %d", p.Copay, p.Claims[0].Owed, p.Claims[1].Owed, p.Unapplied)
		}
	}
	receipts, err := s.tools.Receipts(ctx, lee)
	fine(err)
	for _, r := range receipts {
		add("receipt %s %s %s %s", r.Reference, r.Type, r.Amount, r.Last4)
		if d, err := s.tools.SignedReceipt(ctx, lee, r.Reference); err == nil {
			add("signed %s %s", r.Reference, d.Body)
		}
	}
	cards, err := s.tools.StoredCards(ctx, lee)
	fine(err)
	for _, c := range cards {
		add("card %s %s preferred=%t", c.ID, c.Last4, c.Preferred)
	}
	visits, err := s.tools.VisitAgreements(ctx, lee)
	fine(err)
	years, err := s.tools.YearAgreements(ctx, lee)
	fine(err)
	for _, a := range append(visits, years...) {
		add("agreement %s %s %s", a.ID, a.Kind, a.Max)
	}
	plans, err := s.tools.Plans(ctx, lee)
	fine(err)
	for _, p := range plans {
		add("plan %s %s %v", p.ID, p.Cycle, p.Claims)
	}
	return lines
}

// change is what is new in a state, and what is gone from it.
func change(before, after []string) string {
	var lines []string
	for _, l := range before {
		if !slices.Contains(after, l) {
			lines = append(lines, "- "+l)
		}
	}
	for _, l := range after {
		if !slices.Contains(before, l) {
			lines = append(lines, "+ "+l)
		}
	}
	return strings.Join(lines, "\n")
}

// simResult is what a call gave: a write, or the value of a read in words.
type simResult struct {
	write payment.Write
	value string
	err   error
}

func valued[T any](v T, err error) simResult { return simResult{value: fmt.Sprintf("%v", v), err: err} }

func wrote(w payment.Write) simResult { return simResult{write: w} }

// charged are the words of a charge's outcome for a write.
func charged(o payment.Outcome) simResult {
	w := payment.Write{State: payment.WriteUnknown, Refusal: o.Refusal, Evidence: o.Evidence}
	switch o.State {
	case payment.Succeeded:
		w.State, w.Handle.Payment = payment.WriteDone, o.Reference
	case payment.Declined, payment.NotSent:
		w.State = payment.WriteRefused
	}
	return wrote(w)
}

// mailed are the words of EmailReceipt's error for a write.
func mailed(err error) simResult {
	e, ok := errors.AsType[*Error](err)
	w := payment.Write{State: payment.WriteUnknown, Evidence: fmt.Sprint(err)}
	switch {
	case err == nil:
		w.State = payment.WriteDone
	case !ok:
		w.Evidence = "" // not an *Error: not allowed
	case e.Status == http.StatusTooManyRequests:
		w.State, w.Refusal = payment.WriteRefused, payment.RefusedBusy
	case e.Status == http.StatusUnauthorized:
		w.State, w.Refusal = payment.WriteRefused, payment.RefusedByUpstream
	}
	return wrote(w)
}

// good is how every call ends where nothing goes wrong.
func (call simCall) good(t *testing.T, got simResult) {
	t.Helper()
	if call.write {
		if !got.write.Done() || got.write.Handle != call.handle {
			t.Errorf("%s: %+v; want handle %+v", call.method, got.write, call.handle)
		}
	} else if got.err != nil || got.value != call.value {
		t.Errorf("%s: %v\n got %s\nwant %s", call.method, got.err, got.value, call.value)
	}
}

// Every call against the simulator as it is.
func TestSimulatorGood(t *testing.T) {
	for _, call := range simCalls() {
		t.Run(call.method, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, call)
			before := s.state()
			asked := map[string]int{}
			all := slices.Concat(call.endpoints, call.spared)
			for _, e := range all {
				asked[e] = s.Count(e)
			}
			call.good(t, call.do(t.Context(), s.client(), s))
			for _, e := range all {
				if n := s.Count(e) - asked[e]; n != 1 {
					t.Errorf("%s was asked %d times", e, n)
				}
			}
			if got := change(before, s.state()); got != call.changes {
				t.Errorf("changed\n%s\nwant\n%s", got, call.changes)
			}
		})
	}
}

// notOfClient are endpoints of the simulator that no method asks for by itself.
var notOfClient = map[string]string{
	"token":                      "asked before other calls: token_test.go, and TestSimulatorReadFaults",
	"claims":                     "the patient's bills come with Statement, from balances[] of the patient",
	"claim":                      "the same",
	"patientoutstandingdetailed": "OutstandingClaims reads the plain list; charges have ids in ClaimTransactions",
	"bookedof":                   "Booked of several departments; what it asks is in TestBookedOfSeveral",
	"providers":                  "a receipt reads the one provider that it names",
	"changed":                    "needs a subscription; the day is read again",
}

// notOfNetwork are methods that ask nobody.
var notOfNetwork = map[string]bool{"Test": true, "Limits": true, "Vendor": true}

// The table is complete: all endpoints of the simulator, all methods of the
// client.
func TestSimulatorTable(t *testing.T) {
	endpoints, methods := map[string]bool{}, map[string]bool{}
	for _, call := range simCalls() {
		methods[call.method] = true
		for _, e := range slices.Concat(call.endpoints, call.spared) {
			endpoints[e] = true
		}
	}
	known := map[string]bool{}
	for _, e := range athenatest.New(athenatest.Options{}).Endpoints() {
		known[e.Name] = true
		if _, without := notOfClient[e.Name]; without == endpoints[e.Name] {
			t.Errorf("endpoint %s (%s): in the table %t, listed as not of the client %t", e.Name, e.Pattern, endpoints[e.Name], without)
		}
	}
	for e := range endpoints {
		if !known[e] {
			t.Errorf("the simulator has no endpoint %s", e)
		}
	}
	for e := range notOfClient {
		if !known[e] {
			t.Errorf("the simulator has no endpoint %s", e)
		}
	}
	client := reflect.TypeFor[*Client]()
	for i := range client.NumMethod() {
		if name := client.Method(i).Name; methods[name] == notOfNetwork[name] {
			t.Errorf("method %s: in the table %t", name, methods[name])
		}
		delete(methods, client.Method(i).Name)
	}
	for name := range methods {
		t.Errorf("the client has no method %s", name)
	}
}

// simCall is a method of the client by what it asks of the simulator.
type simCall struct {
	method    string
	endpoints []string // each is asked once
	spared    []string // as well, but the call can do without their answers
	write     bool
	// prepare makes what the call needs; its id becomes the simulation's.
	prepare func(context.Context, *Client, *simulation) payment.Write
	do      func(context.Context, *Client, *simulation) simResult
	value   string         // of a read
	handle  payment.Handle // of a write
	changes string         // see change
	// believes says that a 200 counts whatever its body, for the reason given.
	believes string
}
