package ledgertest

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"paypane/tier"
)

//go:embed keeper.sh
var keeperScript string

// Cluster is a PostgreSQL server with its data. It is safe for concurrent use:
// an act waits for the end of the one before.
type Cluster struct {
	dir       string
	port      int // the same after every start, so that addresses stay good
	keeper    *exec.Cmd
	mu        sync.Mutex     // held during an act
	acts      io.WriteCloser // to the keeper, one a line
	statuses  *bufio.Reader  // from the keeper, one for each act
	databases atomic.Int64   // made so far
}

// NewCluster starts a server for one test alone, which may stop it or let it
// crash. It ends with the test. Tests that leave the server in peace use
// Postgres, which is quicker.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	tier.Full(t)
	c, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.end(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// Crash ends the server at once, without a checkpoint: the next Start has to
// recover from the write-ahead log. Connections break.
func (c *Cluster) Crash(t testing.TB) { c.must(t, "crash") }

// Stop ends the server in order. Open connections are told and closed.
func (c *Cluster) Stop(t testing.TB) { c.must(t, "stop") }

// Start starts the server again after Crash or Stop, at the same address, and
// returns when it takes connections.
func (c *Cluster) Start(t testing.TB) { c.must(t, "start") }

func (c *Cluster) must(t testing.TB, act string) {
	t.Helper()
	if err := c.do(act); err != nil {
		t.Fatal(err)
	}
}

// start makes a cluster and starts its server.
func start() (*Cluster, error) {
	binaries, err := findBinaries(searchPath())
	if err != nil {
		return nil, err
	}
	owner, err := serverUser()
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "ledgertest")
	if err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	c := &Cluster{dir: dir, port: port}
	if err := c.keep(binaries, owner); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	for _, act := range []string{"create", "start"} {
		if err := c.do(act); err != nil {
			_ = c.end()
			return nil, err
		}
	}
	return c, nil
}

// keep starts the keeper. It has a session of its own, so that Ctrl-C ends the
// tests and not their clean-up, and none of the environment, in which PG…
// variables could be. It shares standard error, because "go test" waits for
// that to close: when a test run is over, its servers are gone.
func (c *Cluster) keep(binaries string, owner *syscall.Credential) (err error) {
	settings := fmt.Sprintf(`listen_addresses = '127.0.0.1'
port = %d
unix_socket_directories = '%s'
max_connections = 200
shared_buffers = 16MB
fsync = on
synchronous_commit = on
full_page_writes = on
`, c.port, strings.ReplaceAll(c.dir, "'", "''"))
	path := filepath.Join(c.dir, "settings")
	if err := os.WriteFile(path, []byte(settings), 0o600); err != nil {
		return err
	}
	c.keeper = exec.Command("/bin/sh", "-c", keeperScript, "keeper", c.dir)
	c.keeper.Dir = "/"
	c.keeper.Env = []string{"LC_ALL=C", "PATH=" + binaries + string(filepath.ListSeparator) + os.Getenv("PATH")}
	c.keeper.Stderr = os.Stderr
	c.keeper.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: owner}
	if owner != nil {
		for _, name := range []string{path, c.dir} {
			if err := os.Chown(name, int(owner.Uid), int(owner.Gid)); err != nil {
				return err
			}
		}
	}
	if c.acts, err = c.keeper.StdinPipe(); err != nil {
		return err
	}
	out, err := c.keeper.StdoutPipe()
	if err != nil {
		return err
	}
	c.statuses = bufio.NewReader(out)
	return c.keeper.Start()
}

// do lets the keeper do one act and waits for its end.
func (c *Cluster) do(act string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := fmt.Fprintln(c.acts, act); err != nil {
		return fmt.Errorf("%s postgres: %w", act, err)
	}
	status, err := c.statuses.ReadString('\n')
	if err != nil {
		return fmt.Errorf("%s postgres: the shell that keeps it ended: %w", act, err)
	}
	if status != "0\n" {
		log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
		return fmt.Errorf("%s postgres: status %s%s", act, status, log[max(0, len(log)-4096):])
	}
	return nil
}

// end stops the server, removes the directory and waits until both are done.
func (c *Cluster) end() error {
	c.acts.Close()
	if err := c.keeper.Wait(); err != nil {
		return fmt.Errorf("end postgres: %w", err)
	}
	return nil
}

// freePort finds a port below those that the kernel gives to connections, so
// that nobody is given it while the server is down.
func freePort() (int, error) {
	var err error
	for range 100 {
		port := 15000 + rand.IntN(16000)
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("find a free port: %w", err)
}
