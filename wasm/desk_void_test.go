//go:build !js

package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"paypane/bff/staff"
	"paypane/web"
)

// A biller takes a card payment back, and finds the next day that another one has
// gone to the bank.
func TestVoidByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.begin("patient=40211")
		k.page("amount")
		k.enter("main form button")
		k.page("card")
		k.typeCard(good("4111111111111111"))
		k.enter("#pay")
		k.result("taken")
		k.signInAtDesk(k.w, "Eve", staff.Biller)
		path := k.w.pay + web.VoidPath(40211, k.w.charged(t, "1111"))
		k.run(chromedp.Navigate(path))
		k.at(web.PageDeskVoid, "desk-void")
		k.enter("main form button")
		k.errors()
		k.at(web.PageDeskVoid, "desk-void-errors")
		k.choose("reason", "twice")
		k.enter("main form button")
		k.until(`document.activeElement?.textContent === "Back to the patient"`)
		k.at(web.PageDeskResult, "desk-void-done")
		if book := k.w.sim.Book(); len(book) != 2 || book[1].Kind != "VOID" || book[0].Amount+book[1].Amount != 0 {
			t.Errorf("the book has %+v", book)
		}
		k.run(chromedp.Navigate(path))
		k.at(web.PageDeskVoid, "desk-void-already")
	})
}

// A payment of the day before cannot be taken back: the page says what can be done
// instead.
func TestSettledByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.begin("patient=40211")
		k.page("amount")
		k.enter("main form button")
		k.page("card")
		k.typeCard(good("4111111111111111"))
		k.enter("#pay")
		k.result("taken")
		k.w.skip(25 * time.Hour)
		k.signInAtDesk(k.w, "Eve", staff.Biller)
		k.run(chromedp.Navigate(k.w.pay + web.VoidPath(40211, k.w.charged(t, "1111"))))
		k.at(web.PageDeskVoid, "desk-void-settled")
	})
}
