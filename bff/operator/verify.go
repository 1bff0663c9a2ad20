package operator

import (
	"errors"
	"fmt"
	"os"

	"paypane/bff/checkpoint"
	"paypane/bff/ledger"
)

func (c *command) verify(args []string) error {
	place := c.flags.String("checkpoint", "", "a checkpoint's file, or the directory with all of them, to compare with")
	if err := c.parse(args, `Goes through the whole record. Prints counts and "ok", or the first row that cannot be as it
was written, with status 1. That the end was cut off is only seen by checkpoints that are
kept elsewhere: -checkpoint.`); err != nil {
		return err
	}
	keys, signed, err := c.keys()
	if err != nil {
		return err
	}
	book, err := c.open(ledger.Inspect)
	if err != nil {
		return err
	}
	defer book.Close()
	all, err := book.Checkpoints(c.ctx, 0)
	if err != nil {
		return err
	}
	if signed {
		for _, kept := range all {
			if _, err := keys.Open(checkpoint.Note(kept)); err != nil {
				return fmt.Errorf("the checkpoint at event %d that the ledger keeps: %w", kept.Event, err)
			}
		}
	}
	given, err := given(*place, keys, signed)
	if err != nil {
		return err
	}
	r, err := book.Verify(c.ctx, append(all, given...)...)
	var broken *ledger.BrokenError
	if errors.As(err, &broken) {
		fmt.Fprintf(c.out, "BROKEN at %v\n", broken)
		return errors.New("the record is not as it was written")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "events %d, attempts %d, lines %d, entries %d, checkpoints %d, acts at desks %d\n", r.Events, r.Attempts, r.Lines, r.Entries, r.Checkpoints, r.Acts)
	if !signed && r.Checkpoints > 0 {
		fmt.Fprintln(c.out, "signatures were not verified: PAYPANE_KEYS is not set")
	}
	restorations, err := book.Restorations(c.ctx)
	if err != nil {
		return err
	}
	for _, x := range restorations {
		fmt.Fprintf(c.out, "restored %s: what happened after event %d, from %s until %s, is lost\n", stamp(x.At), x.Event, stamp(x.From), stamp(x.Until))
	}
	fmt.Fprintln(c.out, "ok")
	return nil
}

// given are the checkpoints in a file or a directory.
func given(place string, keys checkpoint.Keys, signed bool) ([]ledger.Checkpoint, error) {
	if place == "" {
		return nil, nil
	}
	files := []string{place}
	info, err := os.Stat(place)
	if err != nil {
		return nil, wrongUse{fmt.Errorf("-checkpoint: %w", err)}
	}
	if info.IsDir() {
		if files, err = checkpoint.Directory(place).Files(); err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, wrongUse{fmt.Errorf("-checkpoint: there is no checkpoint in %s", place)}
		}
	}
	var all []ledger.Checkpoint
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		read := checkpoint.Read
		if signed {
			read = keys.Open
		}
		c, err := read(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, c)
	}
	return all, nil
}
