package operator

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"paypane/bff/ledger"
	"paypane/web/payment"
	"paypane/web/words"
)

var states = []payment.State{payment.Created, payment.Claimed, payment.Sending, payment.Succeeded, payment.Declined, payment.NotSent, payment.Unknown, payment.NotDone}

func (c *command) list(args []string) error {
	var q ledger.Query
	var since moment
	state := c.flags.String("state", "", "only these states, separated by commas")
	c.flags.BoolVar(&q.NeedsReview, "asked", false, "only what waits for a person")
	c.flags.IntVar(&q.Practice, "practice", 0, "only this practice's")
	c.flags.Var(&since, "since", "only what was made at this moment or later")
	c.flags.IntVar(&q.Limit, "limit", 50, "at most so many; 0: all")
	acts := c.flags.Bool("acts", false, "not attempts, but what staff did at the desk of a practice that belongs to none")
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
	if *acts {
		if q.Practice == 0 {
			return wrongUse{errors.New("-acts needs -practice")}
		}
		return c.acts(book, ledger.ActQuery{Practice: q.Practice, Since: q.Since, Limit: q.Limit})
	}
	found, err := book.List(c.ctx, q)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CREATED\tCODE\tID\tSTATE\tACT\tAMOUNT\tCARD\tREFERENCE\tPRACTICE\tPATIENT")
	for _, a := range found {
		state := string(a.State)
		if a.NeedsReview {
			state += " (asked)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\n", stamp(a.Created), a.SupportCode(), a.ID, state, a.Kind, a.Total(),
			dash(a.Last4), dash(a.Reference), a.Patient.Practice, a.Patient.ID)
	}
	return table.Flush()
}

// acts prints what staff did at a desk.
func (c *command) acts(book *ledger.Ledger, q ledger.ActQuery) error {
	found, err := book.DeskActs(c.ctx, q)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TIME\tEVENT\tWHO\tROLE\tWHAT\tPATIENT\tABOUT\tDETAIL")
	for _, e := range found {
		patient := ""
		if e.Desk.Patient != 0 {
			patient = strconv.Itoa(e.Desk.Patient)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", stamp(e.At), e.Seq, e.Who, dash(e.Desk.Role), e.Desk.What,
			dash(patient), dash(e.Desk.About), dash(strings.TrimSpace(e.Evidence+" "+e.Desk.Content)))
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
	row("asked", words.Because(words.Language{}, a.Reason))
	row("act", string(a.Kind))
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
	row("by", strings.Join(slices.DeleteFunc([]string{a.Portal + "/" + a.Subject, a.Staff.Name, a.Staff.Role}, func(s string) bool { return s == "" }), ", "))
	row("method", strings.TrimSpace(string(a.Method)+" "+a.CheckNumber))
	row("batch", a.Batch)
	row("counts for", string(a.Posted))
	row("reason", strings.TrimSpace(a.ReasonCode+" "+a.ReasonText))
	row("undoes", a.Undoes)
	row("vendor", strings.TrimSpace(a.VendorReference+" "+a.Terminal+" "+string(a.Deposited)))
	row("receipt to", strings.TrimSpace(a.Email+" "+string(a.Mail)))
	row("created", stamp(a.Created))
	row("sent", stamp(a.Sent))
	row("ended", stamp(a.Ended))
	row("next look", stamp(a.NextCheck))
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
	about, err := book.DeskActs(c.ctx, ledger.ActQuery{Practice: a.Patient.Practice, About: a.ID})
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(about) {
		fmt.Fprintf(table, "event %d\t%s\t%s\t\t%s\t%s\n", e.Seq, stamp(e.At), e.Desk.What, e.Who, e.Evidence)
	}
	return table.Flush()
}
