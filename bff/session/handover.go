package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"paypane/bff/ledger"
)

// HandoverLife is how long the code of a launch can be used.
const HandoverLife = time.Minute

// HandoverRows carry a session into another window by a code that works once.
type HandoverRows interface {
	PutHandover(ctx context.Context, code, session [32]byte, expires time.Time) error
	TakeHandover(ctx context.Context, code [32]byte) (session [32]byte, err error)
	Session(ctx context.Context, hash [32]byte) (ledger.Session, error)
	RevokeSession(ctx context.Context, hash [32]byte) error
}

// Handovers are the codes with which a session goes on in another window.
type Handovers struct {
	Rows HandoverRows
	Now  func() time.Time
}

// Give makes a code for a session.
func (h Handovers) Give(ctx context.Context, session [32]byte) (string, error) {
	code := make([]byte, 32)
	rand.Read(code)
	err := h.Rows.PutHandover(ctx, sha256.Sum256(code), session, h.Now().Add(HandoverLife))
	return base64.RawURLEncoding.EncodeToString(code), err
}

// Take spends a code and answers its session.
func (h Handovers) Take(ctx context.Context, code string) (Session, error) {
	b, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil {
		return Session{}, ledger.ErrNotFound
	}
	hash, err := h.Rows.TakeHandover(ctx, sha256.Sum256(b))
	if err != nil {
		return Session{}, err
	}
	row, err := h.Rows.Session(ctx, hash)
	if err != nil {
		return Session{}, err
	}
	sess, err := unpack(row.Data)
	if err != nil {
		return Session{}, err
	}
	sess.Hash = hash
	return sess, nil
}

// End ends the session of a code that was taken.
func (h Handovers) End(ctx context.Context, sess Session) error {
	return h.Rows.RevokeSession(ctx, sess.Hash)
}
