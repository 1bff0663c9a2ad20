//go:build !js

package web

import (
	"testing"

	"paypane/web/payment"
)

// A reason that somebody writes down can name phone numbers and codes, and no
// card, in whatever way it is written.
func TestReasonHoldsNoCard(t *testing.T) {
	for why, ok := range map[string]bool{
		"Called 617-555-0100, then 617-555-0101": true, "NDC 0002-1433-80, 0002-1434-80": true, "Batch 99213, 99214, 36415, 80053": true,
		"Visa ending 1111, 11/20/2026 10:15 to 11/21/2026 11:30": true,
		"card 4111111111111111":                                  false, "card 4111 1111 1111 1111": false, "4111-1111.1111/1111": false, "４１１１１１１１１１１１１１１１": false, "4111|1111|1111|1111, 617-555-0100": false,
	} {
		problems := Decision{Found: string(payment.Succeeded), Reference: "61234", Why: why}.Check()
		if ok != (len(problems) == 0) || !ok && problems[0].Code != "why_card" {
			t.Errorf("%q: %v", why, problems)
		}
	}
}
