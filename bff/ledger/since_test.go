package ledger

import (
	"slices"
	"testing"
	"time"

	"paypane/web/payment"
)

// What was claimed since a moment is all there, whatever became of it, and
// nothing of other payers, patients or times.
func testClaimedSince(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	since := func(p payment.Patient, portal, subject string, from time.Time) (ids []string) {
		t.Helper()
		for _, a := range must(t, func() ([]Record, error) { return l.ClaimedSince(ctx, p, portal, subject, from) }) {
			ids = append(ids, a.ID)
		}
		return ids
	}
	begin := c.now()
	early := claim(t, l, create(t, l, ada, "501"))
	c.advance(DuplicateWithin + time.Second) // equal charges are asked about
	middle := c.now()
	declined := claim(t, l, create(t, l, ada, "502"))
	must(t, func() (Record, error) { return l.MarkSending(ctx, declined.ID, "") })
	must(t, func() (Record, error) { return l.Settle(ctx, declined.ID, payment.Outcome{State: payment.Declined}) })
	c.advance(DuplicateWithin + time.Second)
	taken := claim(t, l, create(t, l, ada, "503"))
	must(t, func() (Record, error) { return l.MarkSending(ctx, taken.ID, "") })
	must(t, func() (Record, error) {
		return l.Settle(ctx, taken.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001"})
	})
	create(t, l, ada, "504") // never claimed
	for _, row := range []struct {
		name string
		got  []string
		want []string
	}{
		{"from the beginning", since(ada, "harbor", "user-7", begin), []string{taken.ID, declined.ID, early.ID}},
		{"from the moment of a claim", since(ada, "harbor", "user-7", middle), []string{taken.ID, declined.ID}},
		{"after all", since(ada, "harbor", "user-7", c.now().Add(time.Microsecond)), nil},
		{"another portal", since(ada, "mesa", "user-7", begin), nil},
		{"another payer", since(ada, "harbor", "user-8", begin), nil},
		{"another patient", since(payment.Patient{Practice: ada.Practice, ID: ada.ID + 1}, "harbor", "user-7", begin), nil},
		{"another visit of the patient", since(payment.Patient{Practice: ada.Practice, ID: ada.ID, Department: 99}, "harbor", "user-7", middle), []string{taken.ID, declined.ID}},
	} {
		for _, id := range row.want {
			if a := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, id) }); !a.By("harbor", "user-7") || a.By("mesa", "user-7") || a.By("harbor", "user-8") {
				t.Errorf("%s: of %q at %q", row.name, a.Subject, a.Portal)
			}
		}
		if !slices.Equal(row.got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, row.got, row.want)
		}
	}
}
