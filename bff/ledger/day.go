package ledger

import (
	"context"
	"time"
)

// Between returns what was claimed at a practice from one moment until before
// another, whoever did it and whatever became of it, the last one first. It is read
// by an index, however long the record is.
func (l *Ledger) Between(ctx context.Context, practice int, from, until time.Time) (found []Record, err error) {
	err = l.read(ctx, "read a day", func(t tx) (err error) {
		found, err = t.attempts(search{practice: practice, sentFrom: from, movedBefore: until})
		return err
	})
	return found, err
}
