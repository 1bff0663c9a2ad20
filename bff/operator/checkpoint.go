package operator

import (
	"errors"
	"fmt"

	"paypane/bff/checkpoint"
	"paypane/bff/config"
	"paypane/bff/ledger"
)

func (c *command) checkpoint(args []string) error {
	public := c.flags.Bool("key", false, "print the public key instead, with which others verify it")
	if err := c.parse(args, "Prints the newest checkpoint that a server signed: a signed note."); err != nil {
		return err
	}
	keys, signed, err := c.keys()
	if err != nil {
		return err
	}
	if *public {
		if !signed {
			return &config.Error{Name: config.Keys, Cause: config.ErrMissing}
		}
		_, err := fmt.Fprintln(c.out, keys.Public())
		return err
	}
	book, err := c.open(ledger.Inspect)
	if err != nil {
		return err
	}
	defer book.Close()
	newest, err := book.Checkpoints(c.ctx, 1)
	if err != nil {
		return err
	}
	if len(newest) == 0 {
		return errors.New("there is none yet: a running server makes one each hour, and when it stops")
	}
	note := checkpoint.Note(newest[0])
	if signed {
		if _, err := keys.Open(note); err != nil {
			return err
		}
	}
	_, err = c.out.Write(note)
	return err
}
