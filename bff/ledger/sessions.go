package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Session is the server's side of a cookie. The ledger knows the cookie's
// value by its SHA-256 only.
type Session struct {
	Hash [32]byte
	// Data is JSON of the caller's, at most 4096 bytes, in which nothing may
	// look like a card number.
	Data     []byte
	Created  time.Time
	LastSeen time.Time
	Expires  time.Time // absolute; how long it may idle is the caller's rule
	Version  int64     // counts saves, for compare-and-swap
	Revoked  time.Time // zero while it lives
}

// CreateSession records a new session. Of s it takes Hash, Data and Expires
// and returns the whole. A hash that is in use, by a tombstone
// too, is ErrConflict.
func (l *Ledger) CreateSession(ctx context.Context, s Session) (Session, error) {
	if !fitsSession(s.Data) {
		return Session{}, fmt.Errorf("create session: data: %w", ErrText)
	}
	now := l.moment()
	made := Session{Hash: s.Hash, Data: slices.Clone(s.Data), Created: now, LastSeen: now,
		Expires: s.Expires.UTC().Truncate(time.Microsecond), Version: 1}
	err := l.write(ctx, "create session", func(t tx) error {
		if _, err := t.session(s.Hash); !errors.Is(err, ErrNotFound) {
			if err == nil {
				err = ErrConflict
			}
			return err
		}
		return t.insertSession(made)
	})
	if err != nil {
		return Session{}, err
	}
	return made, nil
}

// Session returns a session that is good: not ErrNotFound, not ErrRevoked, and
// not ErrExpired, which is the moment Expires and everything after. With the
// last two comes the row, for the record.
func (l *Ledger) Session(ctx context.Context, hash [32]byte) (s Session, err error) {
	err = l.read(ctx, "read session", func(t tx) (err error) {
		if s, err = t.session(hash); err != nil {
			return err
		}
		return l.good(s)
	})
	return s, err
}

// SaveSession replaces the data of a session and counts it as seen, if it is
// still good and still in the version that s was read in; ErrConflict
// otherwise. It returns the session with its next version.
func (l *Ledger) SaveSession(ctx context.Context, s Session) (saved Session, err error) {
	if !fitsSession(s.Data) {
		return Session{}, fmt.Errorf("save session: data: %w", ErrText)
	}
	err = l.change(ctx, "save session", s.Hash, func(found *Session) error {
		if found.Version != s.Version {
			return ErrConflict
		}
		found.Data = slices.Clone(s.Data)
		found.LastSeen = later(found.LastSeen, l.moment())
		found.Version++
		saved = *found
		return nil
	})
	if err != nil {
		return Session{}, err
	}
	return saved, nil
}

// TouchSession counts a good session as seen now, without a new version. One
// that was idle for as long as it may be stays over: ErrExpired. It is a durable
// write: call it as often as the idle limit needs, not on every request.
func (l *Ledger) TouchSession(ctx context.Context, hash [32]byte, idle time.Duration) error {
	return l.change(ctx, "touch session", hash, func(found *Session) error {
		if err := l.awake(*found, idle); err != nil {
			return err
		}
		found.LastSeen = later(found.LastSeen, l.moment())
		return nil
	})
}

// RevokeSession ends a session for good: the row stays as a tombstone that
// nothing revives. Revoking again, or what never was, is no error.
func (l *Ledger) RevokeSession(ctx context.Context, hash [32]byte) error {
	return l.write(ctx, "revoke session", func(t tx) error {
		s, err := t.session(hash)
		if errors.Is(err, ErrNotFound) || err == nil && !s.Revoked.IsZero() {
			return nil
		}
		if err != nil {
			return err
		}
		s.Revoked = l.moment()
		return t.updateSession(s)
	})
}

// Prune removes sessions, launches, handovers and counts that expired before the given
// moment, which must not lie ahead: a launch that is forgotten while its token
// is good could be used again. Revoked sessions, too, stay until they expire.
// It returns the number of rows removed.
func (l *Ledger) Prune(ctx context.Context, before time.Time) (removed int64, err error) {
	if before.After(l.now()) {
		return 0, errors.New("prune ledger: not what has not expired")
	}
	err = l.write(ctx, "prune ledger", func(t tx) (err error) {
		removed, err = t.prune(before)
		return err
	})
	return removed, err
}

// change lets fn change a good session.
func (l *Ledger) change(ctx context.Context, act string, hash [32]byte, fn func(*Session) error) error {
	return l.write(ctx, act, func(t tx) error {
		s, err := t.session(hash)
		if err == nil {
			err = l.good(s)
		}
		if err == nil {
			err = fn(&s)
		}
		if err != nil {
			return err
		}
		return t.updateSession(s)
	})
}

// fitsSession reports whether data can be kept, in whatever store.
func fitsSession(data []byte) bool {
	return len(data) <= 4096 && utf8.Valid(data) && json.Valid(data) && !holdsCard(data)
}

// good tells a session that can be used from one that cannot any more.
func (l *Ledger) good(s Session) error {
	switch {
	case !s.Revoked.IsZero():
		return ErrRevoked
	case !l.now().Before(s.Expires):
		return ErrExpired
	}
	return nil
}

// awake is good for a session that may not be idle for longer than some time.
func (l *Ledger) awake(s Session, idle time.Duration) error {
	if err := l.good(s); err != nil {
		return err
	}
	if l.now().Sub(s.LastSeen) >= idle {
		return ErrExpired
	}
	return nil
}

// present reports whether somebody is there to act in a session; one that was
// forgotten is over.
func (l *Ledger) present(t tx, hash [32]byte, idle time.Duration) error {
	s, err := t.session(hash)
	if errors.Is(err, ErrNotFound) {
		return ErrExpired
	}
	if err != nil {
		return err
	}
	return l.awake(s, idle)
}

// later keeps last-seen from running backwards with the clock.
func later(a, b time.Time) time.Time {
	if b.Before(a) {
		return a
	}
	return b
}
