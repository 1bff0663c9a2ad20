package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
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
	if holdsCard(s.Data) {
		return Session{}, fmt.Errorf("create session: data: %w", ErrText)
	}
	err := l.write(ctx, "create session", func(ctx context.Context, tx *sql.Tx) error {
		if _, err := sessionByHash(ctx, tx, s.Hash); !errors.Is(err, ErrNotFound) {
			if err == nil {
				err = ErrConflict
			}
			return err
		}
		now := micros(l.now())
		if _, err := tx.ExecContext(ctx, `INSERT INTO sessions
			(hash, data, created_at, last_seen_at, expires_at, version) VALUES (?, ?, ?, ?, ?, 1)`,
			s.Hash[:], string(s.Data), now, now, micros(s.Expires)); err != nil {
			return err
		}
		var err error
		s, err = sessionByHash(ctx, tx, s.Hash)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return s, nil
}

// Session returns a session that is good: not ErrNotFound, not ErrRevoked, and
// not ErrExpired, which is the moment Expires and everything after. With the
// last two comes the row, for the record.
func (l *Ledger) Session(ctx context.Context, hash [32]byte) (Session, error) {
	s, err := sessionByHash(ctx, l.reader, hash)
	if err == nil {
		err = l.good(s)
	}
	if err != nil {
		return s, fmt.Errorf("read session: %w", err)
	}
	return s, nil
}

// SaveSession replaces the data of a session and counts it as seen, if it is
// still good and still in the version that s was read in; ErrConflict
// otherwise. It returns the session with its next version.
func (l *Ledger) SaveSession(ctx context.Context, s Session) (Session, error) {
	if holdsCard(s.Data) {
		return Session{}, fmt.Errorf("save session: data: %w", ErrText)
	}
	err := l.change(ctx, "save session", s.Hash, func(ctx context.Context, tx *sql.Tx, found Session) error {
		if found.Version != s.Version {
			return ErrConflict
		}
		result, err := tx.ExecContext(ctx, `UPDATE sessions SET data = ?, last_seen_at = ?, version = version + 1
			WHERE hash = ? AND version = ? AND revoked_at IS NULL`,
			string(s.Data), micros(later(found.LastSeen, l.now())), s.Hash[:], s.Version)
		if err := one(result, err, ErrConflict); err != nil {
			return err
		}
		s, err = sessionByHash(ctx, tx, s.Hash)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	return s, nil
}

// TouchSession counts a good session as seen now, without a new version. It is
// a durable write: call it as often as the idle limit needs, not on every
// request.
func (l *Ledger) TouchSession(ctx context.Context, hash [32]byte) error {
	return l.change(ctx, "touch session", hash, func(ctx context.Context, tx *sql.Tx, found Session) error {
		_, err := tx.ExecContext(ctx, `UPDATE sessions SET last_seen_at = ? WHERE hash = ?`,
			micros(later(found.LastSeen, l.now())), hash[:])
		return err
	})
}

// RevokeSession ends a session for good: the row stays as a tombstone that
// nothing revives. Revoking again, or what never was, is no error.
func (l *Ledger) RevokeSession(ctx context.Context, hash [32]byte) error {
	return l.write(ctx, "revoke session", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sessions SET revoked_at = ? WHERE hash = ? AND revoked_at IS NULL`,
			micros(l.now()), hash[:])
		return err
	})
}

// Prune removes sessions, launches and handovers that expired before the given
// moment, which must not lie ahead: a launch that is forgotten while its token
// is good could be used again. Revoked sessions, too, stay until they expire.
// It returns the number of rows removed.
func (l *Ledger) Prune(ctx context.Context, before time.Time) (int64, error) {
	if before.After(l.now()) {
		return 0, errors.New("prune ledger: not what has not expired")
	}
	var removed int64
	err := l.write(ctx, "prune ledger", func(ctx context.Context, tx *sql.Tx) error {
		for _, statement := range []string{
			`DELETE FROM handovers WHERE expires_at < ?`, // first: sessions would take theirs along, uncounted
			`DELETE FROM sessions WHERE expires_at < ?`,
			`DELETE FROM launches WHERE expires_at < ?`,
		} {
			result, err := tx.ExecContext(ctx, statement, before.UnixMicro())
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			removed += n
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}

// change runs fn on a good session in a writing transaction.
func (l *Ledger) change(ctx context.Context, act string, hash [32]byte, fn func(context.Context, *sql.Tx, Session) error) error {
	return l.write(ctx, act, func(ctx context.Context, tx *sql.Tx) error {
		s, err := sessionByHash(ctx, tx, hash)
		if err == nil {
			err = l.good(s)
		}
		if err != nil {
			return err
		}
		return fn(ctx, tx, s)
	})
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

func sessionByHash(ctx context.Context, q querier, hash [32]byte) (Session, error) {
	s := Session{Hash: hash}
	var data string
	var created, seen, expires, revoked sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT data, created_at, last_seen_at, expires_at, version, revoked_at
		FROM sessions WHERE hash = ?`, hash[:]).Scan(&data, &created, &seen, &expires, &s.Version, &revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, ErrNotFound
	}
	if err != nil {
		return Session{}, err
	}
	s.Data = []byte(data)
	s.Created, s.LastSeen, s.Expires, s.Revoked = moment(created), moment(seen), moment(expires), moment(revoked)
	return s, nil
}

// later keeps last-seen from running backwards with the clock.
func later(a, b time.Time) time.Time {
	if b.Before(a) {
		return a
	}
	return b
}
