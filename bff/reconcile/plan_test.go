package reconcile

import (
	"strconv"
	"testing"
	"time"

	"paypane/web/payment"

	"pgregory.net/rapid"
)

// lostPlan is a plan over two bills.
func lostPlan(change ...func(*PlanQuery)) PlanQuery {
	q := PlanQuery{Claims: []string{"501", "502"}, Cycle: payment.Cents(2500), Start: "2026-12-01", Sent: sent}
	for _, c := range change {
		c(&q)
	}
	return q
}

// made is the plan that it makes.
func made(change ...func(*payment.Plan)) payment.Plan {
	p := payment.Plan{ID: "77", Cycle: payment.Cents(2500), Frequency: payment.Monthly, Start: "2026-12-01", Claims: []string{"502", "501"}}
	for _, c := range change {
		c(&p)
	}
	return p
}

func over(claims ...string) func(*payment.Plan) {
	return func(p *payment.Plan) { p.Claims = claims }
}

// When each verdict comes is the same for all lists: found at once, the rest when
// the list must show it.
func verdicts(t *testing.T, want string, judge func(read time.Time) Decision) {
	t.Helper()
	for _, after := range []time.Duration{0, soon, late - time.Nanosecond, late} {
		v, wanted := judge(sent.Add(after)), want
		if after < late && (want == "absent" || want == "person") {
			wanted = "wait"
		}
		got := string(v.Verdict)
		if v.Verdict == Found {
			got = told(v)
		}
		if got != wanted || (v.Verdict == Review) != (v.Reason != "") || v.Verdict == TooEarly && !v.Until.Equal(sent.Add(late)) {
			t.Errorf("after %s: %+v, want %s", after, v, wanted)
		}
	}
	if v := judge(sent.Add(-time.Nanosecond)); v.Verdict != TooEarly {
		t.Errorf("by a list from before: %+v", v)
	}
}

func TestDecidePlan(t *testing.T) {
	for _, test := range []struct {
		name   string
		plans  []payment.Plan
		rivals []PlanQuery
		want   string
	}{
		{"none", nil, nil, "absent"},
		{"made", []payment.Plan{made()}, nil, "found 77"},
		{"made, by padded numbers", []payment.Plan{made(over("0501", "502"))}, nil, "found 77"},
		{"made, and the day is not said", []payment.Plan{made(func(p *payment.Plan) { p.Start = "" })}, nil, "person"},
		{"over a bill that is no number", []payment.Plan{made(over("C503"))}, nil, "person"},
		{"or another attempt's, of which the bills are not known", []payment.Plan{made()}, []PlanQuery{lostPlan(func(q *PlanQuery) { q.Claims = nil })}, "person"},
		{"or another attempt's, of which the day is not known", []payment.Plan{made()}, []PlanQuery{lostPlan(func(q *PlanQuery) { q.Start = "" })}, "person"},
		{"beside another", []payment.Plan{made(over("503")), made()}, nil, "found 77"},
		{"beside a former one over a part", []payment.Plan{made(over("501")), made()}, nil, "found 77"},
		{"another", []payment.Plan{made(over("503", "504"))}, nil, "absent"},
		{"over a part", []payment.Plan{made(over("501"))}, nil, "person"},
		{"over the same bill twice", []payment.Plan{made(over("501", "501"))}, nil, "person"},
		{"over more", []payment.Plan{made(over("501", "502", "503"))}, nil, "person"},
		{"over bills that are not listed", []payment.Plan{made(over())}, nil, "person"},
		{"of another amount", []payment.Plan{made(func(p *payment.Plan) { p.Cycle = payment.Cents(2501) })}, nil, "person"},
		{"of no amount", []payment.Plan{made(func(p *payment.Plan) { p.Cycle = payment.Amount{} })}, nil, "person"},
		{"from another day", []payment.Plan{made(func(p *payment.Plan) { p.Start = "2026-12-02" })}, nil, "person"},
		{"made twice", []payment.Plan{made(), made(func(p *payment.Plan) { p.ID = "78" })}, nil, "person"},
		{"or another attempt's", []payment.Plan{made()}, []PlanQuery{lostPlan()}, "person"},
		{"and another attempt's of another amount", []payment.Plan{made()}, []PlanQuery{lostPlan(func(q *PlanQuery) { q.Cycle = payment.Cents(1) })}, "found 77"},
		{"none, and a rival", nil, []PlanQuery{lostPlan()}, "absent"},
	} {
		t.Run(test.name, func(t *testing.T) {
			verdicts(t, test.want, func(read time.Time) Decision {
				return DecidePlan(lostPlan(), PlanEvidence{read, test.plans, test.rivals}, Bounds{})
			})
		})
	}
	for name, q := range map[string]PlanQuery{
		"no moment": lostPlan(func(q *PlanQuery) { q.Sent = time.Time{} }),
		"no bills":  lostPlan(func(q *PlanQuery) { q.Claims = nil }),
	} {
		if v := DecidePlan(q, PlanEvidence{Read: sent, Plans: []payment.Plan{made()}}, Bounds{}); v.Verdict != Review || v.Reason == "" {
			t.Errorf("%s: %+v", name, v)
		}
	}
	// One that may have been sent later waits longer.
	q := lostPlan(func(q *PlanQuery) { q.Last = sent.Add(time.Hour) })
	if v := DecidePlan(q, PlanEvidence{Read: sent.Add(late)}, Bounds{}); v.Verdict != TooEarly || !v.Until.Equal(sent.Add(time.Hour+late)) {
		t.Errorf("%+v", v)
	}
}

// An upstream that keeps the bounds, with plans of ours and of the staff: what is
// found is ours, what is absent was not made, and where nothing else is over the
// bills there is an answer in time.
func TestLostPlans(t *testing.T) {
	seen := map[string]int{}
	UntilMet(t, 1, seen, []string{string(Found), string(NotFound), string(TooEarly), string(Review)}, func(r *rapid.T) {
		b := Bounds{Window: 10 * time.Second, Delay: between(r, "delay", time.Minute, 40*time.Minute)}
		bills := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"501", "502", "503"}), 1, 3, rapid.ID[string])
		cycle := rapid.SampledFrom([]payment.Amount{payment.Cents(2500), payment.Cents(3000)})
		day := rapid.SampledFrom([]payment.Day{"2026-12-01", "2026-12-15"})
		type listed struct {
			payment.Plan
			visible time.Time
			claims  []string // that it is truly over
		}
		var list []listed
		enter := func(at time.Time, claims []string, cycle payment.Amount, start payment.Day) {
			p := payment.Plan{ID: strconv.Itoa(70 + len(list)), Cycle: cycle, Claims: claims, Start: start}
			if rapid.IntRange(0, 3).Draw(r, "unsaid") == 0 {
				p.Start = ""
			}
			if rapid.IntRange(0, 9).Draw(r, "bills unsaid") == 0 {
				p.Claims = nil
			}
			list = append(list, listed{p, at.Add(between(r, "hidden", 0, b.Delay)), claims})
		}
		q := PlanQuery{Claims: bills.Draw(r, "bills"), Cycle: cycle.Draw(r, "amount"), Start: day.Draw(r, "day"), Sent: sent}
		own := ""
		if rapid.Bool().Draw(r, "made") {
			own = "70"
			enter(sent.Add(between(r, "left after", 0, b.Window)), q.Claims, q.Cycle, q.Start)
		}
		alone := true
		var competing []PlanQuery
		for range rapid.IntRange(0, 2).Draw(r, "others") {
			other := PlanQuery{Claims: bills.Draw(r, "bills"), Cycle: cycle.Draw(r, "amount"), Start: day.Draw(r, "day"), Sent: sent}
			twin := other.compare(payment.Plan{Cycle: q.Cycle, Claims: q.Claims, Start: q.Start})
			if ours := rapid.Bool().Draw(r, "of another attempt"); ours {
				competing = append(competing, other)
			} else if twin == exact {
				continue // see DecidePlan
			}
			alone = alone && twin == none
			enter(sent.Add(between(r, "at", -time.Hour, time.Hour)), other.Claims, other.Cycle, other.Start)
		}
		for _, p := range list {
			alone = alone && p.Claims != nil && p.Start != ""
		}
		for _, after := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour, 24 * time.Hour} {
			read := sent.Add(after)
			e := PlanEvidence{Read: read, Competing: competing}
			visible := false
			for _, p := range list {
				if !p.visible.After(read) {
					e.Plans = append(e.Plans, p.Plan)
					visible = visible || p.ID == own
				}
			}
			v := DecidePlan(q, e, b)
			shown := !read.Before(b.shown(sent))
			switch {
			case v.Verdict == Found && (own == "" || v.Reference != own):
				r.Fatalf("%s after: found %s, which is not ours: %+v in %+v", after, v.Reference, q, e)
			case v.Verdict == NotFound && own != "":
				r.Fatalf("%s after: absent, but made: %+v in %+v", after, q, e)
			case !shown && (v.Verdict == NotFound || v.Verdict == Review), shown && v.Verdict == TooEarly:
				r.Fatalf("%s after, delay %s: %+v", after, b.Delay, v)
			case alone && visible && v.Verdict != Found, alone && shown && own == "" && v.Verdict != NotFound:
				r.Fatalf("%s after: one answer, but %+v: %+v in %+v", after, v, q, e)
			}
			seen[string(v.Verdict)]++
		}
	})
}
