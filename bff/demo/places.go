package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"
)

// places are where the four parts of the demo are found: four ports in a row.
// The widget and the portal are two sites for a browser, so that the frame is
// really a cross-site one; both are addresses that browsers trust without TLS.
type places struct {
	port      int // of the widget; portal, simulator and sign-in have the three after it
	portal    net.Listener
	simulator net.Listener
	signIn    net.Listener // of staff, the practice's own
}

const (
	defaultPort = 8080
	// apart is how far the next four ports are that are tried, moves how often.
	apart = 10
	moves = 20
)

func (p places) widgetAddr() string      { return "localhost:" + strconv.Itoa(p.port) }
func (p places) widgetOrigin() string    { return "http://" + p.widgetAddr() }
func (p places) portalAddr() string      { return "127.0.0.1:" + strconv.Itoa(p.port+1) }
func (p places) portalOrigin() string    { return "http://" + p.portalAddr() }
func (p places) simulatorAddr() string   { return "127.0.0.1:" + strconv.Itoa(p.port+2) }
func (p places) simulatorOrigin() string { return "http://" + p.simulatorAddr() }

func (p places) signInAddr() string   { return "127.0.0.1:" + strconv.Itoa(p.port+3) }
func (p places) signInOrigin() string { return "http://" + p.signInAddr() }

func (p places) close() {
	p.portal.Close()
	p.simulator.Close()
	p.signIn.Close()
}

// takenError says that something else listens at an address.
type takenError string

func (e takenError) Error() string { return string(e) + " is taken: something else listens there" }

// settle takes the four ports from first on. Where one of them is taken it
// moves on to others, and moved says why; it gives up when there are no more.
func settle(first int) (p places, moved error, err error) {
	var taken takenError
	for n := range moves {
		p, err = take(first + n*apart)
		switch {
		case err == nil:
			return p, moved, nil
		case !errors.As(err, &taken):
			return places{}, nil, err
		case moved == nil:
			moved = err
		}
	}
	return places{}, nil, fmt.Errorf("no four free ports from %d to %d: %w; stop another demo, or choose with PORT=", first, first+moves*apart, moved)
}

// take takes four ports in a row, or none.
func take(port int) (places, error) {
	p := places{port: port}
	if port < 1 || port > 65535-3 {
		return places{}, fmt.Errorf("port %d: choose one from 1 to %d", port, 65535-3)
	}
	// The widget is a process of its own and takes its port itself.
	if err := free(p.widgetAddr()); err != nil {
		return places{}, err
	}
	var err error
	if p.portal, err = listen(p.portalAddr()); err != nil {
		return places{}, err
	}
	if p.simulator, err = listen(p.simulatorAddr()); err != nil {
		p.portal.Close()
		return places{}, err
	}
	if p.signIn, err = listen(p.signInAddr()); err != nil {
		p.portal.Close()
		p.simulator.Close()
		return places{}, err
	}
	return p, nil
}

func listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, takenError(addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return listener, nil
}

// free asks for an answer rather than for the port, since "localhost" may be an
// IPv4 and an IPv6 address.
func free(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil
	}
	conn.Close()
	return takenError(addr)
}
