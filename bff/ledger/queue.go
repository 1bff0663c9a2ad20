package ledger

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// batchLimit is how many updates share a commit at most.
const batchLimit = 64

// update is a change that waits to be committed.
type update struct {
	fn   func(tx) error
	err  error
	done chan struct{} // closed when err is final
}

// run runs the change and keeps its error. A panic in it is an error: it would
// end another caller's goroutine.
func (u *update) run(t tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		u.err = err
	}()
	return u.fn(t)
}

// queue brings updates together that come while another is being committed:
// making many durable costs as much as making one. Whoever finds the turn free
// takes it and commits what waits, in the order in which it came.
type queue struct {
	mu      sync.Mutex
	waiting []*update
	turn    chan struct{} // holds one: who has put it in has the turn
}

func newQueue() queue { return queue{turn: make(chan struct{}, 1)} }

// do has fn committed. The context may end the wait, nothing else.
func (q *queue) do(ctx context.Context, fn func(tx) error, commit func([]*update)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u := &update{fn: fn, done: make(chan struct{})}
	q.mu.Lock()
	q.waiting = append(q.waiting, u)
	q.mu.Unlock()
	for {
		select {
		case <-u.done:
			return u.err
		case <-ctx.Done():
			if q.leave(u) {
				return ctx.Err()
			}
			<-u.done
			return u.err
		case q.turn <- struct{}{}:
			q.serve(commit)
			<-q.turn
		}
	}
}

// serve commits what waits, as far as one batch goes.
func (q *queue) serve(commit func([]*update)) {
	q.mu.Lock()
	n := min(len(q.waiting), batchLimit)
	batch := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	q.mu.Unlock()
	if n == 0 {
		return
	}
	commit(batch)
	for _, u := range batch {
		close(u.done)
	}
}

// leave takes an update back that nobody has begun.
func (q *queue) leave(u *update) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, u)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	return true
}
