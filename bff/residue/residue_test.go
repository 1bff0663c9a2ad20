package residue

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/web/payment"
)

const most = 1 << 10

// watched is a server of ours whose last connection can be looked at.
type watched struct {
	addr string
	mu   sync.Mutex
	conn *conn
	got  []string // bodies that handlers read
}

func serve(t *testing.T) *watched {
	w := &watched{}
	server := httptest.NewUnstartedServer(Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		w.mu.Lock()
		w.got = append(w.got, string(body))
		w.mu.Unlock()
		if err != nil {
			rw.WriteHeader(http.StatusBadRequest)
		}
		fmt.Fprintf(rw, "%s %d", r.Method, len(body))
	}), most))
	server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		w.mu.Lock()
		w.conn = c.(*conn)
		w.mu.Unlock()
		return Context(ctx, c)
	}
	server.Listener = Listen(server.Listener)
	server.Start()
	t.Cleanup(server.Close)
	w.addr = server.Listener.Addr().String()
	return w
}

// left reports whether the server's buffer holds a text. It looks between two
// requests, when nobody writes there; but the only thing that orders it before
// the next one is the network, of which the race detector knows nothing.
func (w *watched) left(text string) bool {
	if raced {
		return false
	}
	w.mu.Lock()
	c := w.conn
	w.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.buffer.Bytes()) < 4<<10 {
		panic("that is not net/http's buffer")
	}
	return strings.Contains(string(c.buffer.Bytes()), text)
}

func post(body string) string {
	return fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// What was posted is gone when it is answered; the connection goes on where
// nothing else can have been in the buffer.
func TestBodiesAreOverwritten(t *testing.T) {
	const secret = "number=4111111111111111&code=739"
	chunked := fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(secret), secret)
	for _, row := range []struct {
		name   string
		pieces []string // that are written apart
		bodies []string // that the handlers get
		open   bool     // afterwards
	}{
		{"at once", []string{post(secret)}, []string{secret}, true},
		{"behind its header", []string{post(secret)[:len(post(secret))-len(secret)], secret}, []string{secret}, true},
		{"in two", []string{post(secret)[:len(post(secret))-9], secret[len(secret)-9:]}, []string{secret}, true},
		{"a header in two", []string{post(secret)[:20], post(secret)[20:]}, []string{secret}, true},
		{"in chunks", []string{chunked}, []string{secret}, true},
		{"empty", []string{post("")}, []string{""}, true},
		{"one behind the other", []string{post(secret), post("b")}, []string{secret, "b"}, true},
		{"too large", []string{post(strings.Repeat(secret, 100))}, []string{strings.Repeat(secret, 100)[:most+1]}, true},
		{"much too large", []string{post(strings.Repeat(secret, 40000))}, []string{strings.Repeat(secret, 40000)[:most+1]}, false},
		{"with the next one", []string{post(secret) + post("b")}, []string{secret}, false},
		{"longer than it says", []string{strings.Replace(post(secret), ": 32", ": 30", 1)}, []string{secret[:30]}, false},
		{"without a length", []string{"POST / HTTP/1.1\r\nHost: x\r\n\r\n" + secret}, []string{""}, false},
		{"no request", []string{"POST / HTTP/1.1\r\nHost: x\r\nbad\r\n\r\n" + secret}, nil, false},
	} {
		w := serve(t)
		c, err := net.Dial("tcp", w.addr)
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(30 * time.Second))
		answers := bufio.NewReader(c)
		asked := 0
		answer := func() *http.Response {
			resp, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatalf("%s: %v", row.name, err)
			}
			io.Copy(io.Discard, resp.Body)
			asked++
			return resp
		}
		var last *http.Response
		for n, piece := range row.pieces {
			if n > 0 && row.name == "one behind the other" {
				answer()
			} else if n > 0 {
				w.await(len(row.pieces[0]))
			}
			io.WriteString(c, piece)
		}
		last = answer()
		w.mu.Lock()
		got := strings.Join(w.got, "|")
		w.mu.Unlock()
		if got != strings.Join(row.bodies, "|") {
			t.Errorf("%s: read %.80q", row.name, got)
		}
		if w.left("4111") || w.left("739") {
			t.Errorf("%s: it is left", row.name)
		}
		if last.Close == row.open {
			t.Errorf("%s: open %t", row.name, !last.Close)
		}
		if row.open {
			io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			if resp := answer(); resp.StatusCode != http.StatusOK {
				t.Errorf("%s: then %s", row.name, resp.Status)
			}
		}
		c.Close()
	}
}

// await waits until the server has read so much of a connection.
func (w *watched) await(n int) {
	for {
		w.mu.Lock()
		c := w.conn
		w.mu.Unlock()
		if c != nil {
			c.mu.Lock()
			end := c.end
			c.mu.Unlock()
			if end >= n {
				return
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// What was read of a connection cannot be printed, whoever holds it.
func TestBodiesCannotBePrinted(t *testing.T) {
	const typed = "number=4111111111111111"
	body := &Body{room: payment.Keep(make([]byte, 64))}
	body.fill(strings.NewReader(typed))
	held := &conn{buffer: payment.Keep([]byte(typed))}
	for _, v := range []any{body, *body, held, struct{ io.Reader }{body}, []any{body}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			printed := fmt.Sprintf(verb, v)
			for _, secret := range []string{"41111111", "3431313131", "52 49 49 49 49"} {
				if strings.Contains(printed, secret) {
					t.Errorf("%s of %T prints %s", verb, v, printed)
				}
			}
		}
	}
	if whole, err := body.Whole(); err != nil || string(whole) != typed {
		t.Errorf("%q, %v", whole, err)
	}
}
