//go:build !js

package main

import (
	"crypto/rand"
	"testing"

	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// A manager finds among the approvals what a biller has said of a payment in doubt,
// reads the evidence, and says the same: with that it is decided.
func TestDoubtOfTwoByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		ctx, p := t.Context(), payment.Patient{Practice: 195900, Department: 7, ID: 40211}
		a, err := k.w.book.CreateAttempt(ctx, ledger.Record{Patient: p, Portal: "harbor", Subject: "member-1", AsOfSeq: 1, Attempt: payment.Attempt{ID: rand.Text(), PatientName: "Dana Sample",
			Charge: payment.Charge{Lines: []payment.Line{{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(5250), Balance: payment.Cents(5250)}}}}})
		if err == nil {
			_, err = k.w.book.Claim(ctx, p, a.ID, ledger.CardUse{Brand: payment.Visa, Last4: "1111"})
		}
		if err == nil {
			_, err = k.w.book.MarkSending(ctx, a.ID, "0")
		}
		if err == nil {
			_, err = k.w.book.Settle(ctx, a.ID, payment.Outcome{State: payment.Unknown, Evidence: "connection reset"})
		}
		if err == nil {
			_, err = k.w.book.Escalate(ctx, a.ID, "No receipt shows it.")
		}
		if err == nil {
			_, _, err = k.w.book.Decide(ctx, a.ID, ledger.Decision{By: "desk/https://login.harbor.example bea", Name: "Kim Bea", Reason: "the patient's bank shows it", State: payment.Succeeded, Two: true}, payment.Amount{})
		}
		if err != nil {
			t.Fatal(err)
		}
		k.signInAtDesk(k.w, "Cy", staff.Manager)
		k.page("desk-may")
		k.enter(`nav a[href="/desk/approvals"]`)
		k.at(web.PageApprovals, "desk-approvals-doubt")
		k.enter("main li a")
		k.at(web.PageApproval, "desk-approval-doubt")
		k.look("desk-approval-doubt")
		k.enter(`main a[href*="/desk/review/"]`)
		k.at(web.PageReview, "review-second")
		k.choose("found", "taken")
		k.typeInto("input[name=why]", "the bank's letter")
		k.enter("button.primary")
		k.until(`!document.querySelector("main button.primary")`)
		k.at(web.PageReview, "review-second-decided")
	})
}
