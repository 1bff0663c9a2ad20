package athena

import (
	"errors"
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

// cutProxy stands between a client and simulators. It carries one connection
// for each order; one for which there is no order is an error.
type cutProxy struct {
	url     string
	orders  chan cutOrder
	carried chan carried // one for each connection
}

// cutOrder is what becomes of the next connection.
type cutOrder struct {
	to string // url of the simulator
	at cutPoint
}

// carried is what a connection carried.
type carried struct {
	request, answer int  // bytes, before the cut
	whole           bool // the client was given the whole answer
	err             error
}

// startCutProxy runs one.
func startCutProxy(t testing.TB) *cutProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	p := &cutProxy{url: "http://" + listener.Addr().String(), orders: make(chan cutOrder, 1), carried: make(chan carried, 100)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			select {
			case o := <-p.orders:
				go func() { p.carried <- o.carry(conn.(*net.TCPConn)) }()
			default:
				conn.Close()
				p.carried <- carried{err: errors.New("a connection more than writes")}
			}
		}
	}()
	return p
}

// carry serves a connection until nobody uses it any more.
func (o cutOrder) carry(client *net.TCPConn) carried {
	defer client.Close()
	conn, err := net.Dial("tcp", strings.TrimPrefix(o.to, "http://"))
	if err != nil {
		return carried{err: err}
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	if o.at.answer {
		return o.cutAnswer(client, server)
	}
	n, err := io.CopyN(server, client, int64(o.at.after))
	if o.at.how == resets {
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

func (o cutOrder) cutAnswer(client, server *net.TCPConn) carried {
	request := make(chan int64)
	go func() {
		n, _ := io.Copy(server, client) // ends when either side closes
		request <- n
	}()
	answer, err := io.ReadAll(server) // the client has asked it to close
	n, _ := client.Write(answer[:min(o.at.after, len(answer))])
	switch o.at.how {
	case resets:
		client.SetLinger(0)
		client.Close()
	case closes:
		client.CloseWrite()
	}
	return carried{request: int(<-request), answer: n, whole: n == len(answer), err: err}
}
