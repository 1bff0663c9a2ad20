//go:build !mutation

package ledger

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestUnwritable opens files as a user who may not write them. Root may write
// everything, so the thread of the test gives up that right for its file
// access, and ends with the goroutine.
func TestUnwritable(t *testing.T) {
	c := newClock()
	l := sqliteDatabase(t, c.now)(t)
	fill(t, l, c)
	want(t, l.Close(), nil)
	whole := must(t, func() ([]byte, error) { return os.ReadFile(path(l)) })
	base := must(t, func() (string, error) { return os.MkdirTemp("", "ledger") })
	t.Cleanup(func() { os.RemoveAll(base) })
	at := func(dir string, dirMode, fileMode os.FileMode, data []byte) string {
		path := filepath.Join(base, dir, "ledger.db")
		want(t, os.Mkdir(filepath.Dir(path), 0o755), nil)
		if data != nil {
			want(t, os.WriteFile(path, data, fileMode), nil)
			want(t, os.Chmod(path, fileMode), nil)
		}
		want(t, os.Chmod(filepath.Dir(path), dirMode), nil)
		return path
	}
	want(t, os.Chmod(base, 0o755), nil)
	reasons := map[string]string{
		at("file", 0o777, 0o444, whole):      "cannot be written (",
		at("directory", 0o555, 0o666, whole): "or the files beside it cannot be written (",
		at("new", 0o555, 0, nil):             "cannot be made (",
		at("closed", 0o000, 0o666, whole):    "permission denied",
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends here
		if err := syscall.Setfsuid(65534); err != nil {
			t.Errorf("become nobody: %v", err)
			return
		}
		for path, reason := range reasons {
			l, err := Open(ctx, "sqlite:"+path, c.now)
			if err == nil {
				l.Close()
				t.Errorf("%s was opened", path)
			} else if !strings.Contains(err.Error(), reason) {
				t.Errorf("%s: refused with %v, want %q", path, err, reason)
			}
		}
	}()
	<-done
}
