package athena

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"
)

// errTooLate refuses the bytes of a write whose deadline has passed.
var errTooLate = errors.New("too late to send")

// sendDeadline is the moment after which no byte of a write may leave, and
// whether one has left. It is safe for concurrent use.
//
// The process can be stopped at any point, for minutes, with the machine or
// alone. Timers do not help then: they fire when it goes on, beside the
// goroutine that writes. So the time is checked in front of every write to the
// connection, by two clocks, and the later one counts: the monotonic clock may
// stand still while a machine is suspended, and the wall clock can be set back.
type sendDeadline struct {
	clock     func() time.Time // the wall clock
	wall      time.Time        // the deadline by it
	monotonic time.Time        // the deadline by the monotonic clock

	mu        sync.Mutex
	connected bool
	begun     bool // a byte may have left that is not of the handshake
	passed    bool // stays so, whatever the clocks say afterwards
}

// newSendDeadline is of a write that begins now. Its bytes may leave until the
// deadline of ctx, if it has one, and for no longer than most.
func newSendDeadline(ctx context.Context, clock func() time.Time, most time.Duration) *sendDeadline {
	// The given clock first: a stop between the two makes the time shorter.
	wall, now := clock(), time.Now()
	left := most
	if deadline, ok := ctx.Deadline(); ok {
		left = min(left, deadline.Sub(now), deadline.Round(0).Sub(now.Round(0)))
	}
	return &sendDeadline{clock: clock, wall: wall.Round(0).Add(left), monotonic: now.Add(left)}
}

// connect notes that there is a connection: what it carries from now on is the
// request.
func (d *sendDeadline) connect() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.connected = true
}

func (d *sendDeadline) hasConnection() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.connected
}

// allow lets bytes leave, or refuses them with errTooLate.
func (d *sendDeadline) allow() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.check() {
		return errTooLate
	}
	d.begun = d.begun || d.connected
	return nil
}

// missed reports whether the deadline has passed and nothing of the request has
// left. Then nothing will.
func (d *sendDeadline) missed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.begun && d.check()
}

// check reports whether the deadline has passed. The caller holds d.mu.
func (d *sendDeadline) check() (passed bool) {
	d.passed = d.passed || !time.Now().Before(d.monotonic) || !d.clock().Round(0).Before(d.wall)
	return d.passed
}

// sendDeadlineKey is where a context carries the deadline to the connection.
type sendDeadlineKey struct{}

// deadlineConn is a connection for one write, which asks the deadline before
// every byte. Below TLS it also stops a handshake that is too late, which harms
// nobody.
type deadlineConn struct {
	net.Conn
	deadline *sendDeadline
}

// Write hands bytes to the kernel if they may still leave.
func (c deadlineConn) Write(p []byte) (int, error) {
	if err := c.deadline.allow(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

type dial func(ctx context.Context, network, addr string) (net.Conn, error)

// withDeadline makes the connections of a dial deadlineConns.
func withDeadline(next dial) dial {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		d, ok := ctx.Value(sendDeadlineKey{}).(*sendDeadline)
		if !ok {
			return nil, errors.New("connection for money, but no write")
		}
		conn, err := next(ctx, network, addr)
		if conn == nil || err != nil {
			return nil, err
		}
		// A handshake within a Write would come between the check and the bytes.
		if secure, ok := conn.(*tls.Conn); ok {
			if err := secure.HandshakeContext(ctx); err != nil {
				conn.Close()
				return nil, err
			}
		}
		return deadlineConn{conn, d}, nil
	}
}
