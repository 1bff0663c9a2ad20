package athena

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// shaped starts a simulator that writes its answers as shape says.
func shaped(shape func() athenatest.Shape) starting {
	return func(t testing.TB, o athenatest.Options) *athenatest.Server {
		o.Shape = shape
		return athenatest.StartWith(t, o)
	}
}

// randomShapes are shapes in an order that the seed tells.
func randomShapes(seed uint64) func() athenatest.Shape {
	var mu sync.Mutex
	dice, all := rand.New(rand.NewPCG(seed, 10)), athenatest.Shapes()
	return func() athenatest.Shape {
		mu.Lock()
		defer mu.Unlock()
		return all[dice.IntN(len(all))]
	}
}

// Every write is understood in every shape of its answer, and in whatever shape
// the next answer has.
func TestSimulatorShapes(t *testing.T) {
	ways := map[string]func() athenatest.Shape{}
	for _, s := range athenatest.Shapes() {
		ways[fmt.Sprintf("%+v", s)] = func() athenatest.Shape { return s }
	}
	for range 4 {
		seed := rand.Uint64()
		ways[fmt.Sprint("seed ", seed)] = randomShapes(seed)
	}
	for name, shape := range ways {
		t.Run(name, func(t *testing.T) {
			for _, call := range simWrites() {
				s := simulateBy(shaped(shape), t, call)
				before := s.state()
				call.good(t, call.do(t.Context(), s.client(), s))
				if got := change(before, s.state()); got != call.changes {
					t.Errorf("%s changed\n%s\nwant\n%s", call.method, got, call.changes)
				}
			}
		})
	}
}

// What a card processor refuses is refused in every shape, with its text, and
// nothing is booked or kept.
func TestSimulatorDeclinesInEveryShape(t *testing.T) {
	for _, shape := range athenatest.Shapes() {
		s := simulateBy(shaped(func() athenatest.Shape { return shape }), t, simCall{})
		c := s.client()
		no, code := cardOf(t, "4000000000000002"), cardOf(t, "4000000000000127")
		later := c.StoreCard(t.Context(), lee, cardOf(t, "4000000000000341"))
		before := s.state()
		for name, test := range map[string]struct {
			got     payment.Write
			refusal payment.Refusal
		}{
			"charge":         {charged(c.Collect(t.Context(), lee, leePays, no)).write, payment.RefusedByBank},
			"code":           {charged(c.Collect(t.Context(), lee, leePays, code)).write, payment.RefusedCode},
			"stored card":    {c.CollectStored(t.Context(), lee, leePays, later.Handle.StoredCard, nil), payment.RefusedByBank},
			"to be kept":     {c.StoreCard(t.Context(), lee, no), payment.RefusedByBank},
			"for a visit":    {c.AgreeForVisit(t.Context(), lee, payment.AgreementTerms{Max: payment.Cents(30000)}, no), payment.RefusedByBank},
			"for a year":     {c.AgreeForYear(t.Context(), lee, payment.AgreementTerms{Max: payment.Cents(30000)}, no), payment.RefusedByBank},
			"plan":           {c.CreatePlan(t.Context(), lee, simPlan, no, "2026-11-21"), payment.RefusedByBank},
			"plan, the code": {c.CreatePlan(t.Context(), lee, simPlan, code, "2026-11-21"), payment.RefusedCode},
		} {
			if test.got.State != payment.WriteRefused || test.got.Refusal != test.refusal {
				t.Errorf("%+v: %s: %+v", shape, name, test.got)
			}
		}
		// A text that tells of doubt stays unknown whatever its shape.
		if got := c.Collect(t.Context(), lee, leePays, cardOf(t, "4000000000000119")); got.State != payment.Unknown {
			t.Errorf("%+v: %+v", shape, got)
		}
		if got := change(before, s.state()); got != "" {
			t.Errorf("%+v: changed\n%s", shape, got)
		}
	}
}
