package tier

import (
	"fmt"
	"strings"
	"testing"
)

// told is a test that notes why it was skipped.
type told struct {
	testing.TB
	why string
}

func (t *told) Skipf(format string, args ...any) { t.why = fmt.Sprintf(format, args...) }

// Whoever reads that a test was skipped reads the command that runs it.
func TestDeepSaysItsCommand(t *testing.T) {
	t.Run("nobody's $", func(t *testing.T) {
		t.Setenv(variable, "")
		seen := &told{TB: t}
		Deep(seen)
		if want := `PAYPANE_DEEP=1 go test ./tier -run '^TestDeepSaysItsCommand$/^nobody'\''s_\$$'`; !strings.HasSuffix(seen.why, want) {
			t.Errorf("it says %q, not %q", seen.why, want)
		}
		t.Setenv(variable, "1")
		seen = &told{TB: t}
		Deep(seen)
		if seen.why != "" || !IsDeep() {
			t.Errorf("make deep skips it: %q", seen.why)
		}
	})
}
