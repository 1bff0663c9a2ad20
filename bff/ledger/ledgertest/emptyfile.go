package ledgertest

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// EmptyFile is the file of a SQLite ledger in which nothing is yet, as open, which is
// ledger.Open, makes it at the first call. Migrating one takes a tenth of a second, and
// hundreds of tests begin with one. The ledger's own tests use this package, which
// therefore cannot import the ledger.
func EmptyFile[L io.Closer](open func(ctx context.Context, url string, now func() time.Time) (L, error)) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		dir, err := os.MkdirTemp("", "ledger")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		path := filepath.Join(dir, "ledger.db")
		l, err := open(context.Background(), "sqlite:"+path, time.Now)
		if err != nil {
			return nil, err
		}
		if err := l.Close(); err != nil {
			return nil, err
		}
		return os.ReadFile(path)
	})
}
