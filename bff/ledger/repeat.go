package ledger

import (
	"cmp"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // a bare container has no zone files

	"paypane/web/payment"
)

// DuplicateWithin is how long after a charge another one of the same patient,
// amount and card asks whether it is meant.
const DuplicateWithin = 15 * time.Minute

// RecordedWithin is how long after a payment, by whatever way, a recording of the same
// patient and amount asks whether it is meant, and CheckWithin how long after a check the same
// number and amount does, whoever is the patient.
const (
	RecordedWithin = 10 * time.Minute
	CheckWithin    = 7 * 24 * time.Hour
)

// DuplicateError says that an equal payment was sent or recorded minutes ago: ask
// whoever pays or records it.
type DuplicateError struct {
	Other Record
	// Check says that it is the check that was recorded before, for whomever.
	Check bool
}

func (e *DuplicateError) Error() string {
	if e.Check {
		return "the same check was recorded days ago, now " + string(e.Other.State)
	}
	return "an equal payment was sent minutes ago, now " + string(e.Other.State)
}

// mayCount are the states in which money was taken, or may have been.
func mayCount() []payment.State { return append(liveStates(), payment.Succeeded) }

// repeats looks for what a claim would do a second time, as far as can be told: it
// refuses to record what was taken here by card, and asks about what looks the same.
// Of all that does, whoever acts must have been told of the last one.
func repeats(t tx, a Record, now time.Time, told string) error {
	if err := reused(t, a); err != nil {
		return err
	}
	var same []DuplicateError
	switch {
	case a.Kind.Charges():
		lately, err := sentSince(t, a, now.Add(-DuplicateWithin))
		if err != nil {
			return err
		}
		for _, other := range lately {
			if other.Kind.Charges() && other.Brand == a.Brand && other.Last4 == a.Last4 {
				same = append(same, DuplicateError{Other: other})
			}
		}
	case a.Kind.Records():
		var err error
		if same, err = recordings(t, a, now); err != nil {
			return err
		}
	}
	if len(same) == 0 {
		return nil
	}
	last := slices.MaxFunc(same, func(a, b DuplicateError) int { return cmp.Compare(a.Other.ClaimedSeq, b.Other.ClaimedSeq) })
	if last.Other.ID == told {
		return nil
	}
	return &last
}

// recordings are payments that may be the same money: what the patient paid minutes
// ago, however it was paid, and the same check in the last days. Somebody who halves
// a bill pays the same twice in a row, so that is asked about and not refused. What
// another terminal took is refused where a card was charged here today.
func recordings(t tx, a Record, now time.Time) (same []DuplicateError, err error) {
	day := eastern(now)
	today, err := sentSince(t, a, now.Add(-48*time.Hour))
	if err != nil {
		return nil, err
	}
	for _, other := range today {
		switch {
		case other.Kind.Charges() && a.Method.IsCard() && eastern(other.Sent) == day:
			back, err := returned(t, other)
			if err != nil {
				return nil, err
			}
			if !back {
				return nil, &OverlapError{Other: other, Card: true}
			}
		case other.Kind.PaysBills() && now.Sub(other.Sent) <= RecordedWithin:
			back, err := returned(t, other)
			if err != nil {
				return nil, err
			}
			if !back {
				same = append(same, DuplicateError{Other: other})
			}
		}
	}
	if a.CheckNumber == "" {
		return same, nil
	}
	checks, err := t.attempts(search{practice: a.Patient.Practice, check: a.CheckNumber, sentFrom: now.Add(-CheckWithin), states: mayCount()})
	if err != nil {
		return nil, err
	}
	var before []DuplicateError
	for _, other := range checks {
		if !other.Kind.Records() || other.Total() != a.Total() {
			continue
		}
		back, err := returned(t, other)
		if err != nil {
			return nil, err
		}
		if !back {
			before = append(before, DuplicateError{Other: other, Check: true})
		}
	}
	return append(before, same...), nil
}

// sentSince are the patient's attempts of the same amount that took money, or may
// have, since a moment.
func sentSince(t tx, a Record, since time.Time) ([]Record, error) {
	lately, err := t.attempts(search{patient: a.Patient, sentFrom: since, states: mayCount()})
	return slices.DeleteFunc(lately, func(other Record) bool { return other.ID == a.ID || other.Total() != a.Total() }), err
}

// returned reports whether a payment was taken back here, or a recording corrected.
func returned(t tx, a Record) (bool, error) {
	back, err := t.attempts(search{patient: a.Patient, kinds: []payment.Kind{payment.KindVoid, payment.KindRefund}, states: []payment.State{payment.Succeeded}})
	return slices.ContainsFunc(back, func(b Record) bool {
		return a.Reference != "" && b.Target == PaymentTarget(a.Reference) || b.Target == payment.RecordingTarget(a.ID)
	}), err
}

// eastern is the upstream's day of a moment (docs/upstream-api.md#the-wire).
func eastern(at time.Time) string { return at.In(upstreamZone()).Format(time.DateOnly) }

var upstreamZone = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // cannot happen: time/tzdata is linked in
	}
	return zone
})
