package main

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"paypane/tier"
)

// The program leaves no core dump, whatever it is asked to do, unless a developer
// allows it.
func TestProgramForbidsCoreDumps(t *testing.T) {
	tier.Full(t)
	program := built(t)
	for _, env := range []string{"", "PAYPANE_CORE_DUMPS=1"} {
		s := &subject{t: t}
		settings := working(t)
		delete(settings, "PAYPANE_CORE_DUMPS")
		list := []string{env}
		for name, value := range settings {
			list = append(list, name+"="+value)
		}
		s.start(program, list)
		limits, err := os.ReadFile("/proc/" + strconv.Itoa(s.pid) + "/limits")
		if err != nil {
			t.Fatal(err)
		}
		line := ""
		for l := range strings.Lines(string(limits)) {
			if strings.HasPrefix(l, "Max core file size") {
				line = strings.Join(strings.Fields(l), " ")
			}
		}
		forbidden := line == "Max core file size 0 0 bytes"
		var own unix.Rlimit
		unix.Getrlimit(unix.RLIMIT_CORE, &own)
		if want := env == "" && os.Geteuid() == 0; want && !forbidden || !want && own.Max != 0 && forbidden {
			t.Errorf("%q: %s", env, line)
		}
	}
}
