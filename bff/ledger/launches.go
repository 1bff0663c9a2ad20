package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// UseLaunch records that the launch token jti of a portal is used. The first
// caller gets nil, every other ErrReplayed, also after a restart. expires is
// the moment after which the token is refused anyway, the allowance for clocks
// included; from then on the answer is ErrExpired, because the record may be
// pruned.
func (l *Ledger) UseLaunch(ctx context.Context, portal, jti string, expires time.Time) error {
	now := l.now()
	if !now.Before(expires) {
		return fmt.Errorf("use launch: %w", ErrExpired)
	}
	// The length keeps "a", "bc" apart from "ab", "c".
	hash := sha256.Sum256(fmt.Appendf(nil, "%d:%s%s", len(portal), portal, jti))
	return l.write(ctx, "use launch", func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO launches (hash, used_at, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (hash) DO NOTHING`, hash[:], micros(now), micros(expires))
		return one(result, err, ErrReplayed)
	})
}

// PutHandover records a code, known by its SHA-256, that takes a session over
// to another window once, before it expires. The session has to exist.
func (l *Ledger) PutHandover(ctx context.Context, hash, session [32]byte, expires time.Time) error {
	return l.change(ctx, "put handover", session, func(ctx context.Context, tx *sql.Tx, _ Session) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO handovers (hash, session, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (hash) DO NOTHING`, hash[:], session[:], micros(expires))
		return one(result, err, ErrConflict)
	})
}

// TakeHandover uses a code up and returns the hash of its session, which is
// good at that moment. It refuses with ErrNotFound, ErrReplayed, ErrExpired or,
// where the session ended, ErrRevoked.
func (l *Ledger) TakeHandover(ctx context.Context, hash [32]byte) (session [32]byte, err error) {
	err = l.write(ctx, "take handover", func(ctx context.Context, tx *sql.Tx) error {
		var to []byte
		var expires, taken sql.NullInt64
		err := tx.QueryRowContext(ctx, `SELECT session, expires_at, taken_at FROM handovers WHERE hash = ?`,
			hash[:]).Scan(&to, &expires, &taken)
		now := l.now()
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return ErrNotFound
		case err != nil:
			return err
		case taken.Valid:
			return ErrReplayed
		case !now.Before(moment(expires)):
			return ErrExpired
		}
		s, err := sessionByHash(ctx, tx, [32]byte(to))
		if err == nil {
			err = l.good(s)
		}
		if err != nil {
			return err
		}
		session = s.Hash
		result, err := tx.ExecContext(ctx, `UPDATE handovers SET taken_at = ? WHERE hash = ? AND taken_at IS NULL`,
			micros(now), hash[:])
		return one(result, err, ErrReplayed)
	})
	if err != nil {
		return [32]byte{}, err
	}
	return session, nil
}
