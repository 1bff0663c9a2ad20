package session

import (
	"context"
	"time"
)

// ReadsWithin is how long the practice's system may take for all that one page reads
// of it, however often that is tried: whoever looks at the page is told within five
// seconds that it does not answer.
const ReadsWithin = 4500 * time.Millisecond

type readsUntil struct{}

// Waited marks what is read for somebody who waits for it from now on. Writes have
// deadlines of their own and do not look at it.
func Waited(ctx context.Context) context.Context {
	if _, already := ReadsUntil(ctx); already {
		return ctx
	}
	return context.WithValue(ctx, readsUntil{}, time.Now().Add(ReadsWithin))
}

// ReadsUntil is when somebody who waits is told that the practice's system does not
// answer; false: nobody waits.
func ReadsUntil(ctx context.Context) (time.Time, bool) {
	until, ok := ctx.Value(readsUntil{}).(time.Time)
	return until, ok
}
