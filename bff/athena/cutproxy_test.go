package athena

import (
	"io"
	"net"
	"strings"
	"testing"
)

// cutPoint says where a connection dies, and how.
type cutPoint struct {
	answer bool // the answer is cut, not the request
	after  int  // bytes; more than there are: after the last
	how    string
}

// The ways to die. A stall is of answers only.
const (
	closes = "close" // FIN to both sides
	resets = "reset" // RST to both sides
	stalls = "stall" // no more bytes until the client leaves
)

// never is a cut that leaves everything whole.
var never = cutPoint{answer: true, after: 1 << 30, how: closes}

// cutProxy stands between a client and a simulator and cuts each connection as
// it is told.
type cutProxy struct {
	url     string
	to      string // address of the simulator
	cut     cutPoint
	carried chan carried
}

// carried is what a connection carried.
type carried struct {
	request, answer int  // bytes, before the cut
	whole           bool // the client was given the whole answer
	err             error
}

// startCutProxy runs one. Who changes to or cut must not have a connection open.
func startCutProxy(t testing.TB) *cutProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	p := &cutProxy{url: "http://" + listener.Addr().String(), carried: make(chan carried, 100)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { p.carried <- p.carry(conn.(*net.TCPConn)) }()
		}
	}()
	return p
}

// carry serves a connection until nobody uses it any more.
func (p *cutProxy) carry(client *net.TCPConn) carried {
	defer client.Close()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.to, "http://"))
	if err != nil {
		return carried{err: err}
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	if p.cut.answer {
		return p.cutAnswer(client, server)
	}
	n, err := io.CopyN(server, client, int64(p.cut.after))
	if p.cut.how == resets {
		client.SetLinger(0)
		server.SetLinger(0)
		return carried{request: int(n), err: err}
	}
	client.CloseWrite()
	server.CloseWrite()
	io.Copy(io.Discard, server) // until it has done what it makes of that
	io.Copy(io.Discard, client) // left unread, it would be a reset
	return carried{request: int(n), err: err}
}

func (p *cutProxy) cutAnswer(client, server *net.TCPConn) carried {
	request := make(chan int64)
	go func() {
		n, _ := io.Copy(server, client) // ends when either side closes
		request <- n
	}()
	answer, err := io.ReadAll(server) // the client has asked it to close
	n, _ := client.Write(answer[:min(p.cut.after, len(answer))])
	switch p.cut.how {
	case resets:
		client.SetLinger(0)
		client.Close()
	case closes:
		client.CloseWrite()
	}
	return carried{request: int(<-request), answer: n, whole: n == len(answer), err: err}
}
