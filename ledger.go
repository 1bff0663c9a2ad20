package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"paypane/bff/checkpoint"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

const ledgerUsage = `paypane ledger reads the record. It may be used beside a running server.

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

// runLedger is "paypane ledger …"; it answers the exit status.
func runLedger(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	commands := map[string]func(*command, []string) error{
		"list": (*command).list, "show": (*command).show, "verify": (*command).verify, "export": (*command).export,
		"checkpoint": (*command).checkpoint, "restored": (*command).restored,
	}
	if len(args) == 0 || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
		if len(args) == 0 {
			io.WriteString(stderr, ledgerUsage)
			return 2
		}
		io.WriteString(stdout, ledgerUsage)
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
	var config *configError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		c.flags.SetOutput(stdout)
		c.flags.Usage()
		return 0
	case errors.As(err, &wrong), errors.As(err, &config):
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
	url := c.env("PAYPANE_DATABASE")
	if url == "" {
		return nil, &configError{"PAYPANE_DATABASE", errMissing}
	}
	if path, file := strings.CutPrefix(url, "sqlite:"); file {
		if _, err := os.Stat(path); err != nil {
			return nil, &configError{"PAYPANE_DATABASE", err}
		}
	}
	book, err := how(c.ctx, url, c.now)
	if err != nil {
		return nil, &configError{"PAYPANE_DATABASE", err}
	}
	return book, nil
}

// keys are those of checkpoints; false where none are configured.
func (c *command) keys() (checkpoint.Keys, bool, error) {
	text := c.env("PAYPANE_KEYS")
	if text == "" {
		return checkpoint.Keys{}, false, nil
	}
	secrets, err := readKeys(text)
	if err != nil {
		return checkpoint.Keys{}, false, &configError{"PAYPANE_KEYS", err}
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

var states = []payment.State{payment.Created, payment.Claimed, payment.Sending, payment.Taken, payment.Declined, payment.NotSent, payment.Unknown, payment.Absent}

func (c *command) list(args []string) error {
	var q ledger.Query
	var since moment
	state := c.flags.String("state", "", "only these states, separated by commas")
	c.flags.BoolVar(&q.Asked, "asked", false, "only what waits for a person")
	c.flags.IntVar(&q.Practice, "practice", 0, "only this practice's")
	c.flags.Var(&since, "since", "only what was made at this moment or later")
	c.flags.IntVar(&q.Limit, "limit", 50, "at most so many; 0: all")
	if err := c.parse(args, "Prints attempts, the newest first."); err != nil {
		return err
	}
	q.Since = since.Time
	if *state != "" {
		for name := range strings.SplitSeq(*state, ",") {
			if !slices.Contains(states, payment.State(name)) {
				return wrongUse{fmt.Errorf("-state: %q is none of %v", name, states)}
			}
			q.States = append(q.States, payment.State(name))
		}
	}
	if q.Limit < 0 || q.Practice < 0 {
		return wrongUse{errors.New("-limit and -practice are not below 0")}
	}
	book, err := c.open(ledger.Inspect)
	if err != nil {
		return err
	}
	defer book.Close()
	found, err := book.List(c.ctx, q)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CREATED\tCODE\tID\tSTATE\tACT\tAMOUNT\tCARD\tREFERENCE\tPRACTICE\tPATIENT")
	for _, a := range found {
		state := string(a.State)
		if a.Asked {
			state += " (asked)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\n", stamp(a.Created), a.SupportCode(), a.ID, state, a.Act, a.Total(),
			dash(a.Last4), dash(a.Reference), a.Patient.Practice, a.Patient.ID)
	}
	return table.Flush()
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func (c *command) show(args []string) error {
	if err := c.parse(args, "Prints all that is known of an attempt. ID is its id, or the support code that payers read out.", "ID"); err != nil {
		return err
	}
	book, err := c.open(ledger.Inspect)
	if err != nil {
		return err
	}
	defer book.Close()
	found, err := book.Coded(c.ctx, c.flags.Arg(0))
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		return fmt.Errorf("there is no attempt %q", c.flags.Arg(0))
	case len(found) > 1:
		return fmt.Errorf("%d attempts begin with %q: give the whole id", len(found), c.flags.Arg(0))
	}
	a := found[0]
	consent, err := book.Consent(c.ctx, a.Patient, a.ID)
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return err
	}
	events, err := book.Events(c.ctx, a.ID)
	if err != nil {
		return err
	}
	entries, err := book.Entries(c.ctx, a.ID)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	row := func(name string, values ...any) {
		if text := strings.TrimSpace(fmt.Sprint(values...)); text != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, text)
		}
	}
	row("attempt", a.ID)
	row("code", a.SupportCode())
	row("state", string(a.State))
	row("asked", a.Why)
	row("act", string(a.Act))
	row("amount", a.Total().Display())
	row("target", a.Target)
	if a.Terms != (payment.Terms{}) {
		row("terms", a.Terms.Cycle.Display()+" each month from "+string(a.Terms.Start))
	}
	if consent.Version != "" {
		row("agreed to", fmt.Sprintf("version %s in %s, %s, by %s", consent.Version, consent.Locale, stamp(consent.At), consent.Subject))
	}
	row("card", strings.TrimSpace(string(a.Brand)+" "+a.Last4))
	row("reference", a.Reference)
	row("refusal", string(a.Refusal))
	row("patient", fmt.Sprintf("%s, %d of practice %d, department %d", a.PatientName, a.Patient.ID, a.Patient.Practice, a.Patient.Department))
	row("by", a.Portal+"/"+a.Subject)
	row("receipt to", strings.TrimSpace(a.Email+" "+string(a.Mail)))
	row("created", stamp(a.Created))
	row("sent", stamp(a.Sent))
	row("ended", stamp(a.Ended))
	row("next look", stamp(a.NextLook))
	for _, line := range a.Charge.Lines {
		fmt.Fprintf(table, "line\t%s\t%s\tof %s\t%s\t%s\n", line.Bill, line.Amount.Display(), line.Balance.Display(), line.Service, line.Title)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(c.out)
	for _, e := range events {
		fmt.Fprintf(table, "event %d\t%s\t%s\t%s\t%s\t%s\n", e.Seq, stamp(e.At), e.What, e.State, e.Who, e.Evidence)
		for _, n := range entries {
			if n.Event == e.Seq {
				fmt.Fprintf(table, "  entry\t%s\t%s\tto %s\n", n.Amount.Display(), n.From, n.To)
			}
		}
	}
	return table.Flush()
}

// columns are those of the export.
var columns = []string{"event", "time", "attempt", "code", "practice", "patient", "act", "what", "state", "from", "to", "amount", "card", "reference", "who"}

func (c *command) export(args []string) error {
	var since, until moment
	c.flags.Var(&since, "since", "only what moved at this moment or later")
	c.flags.Var(&until, "until", "only what moved before this moment")
	if err := c.parse(args, `Prints where the money went as CSV, one row for each entry, the oldest first: the amount
went from one account to the other. Accounts are "payer", "transit" (sent, and no answer
yet) and the bills; taken payments are the rows from "transit" to a bill.`); err != nil {
		return err
	}
	book, err := c.open(ledger.Inspect)
	if err != nil {
		return err
	}
	defer book.Close()
	w := csv.NewWriter(c.out)
	if err := w.Write(columns); err != nil {
		return err
	}
	if err := book.Journal(c.ctx, since.Time, until.Time, func(n ledger.Entry, e ledger.Event, a ledger.Attempt) error {
		row := []string{strconv.FormatInt(e.Seq, 10), stamp(e.At), a.ID, a.SupportCode(), strconv.Itoa(a.Patient.Practice), strconv.Itoa(a.Patient.ID),
			string(a.Act), e.What, string(e.State), n.From, n.To, n.Amount.String(), a.Last4, a.Reference, e.Who}
		for i := range row {
			row[i] = inert(row[i])
		}
		return w.Write(row)
	}); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// inert keeps spreadsheets from taking a text for a formula.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
