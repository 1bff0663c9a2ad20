package velocity

import (
	"time"

	"paypane/bff/ledger"
)

// circuit is a portal's. While it is open, people of whom nothing is known may go on
// being refused as often as Refused says, and once more for each fifty that are
// approved: where honest people come, hardly anybody notices.
type circuit struct {
	is    bool
	rules Circuit
	// tried and refused are those of an hour, with cards that are not known; marks
	// are tries in an hour that was bad; failed and approved are of while it was open.
	tried, refused, marks, failed, approved gauge
}

// forgiven is how many approvals make up for one refusal while a circuit is open.
const forgiven = 50

func newCircuit(rules Circuit, of func(name string, within time.Duration) gauge) circuit {
	lasts := time.Duration(rules.Hours) * time.Hour
	return circuit{is: true, rules: rules, tried: of("tried", time.Hour), refused: of("refused", time.Hour),
		marks: of("bad", lasts), failed: of("failed", lasts), approved: of("approved", lasts)}
}

func (c circuit) gauges() []gauge {
	if !c.is {
		return nil
	}
	return []gauge{c.tried, c.refused, c.marks, c.failed, c.approved}
}

// bad reports whether too many were refused in the last hour.
func (c circuit) bad(counted ledger.Counted) bool {
	tried := c.tried.sum(counted)
	return tried >= c.rules.From && c.refused.sum(counted)*100 >= tried*c.rules.Percent
}

// open reports whether an hour was bad lately.
func (c circuit) open(counted ledger.Counted) bool {
	return c.is && (c.bad(counted) || c.marks.sum(counted) > 0)
}

// refuses answers until when somebody unknown is held up; zero: they are not.
func (c circuit) refuses(counted ledger.Counted) time.Time {
	if !c.open(counted) {
		return time.Time{}
	}
	limited := c.failed
	limited.rate.Most = c.rules.Refused + c.approved.sum(counted)/forgiven
	_, until := limited.room(counted)
	return until
}

// count is what a try adds.
func (c circuit) count(counted ledger.Counted) (add []ledger.Addition) {
	add = []ledger.Addition{c.tried.add(1), c.refused.add(1)}
	if c.open(counted) {
		add = append(add, c.failed.add(1))
	}
	if c.bad(counted) {
		add = append(add, c.marks.add(1))
	}
	return add
}
