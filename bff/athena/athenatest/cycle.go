package athenatest

import (
	"slices"
	"time"
)

// planDeed is the next cycle of a plan that charges a card. One whose claims
// need nothing goes on silently: a void can bring their balances back.
func (s *Server) planDeed(plan *plan) deed {
	if plan.method != "CREDITCARD" || plan.next.IsZero() {
		return deed{}
	}
	at := dayAt(plan.next, billingHour)
	return deed{at, func() {
		p := s.patient(plan.patient)
		due := min(plan.cycle, plan.rest(p))
		switch verdict := s.automatic(plan.plastic, at); {
		case due == 0:
		case verdict == taken:
			id := s.record(p, order{card: plan.number, claims: plan.share(p, due), at: at}, 0)
			s.post(plan.email, id, "RECEIPT")
		case verdict == refused: // the next cycle tries again; the real one is not known
			s.post(plan.email, plan.epayment, "DECLINED")
		}
		plan.next = plan.cycleAfter(plan.next)
	}}
}

// cycleAfter is the first day of a plan's cycles after a day, at noon, or
// zero.
func (plan *plan) cycleAfter(day time.Time) time.Time {
	switch plan.frequency {
	case "ONETIMEON":
		if plan.start.After(day) {
			return plan.start
		}
		return time.Time{}
	case "WEEKLY", "BIWEEKLY":
		step := 7
		if plan.frequency == "BIWEEKLY" {
			step = 14
		}
		at := plan.start
		for !at.After(day) {
			at = at.AddDate(0, 0, step)
		}
		return at
	}
	month := firstOf(day)
	for {
		var days []time.Time
		switch plan.frequency {
		case "TWICEAMONTH":
			days = []time.Time{month, month.AddDate(0, 0, 14)}
		case "MONTHLYFIRSTBUSDAY":
			days = []time.Time{businessDay(month, 1)}
		case "MONTHLYLASTBUSDAY":
			days = []time.Time{businessDay(month.AddDate(0, 1, -1), -1)}
		default: // MONTHLY: on the start's day, or the month's last
			days = []time.Time{clamped(month, plan.start.Day())}
		}
		if i := slices.IndexFunc(days, func(t time.Time) bool { return t.After(day) }); i >= 0 {
			return days[i]
		}
		month = month.AddDate(0, 1, 0)
	}
}

func firstOf(day time.Time) time.Time { return day.AddDate(0, 0, 1-day.Day()) }

// clamped is a day of a month, or the last one of a short month.
func clamped(month time.Time, day int) time.Time {
	last := month.AddDate(0, 1, -1).Day()
	return month.AddDate(0, 0, min(day, last)-1)
}

// addMonth is a day of the next month.
func addMonth(t time.Time, day int) time.Time { return clamped(firstOf(t).AddDate(0, 1, 0), day) }

// businessDay goes in steps of a day to the next one that is not of a
// weekend. Holidays are days like others here.
func businessDay(t time.Time, step int) time.Time {
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, step)
	}
	return t
}
