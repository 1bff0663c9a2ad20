package ledger

import (
	"context"
	"time"

	"paypane/web/payment"
)

// Standing is what operators watch: the payments without an answer.
type Standing struct {
	UnderWay    int // claimed or sending
	Unknown     int // looked up, or waiting for a person
	NeedsReview int // waiting for a person
	// Oldest is when the oldest of the unknown ones was sent; zero if there is
	// none.
	Oldest time.Time
}

// Standing counts the payments of all practices that have no answer yet.
func (l *Ledger) Standing(ctx context.Context) (s Standing, err error) {
	err = l.read(ctx, "read standing", func(t tx) error {
		live, err := t.attempts(search{states: liveStates()})
		if err != nil {
			return err
		}
		for _, a := range live {
			if a.State != payment.Unknown {
				s.UnderWay++
				continue
			}
			s.Unknown++
			if s.Oldest.IsZero() || a.Sent.Before(s.Oldest) {
				s.Oldest = a.Sent
			}
		}
		asked, err := t.attempts(search{needsReview: true})
		s.NeedsReview = len(asked)
		return err
	})
	return s, err
}
