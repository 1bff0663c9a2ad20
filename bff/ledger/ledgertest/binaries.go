package ledgertest

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// searchPath is where PostgreSQL's programs may be: on PATH, or where Debian
// keeps them, the newest version first.
func searchPath() []string {
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	version := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		return n
	}
	slices.SortFunc(debian, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	return append(filepath.SplitList(os.Getenv("PATH")), debian...)
}

// findBinaries returns the first directory that holds the programs.
func findBinaries(dirs []string) (string, error) {
	for _, dir := range dirs {
		if dir == "" { // PATH's way to say the current directory
			continue
		}
		_, initdb := exec.LookPath(filepath.Join(dir, "initdb"))
		_, control := exec.LookPath(filepath.Join(dir, "pg_ctl"))
		if initdb == nil && control == nil {
			return filepath.Abs(dir)
		}
	}
	return "", errors.New("find postgres: initdb and pg_ctl are not installed: run \"make tools\", or install the package postgresql")
}

// serverUser is who runs the server: nil for the user who runs the tests, if
// that is not root, which PostgreSQL refuses.
func serverUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, fmt.Errorf("find a user for postgres: %w", err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("find a user for postgres: it does not run as root, and there is neither a user postgres nor nobody")
}
