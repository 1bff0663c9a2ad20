//go:build !mutation

package ledger

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"paypane/bff/ledger/ledgertest"
)

// Under the tag mutation the rules are tested on the memory alone: hundreds of
// runs have no time for databases.
func TestSQLite(t *testing.T)   { testContract(t, emptyDatabase, all) }
func TestPostgres(t *testing.T) { testContract(t, postgresDatabase, 12) }

func sqliteDatabase(t *testing.T, now func() time.Time) func(fatal) *Ledger {
	path := filepath.Join(t.TempDir(), "ledger.db")
	return func(t fatal) *Ledger {
		t.Helper()
		return must(t, func() (*Ledger, error) { return Open(context.Background(), "sqlite:"+path, now) })
	}
}

// emptyFile is the file of a ledger in which nothing is yet.
var emptyFile = ledgertest.EmptyFile(Open)

// emptyDatabase is sqliteDatabase, and its file is there already.
func emptyDatabase(t *testing.T, now func() time.Time) func(fatal) *Ledger {
	path := filepath.Join(t.TempDir(), "ledger.db")
	empty := must(t, emptyFile)
	want(t, os.WriteFile(path, empty, 0o600), nil)
	return func(t fatal) *Ledger {
		t.Helper()
		return must(t, func() (*Ledger, error) { return Open(context.Background(), "sqlite:"+path, now) })
	}
}

func postgresDatabase(t *testing.T, now func() time.Time) func(fatal) *Ledger {
	url := ledgertest.Postgres(t)
	return func(t fatal) *Ledger {
		t.Helper()
		return must(t, func() (*Ledger, error) { return Open(context.Background(), url, now) })
	}
}
