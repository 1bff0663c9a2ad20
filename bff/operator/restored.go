package operator

import (
	"errors"
	"fmt"

	"paypane/bff/ledger"
)

func (c *command) restored(args []string) error {
	until := moment{c.now()}
	c.flags.Var(&until, "until", "when the last server that knew more was stopped (default: now)")
	if err := c.parse(args, `To be run once after the database was restored from a backup, while no server runs. What was
paid since the backup is not in it. So everything that may have been sent since is looked up
in the practice's books, no payment is taken until these must show it all, and bills of
patients for whom a payment is found that nobody knows are held for a day.`); err != nil {
		return err
	}
	book, err := c.open(ledger.Open)
	if err != nil {
		return err
	}
	defer book.Close()
	if err := book.Occupy(); err != nil {
		return err
	}
	r, unknown, err := book.Restore(c.ctx, until.Time)
	if errors.Is(err, ledger.ErrWindow) {
		return wrongUse{fmt.Errorf("-until: %w", err)}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "recorded: the ledger ends at event %d, and what happened from %s until %s is lost\n", r.Event, stamp(r.From), stamp(r.Until))
	fmt.Fprintf(c.out, "%d attempts are unknown now and will be looked up\n", unknown)
	return nil
}
