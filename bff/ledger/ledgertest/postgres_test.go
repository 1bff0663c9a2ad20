package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var ctx = context.Background()

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(ctx) })
	return conn
}

func do(t *testing.T, conn *pgx.Conn, statement string) {
	t.Helper()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%v in %s", err, statement)
	}
}

func text(t *testing.T, conn *pgx.Conn, query string) string {
	t.Helper()
	var s string
	if err := conn.QueryRow(ctx, query).Scan(&s); err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	return s
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != code {
		t.Errorf("got error %v, want code %s", err, code)
	}
}

func TestDatabasesAreApart(t *testing.T) {
	first, second := Postgres(t), Postgres(t)
	a, b := connect(t, first), connect(t, second)
	do(t, a, `CREATE TABLE t AS SELECT 1 AS x`)
	if got := text(t, b, `SELECT count(*)::text FROM pg_class WHERE relname = 't'`); got != "0" {
		t.Errorf("the second sees %s tables of the first", got)
	}
	do(t, b, `CREATE TABLE t AS SELECT 2 AS x`)
	if got := text(t, a, `SELECT string_agg(x::text, ' ') FROM t`); got != "1" {
		t.Errorf("the first reads %s", got)
	}
	into := mustParse(t, first)
	into.User = mustParse(t, second).User
	_, err := pgx.Connect(ctx, into.String())
	wantCode(t, err, "42501") // insufficient privilege
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestDatabaseGoesWithItsTest(t *testing.T) {
	var address string
	t.Run("user", func(t *testing.T) {
		address = Postgres(t)
		connect(t, address)
	})
	if conn, err := pgx.Connect(ctx, address); err == nil {
		conn.Close(ctx)
		t.Errorf("it is still there")
	}
}

func TestNothingOfDurabilityIsRelaxed(t *testing.T) {
	conn := connect(t, Postgres(t))
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes", "data_checksums"} {
		if got := text(t, conn, `SHOW `+setting); got != "on" {
			t.Errorf("%s is %s", setting, got)
		}
	}
}

func TestRowSurvivesACrash(t *testing.T) {
	c := NewCluster(t)
	address := c.Database(t)
	before := connect(t, address)
	do(t, before, `CREATE TABLE t AS SELECT 1 AS x`)
	do(t, before, `INSERT INTO t VALUES (2)`)
	do(t, before, `BEGIN`)
	do(t, before, `INSERT INTO t VALUES (3)`)
	c.Crash(t)
	if _, err := before.Exec(ctx, `COMMIT`); err == nil {
		t.Errorf("committed on a server that is gone")
	}
	if conn, err := pgx.Connect(ctx, address); err == nil {
		conn.Close(ctx)
		t.Errorf("connected to a server that is gone")
	}
	c.Start(t)
	after := connect(t, address)
	if got := text(t, after, `SELECT string_agg(x::text, ' ' ORDER BY x) FROM t`); got != "1 2" {
		t.Errorf("after the crash: %s", got)
	}
	log, err := os.ReadFile(filepath.Join(c.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "automatic recovery in progress") {
		t.Errorf("the server did not crash:\n%s", log)
	}
	c.Stop(t)
	c.Start(t)
	if got := text(t, connect(t, address), `SELECT count(*)::text FROM t`); got != "2" {
		t.Errorf("after the stop: %s", got)
	}
}

func TestReadOnly(t *testing.T) {
	address := Postgres(t)
	do(t, connect(t, address), `CREATE TABLE t (x int)`)
	ReadOnly(t, address, true)
	_, err := connect(t, address).Exec(ctx, `INSERT INTO t VALUES (1)`)
	wantCode(t, err, "25006")
	ReadOnly(t, address, false)
	do(t, connect(t, address), `INSERT INTO t VALUES (1)`)
}

func TestDisconnect(t *testing.T) {
	address, other := Postgres(t), connect(t, Postgres(t))
	conn := connect(t, address)
	Disconnect(t, address)
	_, err := conn.Exec(ctx, `SELECT 1`)
	wantCode(t, err, "57P01")
	do(t, other, `SELECT 1`)
}

func TestMissingPrograms(t *testing.T) {
	_, err := findBinaries([]string{t.TempDir(), ""})
	if err == nil || !strings.Contains(err.Error(), "install the package postgresql") {
		t.Errorf("found nothing and said %v", err)
	}
}

// ending is the variable that lets TestEndOfTheProcess start a test process
// that ends in a given way.
const ending = "LEDGERTEST_ENDING"

// However a test process ends: once its standard error is closed, its server
// and the directory are gone.
func TestEndOfTheProcess(t *testing.T) {
	if way := os.Getenv(ending); way != "" {
		address := Postgres(t)
		c, _ := shared()
		fmt.Printf("at %s %s\n", mustParse(t, address).Host, c.dir)
		connect(t, address)
		switch way {
		case "panic":
			panic("as the test wants it")
		case "kill":
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for way, ended := range map[string]string{"return": "exit status 0", "panic": "exit status 2", "kill": "signal: killed"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(self, "-test.run=^TestEndOfTheProcess$")
			cmd.Env = append(os.Environ(), ending+"="+way)
			out, _ := cmd.CombinedOutput() // returns when nobody holds it open
			if got := cmd.ProcessState.String(); got != ended {
				t.Errorf("ended with %s, want %s:\n%s", got, ended, out)
			}
			var host, dir string
			if _, err := fmt.Sscanf(string(out), "at %s %s", &host, &dir); err != nil {
				t.Fatalf("%v:\n%s", err, out)
			}
			if conn, err := net.Dial("tcp", host); err == nil {
				conn.Close()
				t.Errorf("the server still answers")
			}
			if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the directory is still there: %v", err)
			}
		})
	}
}
