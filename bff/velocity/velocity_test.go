package velocity

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

var ctx = context.Background()

// counter is a place where cards are tried, on a clock that stands.
type counter struct {
	t      *testing.T
	now    time.Time
	book   *ledger.Ledger
	guard  *Guard
	limits Limits
	paid   []ledger.Record
	log    bytes.Buffer
	logger *slog.Logger // one for all servers, which takes turns
	tries  int
}

func newCounter(t *testing.T, keys ...string) *counter {
	c := &counter{t: t, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), limits: Usual()}
	c.book = ledger.NewMemory(func() time.Time { return c.now })
	c.guard = c.server(keys...)
	return c
}

// server is one more guard over the same counts.
func (c *counter) server(keys ...string) *Guard {
	if c.logger == nil {
		c.logger = slog.New(slog.NewTextHandler(&c.log, nil))
	}
	var all [][]byte
	for _, key := range append(keys, "a key") {
		all = append(all, []byte(key))
	}
	return New(Config{Counters: c.book, Records: c, Limits: func(string, int) Limits { return c.limits }, Keys: all,
		Now: func() time.Time { return c.now }, Log: c.logger})
}

func (c *counter) AttemptsOf(context.Context, payment.Patient, ...payment.Kind) ([]ledger.Record, error) {
	return c.paid, nil
}

func card(t *testing.T, bank, serial int) *payment.Card {
	t.Helper()
	number := []byte(strconv.Itoa(40_000_000+bank) + strconv.Itoa(1_000_000+serial) + "0")
	for ; !payment.Luhn(number); number[15]++ {
	}
	read, problems := payment.ReadCard(payment.CardForm{Number: number, Expiry: []byte("12/40"), Name: []byte("Ada Byron"), Code: []byte("123"),
		Address: []byte("1 Main Street"), ZIP: []byte("02110")}, []payment.Brand{payment.Visa}, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return read
}

// try is the n-th card of somebody, in an attempt of its own.
func (c *counter) try(who string, n int) Try {
	c.tries++
	return Try{Attempt: strconv.Itoa(c.tries), Portal: "harbor", Subject: who, Session: [32]byte([]byte(strings.Repeat(who+" ", 32))[:32]),
		Patient: payment.Patient{Practice: 195900, ID: 1 + len(who)}, Card: card(c.t, n%50, n)}
}

// ends has a card sent and answered, and answers by which limit it was not.
func (c *counter) ends(g *Guard, try Try, state payment.State) string {
	c.t.Helper()
	ticket, err := g.Admit(ctx, try)
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		if !refused.Until.After(c.now) {
			c.t.Errorf("%s until %s", refused.Limit, refused.Until)
		}
		return refused.Limit
	}
	if err != nil {
		c.t.Fatal(err)
	}
	ticket.Ended(ctx, payment.Outcome{State: state})
	return ""
}

// Each limit is met by its own way of testing cards, and by nothing less.
func TestLimits(t *testing.T) {
	changed := func(change func(*Try, int)) func(*counter, int) Try {
		return func(c *counter, n int) Try {
			try := c.try("eve", n)
			change(&try, n)
			return try
		}
	}
	person := func(try *Try, n int) {
		try.Subject, try.Session, try.Patient.ID = strconv.Itoa(n), [32]byte{byte(n), byte(n >> 8)}, 100+n
	}
	for limit, c := range map[string]struct {
		try  func(*counter, int) Try
		most int // that are refused by the bank first
		ends payment.State
	}{
		"session": {changed(func(*Try, int) {}), 3, payment.Declined},
		"cards":   {changed(func(try *Try, n int) { try.Session[0] = byte(n) }), 10, payment.Unknown},
		"person": {changed(func(try *Try, n int) {
			try.Session[0], try.Card, try.Stored = byte(n), nil, strconv.Itoa(n%3)
		}), 5, payment.Declined},
		"patient_cards": {changed(func(try *Try, n int) { try.Subject, try.Session[0] = strconv.Itoa(n), byte(n) }), 15, payment.Succeeded},
		"card": {func(c *counter, n int) Try {
			try := c.try("eve", n)
			try.Card = card(c.t, 0, 0)
			person(&try, n%3) // of those people who may use one card
			try.Session[5] = byte(n)
			return try
		}, 10, payment.Declined},
		"card_people": {func(c *counter, n int) Try {
			try := c.try("eve", n)
			person(&try, n)
			try.Card = card(c.t, 0, 0)
			return try
		}, 8, payment.Declined},
		"bank": {func(c *counter, n int) Try {
			c.limits.Circuit = &Circuit{}
			try := c.try("eve", n)
			person(&try, n)
			try.Card = card(c.t, 7, n)
			return try
		}, 40, payment.Declined},
		"network": {func(c *counter, n int) Try {
			c.limits.Circuit = &Circuit{}
			try := c.try("eve", n)
			person(&try, n)
			try.Network = netip.MustParsePrefix("192.0.2.0/24")
			return try
		}, 60, payment.Declined},
		// Twenty tries open it, and six more refusals are let through.
		"circuit": {func(c *counter, n int) Try {
			try := c.try("eve", n)
			person(&try, n)
			return try
		}, 26, payment.Declined},
		"desk_person": {changed(func(try *Try, n int) { try.Staff, try.Patient.ID = true, n }), 30, payment.Declined},
		"desk_patient": {changed(func(try *Try, n int) {
			try.Staff, try.Subject = true, strconv.Itoa(n)
		}), 10, payment.Declined},
		"desk_card": {func(c *counter, n int) Try {
			try := c.try("eve", n)
			try.Staff, try.Patient.ID, try.Card = true, n, card(c.t, 0, 0)
			return try
		}, 6, payment.Declined},
	} {
		t.Run(limit, func(t *testing.T) {
			place := newCounter(t)
			for n := range c.most {
				if met := place.ends(place.guard, c.try(place, n), c.ends); met != "" {
					t.Fatalf("card %d met %s", n, met)
				}
			}
			next := c.try(place, c.most)
			other := place.server("a newer key") // another server, after a restart, with a new key first
			if met := place.ends(other, next, c.ends); met != limit {
				t.Fatalf("met %q", met)
			}
			if n := other.Numbers(); n.Refused[limit] != 1 || n.Admitted != 0 {
				t.Errorf("counted %+v", n)
			}
			// It ends by itself.
			place.now = place.now.Add(longest)
			if met := place.ends(place.guard, c.try(place, c.most), c.ends); met != "" {
				t.Errorf("%s for ever", met)
			}
		})
	}
}

// Of fifty requests at once, at two servers, no more cards are sent than in a row,
// and one attempt with one card is one try, however often it is pressed.
func TestManyAtOnce(t *testing.T) {
	c := newCounter(t)
	other := c.server()
	var all []Try
	for n := range 50 {
		all = append(all, c.try("eve", n))
	}
	var at sync.WaitGroup
	var mu sync.Mutex
	sent := 0
	for n, try := range all {
		at.Go(func() {
			ticket, err := []*Guard{c.guard, other}[n%2].Admit(ctx, try)
			mu.Lock()
			defer mu.Unlock()
			if _, refused := errors.AsType[*RefusedError](err); err == nil && ticket != nil {
				sent++
			} else if !refused {
				t.Error(err)
			}
		})
	}
	at.Wait()
	if sent != 3 {
		t.Errorf("%d cards were sent", sent)
	}
	again := newCounter(t)
	try := again.try("ada", 1)
	for range 20 {
		if met := again.ends(again.guard, try, payment.Declined); met != "" {
			t.Fatalf("pressed again, it met %s", met)
		}
	}
	for _, want := range []string{"", "", "session"} {
		if met := again.ends(again.guard, again.try("ada", 1), payment.Declined); met != want {
			t.Errorf("met %q, want %q", met, want)
		}
	}
}

// What is approved, or reached no bank, or was not sent after all, takes its place
// back; other cards of the same person stay counted.
func TestPlacesComeBack(t *testing.T) {
	c := newCounter(t)
	mine := func() Try {
		try := c.try("ada", 1)
		return try
	}
	for range 20 {
		for _, state := range []payment.State{payment.NotSent, payment.Unknown, payment.Succeeded} {
			if met := c.ends(c.guard, mine(), state); met != "" {
				t.Fatalf("met %s", met)
			}
		}
		ticket, err := c.guard.Admit(ctx, mine())
		if err != nil {
			t.Fatal(err)
		}
		ticket.Withdraw(ctx)
		ticket.Withdraw(ctx) // a second time gives nothing
	}
	for n := range 10 {
		want := ""
		if n == 9 {
			want = "cards"
		}
		if met := c.ends(c.guard, c.try("ada", 10+n), []payment.State{payment.Succeeded, payment.Unknown}[n%2]); met != want {
			t.Errorf("new card %d met %q, want %q", n, met, want)
		}
	}
}

// While a circuit is open, people who have paid before pay on, and so does a card that
// is known; who was refused today waits with the others.
func TestKnownPeoplePass(t *testing.T) {
	c := newCounter(t)
	regular := c.try("ada", 1)
	if met := c.ends(c.guard, regular, payment.Succeeded); met != "" {
		t.Fatal(met)
	}
	for n := range 25 {
		try := c.try("eve", 100+n)
		try.Subject, try.Session, try.Patient.ID = strconv.Itoa(n), [32]byte{byte(n)}, 100+n
		if met := c.ends(c.guard, try, payment.Declined); met != "" {
			t.Fatalf("%d met %s", n, met)
		}
	}
	stranger := c.try("bob", 3)
	if met := c.ends(c.guard, stranger, payment.Succeeded); met != "circuit" {
		t.Fatalf("met %q", met)
	}
	if n := c.guard.Numbers(); n.Open != 1 {
		t.Errorf("%d circuits are open", n.Open)
	}
	if met := c.ends(c.guard, c.try("ada", 1), payment.Succeeded); met != "" {
		t.Errorf("a known card met %s", met)
	}
	c.paid = []ledger.Record{{Attempt: payment.Attempt{State: payment.Succeeded, Ended: c.now.Add(-time.Hour)}, Portal: "harbor", Subject: "bob"}}
	if met := c.ends(c.guard, c.try("bob", 3), payment.Declined); met != "circuit" {
		t.Errorf("somebody who paid an hour ago met %q", met)
	}
	c.paid[0].Ended = c.now.Add(-25 * time.Hour)
	for _, want := range []string{"", "circuit"} { // the first one is refused by the bank
		if met := c.ends(c.guard, c.try("bob", 3), payment.Declined); met != want {
			t.Errorf("somebody who has paid before met %q, want %q", met, want)
		}
	}
	c.now = c.now.Add(8 * time.Hour)
	if met := c.ends(c.guard, c.try("ann", 4), payment.Succeeded); met != "" {
		t.Errorf("hours later somebody met %s", met)
	}
}

// spied keeps the names of counters.
type spied struct {
	Counters
	names [][]byte
}

func (s *spied) Count(ctx context.Context, keys []ledger.CounterKey, decide func(ledger.Counted) ([]ledger.Addition, error)) error {
	return s.Counters.Count(ctx, keys, func(counted ledger.Counted) ([]ledger.Addition, error) {
		add, err := decide(counted)
		for _, a := range add {
			s.names = append(s.names, a.Key[:])
		}
		return add, err
	})
}

// What is kept has no name that can be made without the key, and the log says which
// limit was met and nothing of whom.
func TestCountersTellNothing(t *testing.T) {
	c := newCounter(t)
	var names [2][][]byte
	for i, key := range []string{"one", "another"} {
		c.guard = c.server(key)
		spy := &spied{Counters: ledger.NewMemory(func() time.Time { return c.now })}
		c.guard.Counters = spy
		for n := range 4 {
			c.ends(c.guard, c.try("trudy", n), payment.Declined)
		}
		names[i] = spy.names
	}
	for _, name := range names[0] {
		for _, other := range names[1] {
			if bytes.Equal(name, other) {
				t.Fatal("a name that does not go by the key")
			}
		}
	}
	text := c.log.String()
	if !strings.Contains(text, "limit=session") {
		t.Errorf("the log does not tell the limit: %s", text)
	}
	for _, private := range []string{"trudy", "4000000", "harbor"} {
		if strings.Contains(text, private) {
			t.Errorf("the log tells %s: %s", private, text)
		}
	}
}

// The portals file says limits as rates, and what it does not say is as usual.
func TestReadLimits(t *testing.T) {
	read := func(text string) (Limits, error) {
		var l Limits
		if _, err := toml.Decode(text, &l); err != nil {
			return l, err
		}
		return l.Filled()
	}
	l, err := read("session = [\"2/30m\", \"9/2d\"]\nnetwork = []\ncircuit = {}")
	usual := Usual()
	if err != nil || len(l.Session) != 2 || l.Session[0] != (Rate{2, 30 * time.Minute}) || l.Session[1] != (Rate{9, 2 * day}) || len(l.Network) != 0 ||
		*l.Circuit != (Circuit{}) || l.Card[1] != usual.Card[1] || l.Card[1].String() != "20/30d" {
		t.Errorf("%+v, %v", l, err)
	}
	for _, wrong := range []string{`card = ["4"]`, `card = ["0/1d"]`, `card = ["4/1w"]`, `card = ["4/100d"]`, `card = ["-4/1d"]`, `card = ["4/d"]`, `card = ["4/999999999h"]`, `circuit = { from = 20 }`} {
		if _, err := read(wrong); err == nil {
			t.Errorf("taken: %s", wrong)
		}
	}
}
