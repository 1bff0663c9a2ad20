package bff

import (
	"context"
	"net/url"
	"testing"
	"time"

	"paypane/bff/session"
	"paypane/web/payment"
)

// Whoever asks for a page is told within five seconds that the practice does not
// answer: all that the page reads has that end.
func TestPagesAreWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, url.Values{"pay": {"all"}})
	asked := 0
	w.practice.departmentIn = func(ctx context.Context) (payment.AcceptedCards, error) {
		asked++
		if until, ok := session.ReadsUntil(ctx); !ok || time.Until(until) > 5*time.Second {
			t.Errorf("a page waits until %v, %v", until, ok)
		}
		return w.practice.Practice.AcceptedCards(ctx, payment.Patient{Practice: 195900, Department: 7, ID: dana})
	}
	if a := b.get("/pay/" + id); a.status != 200 || asked == 0 {
		t.Errorf("%d, asked %d times", a.status, asked)
	}
}
