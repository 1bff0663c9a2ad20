package desk

import (
	"crypto/rand"
	"time"

	"paypane/bff/dispatch"
)

// newAttemptID is 130 random bits in the letters of base32.
func newAttemptID() string { return rand.Text() }

// refresh is after how many seconds the page of an attempt without an outcome
// looks again.
func refresh(since time.Duration) string {
	if since < dispatch.Stale {
		return "2"
	}
	return "30"
}
