package session

import (
	"context"

	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/velocity"
	"paypane/web/payment"
)

// Try is a card that the session wants to have sent with an attempt: one that was
// typed, or else the one that is stored under an id.
func Try(ctx context.Context, sess Session, attempt string, card *payment.Card, stored string) velocity.Try {
	return velocity.Try{Attempt: attempt, Portal: sess.Portal, Subject: sess.Subject, Session: sess.Hash, Patient: sess.Patient,
		Card: card, Stored: stored, Network: middleware.ClientNetwork(ctx), Staff: sess.Role == portal.RoleStaff}
}
