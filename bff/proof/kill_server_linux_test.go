package proof

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// server is a server in a process of its own, which can be killed, stopped and
// started again. It is safe for concurrent use.
type server struct {
	t     testing.TB
	env   []string
	marks chan string // that were reached

	mu    sync.Mutex
	cmd   *exec.Cmd
	addr  string        // empty: it does not serve
	ready chan struct{} // closed when it serves or has ended
	ended chan struct{} // closed when the process is gone
	log   *logs
}

// logs are the last lines of a process, for a test that fails.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// starter starts processes from one thread that never ends: the kernel kills a
// child with Pdeathsig when the thread that started it is gone, not only when
// the process is.
var starter = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

func startProcess(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	result := make(chan error)
	starter() <- func() { result <- cmd.Start() }
	return <-result
}

// server makes a server of the stage, which is not started.
func (st *stage) server() *server {
	s := &server{t: st.t, log: &logs{}, marks: make(chan string, 10), ready: make(chan struct{})}
	s.env = append(os.Environ(), programEnv+"=1", "PAYPANE_PROOF_DIR="+st.dir, "PAYPANE_PROOF_CLOCK="+filepath.Join(st.dir, "clock"),
		"PAYPANE_PROOF_UPSTREAM="+st.upstream, "PAYPANE_PROOF_DATABASE="+st.database,
		"PAYPANE_PROOF_PAY_DEADLINE="+st.payDeadline.String(), "PAYPANE_PROOF_RECEIPT_DELAY="+st.receiptDelay.String())
	st.t.Cleanup(func() {
		s.kill()
		if st.t.Failed() {
			text := s.log.String()
			st.t.Logf("the server said:\n%s", text[max(0, len(text)-6000):])
		}
	})
	return s
}

// start starts it and returns when it serves or has ended, which is an error
// with its exit status. env are settings for this time.
func (s *server) start(env ...string) error {
	cmd := exec.Command("/proc/self/exe") // this very program, whatever lies under its name by now
	cmd.Env = append(s.env[:len(s.env):len(s.env)], env...)
	cmd.Stderr = s.log
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := startProcess(cmd); err != nil {
		return err
	}
	ended := make(chan struct{})
	s.mu.Lock()
	s.cmd, s.ended = cmd, ended
	ready := s.ready
	s.mu.Unlock()
	var once sync.Once
	settle := func(addr string) {
		once.Do(func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.addr = addr
			close(ready)
		})
	}
	go func() {
		said(out, func(word, rest string) {
			switch word {
			case "ready":
				settle(rest)
			case "mark":
				s.marks <- rest
			}
		})
		cmd.Wait()
		in.Close()
		settle("")
		s.mu.Lock()
		s.addr, s.ready = "", make(chan struct{})
		s.mu.Unlock()
		close(ended)
	}()
	select {
	case <-ready:
	case <-time.After(time.Minute):
		cmd.Process.Kill()
		<-ready
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.addr == "" {
		return errors.New("the server did not come to serve")
	}
	return nil
}

// must starts it and fails the test if it does not serve.
func (s *server) must() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatalf("%v:\n%s", err, s.log.String())
	}
}

// signal sends it a signal, if it runs.
func (s *server) signal(sig os.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		s.cmd.Process.Signal(sig) // one that has ended is not there to be signalled
	}
}

// kill kills it and waits until it is gone.
func (s *server) kill() {
	s.signal(syscall.SIGKILL)
	s.wait()
}

// wait waits until it is gone, and answers how it ended.
func (s *server) wait() *os.ProcessState {
	s.mu.Lock()
	cmd, ended := s.cmd, s.ended
	s.mu.Unlock()
	if cmd == nil {
		return nil
	}
	<-ended
	return cmd.ProcessState
}

// pause stops it, and returns when it stands.
func (s *server) pause() {
	s.signal(syscall.SIGSTOP)
	s.stands()
}

// stands returns when it is stopped.
func (s *server) stands() {
	s.mu.Lock()
	pid := s.cmd.Process.Pid
	s.mu.Unlock()
	for range time.Tick(time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return // it has ended
		}
		// pid (name) state …; the name may hold anything.
		if rest := string(stat[bytes.LastIndexByte(stat, ')')+1:]); strings.HasPrefix(rest, " T") {
			return
		}
	}
}

// address is where it serves; it is waited for.
func (s *server) address(ctx context.Context) (string, error) {
	for {
		s.mu.Lock()
		addr, ready := s.addr, s.ready
		s.mu.Unlock()
		if addr != "" {
			return addr, nil
		}
		select {
		case <-ready:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		// A start that failed leaves a closed channel for a moment.
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
