package ledger

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/web/payment"
)

// What was made under a launch is found by its token's id, whatever a portal calls its
// launches, and by nobody else's.
func testLaunch(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	jtis := []string{
		"j-1", "J-1", "j 1", "0a9f3c52-1234-4567-8901-234567890123", strings.Repeat("7", 128), "sha256:ABC", strings.Repeat("ø", 64),
		"4111 1111 1111 1111", "tab\there", "zero\u200bwidth", " led ", strings.Repeat("1234-", 20), "１２３４５６７８９０１２３４",
	}
	made := map[string][]string{}
	for _, portal := range []string{"harbor", "lake"} {
		for _, jti := range jtis {
			for range 2 {
				c.advance(time.Second)
				a := must(t, func() (Record, error) {
					return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge(fmt.Sprint(501 + len(made)*3))}, Patient: ada, Portal: portal, Subject: "user-7", AsOfSeq: 1})
				})
				must(t, func() (Record, error) {
					return l.Claim(ctx, ada, a.ID, CardUse{Brand: payment.Visa, Last4: "1111", Launch: LaunchID(jti)})
				})
				_, _, err := l.Recover(ctx, time.Time{})
				want(t, err, nil)
				made[portal+jti] = slices.Insert(made[portal+jti], 0, a.ID)
			}
		}
	}
	for _, portal := range []string{"harbor", "lake", "shore"} {
		for _, jti := range append(jtis, "j-2", "") {
			var found []string
			for _, a := range must(t, func() ([]Record, error) { return l.OfLaunch(ctx, portal, jti) }) {
				found = append(found, a.ID)
			}
			if !slices.Equal(found, made[portal+jti]) {
				t.Errorf("%s %q: %d are found, of %d", portal, jti, len(found), len(made[portal+jti]))
			}
		}
	}
	unclaimed := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge("400")}, Patient: ada, Portal: "harbor", Subject: "user-7", AsOfSeq: 1})
	})
	_, err := l.Claim(ctx, ada, unclaimed.ID, CardUse{Brand: payment.Visa, Last4: "1111", Launch: "4111 1111 1111 1111"})
	want(t, err, ErrText)
	chained(t, l)
}

// Two launches never have one name, and no name holds a card.
func TestLaunchIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9 -]{10,40}`), rapid.StringMatching(`(sha256:)?[A-Z2-7]{4,60}`))
		a, b := text.Draw(r, "a"), text.Draw(r, "b")
		if a != b && LaunchID(a) == LaunchID(b) {
			r.Fatalf("%q and %q are both %q", a, b, LaunchID(a))
		}
		if id := LaunchID(a); payment.HoldsCard(id) || !launchFits(id) {
			r.Fatalf("%q is named %q", a, id)
		}
	})
}
