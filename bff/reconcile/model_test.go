package reconcile

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"

	"pgregory.net/rapid"
)

// charged is a charge as the model's upstream booked it.
type charged struct {
	payment.ReceiptSummary
	booked, visible time.Time // when it was, and when receipts begin to list it
	voided          time.Time // when receipts begin to list it as voided; zero: never
}

// attempted is one of our writes, and what truly became of it.
type attempted struct {
	Query
	id       string
	made     *charged  // nil: it did nothing
	answered time.Time // when its answer came; zero: lost
	settled  Verdict   // what was judged, if final
}

// world is an honest upstream with one patient: it keeps the bounds, and
// beyond them does what it likes.
type world struct {
	Bounds
	start    time.Time
	charges  []*charged
	attempts []*attempted
}

func between(r *rapid.T, label string, from, to time.Duration) time.Duration {
	return time.Duration(rapid.Int64Range(int64(from), int64(max(from, to))).Draw(r, label))
}

// newWorld draws a history: writes of ours, charges that staff make, lost
// answers, delays and clocks. Staff make no charge that no receipt could tell
// from ours (see Decide): such a one gets another amount.
func newWorld(r *rapid.T) *world {
	w := &world{
		Bounds: Bounds{Window: 10 * time.Second, Skew: between(r, "skew", time.Second, 2*time.Minute).Truncate(time.Second),
			Late: 15 * time.Minute, Delay: between(r, "delay", time.Minute, 40*time.Minute)},
		start: rapid.SampledFrom([]time.Time{sent, time.Date(2026, 11, 1, 5, 30, 0, 1, time.UTC),
			time.Date(2026, 11, 1, 6, 20, 0, 1, time.UTC), time.Date(2026, 3, 8, 6, 55, 0, 1, time.UTC)}).Draw(r, "start"),
	}
	for range rapid.IntRange(1, 3).Draw(r, "attempts") {
		w.try(r)
	}
	for range rapid.IntRange(0, 3).Draw(r, "by staff") {
		c := w.charge(r, w.start.Add(between(r, "by staff at", -40*time.Minute, 90*time.Minute)), w.Delay,
			rapid.SampledFrom([]int64{2500, 2600}).Draw(r, "amount"), rapid.SampledFrom([]string{"1111", "2222"}).Draw(r, "card"))
		if slices.ContainsFunc(w.attempts, func(a *attempted) bool { return w.twin(a.Query, c) }) {
			c.Amount = payment.Cents(2700)
		}
	}
	w.number(r)
	return w
}

// charge books a charge that will be listed within the time that is left.
func (w *world) charge(r *rapid.T, at time.Time, left time.Duration, amount int64, card string) *charged {
	c := &charged{booked: at, visible: at.Add(between(r, "hidden", 0, left)), ReceiptSummary: payment.ReceiptSummary{
		Type: "PURCHASE", Amount: payment.Cents(amount), Last4: card, Brand: rapid.SampledFrom([]payment.Brand{payment.Visa, ""}).Draw(r, "brand")}}
	c.Time = at.Add(between(r, "clock", -w.Skew, w.Skew)).Truncate(time.Second)
	if first, second := instants(c.Time); rapid.Bool().Draw(r, "read as the first") {
		c.Time = first
	} else {
		c.Time = second
	}
	if rapid.IntRange(0, 5).Draw(r, "voided") == 0 {
		c.voided = c.visible.Add(between(r, "voided after", 0, time.Hour))
	}
	w.charges = append(w.charges, c)
	return c
}

// try sends a write: it is done or not, soon or late, answered or not.
func (w *world) try(r *rapid.T) {
	a := &attempted{id: "ATTEMPT" + strconv.Itoa(len(w.attempts)), Query: Query{
		Kind:   rapid.SampledFrom([]payment.Kind{payment.KindCharge, payment.KindChargeStored}).Draw(r, "act"),
		Amount: payment.Cents(rapid.SampledFrom([]int64{2500, 2500, 2600}).Draw(r, "amount")), Brand: payment.Visa,
		Last4: rapid.SampledFrom([]string{"1111", "1111", "2222"}).Draw(r, "card"), Sent: w.start.Add(between(r, "sent", 0, 20*time.Minute))}}
	if rapid.IntRange(0, 3).Draw(r, "receipts were not read before") > 0 {
		a.ReceiptWatermark = "0"
	}
	worked := between(r, "worked", 0, min(w.Delay, w.Late-w.Skew-w.Window))
	ended := a.Sent.Add(between(r, "left after", 0, w.Window)).Add(worked)
	if rapid.IntRange(0, 2).Draw(r, "done") > 0 {
		a.made = w.charge(r, ended, w.Delay-worked, a.Amount.Cents(), a.Last4)
	}
	if rapid.IntRange(0, 2).Draw(r, "answered") == 0 {
		a.answered = ended.Add(between(r, "answered after", 0, 90*time.Second))
	}
	w.attempts = append(w.attempts, a)
}

// twin reports whether a charge looks like what a question asks for, and
// neither its time nor what was known before tells them apart.
func (w *world) twin(q Query, c *charged) bool {
	if c.Amount != q.Amount || c.Last4 != q.Last4 {
		return false
	}
	if c.booked.Before(q.Sent) {
		return q.ReceiptWatermark != "" && !c.visible.Before(q.Sent) && !c.booked.Add(2*w.Skew+time.Second).Before(q.Sent)
	}
	return !c.booked.After(q.Sent.Add(w.Late + 2*w.Skew))
}

// number gives the charges their ids, in order, and each write the highest one
// that was listed when it was sent.
func (w *world) number(r *rapid.T) {
	slices.SortStableFunc(w.charges, func(a, b *charged) int { return a.booked.Compare(b.booked) })
	id := rapid.SampledFrom([]int{5, 97, 99_995}).Draw(r, "first id")
	for _, c := range w.charges {
		id += rapid.IntRange(1, 9).Draw(r, "ids by others")
		c.Reference = strconv.Itoa(id)
		for _, a := range w.attempts {
			if a.ReceiptWatermark != "" && c.visible.Before(a.Sent) {
				a.ReceiptWatermark = c.Reference
			}
		}
	}
}

// look is the evidence at a moment, for one of the attempts.
func (w *world) look(own *attempted, read time.Time) Evidence {
	e := Evidence{Read: read, Claimed: map[string]string{}}
	for _, c := range w.charges {
		if c.visible.After(read) {
			continue
		}
		row := c.ReceiptSummary
		if !c.voided.IsZero() && !c.voided.After(read) {
			row.Type = "VOIDPURCHASE"
		}
		e.Receipts = append(e.Receipts, row)
	}
	for _, a := range w.attempts {
		answered := !a.answered.IsZero() && !a.answered.After(read)
		switch {
		case a == own, a.Sent.After(read):
		case (answered || a.settled == Found) && a.made != nil:
			e.Claimed[a.made.Reference] = a.id
		case !answered && a.settled == "":
			e.Competing = append(e.Competing, a.Query)
		}
	}
	return e
}

// alone reports whether nothing in the world could be taken for what the
// attempt made or did not make: its question has one answer.
func (w *world) alone(a *attempted) bool {
	for _, c := range w.charges {
		if c != a.made && c.Amount == a.Amount && c.Last4 == a.Last4 {
			return false
		}
	}
	for _, o := range w.attempts {
		if o != a && o.Amount == a.Amount && o.Last4 == a.Last4 {
			return false
		}
	}
	if a.made == nil {
		return true
	}
	first, second := instants(a.made.Time)
	return a.made.voided.IsZero() && a.made.Brand != "" && first.Equal(second) && (a.ReceiptWatermark != "" || !a.made.Time.Before(a.Sent.Add(w.Skew)))
}

// Lost answers are judged as the server does it, look by look, each verdict
// part of the evidence for the next question. What is found is ours, what is
// absent was not done, and what has one answer gets it.
func TestLostCharges(t *testing.T) {
	seen := map[string]int{}
	history := func(r *rapid.T) {
		w := newWorld(r)
		for _, after := range []time.Duration{0, 15 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour} {
			for _, a := range w.attempts {
				read := a.Sent.Add(after)
				if a.settled != "" || !a.answered.IsZero() {
					continue
				}
				e := w.look(a, read)
				v := Decide(a.Query, e, w.Bounds)
				shown := !read.Before(w.shown(a.Sent))
				switch {
				case v.Verdict == Found && (a.made == nil || a.made.Reference != v.Reference):
					r.Fatalf("%s after: found %s, which is not ours: %+v in %+v", after, v.Reference, a, e)
				case v.Verdict == NotFound && a.made != nil:
					r.Fatalf("%s after: absent, but charged: %+v in %+v", after, a, e)
				case !shown && (v.Verdict == NotFound || v.Verdict == Review), shown && v.Verdict == TooEarly:
					r.Fatalf("%s after, delay %s: %+v", after, w.Delay, v)
				case w.alone(a) && a.made != nil && !a.made.visible.After(read) && v.Verdict != Found,
					w.alone(a) && a.made == nil && shown && v.Verdict != NotFound:
					r.Fatalf("%s after: one answer, but %+v: %+v in %+v", after, v, a, e)
				}
				if v.Verdict == Found || v.Verdict == NotFound {
					a.settled = v.Verdict
				}
				seen[class(v, shown, w.alone(a))]++
			}
		}
	}
	UntilMet(t, 30, seen, []string{"found", "found late", "found among others", "found late among others", "absent late",
		"absent late among others", "wait", "wait among others", "person late among others",
		"not settled", "belongs to attempt", "not listed as a payment", "the clocks repeat", "earlier payment", "another time"}, history)
}

// class is what a verdict is an example of.
func class(v Decision, shown, alone bool) string {
	s := string(v.Verdict)
	if shown {
		s += " late"
	}
	if !alone {
		s += " among others"
	}
	for _, why := range []string{"not settled", "belongs to attempt", "not listed as a payment", "the clocks repeat", "earlier payment", "another time"} {
		if strings.Contains(reasonText(v.Reason), why) {
			return s + ": " + why
		}
	}
	return s
}

// A void whose answer was lost is known from its payment's row, once that is
// up to date, whatever else is in the list.
func TestLostVoids(t *testing.T) {
	seen := map[string]int{}
	UntilMet(t, 1, seen, []string{string(Found), string(NotFound), string(TooEarly)}, func(r *rapid.T) {
		w := newWorld(r)
		for i, c := range w.charges {
			w.charges[i].voided = time.Time{}
			q := Query{Kind: payment.KindVoid, Amount: c.Amount, Payment: c.Reference,
				Sent: c.booked.Add(between(r, "sent", 0, 2*time.Hour)), ReceiptWatermark: rapid.SampledFrom([]string{"", "0", c.Reference}).Draw(r, "before")}
			done := rapid.Bool().Draw(r, "done")
			if done {
				c.voided = q.Sent.Add(between(r, "shown after", 0, w.Window+w.Delay))
			}
			for _, after := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, 24 * time.Hour} {
				read := q.Sent.Add(after)
				e := w.look(nil, read)
				v := Decide(q, e, w.Bounds)
				listed := !c.visible.After(read)
				want := TooEarly
				switch shown := !read.Before(w.shown(q.Sent)); {
				case done && listed && !c.voided.After(read):
					want = Found
				case shown && !listed:
					want = Review
				case shown:
					want = NotFound
				}
				if v.Verdict != want || v.Verdict == Found && v.Reference != c.Reference || done && v.Verdict == NotFound {
					r.Fatalf("%s after, done %t: %+v, want %s: %+v in %+v", after, done, v, want, q, e)
				}
				seen[string(v.Verdict)]++
			}
		}
	})
}
