package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"paypane/web/payment"
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
	return l.useOnce(ctx, "use launch", "", portal, jti, now, expires)
}

// longestLaunch is the most characters of a launch token's jti.
const longestLaunch = 128

// LaunchID is how a launch is named in the record: by its token's jti, or by the
// digest of one that has no place there, because it is no plain text or could be the
// number of a card. Ids of other launches are long rows of digits, too.
func LaunchID(jti string) string {
	if strings.HasPrefix(jti, digestPrefix) || !launchFits(jti) {
		return digest(jti)
	}
	return jti
}

// launchFits reports whether the name of a launch can be kept as it is.
func launchFits(id string) bool {
	return id == stripControls(id) && utf8.RuneCountInString(id) <= longestLaunch && narrow(wide(id)) == id && !payment.HoldsCard(id)
}

// OfLaunch are the attempts that were claimed under a launch of a portal, the last one
// made first. jti is that of its token.
func (l *Ledger) OfLaunch(ctx context.Context, portal, jti string) (found []Record, err error) {
	err = l.read(ctx, "read launch", func(t tx) (err error) {
		found, err = t.attempts(search{portal: portal, launch: LaunchID(jti), newest: true})
		return err
	})
	return found, err
}

// Once records the use of an idempotency key, the id that a form was made with:
// what the form asks for is done for the first caller, who gets nil. Every other
// gets ErrReplayed, and from expires on ErrExpired.
func (l *Ledger) Once(ctx context.Context, portal, id string, expires time.Time) error {
	now := l.now()
	if !now.Before(expires) {
		return fmt.Errorf("use idempotency key: %w", ErrExpired)
	}
	return l.useOnce(ctx, "use idempotency key", "form ", portal, id, now, expires)
}

// useOnce records that something is used. The kind of it stands before a number,
// and keeps a form apart from a launch of the same id.
func (l *Ledger) useOnce(ctx context.Context, act, kind, portal, id string, now, expires time.Time) error {
	// The length keeps "a", "bc" apart from "ab", "c".
	hash := sha256.Sum256(fmt.Appendf(nil, "%s%d:%s%s", kind, len(portal), portal, id))
	return l.write(ctx, act, func(t tx) error {
		fresh, err := t.insertLaunch(hash, now, expires)
		if err == nil && !fresh {
			err = ErrReplayed
		}
		return err
	})
}

// handover is a code that takes a session to another window.
type handover struct {
	hash, session  [32]byte
	expires, taken time.Time // taken is zero until it was
}

// PutHandover records a code, known by its SHA-256, that takes a session over
// to another window once, before it expires. The session has to exist and to be
// good.
func (l *Ledger) PutHandover(ctx context.Context, hash, session [32]byte, expires time.Time) error {
	return l.write(ctx, "put handover", func(t tx) error {
		s, err := t.session(session)
		if err == nil {
			err = l.good(s)
		}
		if err != nil {
			return err
		}
		fresh, err := t.insertHandover(handover{hash: hash, session: session, expires: expires})
		if err == nil && !fresh {
			err = ErrConflict
		}
		return err
	})
}

// TakeHandover uses a code up and returns the hash of its session, which is
// good at that moment. It refuses with ErrNotFound, ErrReplayed, ErrExpired or,
// where the session ended, ErrRevoked.
func (l *Ledger) TakeHandover(ctx context.Context, hash [32]byte) (session [32]byte, err error) {
	err = l.write(ctx, "take handover", func(t tx) error {
		h, err := t.handover(hash)
		now := l.now()
		switch {
		case err != nil:
			return err
		case !h.taken.IsZero():
			return ErrReplayed
		case !now.Before(h.expires):
			return ErrExpired
		}
		s, err := t.session(h.session)
		if err == nil {
			err = l.good(s)
		}
		if err != nil {
			return err
		}
		session = s.Hash
		return t.takeHandover(hash, now)
	})
	if err != nil {
		return [32]byte{}, err
	}
	return session, nil
}
