package proof

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"paypane/bff/athena/athenatest"
	"paypane/tier"
)

// unlimited is how large files may get where nothing limits them.
const unlimited = ^uint64(0)

// limit says how large the files of a running server may get: 0 is a full disk.
func (s *server) limit(t *testing.T, size uint64) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	limits := [2]uint64{size, unlimited}
	if _, _, err := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(s.cmd.Process.Pid), 1, // RLIMIT_FSIZE
		uintptr(unsafe.Pointer(&limits)), 0, 0, 0); err != 0 {
		t.Fatalf("limit the size of files: %v", err)
	}
}

// ready reports whether the server says that it can write.
func (s *server) readyz(ctx context.Context) bool {
	addr, err := s.address(ctx)
	if err != nil {
		return false
	}
	resp, err := browser.Get("http://" + addr + "/readyz")
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// The disk is full in the middle of payments, and has room again: for a short
// while, for longer than an outcome waits to be written down, and with a server
// that dies meanwhile. Nothing is sent that is not written down before, and
// what was sent is found.
func TestFullDisk(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	const patients = 2000
	st := newStage(t, patients, "")
	st.lag = func() time.Duration { return 20 * time.Millisecond }
	s := st.server()
	s.must()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var over atomic.Bool
	var next atomic.Int64
	var crowd sync.WaitGroup
	for range 8 {
		crowd.Go(func() {
			for !over.Load() && ctx.Err() == nil {
				p := st.payer(firstOfMany+int(next.Add(1))-1, *seed, s)
				p.card = draw(p.rng)
				p.pay(ctx)
			}
		})
	}
	rng := rand.New(rand.NewPCG(*seed, 5))
	for _, full := range []time.Duration{time.Second, 2 * time.Second, 13 * time.Second, 0} {
		st.progress(5+rng.IntN(20), 20*time.Second)
		s.limit(t, 0)
		for s.readyz(ctx) {
			<-time.After(10 * time.Millisecond)
		}
		left := st.arrived.Load()
		<-time.After(full)
		// Those that were past their write-ahead record have left by now, and no other has.
		if full > 2*time.Second {
			<-time.After(100 * time.Millisecond)
			if n := st.arrived.Load() - left; n > 8 {
				t.Errorf("%d charges were sent while nothing could be written", n)
			}
		}
		if full == 0 {
			s.kill()
			s.must()
			continue
		}
		s.limit(t, unlimited)
		for !s.readyz(ctx) && ctx.Err() == nil {
			<-time.After(10 * time.Millisecond)
		}
	}
	st.progress(10, 20*time.Second)
	over.Store(true)
	crowd.Wait()
	c := st.judge(s)
	t.Logf("payers %d; %s", next.Load(), c)
	if c.taken == 0 {
		t.Error("nothing was paid")
	}
}

// The program itself, as it is built, does not start with a database in which
// payments could be forgotten: it ends with status 2, says why and what to do,
// and the upstream hears nothing.
func TestRefusesToStart(t *testing.T) {
	tier.Full(t)
	t.Parallel()
	dir, err := os.MkdirTemp("", "paypane") // t.TempDir is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "program")
	build := exec.Command("go", "build", "-o", program, "paypane")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	st := newStage(t, 3, "")
	for _, name := range []string{"portals.toml", "harbor.jwks.json"} {
		copyFile(t, filepath.Join(st.dir, name), filepath.Join(dir, name), 0o644)
	}
	// A ledger with payments in it.
	s := st.server()
	s.must()
	for i := range 3 {
		if _, err := st.payer(firstOfMany+i, 1, s).pay(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	s.kill()
	whole := strings.TrimPrefix(st.database, "sqlite:")
	st.open().Close() // brings what is beside the file into it
	requests := len(st.sim.Requests())
	start := func(database, before string, as *syscall.Credential) (status int, said string) {
		t.Helper()
		cmd := exec.Command("/bin/sh", "-c", before+`exec "$0"`, program)
		cmd.Env = []string{"PAYPANE_ADDR=127.0.0.1:0", "PAYPANE_DRAIN_DELAY=0s", "PAYPANE_ORIGIN=" + paySite, "PAYPANE_DATABASE=" + database,
			"PAYPANE_ATHENA_URL=" + st.upstream, "PAYPANE_ATHENA_CLIENT_ID=" + athenatest.ClientID, "PAYPANE_ATHENA_CLIENT_SECRET=" + athenatest.ClientSecret,
			"PAYPANE_PORTALS=" + filepath.Join(dir, "portals.toml"), "PAYPANE_KEYS=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
		cmd.Dir = dir
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: as}
		result := make(chan error)
		starter() <- func() { result <- cmd.Start() }
		if err := <-result; err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() }) // it should not have started
		defer kill.Stop()
		cmd.Wait()
		return cmd.ProcessState.ExitCode(), stderr.String()
	}
	var nobody *syscall.Credential
	if os.Geteuid() == 0 {
		nobody = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	for i, c := range []struct {
		name, says, before string
		prepare            func(file string)
		as                 *syscall.Credential
	}{
		{name: "damaged", says: "damaged or cut short", prepare: func(file string) {
			change(t, file, func(b []byte) []byte { clear(b[4096:20480]); return b })
		}},
		{name: "cut short", says: "damaged or cut short", prepare: func(file string) {
			change(t, file, func(b []byte) []byte { return b[:len(b)/2] })
		}},
		{name: "cut to nothing", says: "is empty or cut", prepare: func(file string) {
			change(t, file, func(b []byte) []byte { return nil })
		}},
		{name: "no database", says: "is not a database", prepare: func(file string) {
			change(t, file, func(b []byte) []byte { return bytes.Repeat([]byte("card "), 4096) })
		}},
		{name: "read-only", says: "cannot be written", as: nobody, prepare: func(file string) {
			if err := os.Chmod(file, 0o444); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "full disk", says: "make room", before: "ulimit -f 0; ", prepare: func(string) {}},
	} {
		file := filepath.Join(dir, fmt.Sprintf("ledger%d.db", i))
		copyFile(t, whole, file, 0o600)
		c.prepare(file)
		status, said := start("sqlite:"+file, c.before, c.as)
		if status != 2 || !strings.Contains(said, "PAYPANE_DATABASE: ") || !strings.Contains(said, c.says) {
			t.Errorf("%s: status %d, %s", c.name, status, said)
		}
		t.Logf("%s: %s", c.name, strings.TrimSpace(said))
	}
	// A second server on one file.
	s.must()
	status, said := start(st.database, "", nil)
	if status != 2 || !strings.Contains(said, "another server works with") {
		t.Errorf("a second server: status %d, %s", status, said)
	}
	s.kill()
	// No database server there at all.
	status, said = start("postgres://nobody@127.0.0.1:1/ledger", "", nil)
	if status != 2 || !strings.Contains(said, "PAYPANE_DATABASE: ") {
		t.Errorf("no database server: status %d, %s", status, said)
	}
	for _, r := range st.sim.Requests()[requests:] {
		if r.Endpoint != "receipts" && r.Endpoint != "token" { // of the server that looks after its payments
			t.Errorf("the upstream heard %+v", r)
		}
	}
}

func copyFile(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// change overwrites a file with what is made of its content.
func change(t *testing.T, file string, make func([]byte) []byte) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, make(content), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
