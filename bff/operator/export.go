package operator

import (
	"context"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"paypane/bff/athena"
	"paypane/bff/ledger"
)

// columns are those of the export.
var columns = []string{"event", "time", "attempt", "code", "practice", "patient", "act", "what", "state", "from", "to", "amount", "card", "reference", "who", "day"}

func (c *command) export(args []string) error {
	var since, until moment
	c.flags.Var(&since, "since", "only what moved at this moment or later")
	c.flags.Var(&until, "until", "only what moved before this moment")
	acts := c.flags.Bool("acts", false, "not where the money went, but what staff did at their desks that belongs to no attempt")
	if err := c.parse(args, `Prints where the money went as CSV, one row for each entry, the oldest first: the amount
went from one account to the other. Accounts are "payer", "transit" (sent, and no answer
yet) and the bills; taken payments are the rows from "transit" to a bill. The time is UTC,
the day is the one that the payment has on its receipt: that of the department.`); err != nil {
		return err
	}
	book, err := c.open(ledger.Inspect)
	if err != nil {
		return err
	}
	defer book.Close()
	w := csv.NewWriter(c.out)
	if *acts {
		return exportActs(c.ctx, book, since.Time, until.Time, w)
	}
	if err := w.Write(columns); err != nil {
		return err
	}
	zones, err := book.Zones(c.ctx)
	if err != nil {
		return err
	}
	if err := book.Journal(c.ctx, since.Time, until.Time, func(n ledger.Entry, e ledger.Event, a ledger.Record) error {
		row := []string{strconv.FormatInt(e.Seq, 10), stamp(e.At), a.ID, a.SupportCode(), strconv.Itoa(a.Patient.Practice), strconv.Itoa(a.Patient.ID),
			string(a.Kind), e.What, string(e.State), n.From, n.To, n.Amount.String(), a.Last4, a.Reference, e.Who,
			a.Sent.In(zones.Of(a.Patient, athena.Eastern())).Format(time.DateOnly)}
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

// exportActs writes what staff did at their desks, one row for each act.
func exportActs(ctx context.Context, book *ledger.Ledger, since, until time.Time, w *csv.Writer) error {
	if err := w.Write([]string{"event", "time", "practice", "who", "name", "role", "what", "patient", "about", "detail", "content"}); err != nil {
		return err
	}
	if err := book.EachAct(ctx, since, until, func(e ledger.Event) error {
		row := []string{strconv.FormatInt(e.Seq, 10), stamp(e.At), strconv.Itoa(e.Desk.Practice), e.Who, e.Desk.Name, e.Desk.Role, e.Desk.What,
			strconv.Itoa(e.Desk.Patient), e.Desk.About, e.Evidence, e.Desk.Content}
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
