package reconcile

import (
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// In the hour that the end of daylight saving repeats, the text of a row's
// time means two moments, and its reader took either.
func TestRepeatedHour(t *testing.T) {
	clock := func(hour, minute int) time.Time { return time.Date(2026, 11, 1, hour, minute, 0, 0, time.UTC) }
	first, second := clock(5, 30), clock(6, 30) // 1:30 a.m., twice
	for _, test := range []struct {
		name   string
		sent   time.Time
		row    time.Time // as it was read
		before string
		read   time.Duration
		delay  time.Duration
		want   string
	}{
		{"first, read right", first, first, "1", time.Minute, 0, "found"},
		{"first, read an hour late", first, second, "1", time.Minute, 0, "found"},
		{"second, read right", second, second, "1", time.Minute, 0, "found"},
		{"second, read an hour early", second, first, "1", time.Minute, 0, "found"},
		{"first, while the second is still to come", first, first, "1", 58*time.Minute - 1, 0, "found"},
		{"first, or one an hour later", first, first, "1", 58 * time.Minute, 0, "the clocks repeat"},
		{"first, or one an hour later, read late", first, second, "1", 58 * time.Minute, 0, "the clocks repeat"},
		{"second, or one not yet listed when it was sent", second, first, "1", 3 * time.Hour, time.Hour, "the clocks repeat"},
		{"second, which would have been listed", second, first, "1", 3 * time.Hour, 58*time.Minute - 1, "found"},
		{"second, at the edge of being listed", second, first, "1", 3 * time.Hour, 58 * time.Minute, "the clocks repeat"},
		{"second, or an earlier payment", second, first, "", 3 * time.Hour, 0, "the clocks repeat"},
		{"first, alone in either reading", first, clock(6, 50), "1", 3 * time.Hour, 0, "another time"},
		{"an hour before that repeats", clock(4, 30), first, "1", 3 * time.Hour, 0, "another time"},
		{"an hour after that does not repeat", clock(7, 30), second, "1", 3 * time.Hour, 0, "another time"},
		{"just before the hour", clock(4, 59), clock(4, 59), "1", 3 * time.Hour, 0, "found"},
		{"just before the hour, and an hour off", clock(4, 59), clock(5, 59), "1", 3 * time.Hour, 0, "another time"},
		{"the hour's first second", clock(5, 0), clock(6, 0), "1", time.Minute, 0, "found"},
		{"the hour's last minute", clock(6, 59), clock(5, 59), "1", time.Minute, 0, "found"},
		{"after the hour", clock(7, 0), clock(7, 0), "1", 3 * time.Hour, 0, "found"},
		{"after the hour, and an hour off", clock(7, 0), clock(6, 0), "1", 3 * time.Hour, 0, "another time"},
	} {
		q := Query{Kind: payment.KindCharge, Amount: payment.Cents(2500), Last4: "1111", Sent: test.sent, ReceiptWatermark: test.before}
		r := payment.ReceiptSummary{Reference: "2", Time: test.row, Type: "PURCHASE", Amount: q.Amount, Last4: "1111"}
		for _, zone := range []*time.Location{time.UTC, eastern()} {
			r.Time = r.Time.In(zone)
			v := Decide(q, Evidence{Read: test.sent.Add(test.read), Receipts: rows(r)}, Bounds{Delay: test.delay})
			if test.want == "found" && v.Verdict != Found || test.want != "found" && (v.Verdict != TooEarly && v.Verdict != Review || v.Reason != "" && !strings.Contains(reasonText(v.Reason), test.want)) {
				t.Errorf("%s: %+v, want %s", test.name, v, test.want)
			}
			if test.want != "found" {
				if v = Decide(q, Evidence{Read: test.sent.Add(24 * time.Hour), Receipts: rows(r)}, Bounds{Delay: test.delay}); !strings.Contains(reasonText(v.Reason), test.want) {
					t.Errorf("%s, a day later: %+v, want %s", test.name, v, test.want)
				}
			}
		}
	}
}

// An hour that the spring leaves out makes nothing ambiguous, nor does a time
// in it that no clock has shown.
func TestSkippedHour(t *testing.T) {
	skipped, err := time.ParseInLocation("01/02/2006 15:04:05", "03/08/2026 02:30:00", eastern())
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{
		time.Date(2026, 3, 8, 6, 59, 59, 0, time.UTC), // 1:59:59 a.m.
		time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC),   // 3 a.m., a second later
		skipped,
	} {
		q := Query{Kind: payment.KindCharge, Amount: payment.Cents(2500), Last4: "1111", Sent: at, ReceiptWatermark: "1"}
		for off, want := range map[time.Duration]Verdict{0: Found, time.Hour: Review, -time.Hour: Review} {
			r := payment.ReceiptSummary{Reference: "2", Time: at.Add(off), Type: "PURCHASE", Amount: q.Amount, Last4: "1111"}
			if v := Decide(q, Evidence{Read: at.Add(24 * time.Hour), Receipts: rows(r)}, Bounds{}); v.Verdict != want {
				t.Errorf("sent at %s, row %s off: %+v", at, off, v)
			}
		}
	}
}
