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

// inDoubt puts a payment in doubt, of which somebody has said that it was taken.
func (k walk) inDoubt(by, name string) {
	k.t.Helper()
	ctx, p := k.t.Context(), payment.Patient{Practice: 195900, Department: 7, ID: 40211}
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
		_, _, err = k.w.book.Decide(ctx, a.ID, ledger.Decision{By: by, Name: name, Reason: "the patient's bank shows it", State: payment.Succeeded, Two: true}, payment.Amount{})
	}
	if err != nil {
		k.t.Fatal(err)
	}
}

// A manager finds among the approvals what a biller has said of a payment in doubt,
// reads the evidence, and says the same: with that it is decided.
func TestDoubtOfTwoByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.inDoubt("desk/https://login.harbor.example bea", "Kim Bea")
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

// A manager who signed in at the desk cannot be second to somebody whom a portal
// launched: of an act and of a doubt they are told so, and what to do, and there is
// nothing to press but, where the doubt itself is, to begin anew.
func TestSecondOfAnotherWayByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.toVoid("harbor/ana", "Kim Ana")
		k.inDoubt("harbor/ana", "")
		k.signInAtDesk(k.w, "Cy", staff.Manager)
		k.page("desk-may")
		k.enter(`nav a[href="/desk/approvals"]`)
		k.at(web.PageApprovals, "desk-approvals-way")
		k.enter("main li:first-child a")
		k.at(web.PageApproval, "desk-approval-way")
		k.look("desk-approval-way")
		k.nothingToPress()
		k.enter(`nav a[href="/desk/approvals"]`)
		k.page("desk-approvals")
		k.enter("main li:last-child a")
		k.at(web.PageApproval, "desk-approval-doubt-way")
		k.nothingToPress()
		k.enter(`nav a[href="/desk/review"]`)
		k.page("desk-review")
		k.enter(`main a[href*="/desk/review/"]`)
		k.at(web.PageReview, "review-way") // where they can begin anew
		k.look("review-way")
	})
}

// nothingToPress fails where the page has a form of its own.
func (k walk) nothingToPress() {
	k.t.Helper()
	if eval[bool](k.tab, `!!document.querySelector("main form")`) {
		k.t.Errorf("there is something to press:\n%s", k.text())
	}
}
