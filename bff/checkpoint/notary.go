package checkpoint

import (
	"context"
	"log/slog"
	"time"

	"paypane/bff/ledger"
)

// Every is how often a checkpoint is made while something happens.
const Every = time.Hour

// look is how often it is seen whether one is due. Servers on one ledger take
// turns by chance.
const look = 5 * time.Minute

// Notary makes the checkpoints of a ledger.
type Notary struct {
	Ledger interface {
		SignCheckpoint(context.Context, time.Duration, func(ledger.Checkpoint) (ledger.Checkpoint, error)) (ledger.Checkpoint, error)
	}
	Keys      Keys
	Directory Directory // empty: they stay in the ledger
	Log       *slog.Logger
}

// Keep makes a checkpoint each hour until ctx ends.
func (n Notary) Keep(ctx context.Context) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		if err := n.Sign(ctx, Every); err != nil && ctx.Err() == nil {
			n.Log.ErrorContext(ctx, "make a checkpoint", "error", err.Error())
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Sign makes a checkpoint if the newest is at least every old, and sees that
// the newest is in the directory, also where another server made it, or this
// one stopped before it could write the file.
func (n Notary) Sign(ctx context.Context, every time.Duration) error {
	c, err := n.Ledger.SignCheckpoint(ctx, every, n.Keys.Sign)
	if err != nil || c.Event == 0 || n.Directory == "" {
		return err
	}
	return n.Directory.Put(c)
}
