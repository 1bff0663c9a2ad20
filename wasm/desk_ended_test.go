//go:build !js

package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// A front desk finds an agreement that ended early on the work list, reads what to look
// at in athenaOne, and says that it did.
func TestDeskEndedByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		for _, ended := range []ledger.Task{
			{ID: "ended-YEAR", Patient: 40213, Agreed: payment.KindAgreeYear, Name: "Lee Marchetti", Amount: payment.Cents(30000), Open: payment.Cents(6500), Brand: payment.Visa, Last4: "1111"},
			{ID: "ended-PLAN", Patient: 40211, Agreed: payment.KindPlan, Name: "Dana Sample", Amount: payment.Cents(12000), Missed: true},
		} {
			ended.Practice, ended.Kind, ended.By, ended.When, ended.Since = 195900, ledger.TaskEnded, ledger.Reconciler, k.w.now(), "2026-11-18"
			if err := k.w.book.AddTask(t.Context(), ended); err != nil {
				t.Fatal(err)
			}
		}
		k.signInAtDesk(k.w, "Ana", staff.FrontDesk)
		k.run(chromedp.Navigate(k.w.pay + "/desk/review"))
		k.at(web.PageReviewQueue, "work-ended")
		k.look("work-ended")
		k.enter(`main a[href$="/tasks/ended-YEAR"]`)
		k.at(web.PageTask, "desk-task-ended")
		k.look("desk-task-ended")
		k.typeInto("input[name=note]", "the bank sent a new card")
		k.enter("main form button")
		k.until(`!!document.querySelector("main input[name=why]")`)
		k.enter(`nav a[href="/desk/review"]`)
		k.at(web.PageReviewQueue, "work-ended-done")
	})
}
