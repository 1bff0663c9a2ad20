package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paypane/web/payment"
)

func session(t fatal, l *Ledger, c *clock, name string) Session {
	t.Helper()
	return must(t, func() (Session, error) {
		return l.CreateSession(ctx, Session{Hash: hash(name), Data: []byte(`{"n":0}`), Expires: c.now().Add(time.Hour)})
	})
}

func testSessions(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer func() { l.Close() }()
	s := session(t, l, c, "a")
	if s.Version != 1 || !s.Created.Equal(c.now()) || !s.LastSeen.Equal(c.now()) || !s.Revoked.IsZero() {
		t.Fatalf("created %+v", s)
	}
	_, err := l.CreateSession(ctx, s)
	want(t, err, ErrConflict)
	_, err = l.Session(ctx, hash("nobody"))
	want(t, err, ErrNotFound)

	c.advance(time.Minute)
	want(t, l.TouchSession(ctx, s.Hash, 2*time.Minute), nil)
	touched := must(t, func() (Session, error) { return l.Session(ctx, s.Hash) })
	if touched.Version != s.Version || !touched.LastSeen.Equal(c.now()) {
		t.Fatalf("touched %+v", touched)
	}
	c.advance(-time.Second) // a clock that is put back takes nothing back
	s.Data = []byte(`{"n":1}`)
	saved := must(t, func() (Session, error) { return l.SaveSession(ctx, s) })
	if saved.Version != 2 || string(saved.Data) != `{"n":1}` || saved.LastSeen.Before(touched.LastSeen) {
		t.Fatalf("saved %+v", saved)
	}
	_, err = l.SaveSession(ctx, s) // the version before
	want(t, err, ErrConflict)

	// A tombstone: a request that was under way revives nothing, nor does a
	// restart.
	for range 2 {
		want(t, l.RevokeSession(ctx, s.Hash), nil)
		_, err = l.SaveSession(ctx, saved)
		want(t, err, ErrRevoked)
		want(t, l.TouchSession(ctx, s.Hash, time.Hour), ErrRevoked)
		_, err = l.CreateSession(ctx, s)
		want(t, err, ErrConflict)
		_, err = l.Session(ctx, s.Hash)
		want(t, err, ErrRevoked)
		want(t, l.PutHandover(ctx, hash("code"), s.Hash, c.now().Add(time.Minute)), ErrRevoked)
		want(t, l.Close(), nil)
		l = open(t)
	}
	want(t, l.RevokeSession(ctx, hash("nobody")), nil)

	s = session(t, l, c, "b")
	c.advance(time.Hour - time.Microsecond)
	must(t, func() (Session, error) { return l.Session(ctx, s.Hash) })
	c.advance(time.Microsecond)
	_, err = l.Session(ctx, s.Hash)
	want(t, err, ErrExpired)
	_, err = l.SaveSession(ctx, s)
	want(t, err, ErrExpired)
}

// Only a session that is good, and not idle for too long, claims anything; one
// that is over has changed nothing, and the same attempt can be claimed in
// another.
func testActingSession(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	idle, patient := 10*time.Minute, 700
	for name, row := range map[string]struct {
		end  func(Session)
		want error
	}{
		"revoked":              {func(s Session) { want(t, l.RevokeSession(ctx, s.Hash), nil) }, ErrRevoked},
		"idle":                 {func(Session) { c.advance(idle) }, ErrExpired},
		"touched when idle":    {func(s Session) { c.advance(idle); want(t, l.TouchSession(ctx, s.Hash, idle), ErrExpired) }, ErrExpired},
		"not idle for so long": {func(Session) { c.advance(idle - time.Microsecond) }, nil},
		"the last moment": {func(s Session) {
			for range 6 {
				c.advance(10*time.Minute - time.Second)
				want(t, l.TouchSession(ctx, s.Hash, idle), nil)
			}
		}, nil},
		"expired": {func(s Session) {
			for range 6 {
				c.advance(10*time.Minute - time.Second)
				want(t, l.TouchSession(ctx, s.Hash, idle), nil)
			}
			c.advance(6 * time.Second)
		}, ErrExpired},
		"unknown": {nil, ErrExpired},
	} {
		use := visa
		use.Session, use.Idle = hash("unknown "+name), idle
		if row.end != nil {
			s := session(t, l, c, name)
			use.Session = s.Hash
			row.end(s)
		}
		patient++
		a := create(t, l, payment.Patient{Practice: 195900, ID: patient}, "501")
		claimed, err := l.Claim(ctx, a.Patient, a.ID, use)
		if !errors.Is(err, row.want) || err == nil && claimed.State != payment.Claimed {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
		if err != nil {
			if left := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, a.Patient, a.ID) }); left.State != payment.Created {
				t.Errorf("%s: now %s", name, left.State)
			}
			use.Session = session(t, l, c, "another "+name).Hash
			must(t, func() (Record, error) { return l.Claim(ctx, a.Patient, a.ID, use) })
		}
	}
}

// testEndOrClaim ends a session while many requests of it claim: whatever was
// not claimed when the end was durable never is.
func testEndOrClaim(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	s := session(t, l, c, "a")
	begin := c.now()
	var attempts []Record
	for n := range 20 {
		attempts = append(attempts, create(t, l, payment.Patient{Practice: 195900, ID: 601}, strconv.Itoa(501+n)))
	}
	var next atomic.Int32
	var told int
	race(len(attempts)+1, func() error {
		i := int(next.Add(1)) - 1
		if i == len(attempts)/2 {
			if err := l.RevokeSession(ctx, s.Hash); err != nil {
				return err
			}
			sent, err := l.ClaimedSince(ctx, ada, "harbor", "user-7", begin)
			told = len(sent)
			return err
		}
		if i > len(attempts)/2 {
			i--
		}
		use := visa // each attempt with a card of its own: equal charges are asked about
		use.Last4, use.Session, use.Idle = fmt.Sprintf("%04d", i), s.Hash, time.Hour
		_, err := l.Claim(ctx, ada, attempts[i].ID, use)
		return err
	})
	sent := must(t, func() ([]Record, error) { return l.ClaimedSince(ctx, ada, "harbor", "user-7", begin) })
	if len(sent) != told {
		t.Errorf("%d were claimed, %d when the session had ended", len(sent), told)
	}
}

// testLostUpdates counts in one session from many requests at once, while one
// of them may log out.
func testLostUpdates(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	s := session(t, l, c, "a")
	won, others := race(40, func() error {
		for {
			s, err := l.Session(ctx, s.Hash)
			if err != nil {
				return err
			}
			n, _ := strconv.Atoi(strings.Trim(string(s.Data), `{"n:}`))
			s.Data = fmt.Appendf(nil, `{"n":%d}`, n+1)
			if _, err := l.SaveSession(ctx, s); !errors.Is(err, ErrConflict) {
				return err
			}
		}
	})
	s = must(t, func() (Session, error) { return l.Session(ctx, s.Hash) })
	if won != 40 || string(s.Data) != `{"n":40}` || s.Version != 41 {
		t.Fatalf("40 updates left %s in version %d (%v)", s.Data, s.Version, others)
	}
	race(20, func() error {
		l.RevokeSession(ctx, s.Hash)
		l.SaveSession(ctx, s)
		_, err := l.Session(ctx, s.Hash)
		if !errors.Is(err, ErrRevoked) {
			t.Errorf("after its logout the session is %v", err)
		}
		return err
	})
}

func testLaunches(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	soon := c.now().Add(time.Minute)
	won, others := race(100, func() error { return l.UseLaunch(ctx, "harbor", "jti-1", soon) })
	if won != 1 {
		t.Fatalf("one launch token opened %d sessions", won)
	}
	for _, err := range others {
		want(t, err, ErrReplayed)
	}
	want(t, l.Close(), nil)
	l = open(t)
	defer l.Close()
	want(t, l.UseLaunch(ctx, "harbor", "jti-1", soon.Add(time.Hour)), ErrReplayed)
	want(t, l.UseLaunch(ctx, "harborj", "ti-1", soon), nil)
	want(t, l.UseLaunch(ctx, "lake", "jti-1", soon), nil)
	want(t, l.UseLaunch(ctx, "lake", "4111 1111 1111 1111", soon), nil) // whatever a portal likes
	want(t, l.UseLaunch(ctx, "lake", "late", c.now()), ErrExpired)
}

// The same for forms, which share no ids with launches.
func testForms(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	soon := c.now().Add(time.Minute)
	want(t, l.UseLaunch(ctx, "harbor", "id-1", soon), nil)
	won, others := race(20, func() error { return l.Once(ctx, "harbor", "id-1", soon) })
	if won != 1 {
		t.Fatalf("one form was used %d times", won)
	}
	for _, err := range others {
		want(t, err, ErrReplayed)
	}
	want(t, l.Close(), nil)
	l = open(t)
	defer l.Close()
	want(t, l.Once(ctx, "harbor", "id-1", soon.Add(time.Hour)), ErrReplayed)
	want(t, l.Once(ctx, "lake", "id-1", soon), nil)
	want(t, l.Once(ctx, "harbor", "id-2", soon), nil)
	want(t, l.UseLaunch(ctx, "harbor", "id-2", soon), nil)
	want(t, l.Once(ctx, "harbor", "late", c.now()), ErrExpired)
	c.advance(time.Hour)
	if n := must(t, func() (int64, error) { return l.Prune(ctx, c.now()) }); n != 5 {
		t.Fatalf("%d pruned", n)
	}
}

func testHandovers(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	s := session(t, l, c, "a")
	soon := c.now().Add(time.Minute)
	want(t, l.PutHandover(ctx, hash("1"), hash("nobody"), soon), ErrNotFound)
	for _, code := range []string{"1", "2", "3"} {
		want(t, l.PutHandover(ctx, hash(code), s.Hash, soon), nil)
	}
	want(t, l.PutHandover(ctx, hash("1"), s.Hash, soon), ErrConflict)
	won, others := race(20, func() error {
		got, err := l.TakeHandover(ctx, hash("1"))
		if err == nil && got != s.Hash {
			t.Errorf("the code leads to another session")
		}
		return err
	})
	if won != 1 {
		t.Fatalf("a code was taken %d times", won)
	}
	for _, err := range others {
		want(t, err, ErrReplayed)
	}
	_, err := l.TakeHandover(ctx, hash("nothing"))
	want(t, err, ErrNotFound)
	c.advance(time.Minute)
	_, err = l.TakeHandover(ctx, hash("2"))
	want(t, err, ErrExpired)
	c.advance(-time.Second)
	want(t, l.RevokeSession(ctx, s.Hash), nil)
	_, err = l.TakeHandover(ctx, hash("3"))
	want(t, err, ErrRevoked)
}

func testPrune(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	old := session(t, l, c, "old")
	want(t, l.PutHandover(ctx, hash("1"), old.Hash, c.now().Add(time.Minute)), nil)
	want(t, l.UseLaunch(ctx, "harbor", "1", c.now().Add(time.Minute)), nil)
	c.advance(time.Hour)
	young := session(t, l, c, "young")
	want(t, l.RevokeSession(ctx, young.Hash), nil)
	want(t, l.UseLaunch(ctx, "harbor", "2", c.now().Add(time.Minute)), nil)
	c.advance(time.Second)
	if _, err := l.Prune(ctx, c.now().Add(time.Second)); err == nil {
		t.Fatalf("what has not expired was pruned")
	}
	for _, n := range []int64{3, 0} {
		if got := must(t, func() (int64, error) { return l.Prune(ctx, c.now()) }); got != n {
			t.Fatalf("pruned %d rows, want %d", got, n)
		}
	}
	_, err := l.Session(ctx, old.Hash)
	want(t, err, ErrNotFound)
	_, err = l.Session(ctx, young.Hash)
	want(t, err, ErrRevoked)
	want(t, l.UseLaunch(ctx, "harbor", "2", c.now().Add(time.Minute)), ErrReplayed)
}
