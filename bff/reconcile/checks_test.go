package reconcile

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

var ctx = context.Background()

// dana is the patient whose answers are lost; kim is another one.
var dana, kim = payment.Patient{Practice: 195900, Department: 1, ID: 601}, payment.Patient{Practice: 195900, Department: 1, ID: 602}

// office is a practice with its books, a ledger in memory and a clock that only
// the test moves.
type office struct {
	*testing.T
	*Reconciler
	ledger *ledger.Ledger
	clock  time.Time
	read   func() ([]payment.ReceiptSummary, error)
	reads  []time.Time
}

func newOffice(t *testing.T, listed ...payment.ReceiptSummary) *office {
	o := &office{T: t, clock: sent, read: func() ([]payment.ReceiptSummary, error) { return listed, nil }}
	now := func() time.Time { return o.clock }
	o.ledger = ledger.NewMemory(now)
	o.Reconciler = &Reconciler{Ledger: o.ledger, Books: o, Now: now, Elapsed: func() time.Duration { return o.clock.Sub(sent) }, Log: slog.New(slog.DiscardHandler)}
	return o
}

func (o *office) Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error) {
	o.reads = append(o.reads, o.clock)
	return o.read()
}

func must[T any](o *office) func(T, error) T {
	return func(v T, err error) T {
		o.Helper()
		if err != nil {
			o.Fatal(err)
		}
		return v
	}
}

// claim claims a payment of $25.00 for a bill, or another act on a target.
func (o *office) claim(p payment.Patient, act payment.Kind, target string) ledger.Record {
	o.Helper()
	_, asOf, err := o.ledger.Pending(ctx, p)
	if err != nil {
		o.Fatal(err)
	}
	a := ledger.Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: act, Target: target, Value: payment.Cents(2500)},
		Patient: p, Portal: "harbor", Subject: "user-7", AsOfSeq: asOf}
	use := ledger.CardUse{}
	if act == payment.KindCharge {
		a.Target, a.Value = "", payment.Amount{}
		a.Charge = payment.Charge{Lines: []payment.Line{{Bill: "claim-" + target, Kind: payment.Claim, Number: target,
			Amount: payment.Cents(2500), Balance: payment.Cents(9900)}}}
		use = ledger.CardUse{Brand: payment.Visa, Last4: "1111"}
	}
	must[ledger.Record](o)(o.ledger.CreateAttempt(ctx, a))
	claimed, err := o.ledger.Claim(ctx, p, a.ID, use)
	var repeat *ledger.DuplicateError
	if errors.As(err, &repeat) { // it is meant
		use.ConfirmDuplicateOf = repeat.Other.ID
		claimed, err = o.ledger.Claim(ctx, p, a.ID, use)
	}
	return must[ledger.Record](o)(claimed, err)
}

func (o *office) send(a ledger.Record, before string) ledger.Record {
	o.Helper()
	return must[ledger.Record](o)(o.ledger.MarkSending(ctx, a.ID, before))
}

func (o *office) settled(a ledger.Record, s payment.State, reference string) ledger.Record {
	o.Helper()
	return must[ledger.Record](o)(o.ledger.Settle(ctx, a.ID, payment.Outcome{State: s, Reference: reference}))
}

// lost is a charge of now whose answer is given up half a minute later.
func (o *office) lost(p payment.Patient, bill, before string) ledger.Record {
	o.Helper()
	a := o.send(o.claim(p, payment.KindCharge, bill), before)
	o.clock = o.clock.Add(30 * time.Second)
	return o.settled(a, payment.Unknown, "")
}

func (o *office) now(a ledger.Record) ledger.Record {
	o.Helper()
	return must[ledger.Record](o)(o.ledger.AttemptForPatient(ctx, a.Patient, a.ID))
}

// evidence is what the record has of an attempt's looks.
func (o *office) evidence(a ledger.Record) (said []string) {
	o.Helper()
	for _, e := range must[[]ledger.Event](o)(o.ledger.Events(ctx, a.ID)) {
		if e.Who == "reconciler" {
			said = append(said, e.What+": "+e.Evidence)
		}
	}
	return said
}

// turn takes the turn that is due now; turns takes all until there are none.
func (o *office) turn(want int) {
	o.Helper()
	if n, err := o.CheckDue(ctx); n != want || err != nil {
		o.Fatalf("looked up %d, %v, want %d", n, err, want)
	}
}

func (o *office) turns(a ledger.Record) {
	o.Helper()
	for range 20 {
		next := o.now(a).NextCheck
		if next.IsZero() {
			return
		}
		if next.After(o.clock) {
			o.clock = next.Add(-time.Microsecond)
			o.turn(0)
			o.clock = next
		}
		o.turn(1)
	}
	o.Fatalf("still looked up at %s", o.clock)
}

// looks are the moments of reading after the given one.
func (o *office) looks(since time.Time) (after []time.Duration) {
	for _, read := range o.reads {
		after = append(after, read.Sub(since))
	}
	return after
}

func TestChecks(t *testing.T) {
	const m, h = time.Minute, time.Hour
	// The delay is reckoned from when it was seen to be unknown, 30 s after it was
	// sent here: only then did anybody watch. What was found absent is looked up
	// on from that moment.
	const proof = 30*m + 10*time.Second
	afterwards := []time.Duration{0, m / 4, m, 5 * m, 30 * m, proof, proof, proof + m/4, proof + m, proof + 5*m, proof + 30*m, proof + 6*h, proof + 24*h}
	down := func() ([]payment.ReceiptSummary, error) { return nil, errors.New("down") }
	empty := func() ([]payment.ReceiptSummary, error) { return nil, nil }
	for _, test := range []struct {
		name  string
		delay time.Duration
		state payment.State
		late  bool // the proof of absence counts from when it became unknown
		read  func() ([]payment.ReceiptSummary, error)
		want  []time.Duration
		asked string
	}{
		{"unreadable", 0, payment.Unknown, false, down, []time.Duration{0, m / 4, m, 5 * m, 30 * m, proof, 6 * h, 24 * h}, "could not tell within a day"},
		{"unreadable, lost with its write-ahead record", 0, payment.Unknown, true, down, []time.Duration{0, m / 4, m, 5 * m, 30 * m, proof, 6 * h, 24 * h}, "could not tell within a day"},
		{"unreadable, books of days", 30 * h, payment.Unknown, false, down, []time.Duration{0, m / 4, m, 5 * m, 30 * m, 6 * h, 24 * h, 30*h + 10*time.Second}, "could not tell within a day"},
		{"absent", 0, payment.Unknown, false, empty, afterwards, ""},
		{"absent, lost with its write-ahead record", 0, payment.Unknown, true, empty, afterwards, ""},
		{"taken and not shown", 0, payment.Succeeded, false, empty, []time.Duration{0, m / 4, m, 5 * m, 30 * m, 6 * h, 24 * h}, "said that this was taken"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOffice(t)
			o.read, o.Bounds.Delay = test.read, test.delay
			before := "61233"
			if test.late {
				before = ""
			}
			a := o.send(o.claim(dana, payment.KindCharge, "501"), before)
			o.clock = o.clock.Add(30 * time.Second)
			a = o.settled(a, test.state, "61234")
			o.turns(a)
			if got := o.looks(a.Ended); !slices.EqualFunc(got, test.want, func(a, b time.Duration) bool { return (a - b).Abs() <= time.Microsecond }) {
				t.Errorf("looked after %v, want %v", got, test.want)
			}
			a = o.now(a)
			if a.NeedsReview != (test.asked != "") || !strings.Contains(a.Reason, test.asked) {
				t.Errorf("asked %t: %s", a.NeedsReview, a.Reason)
			}
			if test.asked == "" && a.State != payment.NotDone {
				t.Errorf("in the end %s", a.State)
			}
		})
	}
}

// What a turn finds, and what it writes down of it.
func TestBatch(t *testing.T) {
	const id = "61234"
	for _, test := range []struct {
		name   string
		listed []payment.ReceiptSummary
		before func(o *office) // what else there is
		state  payment.State
		why    string
		said   string
	}{
		{"its row", rows(row("61000", -time.Hour), row(id, 0)), nil, payment.Succeeded, "", "found: payment 61234. look 1: 2 receipts, highest 61234"},
		{"no row yet", rows(row("61000", -time.Hour)), nil, payment.Unknown, "", "looked: look 1: 1 receipts, highest 61000"},
		{"a rival that is under way", rows(row(id, 0)), func(o *office) { o.send(o.claim(dana, payment.KindCharge, "502"), "61233") }, payment.Unknown, "", "looked: look 1: 1 receipts, highest 61234"},
		{"a rival that was never sent", rows(row(id, 0)), func(o *office) { o.claim(dana, payment.KindCharge, "502") }, payment.Succeeded, "", ""},
		{"somebody else's rival", rows(row(id, 0)), func(o *office) { o.send(o.claim(kim, payment.KindCharge, "502"), "61233") }, payment.Succeeded, "", ""},
		{"another attempt's row", rows(row(id, 0)), func(o *office) { o.settled(o.send(o.claim(kim, payment.KindCharge, "502"), ""), payment.Succeeded, id) }, payment.Unknown, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOffice(t, test.listed...)
			if test.before != nil {
				test.before(o)
			}
			a := o.lost(dana, "501", "61233")
			if _, err := o.CheckDue(ctx); err != nil {
				t.Fatal(err)
			}
			said := o.evidence(a)
			if a = o.now(a); a.State != test.state || len(said) != 1 || test.said != "" && said[0] != test.said {
				t.Errorf("%s, %q, want %s, %q", a.State, said, test.state, test.said)
			}
			if a.State == payment.Succeeded && a.Reference != id {
				t.Errorf("found %s", a.Reference)
			}
		})
	}
}

// At the end of the delay absence is written down with its proof, and what the
// receipts cannot tell goes to a person at once.
func TestBatchAtTheEnd(t *testing.T) {
	o := newOffice(t, row("61000", -time.Hour))
	a := o.lost(dana, "501", "61233")
	o.turns(a)
	said := o.evidence(a)
	if o.now(a).State != payment.NotDone || !slices.Contains(said, "absent: look 6: 1 receipts, highest 61000; none is it, 30m40s after it was sent") {
		t.Errorf("%s: %q", o.now(a).State, said)
	}
	o = newOffice(t, row("61234", 0), row("61235", 0))
	a = o.lost(dana, "501", "61233")
	o.turns(a)
	if a = o.now(a); a.State != payment.Unknown || !a.NeedsReview || !strings.Contains(a.Reason, "Receipt 61234 could be it. Receipt 61235 could be it.") {
		t.Errorf("two rows: %s, %s", a.State, a.Reason)
	}
	o = newOffice(t)
	a = o.settled(o.send(o.claim(dana, payment.KindAdjust, "claim-501"), "61233"), payment.Unknown, "")
	o.turn(1)
	if a = o.now(a); !a.NeedsReview || !strings.Contains(a.Reason, "adjustments") {
		t.Errorf("an adjustment: %t, %s", a.NeedsReview, a.Reason)
	}
}

// Of a void the payment's own row tells.
func TestBatchOfVoid(t *testing.T) {
	o := newOffice(t, row("61000", -time.Hour, kind("VOIDPURCHASE")), row("60999", -time.Hour))
	a := o.settled(o.send(o.claim(dana, payment.KindVoid, ledger.PaymentTarget("61000")), "61233"), payment.Unknown, "")
	o.turn(1)
	if a = o.now(a); a.State != payment.Succeeded || a.Reference != "61000" {
		t.Errorf("%s, %s", a.State, a.Reference)
	}
}

// How long the books lag is learned from a row that a look missed, of what was
// lost and of what was taken, and is reckoned with twice over.
func TestListingDelayIsLearned(t *testing.T) {
	for _, state := range []payment.State{payment.Unknown, payment.Succeeded} {
		for missed, want := range []time.Duration{0, 45 * time.Second, 90 * time.Second} {
			o := newOffice(t)
			o.Bounds.Delay = 2 * time.Minute
			a := o.send(o.claim(dana, payment.KindCharge, "501"), "61233")
			o.clock = o.clock.Add(30 * time.Second)
			a = o.settled(a, state, "61234")
			o.read = func() ([]payment.ReceiptSummary, error) {
				if len(o.reads) > missed {
					return rows(row("61230", 0), row("61234", 0)), nil
				}
				return nil, nil
			}
			o.turns(a)
			if a = o.now(a); a.State != payment.Succeeded || a.NeedsReview || !a.NextCheck.IsZero() {
				t.Errorf("%s, missed %d times: %s, asked %t", state, missed, a.State, a.NeedsReview)
			}
			delay := must[time.Duration](o)(o.ledger.ListingDelay(ctx, dana.Practice))
			if (delay - want).Abs() > time.Microsecond {
				t.Errorf("%s, missed %d times: lag %s, want %s", state, missed, delay, want)
			}
			shown := must[time.Time](o)(o.Shown(ctx, dana.Practice, sent))
			if after := shown.Sub(sent); (after - 10*time.Second - 2*time.Minute - max(o.Bounds.Delay, 2*delay)).Abs() > time.Microsecond {
				t.Errorf("lag %s: shown after %s", delay, after)
			}
		}
	}
}

// A payment that was taken is seen once in the books; a receipt of another
// amount is for a person.
func TestTakenIsConfirmed(t *testing.T) {
	for _, test := range []struct {
		listed []payment.ReceiptSummary
		said   string
		asked  string
	}{
		{rows(row("61000", 0, cents(1)), row("61234", 0)), "seen: look 1", ""},
		{rows(row("61234", 0, cents(2600))), "asked: The receipt receipt 61234 is of $26.00, the payment of $25.00.", "of $26.00, the payment of $25.00"},
		{rows(row("61235", 0)), "looked: look 1: 1 receipts, none is 61234", ""},
	} {
		o := newOffice(t, test.listed...)
		a := o.settled(o.send(o.claim(dana, payment.KindCharge, "501"), ""), payment.Succeeded, "61234")
		o.turn(1)
		said := o.evidence(a)
		if a = o.now(a); len(said) != 1 || said[0] != test.said || a.State != payment.Succeeded ||
			a.NeedsReview != (test.asked != "") || !strings.Contains(a.Reason, test.asked) {
			t.Errorf("%q, asked %t: %s, want %q", said, a.NeedsReview, a.Reason, test.said)
		}
	}
}

// Whoever is quicker while the books are read is right: the turn is not an error.
func TestQuickerSender(t *testing.T) {
	for name, listed := range map[string][]payment.ReceiptSummary{"found": rows(row("61234", 0)), "absent": nil, "person": rows(row("61234", 0), row("61235", 0))} {
		for _, meanwhile := range []payment.State{payment.Declined, payment.NotSent} {
			o := newOffice(t)
			a := o.lost(dana, "501", "61233")
			o.turn(1)
			o.clock = sent.Add(31 * time.Minute)
			o.read = func() ([]payment.ReceiptSummary, error) {
				o.settled(a, meanwhile, "")
				return listed, nil
			}
			o.turn(1)
			if a := o.now(a); a.State != meanwhile || a.NeedsReview {
				t.Errorf("%s, %s meanwhile: %s, asked %t", name, meanwhile, a.State, a.NeedsReview)
			}
		}
	}
	o := newOffice(t) // also at the last look, with nothing found
	a := o.lost(dana, "501", "61233")
	o.clock = o.clock.Add(48 * time.Hour)
	o.read = func() ([]payment.ReceiptSummary, error) {
		o.settled(a, payment.Declined, "")
		return nil, errors.New("down")
	}
	o.turn(1)
	if a := o.now(a); a.State != payment.Declined || a.NeedsReview {
		t.Errorf("at the last look: %s, asked %t", a.State, a.NeedsReview)
	}
}

// One of several that want to look gets the turn, and the others are no error.
func TestOneChecks(t *testing.T) {
	o := newOffice(t, row("61234", 0))
	o.lost(dana, "501", "61233")
	again := false
	l := o.Reconciler.Ledger
	o.Reconciler.Ledger = interrupted{l, func(act string) error {
		if act == "look" && !again {
			again = true
			o.turn(1)
		}
		return nil
	}}
	o.turn(1)
	if len(o.reads) != 1 {
		t.Errorf("%d looked", len(o.reads))
	}
}

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
	Ledger
	at func(act string) error
}

func (i interrupted) ChecksDue(ctx context.Context, limit int) ([]ledger.Record, error) {
	if err := i.at("looks due"); err != nil {
		return nil, err
	}
	return i.Ledger.ChecksDue(ctx, limit)
}

func (i interrupted) Check(ctx context.Context, a ledger.Record, next time.Time) (ledger.Record, error) {
	if err := i.at("look"); err != nil {
		return ledger.Record{}, err
	}
	return i.Ledger.Check(ctx, a, next)
}

func (i interrupted) Checked(ctx context.Context, id string, read bool, evidence string) error {
	return errors.Join(i.at("looked"), i.Ledger.Checked(ctx, id, read, evidence))
}

func (i interrupted) Find(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error) {
	if err := i.at("find"); err != nil {
		return ledger.Record{}, err
	}
	return i.Ledger.Find(ctx, id, o)
}

func (i interrupted) Seen(ctx context.Context, id, evidence string) error {
	return errors.Join(i.at("seen"), i.Ledger.Seen(ctx, id, evidence))
}

func (i interrupted) Escalate(ctx context.Context, id, why string) (ledger.Record, error) {
	if err := i.at("ask"); err != nil {
		return ledger.Record{}, err
	}
	return i.Ledger.Escalate(ctx, id, why)
}

func (i interrupted) Competing(ctx context.Context, p payment.Patient, since time.Time) (live, taken []ledger.Record, err error) {
	if err := i.at("beside"); err != nil {
		return nil, nil, err
	}
	return i.Ledger.Competing(ctx, p, since)
}

func (i interrupted) ReferenceOwners(ctx context.Context, practice int, references []string) (map[string]string, error) {
	if err := i.at("holders"); err != nil {
		return nil, err
	}
	return i.Ledger.ReferenceOwners(ctx, practice, references)
}

func (i interrupted) ListingDelay(ctx context.Context, practice int) (time.Duration, error) {
	if err := i.at("lag"); err != nil {
		return 0, err
	}
	return i.Ledger.ListingDelay(ctx, practice)
}

func (i interrupted) NoteListingDelay(ctx context.Context, practice int, delay time.Duration) error {
	if err := i.at("note lag"); err != nil {
		return err
	}
	return i.Ledger.NoteListingDelay(ctx, practice, delay)
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
		o.Reconciler.Ledger = interrupted{o.ledger, func(act string) error {
			if act == test.act {
				return down
			}
			return nil
		}}
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
			o.Reconciler.Ledger = interrupted{o.ledger, func(act string) error {
				if act == "look" && !failed {
					failed = true
					return down
				}
				return nil
			}}
			if n, err := o.CheckDue(ctx); n != 2 || !errors.Is(err, down) || len(o.reads) != 1 {
				t.Errorf("%d due, %v, %d looked up", n, err, len(o.reads))
			}
		}
	}
}
