// Package operator is the command "paypane ledger …", with which the people who
// run the server read its record.
package operator

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"paypane/bff/checkpoint"
	"paypane/bff/config"
	"paypane/bff/ledger"
)

const usage = `paypane ledger reads the record. It may be used beside a running server.

paypane ledger list        attempts, the newest first
paypane ledger show ID     all that is known of one; ID may be the support code
paypane ledger verify      goes through the whole record and names the first row that was changed
paypane ledger export      where the money went, as CSV: one row for each entry
paypane ledger checkpoint  the newest signed checkpoint
paypane ledger restored    to be run once after a backup was put back, while no server runs

Each explains itself with -h. PAYPANE_DATABASE names the ledger; PAYPANE_KEYS is needed
only where signatures are verified. Status 1: the record is broken, there is no such
thing, or it cannot be read; 2: the command or the configuration is wrong.
`

// command is one run of "paypane ledger …".
type command struct {
	ctx         context.Context
	flags       *flag.FlagSet
	env         func(string) string
	out, stderr io.Writer
	now         func() time.Time
}

// wrongUse is an error of the command line: status 2.
type wrongUse struct{ error }

// Run is "paypane ledger …"; it answers the exit status.
func Run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	commands := map[string]func(*command, []string) error{
		"list": (*command).list, "show": (*command).show, "verify": (*command).verify, "export": (*command).export,
		"checkpoint": (*command).checkpoint, "restored": (*command).restored,
	}
	if len(args) == 0 || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
		if len(args) == 0 {
			io.WriteString(stderr, usage)
			return 2
		}
		io.WriteString(stdout, usage)
		return 0
	}
	do, known := commands[args[0]]
	if !known {
		fmt.Fprintf(stderr, "paypane ledger: unknown command %q; see paypane ledger -h\n", args[0])
		return 2
	}
	c := &command{ctx: ctx, flags: flag.NewFlagSet("paypane ledger "+args[0], flag.ContinueOnError), env: env, out: stdout, stderr: stderr, now: time.Now}
	c.flags.SetOutput(io.Discard)
	err := do(c, args[1:])
	var wrong wrongUse
	var setting *config.Error
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		c.flags.SetOutput(stdout)
		c.flags.Usage()
		return 0
	case errors.As(err, &wrong), errors.As(err, &setting):
		fmt.Fprintf(stderr, "paypane ledger %s: %v\n", args[0], err)
		return 2
	}
	fmt.Fprintf(stderr, "paypane ledger %s: %v\n", args[0], err)
	return 1
}

// parse reads the flags, and takes as many arguments as are named.
func (c *command) parse(args []string, about string, names ...string) error {
	c.flags.Usage = func() {
		fmt.Fprintf(c.flags.Output(), "%s [flags] %s\n\n%s\n\n", c.flags.Name(), strings.Join(names, " "), about)
		c.flags.PrintDefaults()
	}
	if err := c.flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return wrongUse{err}
	}
	if c.flags.NArg() != len(names) {
		return wrongUse{fmt.Errorf("takes %d arguments after the flags, not %d; see %s -h", len(names), c.flags.NArg(), c.flags.Name())}
	}
	return nil
}

// open opens the ledger, which has to be there already, with Inspect beside
// whoever works with it, or with Open.
func (c *command) open(how func(context.Context, string, func() time.Time) (*ledger.Ledger, error)) (*ledger.Ledger, error) {
	url := c.env(config.Database)
	if url == "" {
		return nil, &config.Error{Name: config.Database, Cause: config.ErrMissing}
	}
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		if _, err := os.Stat(path); err != nil {
			return nil, &config.Error{Name: config.Database, Cause: err}
		}
	}
	book, err := how(c.ctx, url, c.now)
	if err != nil {
		return nil, &config.Error{Name: config.Database, Cause: err}
	}
	return book, nil
}

// keys are those of checkpoints; false where none are configured.
func (c *command) keys() (checkpoint.Keys, bool, error) {
	text := c.env(config.Keys)
	if text == "" {
		return checkpoint.Keys{}, false, nil
	}
	secrets, err := config.ReadKeys(text)
	if err != nil {
		return checkpoint.Keys{}, false, &config.Error{Name: config.Keys, Cause: err}
	}
	keys, err := checkpoint.NewKeys(secrets)
	return keys, err == nil, err
}

// moment is a flag for a day or a moment.
type moment struct{ time.Time }

func (m *moment) String() string { return "" }

func (m *moment) Set(text string) (err error) {
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04", time.DateOnly} {
		if m.Time, err = time.Parse(form, text); err == nil {
			return nil
		}
	}
	return errors.New(`is not a moment like 2026-11-21, "2026-11-21 15:00" (both UTC) or 2026-11-21T15:00:00-05:00`)
}

// stamp is how moments are printed.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
