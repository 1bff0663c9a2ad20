package residue

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The server leaves no core dump and lets nobody of its own user look into it,
// unless a developer asks for that.
func TestNoCoreDumps(t *testing.T) {
	if what := os.Getenv("PAYPANE_TEST_DUMPS"); what != "" { // the process that is looked at
		if what == "forbidden" {
			if err := ForbidDumps(); err != nil {
				t.Fatal(err)
			}
		}
		dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		var limit unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("dumpable=" + strconv.Itoa(dumpable) + " core=" + strconv.FormatUint(limit.Max, 10) + "\n")
		return
	}
	for what, want := range map[string]string{"forbidden": "dumpable=0 core=0\n", "allowed": "dumpable=1 "} {
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestNoCoreDumps$")
		cmd.Env = append(os.Environ(), "PAYPANE_TEST_DUMPS="+what)
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, %s", what, err, out)
		}
	}
}
