package bff

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/web/payment"
)

// timeLeft is what /session answers, in seconds.
type timeLeft struct{ Left, Ends int }

// timeLeft asks as the page's script does.
func (b *browser) timeLeft(t *testing.T, method string) timeLeft {
	t.Helper()
	mark := map[string]string{"GET": "watch", "POST": "1"}[method]
	a := b.do(method, "/session", nil, "Accept", "application/json", "X-Paypane", mark)
	var left timeLeft
	if err := json.Unmarshal([]byte(a.body), &left); a.status != http.StatusOK || err != nil {
		t.Fatalf("%s /session: %d %s", method, a.status, a.body)
	}
	return left
}

// What is left is told to the second, and asking is no sign of anybody; staying
// is.
func TestTimeLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	look := func(name string, left, ends int) {
		t.Helper()
		if got := b.timeLeft(t, "GET"); got != (timeLeft{left, ends}) {
			t.Errorf("%s: %+v, want %d and %d", name, got, left, ends)
		}
	}
	look("at once", 900, 3600)
	w.clock.advance(13 * time.Minute)
	look("after 13 minutes", 120, 2820)
	w.clock.advance(time.Minute)
	look("asking is nothing", 60, 2760)
	if got := b.timeLeft(t, "POST"); got != (timeLeft{900, 2760}) {
		t.Errorf("stay: %+v", got)
	}
	look("after it", 900, 2760)
	w.clock.advance(14 * time.Minute)
	b.timeLeft(t, "POST")
	w.clock.advance(14 * time.Minute)
	b.timeLeft(t, "POST")
	w.clock.advance(14 * time.Minute)
	b.timeLeft(t, "POST")
	look("near the end", 900, 240)
	w.clock.advance(4*time.Minute - time.Second)
	if got := b.timeLeft(t, "POST"); got.Ends != 1 {
		t.Errorf("the last second: %+v", got)
	}
	w.clock.advance(time.Second)
	for _, method := range []string{"GET", "POST"} {
		if a := b.do(method, "/session", nil, "Accept", "application/json", "X-Paypane", "1"); a.status != http.StatusUnauthorized {
			t.Errorf("%s after the end: %d", method, a.status)
		}
	}
	b = w.visit(dana)
	w.clock.advance(session.Idle - time.Second)
	look("the last second of the idle limit", 1, 2701)
	w.clock.advance(time.Second)
	if a := b.do("GET", "/session", nil, "Accept", "application/json", "X-Paypane", "watch"); a.status != http.StatusUnauthorized {
		t.Errorf("at the idle limit: %d", a.status)
	}
}

// Every page with a session can be left, and brings the warning before its end with
// it; no other page does. The card form, where something typed would be lost, says
// how long it stays.
func TestPagesSayHowLongTheyStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	says := func(name string, a answer, want bool) {
		t.Helper()
		for _, part := range []string{`action="/finish"`, `role="alertdialog"`, "/static/session-"} {
			if strings.Contains(a.body, part) != want {
				t.Errorf("%s: %q: %t", name, part, !want)
			}
		}
		if said := strings.Contains(a.body, "Closes after 15 minutes without use."); said != (a.page() == "card") {
			t.Errorf("%s says how long it stays: %t", name, said)
		}
	}
	id := b.choose(t, everything)
	says("amount", b.get("/pay"), true)
	says("card", b.get("/pay/"+id), true)
	says("missing", b.get("/payments/nobody"), true)
	w.clock.advance(100 * time.Second)
	if a := b.get("/pay"); !strings.Contains(a.body, `data-left="900" data-ends="3500"`) {
		t.Errorf("the times: %s", a.body)
	}
	says("no session", w.browser().get("/pay"), false)
	says("no such page", b.get("/no/such/page"), true)
	says("finished", b.post("/finish", nil), false)
	says("over", b.get("/pay"), false)
	frame := w.browser()
	arrive := frame.launch(harborEd.token(w, nil)).to()
	frame.cookie = ""
	says("without cookies", frame.get(arrive), false)
}

// Finishing ends the session for good, in every tab, and has the browser forget
// it.
func TestFinish(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	tab := *b
	a := b.post("/finish", nil)
	if a.status != http.StatusOK || a.page() != "finished" || !strings.Contains(a.body, "No payment was sent.") ||
		!strings.Contains(a.body, `href="`+harborOrigin+"/bills?tab=2") || strings.Contains(a.body, "Dana") {
		t.Errorf("finish: %d %s", a.status, a.body)
	}
	if got := a.header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data: %s", got)
	}
	cookie := a.header.Get("Set-Cookie")
	for _, part := range []string{"__Host-Http-paypane=;", "Path=/", "Max-Age=0", "HttpOnly", "Secure", "SameSite=None", "Partitioned"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie is taken away by %s, without %s", cookie, part)
		}
	}
	if set := a.header.Values("Set-Cookie"); len(set) != 2 || strings.Contains(set[1], "Partitioned") || !strings.Contains(set[1], "HttpOnly") {
		t.Errorf("no cookie that has the browser forget its pages: %v", set)
	}
	for range 2 {
		if a := tab.get("/pay"); a.status != http.StatusUnauthorized {
			t.Errorf("the other tab: %d", a.status)
		}
	}
	if a := tab.post("/finish", nil); a.status != http.StatusUnauthorized {
		t.Errorf("a second time: %d", a.status)
	}
}

// A session that ends while a request of another tab waits for the practice
// sends nothing any more: its last page said so.
func TestEndWhilePaying(t *testing.T) {
	t.Parallel()
	ends := map[string]func(w *world, tab *browser) answer{
		"finish": func(_ *world, tab *browser) answer { return tab.post("/finish", nil) },
		"idle": func(w *world, tab *browser) answer {
			w.clock.advance(session.Idle)
			return tab.get("/pay")
		},
		"absolute": func(w *world, tab *browser) answer {
			w.clock.advance(session.Absolute)
			return tab.get("/pay")
		},
	}
	sends := map[string]func(b *browser) (path string, form url.Values){
		"pay": func(b *browser) (string, url.Values) {
			return "/pay/" + b.choose(t, one("claim-501")), card("save", "yes")
		},
		"plan": func(b *browser) (string, url.Values) {
			id := b.planning(t, twoBills)
			return "/plan/" + id, b.planned(t, id)
		},
		"store a card": func(b *browser) (string, url.Values) {
			return "/cards/add", card("consent", "yes", "attempt", b.get("/cards/add").hiddenValue(t, "attempt"))
		},
	}
	for end, ending := range ends {
		for what, sending := range sends {
			w := newWorld(t, setup{})
			b := w.keeps(dana)
			path, form := sending(b)
			tab := *b
			var last answer
			var once sync.Once
			w.practice.departmentIn = func(ctx context.Context) (payment.AcceptedCards, error) {
				once.Do(func() { last = ending(w, &tab) })
				return w.client().AcceptedCards(ctx, payment.Patient{Practice: 195900, Department: 7, ID: dana})
			}
			a := b.post(path, form)
			w.drain()
			if !strings.Contains(last.body, "No payment was sent.") {
				t.Errorf("%s, %s: the last page does not say it: %d %s", what, end, last.status, last.body)
			}
			if a.status != http.StatusUnauthorized || !strings.Contains(a.body, "No payment was sent.") {
				t.Errorf("%s, %s: %d to %q: %s", what, end, a.status, a.to(), a.body)
			}
			if len(w.sim.Book()) != 0 || w.practice.collects.Load() != 0 || len(w.stored(dana)) != 0 {
				t.Errorf("%s, %s: sent by a session that was over", what, end)
			}
		}
	}
}

// What was claimed before the session was finished is told, also if it is only
// on its way.
func TestFinishAfterTheClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	tab := *b
	var last answer
	w.practice.collect = func(context.Context, payment.Charge, *payment.Card) payment.Outcome {
		last = tab.post("/finish", nil)
		return payment.Outcome{State: payment.Succeeded, Reference: "61234"}
	}
	b.post("/pay/"+id, card())
	w.drain()
	if strings.Contains(last.body, "No payment was sent") || !strings.Contains(last.body, "We do not know yet if it went through. Do not pay again.") {
		t.Errorf("finished: %s", last.body)
	}
}

// The page of a session that is over, or was finished, says what became of the
// money: exactly what the ledger proves.
func TestPagesAfterTheEnd(t *testing.T) {
	t.Parallel()
	for number, row := range map[string]struct {
		words string
		safe  bool // no money was taken, or there is nothing to fear
	}{
		"":                    {"No payment was sent.", true},
		"4111 1111 1111 1111": {"Your payment of $45.00 was sent at 10:01 AM EST and went through.", false},
		"4000 0000 0000 0002": {"Your payment of $45.00 was sent at 10:01 AM EST and did not go through.", true},
		"4000 0000 0000 9011": {"Your payment of $45.00 was sent at 10:01 AM EST. We do not know yet if it went through. Do not pay again.", false},
	} {
		for _, end := range []string{"idle", "absolute", "finish"} {
			w := newWorld(t, setup{})
			earlier := w.visit(dana) // of an earlier visit nothing is said
			id := earlier.choose(t, map[string][]string{"pay": {"other"}, "amount": {"7.00"}})
			earlier.post("/pay/"+id, card("number", "5555 5555 5555 4444"))
			w.drain()
			w.clock.advance(time.Minute)
			b := w.visit(dana)
			if number != "" {
				id := b.choose(t, map[string][]string{"pay": {"other"}, "amount": {"45.00"}})
				b.post("/pay/"+id, card("number", number))
				w.drain()
			}
			var a answer
			switch end {
			case "idle":
				w.clock.advance(session.Idle + time.Second)
				a = b.get("/pay")
			case "absolute":
				w.clock.advance(session.Absolute)
				a = b.get("/pay")
			case "finish":
				a = b.post("/finish", nil)
			}
			if !strings.Contains(a.body, row.words) || strings.Contains(a.body, "7.00") {
				t.Errorf("%q, %s: %s", number, end, a.body)
			}
			if number != "" && strings.Contains(a.body, "No payment was sent") || !row.safe && strings.Contains(a.body, "No money was taken") {
				t.Errorf("%q, %s: says that nothing happened: %s", number, end, a.body)
			}
			if !strings.Contains(a.body, `href="`+harborOrigin) || strings.Contains(a.body, "Dana") {
				t.Errorf("%q, %s: no way on, or too much: %s", number, end, a.body)
			}
		}
	}
}

// Where the ledger cannot tell, or has lost something, the page does not say
// that no payment was sent.
func TestNothingSentIsProved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for name, spoil := range map[string]func(*blind){
		"disk is full": func(l *blind) { l.since = errors.New("disk is full") },
		"restored": func(l *blind) {
			l.lost = []ledger.Restoration{{From: w.clock.now().Add(-time.Hour), Until: w.clock.now()}}
		},
	} {
		b, tab := w.visit(dana), w.visit(dana)
		whole := w.ledger.Ledger
		l := &blind{Ledger: whole}
		spoil(l)
		w.ledger.Ledger = l
		a := b.post("/finish", nil)
		if a.status != http.StatusOK || a.page() != "finished" || strings.Contains(a.body, "No payment was sent") {
			t.Errorf("%s: finished: %d %s", name, a.status, a.body)
		}
		w.clock.advance(session.Idle)
		a = tab.get("/pay")
		if a.status != http.StatusUnauthorized || strings.Contains(a.body, "No payment was sent") || !strings.Contains(a.body, "timed out") {
			t.Errorf("%s: timed out: %d %s", name, a.status, a.body)
		}
		w.ledger.Ledger = whole
	}
}

// blind is a ledger that cannot tell what was sent, or came back from a backup.
type blind struct {
	Ledger
	since error
	lost  []ledger.Restoration
}

func (b *blind) ClaimedSince(ctx context.Context, p payment.Patient, portal, subject string, since time.Time) ([]ledger.Record, error) {
	if b.since != nil {
		return nil, b.since
	}
	return b.Ledger.ClaimedSince(ctx, p, portal, subject, since)
}

func (b *blind) Restorations(ctx context.Context) ([]ledger.Restoration, error) {
	if b.lost != nil {
		return b.lost, nil
	}
	return b.Ledger.Restorations(ctx)
}
