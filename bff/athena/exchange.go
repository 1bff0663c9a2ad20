package athena

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"

	"paypane/web/payment"
)

// exchange is the http.RoundTripper of every write: it sends the request over a
// connection of its own, in HTTP/1.1, and reads the answer. It does what of an
// http.Transport a write may use, and no more: no reuse of connections, no second
// try, no proxy, no redirect.
//
// It exists because of what a Transport leaves in memory. The buffers that it
// copies and writes with belong to net/http, which never clears them: of 200
// typed cards they kept 8 to 15 with their codes, and the buffer that io.Copy
// makes for a connection without ReadFrom kept nearly all that were stored.
//
// Here the request is one buffer, which is cleared when it is written; TLS
// encrypts it into a buffer of its own. An upstream may repeat in its answer what
// it was sent, and crypto/tls decrypts a record where it lies, so every place
// that was read to is cleared when the answer is closed.
type exchange struct {
	dial      dial
	dialTLS   dial // nil: TLS over dial
	config    *tls.Config
	handshake time.Duration // most for it; 0: no limit of its own
	header    int64         // most bytes of an answer's header
}

const (
	// piece is the most bytes written at a time; before each piece the deadline is
	// checked (sendDeadline). Every charge fits into one.
	piece = 16 << 10
	// interim is how many interim answers (1xx) are passed over.
	interim = 5
	// defaultHeader is the most bytes of a header that are read where the
	// transport sets no limit; as in net/http.
	defaultHeader = 1 << 20
)

// newExchange makes connections as a transport does.
func newExchange(t *http.Transport) *exchange {
	x := &exchange{dial: t.DialContext, handshake: t.TLSHandshakeTimeout, config: new(tls.Config),
		header: cmp.Or(t.MaxResponseHeaderBytes, defaultHeader)}
	if x.dial == nil {
		x.dial = new(net.Dialer).DialContext
	}
	x.dial = withDeadline(x.dial)
	if t.DialTLSContext != nil {
		x.dialTLS = withDeadline(t.DialTLSContext)
	}
	if t.TLSClientConfig != nil {
		x.config = t.TLSClientConfig.Clone()
	}
	x.config.NextProtos = nil // that of a used transport offers HTTP/2
	return x
}

// RoundTrip is of http.RoundTripper.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	ctx := req.Context()
	a, err := x.connect(ctx, req.URL)
	if err != nil {
		return nil, err
	}
	conn := a.conn
	a.stop = context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{Conn: conn})
	}
	err = send(conn, req)
	var resp *http.Response
	if err == nil {
		resp, err = x.read(req, a)
	}
	if err != nil {
		_ = a.Close()
		return nil, cmp.Or(ctx.Err(), err)
	}
	a.body, a.ctx = resp.Body, ctx
	resp.Body = a
	return resp, nil
}

// connect makes the connection, with a handshake where there is to be one.
func (x *exchange) connect(ctx context.Context, to *url.URL) (*answer, error) {
	secure := to.Scheme == "https"
	addr := net.JoinHostPort(to.Hostname(), cmp.Or(to.Port(), map[bool]string{true: "443", false: "80"}[secure]))
	switch {
	case !secure:
		return over(x.dial(ctx, "tcp", addr))
	case x.dialTLS != nil:
		return over(x.dialTLS(ctx, "tcp", addr))
	}
	dialled, err := x.dial(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	below := &tidyConn{Conn: dialled, read: &places{from: dialled}}
	config := x.config
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName = to.Hostname()
	}
	if x.handshake > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, x.handshake)
		defer cancel()
	}
	conn := tls.Client(below, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		below.Close()
		return nil, err
	}
	return &answer{conn: conn, from: &places{from: conn}, below: below.read}, nil
}

// over is an answer that is to come over a connection.
func over(conn net.Conn, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{conn: conn, from: &places{from: conn}, below: new(places)}, nil
}

// send writes a request from one buffer, which is cleared.
func send(conn io.Writer, req *http.Request) error {
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", req.Method, req.URL.RequestURI(), req.URL.Host)
	if req.ContentLength > 0 || req.Method != http.MethodDelete {
		fmt.Fprintf(&head, "Content-Length: %d\r\n", req.ContentLength)
	}
	if err := req.Header.Write(&head); err != nil {
		return err
	}
	head.WriteString("\r\n")
	whole := make([]byte, head.Len()+int(req.ContentLength))
	defer func() {
		clear(whole)
		payment.ClearRegisters()
	}()
	n := copy(whole, head.Bytes())
	if req.ContentLength > 0 {
		if _, err := io.ReadFull(req.Body, whole[n:]); err != nil {
			return err
		}
	}
	for rest := whole; len(rest) > 0; {
		n, err := conn.Write(rest[:min(len(rest), piece)])
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// read reads the header of the answer.
func (x *exchange) read(req *http.Request, a *answer) (*http.Response, error) {
	limited := &io.LimitedReader{R: a.from, N: x.header}
	reader := bufio.NewReader(limited)
	for range interim + 1 {
		resp, err := http.ReadResponse(reader, req)
		switch {
		case err != nil && limited.N <= 0:
			return nil, errors.New("header of the answer is too big")
		case err != nil:
			return nil, err
		case resp.StatusCode == http.StatusSwitchingProtocols:
			return nil, errors.New("answer changes the protocol")
		case resp.StatusCode >= 200:
			limited.N = 1<<63 - 1 // the reader of the body counts for itself
			return resp, nil
		}
	}
	return nil, errors.New("too many interim answers")
}

// answer is the body of an answer with what is behind it.
type answer struct {
	body  io.Reader
	ctx   context.Context
	conn  net.Conn
	from  *places     // of conn
	below *places     // of the connection below TLS
	stop  func() bool // of the context's watch over the connection
}

func (a *answer) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && a.ctx.Err() != nil {
		err = a.ctx.Err()
	}
	return n, err
}

// Close ends the connection and overwrites what was read. It does not read what
// is left, as the body's own Close would, for as long as something comes.
func (a *answer) Close() error {
	a.stop()
	err := a.conn.Close()
	a.from.clear()
	a.below.clear()
	return err
}

// places remembers where it reads to. It is for one goroutine.
type places struct {
	from io.Reader
	into []payment.Secret
}

func (p *places) Read(b []byte) (int, error) {
	n, err := p.from.Read(b)
	p.note(b[:n])
	return n, err
}

func (p *places) note(b []byte) {
	if len(b) == 0 {
		return
	}
	for i, known := range p.into {
		if known := known.Bytes(); &known[0] == &b[0] {
			if len(b) > len(known) {
				p.into[i] = payment.Keep(b)
			}
			return
		}
	}
	p.into = append(p.into, payment.Keep(b))
}

// clear overwrites all of them.
func (p *places) clear() {
	for _, b := range p.into {
		b.Clear()
	}
	p.into = nil
}

// tidyConn is the connection below TLS, which remembers where it reads to. TLS
// reads records into a buffer of its own and decrypts them there, and between two
// reads it moves what it has of a record. So a read gives it the header of a
// record alone, or no more than the rest of that record: then the record stays
// where it was read to, and can be cleared there.
type tidyConn struct {
	net.Conn
	read   *places
	header [5]byte // of a record: kind, version, length
	n      int     // how much of it was read
	left   int     // of the record
}

func (c *tidyConn) Read(b []byte) (int, error) {
	if c.left == 0 {
		n, err := c.read.Read(b[:min(len(b), len(c.header)-c.n)])
		c.n += copy(c.header[c.n:], b[:n])
		if c.n == len(c.header) {
			c.n, c.left = 0, int(c.header[3])<<8|int(c.header[4])
		}
		return n, err
	}
	n, err := c.read.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

// readTidily is readAnswer for an answer that may hold what nobody may keep:
// what it outgrows is overwritten, and the answer is the caller's to clear.
func readTidily(r io.Reader, limit int) ([]byte, error) {
	b := make([]byte, 0, 4<<10)
	for {
		b = roomFor(b, 1<<10)
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case len(b) > limit:
			clear(b)
			return nil, errTooBig
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		}
	}
}

// overwrite makes nines of a card's number wherever an answer repeats it, also in
// groups: what is read of the answer becomes strings, which nobody can clear.
// Nines, so that it stays the JSON that it was.
func overwrite(answer, number []byte) {
	if len(number) == 0 {
		return
	}
	for from := range answer {
		at, found := from, 0
		for at < len(answer) && found < len(number) {
			switch c := answer[at]; {
			case c == number[found]:
				found++
			case found == 0 || c != ' ' && c != '-' && c != '.' && c != '+':
				at = len(answer)
			}
			at++
		}
		if found == len(number) {
			for i := from; i < at; i++ {
				if digit(answer[i]) {
					answer[i] = '9'
				}
			}
		}
	}
}
