package athena

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// errTooLate refuses the bytes of a write whose time is over.
var errTooLate = errors.New("too late to send")

// departure is a write on its way out: until when its bytes may leave, and
// whether one has. It is safe for concurrent use.
//
// The process can be stopped at any point, for minutes, with the machine or
// alone. Timers do not help then: they fire when it goes on, beside the
// goroutine that writes. So the time is judged in front of every write, by two
// clocks, and the later one counts: the monotonic clock may stand still while a
// machine is suspended, and the wall clock can be set back.
type departure struct {
	clock     func() time.Time // the wall clock
	byWall    time.Time        // from here on nothing leaves
	byRunning time.Time        // the same on the monotonic clock

	mu        sync.Mutex
	connected bool
	begun     bool // a byte may have left that is not of the handshake
	late      bool // stays so, whatever the clocks say afterwards
}

// newDeparture is of a write that begins now. Its bytes may leave until the
// deadline of ctx, if it has one, and for no longer than most.
func newDeparture(ctx context.Context, clock func() time.Time, most time.Duration) *departure {
	// The given clock first: a stop between the two makes the time shorter.
	wall, now := clock(), time.Now()
	left := most
	if deadline, ok := ctx.Deadline(); ok {
		left = min(left, deadline.Sub(now), deadline.Round(0).Sub(now.Round(0)))
	}
	return &departure{clock: clock, byWall: wall.Round(0).Add(left), byRunning: now.Add(left)}
}

// connect notes that there is a connection: what it carries from now on is the
// request.
func (d *departure) connect() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.connected = true
}

func (d *departure) hasConnection() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.connected
}

// leave lets bytes pass, or refuses them as too late.
func (d *departure) leave() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over() {
		return errTooLate
	}
	d.begun = d.begun || d.connected
	return nil
}

// missed reports whether it is too late and nothing of the request has left.
// Then nothing will.
func (d *departure) missed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.begun && d.over()
}

// over judges the time. The caller holds d.mu.
func (d *departure) over() bool {
	d.late = d.late || !time.Now().Before(d.byRunning) || !d.clock().Round(0).Before(d.byWall)
	return d.late
}

// departureKey is where a context carries the departure to the connection.
type departureKey struct{}

// timelyConn is a connection for one write. Below TLS it also stops a
// handshake that is too late, which harms nobody.
type timelyConn struct {
	net.Conn
	departure *departure
}

// Write hands bytes to the kernel if they may still leave.
func (c timelyConn) Write(p []byte) (int, error) {
	if err := c.departure.leave(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

type dial func(ctx context.Context, network, addr string) (net.Conn, error)

// timely makes the connections of a dial timely ones.
func timely(next dial) dial {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		d, ok := ctx.Value(departureKey{}).(*departure)
		if !ok {
			return nil, errors.New("connection for money, but no write")
		}
		conn, err := next(ctx, network, addr)
		if conn == nil || err != nil {
			return nil, err
		}
		// net/http shakes hands for a *tls.Conn only, and a handshake within a
		// Write would come between the judgement and the bytes.
		if secure, ok := conn.(*tls.Conn); ok {
			if err := secure.HandshakeContext(ctx); err != nil {
				conn.Close()
				return nil, err
			}
		}
		return timelyConn{conn, d}, nil
	}
}

// guard makes all connections of a transport timely ones.
func guard(t *http.Transport) {
	if t.DialContext == nil {
		t.DialContext = new(net.Dialer).DialContext
	}
	t.DialContext = timely(t.DialContext)
	if t.DialTLSContext != nil {
		t.DialTLSContext = timely(t.DialTLSContext)
	}
}
