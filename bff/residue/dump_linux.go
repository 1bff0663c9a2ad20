package residue

import "golang.org/x/sys/unix"

// ForbidDumps keeps what is in memory there: the kernel writes no core dump of
// this process, whatever its limits say, and lets no other process of the same
// user read it.
func ForbidDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
