package payment

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The cut-off is 20:00 on the wall in New York, also on the two days a
// year that have 23 or 25 hours.
func TestVoidUntil(t *testing.T) {
	books, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for paid, want := range map[string]string{
		"2026-11-21T10:00:00-05:00": "2026-11-21T20:00:00-05:00",
		"2026-11-21T19:59:59-05:00": "2026-11-21T20:00:00-05:00",
		"2026-11-21T20:00:00-05:00": "2026-11-22T20:00:00-05:00",
		"2026-11-22T00:30:00Z":      "2026-11-21T20:00:00-05:00", // 19:30 in New York
		"2026-10-31T21:00:00-04:00": "2026-11-01T20:00:00-05:00", // 24 hours: clocks go back in the night
		"2026-11-01T01:30:00-04:00": "2026-11-01T20:00:00-05:00", // the first 1:30
		"2026-11-01T01:30:00-05:00": "2026-11-01T20:00:00-05:00", // the second
		"2027-03-13T20:00:00-05:00": "2027-03-14T20:00:00-04:00", // 23 hours later
		"2026-12-31T23:59:00-05:00": "2027-01-01T20:00:00-05:00",
	} {
		at, err := time.Parse(time.RFC3339, paid)
		if err != nil {
			t.Fatal(err)
		}
		if got := VoidUntil(at, books).Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", paid, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		paid := time.Unix(rapid.Int64Range(1_500_000_000, 2_100_000_000).Draw(t, "paid"), 0)
		until := VoidUntil(paid, books)
		h, m, s := until.In(books).Clock()
		if left := until.Sub(paid); h != 20 || m != 0 || s != 0 || left <= 0 || left > 25*time.Hour {
			t.Errorf("%v: until %v", paid, until)
		}
		// Minute by minute there is no other 20:00 in between.
		for at := paid.Add(time.Second); at.Before(until); at = at.Add(7 * time.Minute) {
			if !VoidUntil(at, books).Equal(until) || !Voidable(at, paid, books) {
				t.Fatalf("%v: until %v, at %v it is %v", paid, until, at, VoidUntil(at, books))
			}
		}
		if Voidable(until, paid, books) || !Voidable(until.Add(-1), paid, books) {
			t.Errorf("%v: wrong at %v", paid, until)
		}
	})
}
