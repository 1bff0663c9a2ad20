package reconcile

import (
	"context"
	"errors"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// plansAt are what the upstream lists, from a moment on.
type plansAt struct {
	s    *shelf
	from time.Time
	list []payment.Plan
	err  error
}

func (p *plansAt) Plans(context.Context, payment.Patient, ...string) ([]payment.Plan, error) {
	if p.err != nil || p.s.now.Before(p.from) {
		return nil, p.err
	}
	return p.list, nil
}

// loses makes an attempt for a plan over two claims, whose answer is lost.
func (s *shelf) loses() string {
	s.t.Helper()
	line := func(n string) payment.Line {
		return payment.Line{Bill: "claim-" + n, Kind: payment.Claim, Number: n, Amount: payment.Cents(5000), Balance: payment.Cents(5000)}
	}
	_, basis, err := s.book.Spent(ctx, someone)
	if err != nil {
		s.t.Fatal(err)
	}
	a, err := s.book.CreateAttempt(ctx, ledger.Attempt{Patient: someone, Portal: "p", Subject: "s", Basis: basis, Attempt: payment.Attempt{
		ID: "PLANPLANPLANPLAN", Act: payment.ActPlan, Charge: payment.Charge{Lines: []payment.Line{line("501"), line("502")}},
		Terms: payment.Terms{Cycle: payment.Cents(2500), Start: "2026-12-01"}}})
	if err == nil {
		_, err = s.book.Claim(ctx, someone, a.ID, ledger.CardUse{Brand: payment.Visa, Last4: "1111"})
	}
	if err == nil {
		_, err = s.book.Send(ctx, a.ID, "0")
	}
	if err == nil {
		_, err = s.book.Settle(ctx, a.ID, payment.Outcome{State: payment.Unknown})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return a.ID
}

// A plan whose answer was lost is found in the list of plans by what it was to
// be. Another one there is not it, and none there proves nothing: a person
// looks.
func TestLostPlans(t *testing.T) {
	t.Parallel()
	ours := payment.Plan{ID: "77", Claims: []string{"502", "501"}, Cycle: payment.Cents(2500), Start: "2026-12-01"}
	but := func(change func(*payment.Plan)) []payment.Plan {
		other := ours
		change(&other)
		return []payment.Plan{other}
	}
	for name, row := range map[string]struct {
		list  []payment.Plan
		from  time.Duration
		err   error
		want  payment.State
		asked bool
	}{
		"at once":                    {list: []payment.Plan{{ID: "76", Claims: []string{"400"}}, ours}, want: payment.Taken},
		"a few minutes later":        {list: []payment.Plan{ours}, from: 4 * time.Minute, want: payment.Taken},
		"of one claim":               {list: but(func(p *payment.Plan) { p.Claims = []string{"501"} }), want: payment.Unknown, asked: true},
		"of other claims":            {list: but(func(p *payment.Plan) { p.Claims = []string{"501", "503"} }), want: payment.Unknown, asked: true},
		"of one claim more":          {list: but(func(p *payment.Plan) { p.Claims = []string{"501", "502", "503"} }), want: payment.Unknown, asked: true},
		"of claims that are unknown": {list: but(func(p *payment.Plan) { p.Claims = nil }), want: payment.Unknown, asked: true},
		"of another amount":          {list: but(func(p *payment.Plan) { p.Cycle = payment.Cents(3000) }), want: payment.Unknown, asked: true},
		"from another day":           {list: but(func(p *payment.Plan) { p.Start = "2026-11-01" }), want: payment.Unknown, asked: true},
		"none":                       {want: payment.Unknown, asked: true},
		"a list that cannot be read": {err: errors.New("503"), want: payment.Unknown, asked: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelf(t)
			s.Reconciler.Bounds.Delay = 10 * time.Minute
			s.Reconciler.Plans = &plansAt{s: s, from: sent.Add(row.from), list: row.list, err: row.err}
			id := s.loses()
			for range 2 * 24 * 60 {
				if _, err := s.Turn(ctx); err != nil {
					t.Fatal(err)
				}
				if a := s.get(id); a.Asked && s.now.Before(sent.Add(s.Bounds.Delay)) {
					t.Fatalf("a person is asked after %s", s.now.Sub(sent))
				} else if a.Asked || a.State != payment.Unknown {
					break
				}
				s.now = s.now.Add(time.Minute)
			}
			if a := s.get(id); a.State != row.want || a.Asked != row.asked {
				t.Errorf("%s, asked %t (%s)", a.State, a.Asked, a.Why)
			}
		})
	}
}
