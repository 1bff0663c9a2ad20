package reconcile

import (
	"slices"
	"testing"
	"time"

	"paypane/web/payment"
)

// What may have been sent until a later moment is not called absent before the
// receipts must show what was sent then; and a row of any moment between is for
// a person.
func TestSentAtAnUnknownMoment(t *testing.T) {
	q := asked(before(""), card(""))
	q.Last = sent.Add(40 * time.Minute)
	for _, c := range []struct {
		read time.Duration
		rows []payment.ReceiptSummary
		want Verdict
	}{
		{soon, nil, TooEarly},
		{late, nil, TooEarly},
		{40*time.Minute + late - time.Second, nil, TooEarly},
		{40*time.Minute + late, nil, NotFound},
		{40*time.Minute + late, rows(row("61234", time.Second)), Review},
		{40*time.Minute + late, rows(row("61234", 39*time.Minute)), Review},
		{40*time.Minute + late, rows(row("61234", 39*time.Minute, cents(1))), NotFound},
	} {
		v := Decide(q, Evidence{Read: sent.Add(c.read), Receipts: c.rows}, Bounds{})
		if v.Verdict != c.want || v.Verdict == TooEarly && !v.Until.Equal(sent.Add(40*time.Minute+late)) {
			t.Errorf("%s later, %d rows: %+v", c.read, len(c.rows), v)
		}
	}
}

// What may be a payment of a lost window is told from what cannot be.
func TestLost(t *testing.T) {
	from, until := sent, sent.Add(time.Hour)
	for name, c := range map[string]struct {
		row  payment.ReceiptSummary
		lost bool
	}{
		"in it":              {row("1", time.Minute), true},
		"of any amount":      {row("1", time.Minute, cents(1)), true},
		"a slow clock":       {row("1", -time.Minute), true},
		"a fast clock":       {row("1", time.Hour+time.Minute), true},
		"before":             {row("1", -3*time.Minute), false},
		"booked late":        {row("1", time.Hour+defaultLate), true},
		"after":              {row("1", time.Hour+defaultLate+time.Minute), false},
		"taken back":         {row("1", time.Minute, kind(voidPurchase)), false},
		"of an agreement":    {row("1", time.Minute, kind(authorization)), false},
		"of an unknown kind": {row("1", time.Minute, kind("SALE")), true},
	} {
		if got := Lost(rows(row("9", -time.Hour*24), c.row), from, until); (len(got) == 1) != c.lost || len(got) > 1 {
			t.Errorf("%s: %v", name, got)
		}
	}
	// In the hour that the clocks repeat a row may be of either.
	repeated := time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC) // 1:30 EDT
	r := payment.ReceiptSummary{Reference: "1", Type: purchase, Time: repeated}
	for _, at := range []time.Time{repeated, repeated.Add(time.Hour)} {
		if got := Lost([]payment.ReceiptSummary{r}, at.Add(-time.Minute), at.Add(time.Minute)); !slices.Equal(got, []payment.ReceiptSummary{r}) {
			t.Errorf("a window at %s: %v", at, got)
		}
	}
}
