package ledger

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"paypane/web/payment"
)

// Who is the second person of whom, by the names that the record has for them: of each
// pair, who is one person is refused, and so is whoever may be the first one under
// another name. Everything that takes two people asks the same.
func TestSecondComesTheSameWay(t *testing.T) {
	t.Parallel()
	const number = "/2026 1128 0009 " // what some portals call their users
	ways := map[string][]string{
		"the desk":             {"desk/https://a.example ana", "desk/https://a.example bo"},
		"another provider":     {"desk/https://b.example ana", "desk/https://b.example cy"},
		"a portal":             {"harbor/ana", "harbor/bo", "harbor" + number + "1", "harbor" + number + "2"},
		"another portal":       {"lake/ana", "lake" + number + "1"},
		"a portal with dashes": {"harbor-2/ana"},
	}
	c := newClock()
	l := NewMemory(c.now)
	var patient int
	for first, firsts := range ways {
		for second, seconds := range ways {
			for _, by := range firsts {
				for _, other := range seconds {
					var expected error
					switch {
					case by == other:
						expected = ErrSamePerson
					case first != second:
						expected = ErrOtherWay
					}
					c.advance(time.Second)
					for what, do := range map[string]func(id string) error{
						"approved": func(id string) error { _, err := l.Approve(ctx, id, Signer{ID: other, Name: "B"}); return err },
						"refused":  func(id string) error { _, err := l.Refuse(ctx, id, Signer{ID: other, Name: "B"}, "no"); return err },
					} {
						a := must(t, func() (Record, error) {
							return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: PaymentTarget("9001"), Value: payment.Cents(4000)},
								Patient: ada, Portal: "desk", Subject: "ana", AsOfSeq: 1})
						})
						want(t, l.AskApproval(ctx, a.ID, Signer{ID: by, Name: "A"}, "so"), nil)
						if err := do(a.ID); !errors.Is(err, expected) || expected == nil && err != nil {
							t.Errorf("asked by %s, %s by %s: %v", by, what, other, err)
						}
					}
					patient++
					p := ada
					p.ID = 500000 + patient
					doubt := settle(t, l, send(t, l, create(t, l, p, "501")), payment.Unknown)
					says := func(who string) bool {
						_, decided, err := l.Decide(ctx, doubt.ID, Decision{By: who, Reason: "seen", State: payment.Succeeded, Two: true, Second: true, Launched: !AtDesk(who)}, payment.Amount{})
						want(t, err, nil)
						return decided
					}
					if says(by) || says(other) != (expected == nil) {
						t.Errorf("found by %s, then by %s: not as %v", by, other, expected)
					}
				}
			}
		}
	}
	// A name of before, of which only the digest was kept, tells no way.
	if err := secondOf(digest("harbor"+number+"1"), "harbor/bo"); !errors.Is(err, ErrOtherWay) {
		t.Errorf("after a digest: %v", err)
	}
	if who := "harbor" + number + "1"; !isActor(digest(who), who) || !isActor(actor(who), who) || isActor(actor(who), "harbor"+number+"2") {
		t.Error("somebody is not known any more")
	}
}
