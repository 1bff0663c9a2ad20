package ledger

import (
	"context"
	"encoding/json"
	"fmt"
)

// SignDrawer records that who counted a drawer signs it, with why it is not as it
// should be. ErrTransition: it is signed, or was counted again; ErrNotFound: they did
// not count it.
func (l *Ledger) SignDrawer(ctx context.Context, a DeskAct, number int64, reason, text string) error {
	return l.aboutClose(ctx, a, ActDrawerSigned, number, signature{reason, text}, func(d DrawerClose) error {
		switch {
		case !d.CountedBy(a.Who):
			return ErrNotFound
		case d.Stands == CloseWaits || d.Stands == CloseDone || d.ReplacedBy > 0:
			return ErrTransition
		case reason == "" && !d.Off.IsZero():
			return fmt.Errorf("sign a close: %w: why is required", ErrText)
		}
		return nil
	})
}

// ApproveDrawer records that a second person signs a close, which closes the drawer;
// as Approve, with whose errors.
func (l *Ledger) ApproveDrawer(ctx context.Context, a DeskAct, number int64) error {
	return l.aboutClose(ctx, a, ActDrawerApproved, number, signature{}, func(d DrawerClose) error { return d.second(a.Who) })
}

// RefuseDrawer records that a second person does not sign it.
func (l *Ledger) RefuseDrawer(ctx context.Context, a DeskAct, number int64, why string) error {
	if why == "" {
		return fmt.Errorf("refuse a close: %w: why is required", ErrText)
	}
	return l.aboutClose(ctx, a, ActDrawerRefused, number, signature{Text: why}, func(d DrawerClose) error { return d.second(a.Who) })
}

// second says why somebody cannot be the second person now.
func (d DrawerClose) second(who string) error {
	switch {
	case d.Stands == CloseLapsed:
		return ErrExpired
	case d.Stands != CloseWaits || d.ReplacedBy > 0:
		return ErrTransition
	case d.Of(who): // nobody is the second person for their own drawer
		return ErrSamePerson
	}
	return secondOf(d.By.ID, who)
}

// aboutClose writes an act about a close down, if may says that it can be.
func (l *Ledger) aboutClose(ctx context.Context, a DeskAct, what string, number int64, s signature, may func(DrawerClose) error) error {
	content, err := json.Marshal(s)
	if err != nil {
		return err
	}
	_, err = l.deskAct(ctx, func(t tx) (DeskAct, error) {
		e, c, err := countAt(t, a.Practice, number)
		if err != nil {
			return a, err
		}
		d, err := l.closeOf(t, e, c, false)
		if err == nil {
			err = may(d)
		}
		a.What, a.About, a.Content = what, aboutCount(number), string(content)
		return a, err
	})
	return err
}
