package ledger

import (
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"paypane/web/payment"

	"pgregory.net/rapid"
)

// live drives a ledger through a random history. What the rules refuse is not
// part of it.
func live(r *rapid.T, l *Ledger, c *clock) {
	patients := []payment.Patient{ada, bob, ada2}
	var ids []string
	use := visa
	for range rapid.IntRange(5, 60).Draw(r, "acts") {
		c.advance(rapid.SampledFrom([]time.Duration{time.Microsecond, time.Second, time.Minute}).Draw(r, "later"))
		act := rapid.IntRange(0, 12).Draw(r, "act")
		if act == 11 {
			want(r, l.DeskAct(ctx, DeskAct{Practice: ada.Practice, Who: "desk/eve", Name: "Eve", Role: "biller", What: "search", Patient: 601, About: "7", Detail: "name, 3", Content: `{"n":1}`}), nil)
			continue
		}
		if act < 3 || len(ids) == 0 {
			p := rapid.SampledFrom(patients).Draw(r, "patient")
			make := create
			if rapid.IntRange(0, 3).Draw(r, "a plan") == 0 {
				make = plan
			}
			a := make(r, l, p, rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3", "4"}), 1, 3, rapid.ID[string]).Draw(r, "bills")...)
			ids = append(ids, a.ID)
			continue
		}
		if act == 12 && rapid.IntRange(0, 4).Draw(r, "restore") == 0 {
			_, _, err := l.Restore(ctx, c.now())
			want(r, err, nil)
			continue
		}
		var a Record
		want(r, l.read(ctx, "read", func(t tx) (err error) {
			a, err = attemptByID(t, rapid.SampledFrom(ids).Draw(r, "attempt"))
			return err
		}), nil)
		reference := fmt.Sprint(9000 + rapid.IntRange(0, 9).Draw(r, "reference"))
		switch {
		case a.State == payment.Created:
			if use.Consent = nil; a.Kind == payment.KindPlan {
				use.Consent = agreed(r)
			}
			meant(l, a, use)
		case a.State == payment.Claimed && act == 4:
			l.Recover(ctx, c.now())
		case a.State == payment.Claimed:
			l.MarkSending(ctx, a.ID, reference)
		case a.State == payment.Sending:
			l.Settle(ctx, a.ID, payment.Outcome{State: rapid.SampledFrom([]payment.State{payment.Succeeded, payment.Declined, payment.NotSent,
				payment.Unknown, payment.Unknown}).Draw(r, "outcome"), Reference: reference, Refusal: payment.RefusedByBank, Evidence: "200"})
		case a.State == payment.Unknown && act < 7:
			l.Find(ctx, a.ID, payment.Outcome{State: rapid.SampledFrom([]payment.State{payment.Succeeded, payment.NotDone}).Draw(r, "found"), Reference: reference})
		case a.State == payment.Unknown && act < 9:
			l.Decide(ctx, a.ID, Decision{By: "harbor/eve", Reason: "called", State: payment.Succeeded, Reference: reference}, payment.Amount{})
		case a.State == payment.Unknown:
			l.Checked(ctx, a.ID, true, "look")
		case a.State == payment.NotDone:
			l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: reference})
		case a.State == payment.Succeeded && act < 6:
			l.OrderMail(ctx, a.ID)
		case a.State == payment.Succeeded && act < 8:
			l.MarkEmailed(ctx, a.ID, act == 7, "")
		case a.State == payment.Succeeded && act < 10:
			l.Seen(ctx, a.ID, "")
		case a.State == payment.Succeeded && a.Kind.PaysBills():
			void, err := l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid,
				Target: PaymentTarget(a.Reference), Value: a.Total()}, Patient: a.Patient, Portal: "harbor", Subject: "eve", AsOfSeq: 1})
			want(r, err, nil)
			ids = append(ids, void.ID)
		}
	}
}

// broken is what Verify finds.
func broken(t fatal, l *Ledger, checkpoints ...Checkpoint) *BrokenError {
	t.Helper()
	_, err := l.Verify(ctx, checkpoints...)
	var b *BrokenError
	if err != nil && !errors.As(err, &b) {
		t.Fatalf("verify: %v", err)
	}
	return b
}

// another changes a value a little and returns how to change it back.
func another(v reflect.Value) func() {
	before := reflect.New(v.Type()).Elem()
	before.Set(v)
	switch x := v.Addr().Interface().(type) {
	case *payment.Amount:
		*x = x.Plus(payment.Cents(1))
	case *time.Time:
		if x.IsZero() {
			*x = time.UnixMicro(1_790_000_000_000_000)
		} else {
			*x = x.Add(time.Microsecond)
		}
	case *[32]byte:
		x[7] ^= 4
	case *bool:
		*x = !*x
	case *DeskAct:
		for i := range v.NumField() { // the first that is said, or the first of all
			if !v.Field(i).IsZero() && i > 0 || i == v.NumField()-1 {
				another(v.Field(i))
				break
			}
		}
	default:
		if v.Kind() == reflect.String {
			v.SetString(v.String() + "x")
		} else {
			v.SetInt(v.Int() + 1)
		}
	}
	return func() { v.Set(before) }
}

// No edit, deletion, insertion or reordering of the record stays unseen, and
// the first broken event is named. Cutting the end off is seen by a checkpoint.
func TestNoTamperingStaysUnseen(t *testing.T) {
	tampered := 0
	var answered []string // for which the record answers
	for path, f := range declared(t) {
		if f.hashed || f.told {
			answered = append(answered, path)
		}
	}
	slices.Sort(answered)
	rapid.Check(t, func(r *rapid.T) {
		c := newClock()
		l := NewMemory(c.now)
		live(r, l, c)
		m := l.store.(*memory)
		head := m.record[len(m.record)-1]
		checkpoint := Checkpoint{Event: head.Seq, Hash: head.Hash, At: c.now().Add(time.Second)}
		if b := broken(r, l, checkpoint); b != nil {
			r.Fatalf("an honest record: %v", b)
		}
		expect := func(what string, event int64, checkpoints ...Checkpoint) {
			r.Helper()
			tampered++
			switch b := broken(r, l, checkpoints...); {
			case b == nil:
				r.Fatalf("%s is not seen", what)
			case event != 0 && b.Event != event:
				r.Fatalf("%s is seen as %v, not at event %d", what, b, event)
			}
		}
		for range 120 {
			i := rapid.IntRange(0, len(m.record)-1).Draw(r, "event")
			seq := int64(i) + 1
			tampering := rapid.IntRange(0, 10).Draw(r, "tampering")
			if m.record[i].Attempt == "" && tampering > 5 {
				tampering = 11
			}
			switch tampering {
			case 0, 1:
				field := rapid.IntRange(0, reflect.TypeFor[Event]().NumField()-1).Draw(r, "field")
				back := another(reflect.ValueOf(&m.record[i]).Elem().Field(field))
				expect(fmt.Sprintf("event %d's %s", seq, reflect.TypeFor[Event]().Field(field).Name), seq)
				back()
			case 2:
				whole := slices.Clone(m.record)
				m.record = slices.Delete(m.record, i, i+1)
				for j := i; j < len(m.record) && rapid.Bool().Draw(r, "renumbered"); j++ {
					m.record[j].Seq--
				}
				named := seq
				if i == len(m.record) {
					named = 0 // at the end, what it left behind is named
				}
				expect(fmt.Sprintf("a deleted event %d", seq), named, checkpoint)
				m.record = whole
			case 3:
				whole := slices.Clone(m.record)
				m.record = slices.Insert(m.record, i, m.record[rapid.IntRange(0, i).Draw(r, "copied")])
				for j := range m.record {
					m.record[j].Seq = int64(j) + 1
				}
				expect(fmt.Sprintf("an event put in at %d", seq), 0)
				m.record = whole
			case 4:
				j := rapid.IntRange(0, len(m.record)-1).Draw(r, "other")
				if i == j {
					continue
				}
				swap := func() {
					m.record[i], m.record[j] = m.record[j], m.record[i]
					m.record[i].Seq, m.record[j].Seq = m.record[j].Seq, m.record[i].Seq
				}
				swap()
				expect(fmt.Sprintf("events %d and %d the other way round", i+1, j+1), int64(min(i, j))+1)
				swap()
			case 5:
				if len(m.book) == 0 {
					continue
				}
				k := rapid.IntRange(0, len(m.book)-1).Draw(r, "entry")
				field := rapid.IntRange(0, reflect.TypeFor[Entry]().NumField()-1).Draw(r, "field")
				event := m.book[k].Event
				whole := slices.Clone(m.book)
				another(reflect.ValueOf(&m.book[k]).Elem().Field(field))
				slices.SortStableFunc(m.book, func(a, b Entry) int { return int(a.Event - b.Event) })
				expect(fmt.Sprintf("an entry's %s", reflect.TypeFor[Entry]().Field(field).Name), event)
				m.book = slices.Delete(slices.Clone(whole), k, k+1)
				expect("a deleted entry", event)
				extra := whole[k]
				extra.Event = rapid.SampledFrom([]int64{-1, 0, extra.Event, head.Seq + 1}).Draw(r, "at")
				m.book = slices.Insert(slices.Clone(whole), k+1, extra)
				slices.SortStableFunc(m.book, func(a, b Entry) int { return int(a.Event - b.Event) })
				expect("an entry put in", 0)
				m.book = whole
			case 6, 7:
				a := m.attemptsByID[m.record[i].Attempt]
				id := a.ID
				name := rapid.SampledFrom(answered).Draw(r, "name")
				back := another(leaf(a, name))
				b := broken(r, l)
				tampered++
				if b == nil || b.Event < 1 || m.record[b.Event-1].Attempt != id {
					r.Fatalf("%s of %s, %s, is seen as %v", name, id, m.record[i].State, b)
				}
				back()
			case 8:
				a := m.attemptsByID[m.record[i].Attempt]
				made := slices.IndexFunc(m.record, func(e Event) bool { return e.Attempt == a.ID })
				if len(a.Charge.Lines) == 0 {
					continue
				}
				line := rapid.IntRange(0, len(a.Charge.Lines)-1).Draw(r, "line")
				back := another(reflect.ValueOf(&a.Charge.Lines[line]).Elem().Field(rapid.IntRange(0, 6).Draw(r, "field")))
				expect("a changed line", int64(made)+1)
				back()
				whole := a.Charge.Lines
				a.Charge.Lines = slices.Delete(slices.Clone(whole), line, line+1)
				expect("a deleted line", int64(made)+1)
				a.Charge.Lines = append(slices.Clone(whole), whole[line])
				expect("a line put in", int64(made)+1)
				a.Charge.Lines = whole
			case 9:
				a := m.attemptsByID[m.record[i].Attempt]
				made := int64(slices.IndexFunc(m.record, func(e Event) bool { return e.Attempt == a.ID })) + 1
				back := another(reflect.ValueOf(&a.Terms).Elem().Field(rapid.IntRange(0, 1).Draw(r, "term")))
				expect("another term", made)
				back()
				if terms := a.Terms; terms != (payment.Terms{}) {
					a.Terms = payment.Terms{}
					expect("terms that are gone", made)
					a.Terms = terms
				}
				c, given := m.agreed[a.ID]
				if !given {
					m.agreed[a.ID] = *agreed(r)
					expect("a consent put in", 0)
					delete(m.agreed, a.ID)
					continue
				}
				claimed := int64(slices.IndexFunc(m.record, func(e Event) bool { return e.Attempt == a.ID && e.What == EventClaimed })) + 1
				changed := c
				another(reflect.ValueOf(&changed).Elem().Field(rapid.IntRange(0, 4).Draw(r, "field")))
				m.agreed[a.ID] = changed
				expect("a changed consent", claimed)
				delete(m.agreed, a.ID)
				expect("a consent that is gone", claimed)
				m.agreed[a.ID] = c
				m.agreed["ABCDEFGHABCDEFGH"] = c
				expect("a consent of no attempt", 0)
				delete(m.agreed, "ABCDEFGHABCDEFGH")
			case 11:
				field := rapid.IntRange(0, reflect.TypeFor[DeskAct]().NumField()-1).Draw(r, "said")
				back := another(reflect.ValueOf(&m.record[i].Desk).Elem().Field(field))
				expect("another "+reflect.TypeFor[DeskAct]().Field(field).Name, seq)
				back()
			case 10:
				whole := m.record
				m.record = m.record[:i]
				expect(fmt.Sprintf("an end cut off at %d", seq), 0, checkpoint)
				m.record = whole
				for key, holder := range m.locked {
					delete(m.locked, key)
					expect("a hold let go", 0)
					m.locked[key] = holder
					break
				}
				stray := *m.attemptsByID[m.record[i].Attempt]
				stray.ID = rand.Text()
				want(r, m.insertAttempt(stray), nil)
				expect("an attempt that no event made", 0)
				delete(m.attemptsByID, stray.ID)
				m.order = m.order[:len(m.order)-1]
				if !stray.State.Live() {
					m.locked[lockKey{stray.Patient.Practice, stray.Patient.ID, "claim-9"}] = m.record[i].Attempt
					expect("a hold of what is over", 0)
					delete(m.locked, lockKey{stray.Patient.Practice, stray.Patient.ID, "claim-9"})
				}
			}
		}
		if b := broken(r, l, checkpoint); b != nil {
			r.Fatalf("put back: %v", b)
		}
	})
	t.Logf("%d tamperings", tampered)
	if tampered < 10_000 && !testing.Short() {
		t.Errorf("only %d tamperings were tried", tampered)
	}
}
