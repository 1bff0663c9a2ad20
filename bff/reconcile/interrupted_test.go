package reconcile

import (
	"context"
	"errors"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// A turn whose server stops writes nothing down and looks up nothing more;
// books that cannot be read are written down, and the others still looked up.
func TestBatchIsStopped(t *testing.T) {
	o := newOffice(t)
	first, second := o.lost(dana, "501", "61233"), o.lost(kim, "501", "61233")
	stopping, stop := context.WithCancel(ctx)
	o.read = func() ([]payment.ReceiptSummary, error) {
		stop()
		return nil, errors.New("down")
	}
	if n, err := o.CheckDue(stopping); n != 2 || !errors.Is(err, context.Canceled) || len(o.reads) != 1 {
		t.Errorf("%d, %v, %d looks", n, err, len(o.reads))
	}
	if said := append(o.evidence(first), o.evidence(second)...); len(said) != 0 {
		t.Errorf("written down: %q", said)
	}
	o.clock = o.clock.Add(time.Hour)
	o.read = func() ([]payment.ReceiptSummary, error) { return nil, errors.New("down") }
	o.turn(2)
	if a, b := o.evidence(first), o.evidence(second); len(a) != 1 || len(b) != 1 || b[0] != "unread: look 1: the receipts could not be read" {
		t.Errorf("%q, %q", a, b)
	}
}

// interrupted is a ledger that stops at one of its acts.
type interrupted struct {
	Checks
	History
	at func(act string) error
}

// interrupt puts one in front of the office's.
func (o *office) interrupt(at func(act string) error) {
	l := interrupted{o.ledger, o.ledger, at}
	o.Reconciler.Checks, o.Reconciler.History = l, l
}

func (i interrupted) ChecksDue(ctx context.Context, limit int) ([]ledger.Record, error) {
	if err := i.at("looks due"); err != nil {
		return nil, err
	}
	return i.Checks.ChecksDue(ctx, limit)
}

func (i interrupted) Check(ctx context.Context, a ledger.Record, next time.Time) (ledger.Record, error) {
	if err := i.at("look"); err != nil {
		return ledger.Record{}, err
	}
	return i.Checks.Check(ctx, a, next)
}

func (i interrupted) Checked(ctx context.Context, id string, read bool, evidence string) error {
	return errors.Join(i.at("looked"), i.Checks.Checked(ctx, id, read, evidence))
}

func (i interrupted) Find(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error) {
	if err := i.at("find"); err != nil {
		return ledger.Record{}, err
	}
	return i.Checks.Find(ctx, id, o)
}

func (i interrupted) Seen(ctx context.Context, id, evidence string) error {
	return errors.Join(i.at("seen"), i.Checks.Seen(ctx, id, evidence))
}

func (i interrupted) Escalate(ctx context.Context, id, why string) (ledger.Record, error) {
	if err := i.at("ask"); err != nil {
		return ledger.Record{}, err
	}
	return i.Checks.Escalate(ctx, id, why)
}

func (i interrupted) Competing(ctx context.Context, p payment.Patient, since time.Time) (live, taken []ledger.Record, err error) {
	if err := i.at("beside"); err != nil {
		return nil, nil, err
	}
	return i.History.Competing(ctx, p, since)
}

func (i interrupted) ReferenceOwners(ctx context.Context, practice int, references []string) (map[string]string, error) {
	if err := i.at("holders"); err != nil {
		return nil, err
	}
	return i.History.ReferenceOwners(ctx, practice, references)
}

func (i interrupted) ListingDelay(ctx context.Context, practice int) (time.Duration, error) {
	if err := i.at("lag"); err != nil {
		return 0, err
	}
	return i.History.ListingDelay(ctx, practice)
}

func (i interrupted) NoteListingDelay(ctx context.Context, practice int, delay time.Duration) error {
	if err := i.at("note lag"); err != nil {
		return err
	}
	return i.History.NoteListingDelay(ctx, practice, delay)
}

// A ledger that fails at any act is told of, decides nothing by that, and does
// not keep the other attempts from being looked up.
func TestLedgerFails(t *testing.T) {
	down := errors.New("disk gone")
	for _, test := range []struct {
		act    string
		listed []payment.ReceiptSummary
		state  payment.State
		after  time.Duration // of the look that fails
	}{
		{"looks due", rows(row("61234", 0)), payment.Unknown, 0},
		{"lag", rows(row("61234", 0)), payment.Unknown, 0},
		{"look", rows(row("61234", 0)), payment.Unknown, 0},
		{"beside", rows(row("61234", 0)), payment.Unknown, 0},
		{"holders", rows(row("61234", 0)), payment.Unknown, 0},
		{"note lag", rows(row("61234", 0)), payment.Unknown, time.Minute},
		{"find", rows(row("61234", 0)), payment.Unknown, 0},
		{"find", nil, payment.Unknown, time.Hour},
		{"ask", rows(row("61234", 0), row("61235", 0)), payment.Unknown, time.Hour},
		{"ask", nil, payment.Succeeded, 25 * time.Hour},
		{"looked", nil, payment.Unknown, 0},
		{"looked", nil, payment.Succeeded, 25 * time.Hour},
		{"ask", rows(row("61233", 0, cents(1))), payment.Succeeded, 0},
		{"seen", rows(row("61233", 0)), payment.Succeeded, 0},
		{"note lag", rows(row("61233", 0)), payment.Succeeded, time.Minute},
	} {
		o := newOffice(t)
		a := o.send(o.claim(dana, payment.KindCharge, "501"), "61232")
		a = o.settled(a, test.state, "61233")
		if test.after > 0 {
			o.clock = o.clock.Add(time.Second)
			o.turn(1) // a first look that shows nothing
		}
		o.clock = o.clock.Add(test.after)
		o.read = func() ([]payment.ReceiptSummary, error) { return test.listed, nil }
		o.interrupt(func(act string) error {
			if act == test.act {
				return down
			}
			return nil
		})
		if _, err := o.CheckDue(ctx); !errors.Is(err, down) {
			t.Errorf("%s: %v", test.act, err)
		}
		if got := o.now(a); got.State != test.state || got.NeedsReview {
			t.Errorf("%s: now %s, asked %t", test.act, got.State, got.NeedsReview)
		}
		// The other one's turn comes though this one's failed.
		if test.act == "look" {
			o.lost(kim, "501", "61233")
			failed := false
			o.interrupt(func(act string) error {
				if act == "look" && !failed {
					failed = true
					return down
				}
				return nil
			})
			if n, err := o.CheckDue(ctx); n != 2 || !errors.Is(err, down) || len(o.reads) != 1 {
				t.Errorf("%d due, %v, %d looked up", n, err, len(o.reads))
			}
		}
	}
}
