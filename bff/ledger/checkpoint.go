package ledger

import (
	"context"
	"slices"
	"time"
)

// Checkpoint says how far the record had come at a moment. Signed and kept
// elsewhere, it proves later that nothing before it was changed or cut off.
type Checkpoint struct {
	Event int64 // the newest then
	Hash  [32]byte
	At    time.Time // in whole seconds
	// Signature is that of the signed note: four bytes that name the key, and an
	// Ed25519 signature.
	Signature []byte
}

// SignCheckpoint has how far the record has come signed, unless that was done
// less than every ago or nothing has happened since, and keeps it. It returns
// the newest checkpoint, the zero one if there is none. Of several servers one
// signs.
func (l *Ledger) SignCheckpoint(ctx context.Context, every time.Duration, sign func(Checkpoint) (Checkpoint, error)) (c Checkpoint, err error) {
	err = l.write(ctx, "sign checkpoint", func(t tx) error {
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		newest, err := t.checkpoints(1)
		if err != nil {
			return err
		}
		now := l.moment().Truncate(time.Second)
		if c = (Checkpoint{}); len(newest) > 0 {
			c = newest[0]
		}
		if last.Seq == c.Event || len(newest) > 0 && now.Sub(c.At) < every && !now.Before(c.At) {
			return nil
		}
		if c, err = sign(Checkpoint{Event: last.Seq, Hash: last.Hash, At: now}); err != nil {
			return err
		}
		return t.insertCheckpoint(c)
	})
	return c, err
}

// Checkpoints returns the newest checkpoints that are kept, at most limit; 0:
// all.
func (l *Ledger) Checkpoints(ctx context.Context, limit int) (all []Checkpoint, err error) {
	err = l.read(ctx, "read checkpoints", func(t tx) (err error) {
		all, err = t.checkpoints(limit)
		return err
	})
	return all, err
}

// Compare compares one checkpoint with the record, as Verify does, without
// going through the rest. lost says that it is passed over: it is about what a
// restoration has already given up. Otherwise it is a *BrokenError if the
// record is older than the checkpoint, or another.
func (l *Ledger) Compare(ctx context.Context, c Checkpoint) (lost bool, err error) {
	err = l.read(ctx, "compare checkpoint", func(t tx) error {
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		lost, err = compare(t, last, c)
		return err
	})
	return lost, err
}

const moments = "2006-01-02 15:04:05 MST"

func compare(t tx, last Event, c Checkpoint) (lost bool, err error) {
	restorations, err := t.restorations()
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(restorations, func(r Restoration) bool { return c.Event > r.Event && !c.At.After(r.At) }) {
		return true, nil
	}
	if c.Event > last.Seq {
		return false, &BrokenError{Event: last.Seq + 1, Why: "it is missing: the checkpoint of " + c.At.UTC().Format(moments) + " is of a later event"}
	}
	events, err := t.events("", c.Event, 1)
	if err == nil && (len(events) == 0 || events[0].Hash != c.Hash) {
		err = &BrokenError{Event: c.Event, Why: "the checkpoint of " + c.At.UTC().Format(moments) + " is of another: this event or one before it was replaced"}
	}
	return false, err
}
