package proof

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"paypane/bff"
	"paypane/bff/athena"
	"paypane/bff/ledger"
	"paypane/bff/portal"
)

// programEnv is set where the test binary is to be the server.
const programEnv = "PAYPANE_PROOF_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programEnv) != "" {
		os.Exit(program(os.Getenv, os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// program is the server in a process of its own, joined as main.go joins it:
// ledger, upstream, server, one listener. What is different: the calls of
// ledger and upstream have marks, at which the process stops or dies, the
// clock is shared with the test, and the process ends with its standard input.
// It writes "ready ADDRESS" and "mark NAME".
func program(env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	go func() {
		io.Copy(io.Discard, stdin)
		os.Exit(3) // the test is over
	}()
	if err := serve(env, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "paypane: %v\n", err)
		return 2
	}
	return 0
}

func serve(env func(string) string, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	now, err := sharedClock(env("PAYPANE_PROOF_CLOCK"))
	if err != nil {
		return err
	}
	portals, err := portal.Read(filepath.Join(env("PAYPANE_PROOF_DIR"), "portals.toml"))
	if err != nil {
		return err
	}
	payDeadline, err := time.ParseDuration(env("PAYPANE_PROOF_PAY_DEADLINE"))
	if err != nil {
		return err
	}
	receiptDelay, err := time.ParseDuration(env("PAYPANE_PROOF_RECEIPT_DELAY"))
	if err != nil {
		return err
	}
	m := &marks{at: env("PAYPANE_PROOF_MARK"), stop: env("PAYPANE_PROOF_STOP") != "", tell: stdout}
	practice, err := athena.New(athena.Config{
		URL: env("PAYPANE_PROOF_UPSTREAM"), ClientID: "demo", ClientSecret: "demo", Now: now, Log: log,
		PayDeadline: payDeadline, Transport: m.transport(),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	book, err := ledger.Open(context.Background(), env("PAYPANE_PROOF_DATABASE"), now)
	if err != nil {
		return err
	}
	if err := book.Occupy(); err != nil {
		return err
	}
	start := now() // the offset is time that passes, not a clock that is set
	pages, err := bff.New(context.Background(), bff.Config{
		Origin: paySite, Portals: portals, Practice: markedPractice{practice, m}, Ledger: markedLedger{book, m},
		Keys: [][]byte{bytes.Repeat([]byte{7}, 32)}, Log: log, Now: now, ReceiptDelay: receiptDelay,
		Elapsed: func() time.Duration { return now().Sub(start) },
	})
	if err != nil {
		return err
	}
	go pages.Run(context.Background())
	fmt.Fprintln(stdout, "ready", listener.Addr())
	server := &http.Server{
		Handler: pages, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 40 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return server.Serve(listener)
}

// marks are the boundaries of the calls on the way of the money. At the one
// that is named the process kills itself, or stops until it is continued; once.
type marks struct {
	at   string
	stop bool
	tell io.Writer
	over atomic.Bool
	// money says that a charge is on its way to the upstream: connections that
	// are made then are marked too.
	money atomic.Bool
}

func (m *marks) reach(name string) {
	if name != m.at || m.over.Swap(true) {
		return
	}
	// The signal takes a moment to reach all threads: until it has, nothing more
	// happens here.
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	fmt.Fprintln(m.tell, "mark", name)
	if m.stop {
		syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	} else {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	<-continued
}

// around marks the two sides of a call: defer m.around("Claim")().
func (m *marks) around(name string) (after func()) {
	m.reach(name + "/before")
	return func() { m.reach(name + "/after") }
}

// transport is the client's own, but for the marks around the connection of a
// charge.
func (m *marks) transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if m.money.Load() {
				defer m.around("Dial")()
			}
			return dialer.DialContext(ctx, network, addr)
		},
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     90 * time.Second,
	}
}

// sharedClock is the machine's clock and an offset that lies in a file which
// the test and its servers have in their memory: the test moves it, and it is
// moved for all at once.
func sharedClock(file string) (func() time.Time, error) {
	offset, err := mapOffset(file)
	if err != nil {
		return nil, err
	}
	return func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }, nil
}

func mapOffset(file string) (*atomic.Int64, error) {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := f.Truncate(8); err != nil {
		return nil, err
	}
	memory, err := syscall.Mmap(int(f.Fd()), 0, 8, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return (*atomic.Int64)(unsafe.Pointer(&memory[0])), nil
}

// said reads what a program says, line by line.
func said(r io.Reader, each func(word, rest string)) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		each(word, rest)
	}
}
