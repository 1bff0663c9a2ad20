package dispatch

import (
	"context"
	"errors"
	"sync"
	"time"
)

// What became of the order of an e-mail besides being taken.
var (
	ErrMailRefused = errors.New("the order was not taken")
	ErrMailUnknown = errors.New("no answer to the order")
	// ErrNotOrdered is for the caller of Orders.Once: nothing was tried, and the same
	// may be asked for again.
	ErrNotOrdered = errors.New("nothing was ordered")
)

// ordersKept is how long it is known what became of an order.
const ordersKept = time.Hour

// Orders are the orders of e-mails of this server lately: the same form sent twice
// gets one answer, whenever the second one comes. The zero Orders are none.
type Orders struct {
	mu   sync.Mutex
	made map[string]*order
}

type order struct {
	at   time.Time
	done chan struct{}
	err  error // after done
}

// Once does what an order asks for, unless it was asked for before; then it
// waits for what became of that.
func (m *Orders) Once(ctx context.Context, key string, now time.Time, do func(key string) error) error {
	m.mu.Lock()
	for k, o := range m.made {
		if now.Sub(o.at) > ordersKept {
			delete(m.made, k)
		}
	}
	o, found := m.made[key]
	if !found {
		if m.made == nil {
			m.made = map[string]*order{}
		}
		o = &order{at: now, done: make(chan struct{}), err: ErrMailUnknown}
		m.made[key] = o
	}
	m.mu.Unlock()
	if !found {
		defer close(o.done) // after a panic too
		o.err = do(key)
		if errors.Is(o.err, ErrNotOrdered) {
			m.mu.Lock()
			delete(m.made, key) // what is refused is not collected
			m.mu.Unlock()
		}
		return o.err
	}
	select {
	case <-o.done:
		return o.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// mailed tells what the upstream's answer to an order says of it.
func mailed(err error) error {
	var known interface{ Refused() bool }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known) && known.Refused():
		return errors.Join(ErrMailRefused, err)
	}
	return errors.Join(ErrMailUnknown, err)
}
