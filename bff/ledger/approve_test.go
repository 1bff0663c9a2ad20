package ledger

import (
	"crypto/rand"
	"strings"
	"testing"

	"paypane/web/payment"
)

// An act that needs two people waits for ten minutes for another than who asked.
// What was approved once is not approved twice, and nothing that was sent is.
func testApprove(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	waiting := func() int {
		list := must(t, func() ([]Waiting, error) { return l.Approvals(ctx, ada.Practice) })
		return len(list)
	}
	ask := func() Record {
		a := must(t, func() (Record, error) {
			return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: PaymentTarget("9001"), Value: payment.Cents(4000)},
				Patient: ada, Portal: "desk", Subject: "ana", AsOfSeq: 1})
		})
		want(t, l.AskApproval(ctx, a.ID, Signer{"desk/ana", "Kim: ana"}, "taken twice"), nil)
		return a
	}
	a := ask()
	want(t, l.AskApproval(ctx, a.ID, Signer{}, "so"), ErrText)
	want(t, l.AskApproval(ctx, a.ID, Signer{"desk/ana", "Kim: ana"}, " "), ErrText)
	if waiting() != 1 {
		t.Fatal("it does not wait for a second person")
	}
	_, err := l.Approve(ctx, a.ID, Signer{"desk/ana", "Kim: ana"})
	want(t, err, ErrSamePerson)
	_, err = l.Refuse(ctx, a.ID, Signer{"desk/ana", "Kim: ana"}, "no")
	want(t, err, ErrSamePerson)
	_, err = l.Refuse(ctx, a.ID, Signer{ID: "desk/bo"}, "")
	want(t, err, ErrText)
	got, err := l.Approve(ctx, a.ID, Signer{"desk/bo", "Kim: bo"})
	want(t, err, nil)
	stands := must(t, func() (Approval, error) { return l.Approval(ctx, a.ID) })
	if got.State != payment.Created || !stands.Approved || stands.By != "desk/ana" || stands.Second != "desk/bo" || stands.Name != "Kim ana" || stands.SecondName != "Kim bo" || !strings.Contains(stands.Why, "twice") || stands.Waits(c.now()) || waiting() != 0 {
		t.Fatalf("%+v %+v", got, stands)
	}
	_, err = l.Approve(ctx, a.ID, Signer{"desk/cy", "Kim: cy"})
	want(t, err, ErrExpired)

	b := ask()
	_, err = l.Refuse(ctx, b.ID, Signer{"desk/bo", "Kim: bo"}, "it was taken once")
	want(t, err, nil)
	if stands := must(t, func() (Approval, error) { return l.Approval(ctx, b.ID) }); stands.Approved || stands.Refusal != "it was taken once" {
		t.Fatalf("%+v", stands)
	}

	late := ask()
	c.advance(ApproveWithin)
	_, err = l.Approve(ctx, late.ID, Signer{"desk/bo", "Kim: bo"})
	want(t, err, ErrExpired)
	if waiting() != 0 {
		t.Fatal("it waits after ten minutes")
	}
	want(t, l.AskApproval(ctx, late.ID, Signer{"desk/bo", "Kim: bo"}, "again"), nil) // by another, whom the first may approve
	_, err = l.Approve(ctx, late.ID, Signer{"desk/ana", "Kim: ana"})
	want(t, err, nil)

	sent := send(t, l, create(t, l, bob, "502"))
	want(t, l.AskApproval(ctx, sent.ID, Signer{"desk/ana", "Kim: ana"}, "so"), ErrTransition)
	never := create(t, l, bob, "503")
	_, err = l.Approve(ctx, never.ID, Signer{"desk/bo", "Kim: bo"})
	want(t, err, ErrExpired)
	if r := must(t, func() (Report, error) { return l.Verify(ctx) }); r.Last.Seq == 0 {
		t.Fatal("nothing was verified")
	}
}
