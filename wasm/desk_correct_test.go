//go:build !js

package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"paypane/bff/staff"
	"paypane/web"
)

// A biller corrects a check, finds what is left to be done on the work list, ticks it
// off, takes that back, and ticks it off again.
func TestDeskCorrectByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.signInAtDesk(k.w, "Bea", staff.Biller)
		k.run(chromedp.Navigate(k.w.pay + web.TakePath(40211)))
		k.page("desk-take")
		k.choose("method", "check")
		k.typeInto("#checknumber", "1044")
		k.press(kb.Enter)
		k.result("taken")
		k.enter(`main a[href*="/correct/"]`)
		k.at(web.PageDeskCorrect, "desk-correct")
		k.enter("main form button")
		k.errors()
		k.at(web.PageDeskCorrect, "desk-correct-errors")
		k.choose("reason", "amount")
		k.enter("main form button")
		k.at(web.PageDeskResult, "desk-corrected")
		k.enter(`main a[href*="/payments/"]`)
		k.at(web.PageDeskResult, "taken-corrected")
		k.enter(`main a[href*="/correct/"], main a[href*="/undone/"]`)
		k.page("desk-result")
		k.enter(`nav a[href="/desk/review"]`)
		k.at(web.PageReviewQueue, "work-hand")
		k.enter(`main a[href*="/tasks/"]`)
		k.at(web.PageTask, "desk-task")
		k.typeInto("input[name=note]", "voided in the batch")
		k.enter("main form button")
		k.until(`!!document.querySelector("main input[name=why]")`)
		k.at(web.PageTask, "desk-task-done")
		k.typeInto("input[name=why]", "the wrong batch")
		k.enter("main form button")
		k.until(`!!document.querySelector("main input[name=note]")`)
		k.at(web.PageTask, "desk-task-back")
		k.enter("main form button")
		k.until(`!!document.querySelector("main input[name=why]")`)
		k.enter(`nav a[href="/desk/review"]`)
		k.at(web.PageReviewQueue, "work-done")
		if book := k.w.sim.Book(); len(book) != 1 {
			t.Errorf("the book has %+v", book)
		}
	})
}
