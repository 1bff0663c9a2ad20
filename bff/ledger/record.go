package ledger

import (
	"context"
	"strings"
	"time"

	"paypane/web/payment"
)

// Query says which attempts List returns; what is zero does not restrict.
type Query struct {
	States      []payment.State
	NeedsReview bool // what waits for a person
	Practice    int
	Since       time.Time // made then or later
	Limit       int
}

// List returns attempts of all practices, the newest first: for operators.
func (l *Ledger) List(ctx context.Context, q Query) (found []Record, err error) {
	err = l.read(ctx, "list attempts", func(t tx) (err error) {
		found, err = t.attempts(search{states: q.States, needsReview: q.NeedsReview, practice: q.Practice, createdFrom: q.Since, newest: true, limit: q.Limit})
		return err
	})
	return found, err
}

// Coded returns the attempts whose id begins with a support code, with or
// without its dash, in letters of either case; or that has the id.
func (l *Ledger) Coded(ctx context.Context, code string) (found []Record, err error) {
	code = strings.ToUpper(strings.ReplaceAll(code, "-", ""))
	if len(code) < 8 {
		return nil, nil
	}
	err = l.read(ctx, "find attempt", func(t tx) (err error) {
		found, err = t.attempts(search{code: code})
		return err
	})
	return found, err
}

// Entries returns where the money of an attempt went, in order.
func (l *Ledger) Entries(ctx context.Context, attempt string) (entries []Entry, err error) {
	err = l.read(ctx, "read entries", func(t tx) (err error) {
		entries, err = t.entries(attempt)
		return err
	})
	return entries, err
}

// Journal hands all entries to fn in their order, each with its event and
// attempt: those of events from since, before until; zero moments do not
// restrict.
func (l *Ledger) Journal(ctx context.Context, since, until time.Time, fn func(Entry, Event, Record) error) error {
	return l.read(ctx, "read entries", func(t tx) error {
		return pages(t, 1, func(events []Event, attempts map[string]Record, entries []Entry) error {
			for _, e := range events {
				for len(entries) > 0 && entries[0].Event == e.Seq {
					if !e.At.Before(since) && (until.IsZero() || e.At.Before(until)) {
						if err := fn(entries[0], e, attempts[e.Attempt]); err != nil {
							return err
						}
					}
					entries = entries[1:]
				}
			}
			return nil
		})
	})
}
