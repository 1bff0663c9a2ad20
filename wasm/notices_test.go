//go:build !js

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"paypane/web"
)

// The pages that stand in the place of another: each says what it means for the
// payer's money, and everything on it can be reached.
func TestNoticesByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		refused := badLaunches["refused"].spoil
		k.w.spoil.Store(&refused)
		k.begin("patient=40211")
		k.at(web.PageLaunch, "launch-refused")
		k.w.spoil.Store(nil)

		k.w.cookieless.Store(true)
		k.begin("patient=40211")
		k.at(web.PageCookies, "cookies")
		k.w.cookieless.Store(false)

		k.begin("patient=40216")
		k.at(web.PageNothing, "nothing")
		k.run(chromedp.Navigate(k.w.pay + "/nowhere"))
		k.at(web.PageMissing, "missing")
		k.run(chromedp.Navigate(k.w.pay + "/embed/v1/frame?portal=harbor"))
		k.at(web.PageFrame, "frame")

		// What a page carries of its patient is not theirs, or no form of ours.
		spoilt := func(person string) {
			t.Helper()
			k.begin("patient=40216&people=40211,40213")
			k.page("amount")
			eval[any](k.tab, `document.querySelector("main form [name=person]").value = `+person)
			k.enter("main form button")
		}
		spoilt(`"x"`)
		k.at(web.PageOther, "other")
		spoilt(`"x".repeat(20000)`)
		k.at(web.PageError, "error")

		k.allow("status of 503")
		k.w.down.Store(true)
		k.run(chromedp.Navigate(k.w.pay + "/pay"))
		k.at(web.PageUnavailable, "unavailable")
		if n := len(k.w.sim.Book()); n != 0 {
			t.Errorf("%d charges", n)
		}
	})
}

// Staff decide what became of a payment that the books do not tell.
func TestReviewByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.begin("patient=40211")
		k.page("amount")
		k.enter("main form button")
		k.page("card")
		k.typeCard(good("4000000000009011"))
		k.enter("#pay")
		k.result("unknown")
		k.w.waitsForAPerson(t)
		k.begin("patient=40211&as=staff&view=desk")
		k.run(chromedp.Navigate(k.w.pay + "/desk/review"))
		k.at(web.PageReviewQueue, "review")
		k.enter(".doubts a")
		k.at(web.PageReview, "review-one")
		k.enter("button.primary")
		k.errors()
		k.at(web.PageReview, "review-errors")
		k.choose("found", "taken")
		k.typeInto("input[name=reference]", k.w.charged(t, "9011"))
		k.typeInto("input[name=why]", "the receipts list it")
		k.enter("button.primary")
		k.until(`!document.querySelector("main button.primary")`)
		k.at(web.PageReview, "review-decided")
		if book := k.w.sim.Book(); len(book) != 1 || !strings.HasSuffix(book[0].Last4, "9011") {
			t.Errorf("the book has %+v", book)
		}
	})
}
