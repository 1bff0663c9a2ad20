//go:build !js

package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"paypane/bff/athena/athenatest"
	"paypane/bff/staff"
	"paypane/web"
)

// A biller records what the vendor took, and then that the vendor gave it back: each
// state of both pages.
func TestVendorByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.signInAtDesk(k.w, "Eve", staff.Biller)
		k.run(chromedp.Navigate(k.w.pay + web.PatientPath(40211)))
		k.page("desk-patient")
		k.enter(`main a[href$="/vendor"]`)
		k.at(web.PageDeskVendor, "vendor")
		k.look("vendor")
		k.enter("#take")
		k.errors()
		k.at(web.PageDeskVendor, "vendor-errors")
		k.look("vendor-errors")
		k.typeInto("#claim-503", "27.25")
		k.typeInto("#externalrefid", "acme-000017")
		k.reach("#paymentmethod")
		k.typeText("m") // MC/VISA
		k.typeInto("#last4", "1111")
		k.typeInto("#vendorterminalid", "T0042")
		k.typeInto("#bankdepositdate", "")
		k.press(kb.Enter)
		k.result("taken")
		k.at(web.PageDeskResult, "vendor-recorded")
		k.look("vendor-recorded")

		k.enter(`main a[href*="/refund/"]`)
		k.at(web.PageDeskRefund, "vendor-refund")
		k.look("vendor-refund")
		k.enter("main form button")
		k.errors()
		k.at(web.PageDeskRefund, "vendor-refund-errors")
		k.choose("reason", "returned")
		k.typeInto("#externalrefid", "acme-000017-r")
		k.press(kb.Enter)
		k.result("taken")
		k.at(web.PageDeskResult, "vendor-refunded")
		k.look("vendor-refunded")
		if book := k.w.sim.Book(); len(book) != 2 || book[0].Kind != "VENDORPAYMENT" || book[1].Kind != "VENDORREFUND" || book[0].Amount+book[1].Amount != 0 {
			t.Errorf("the book has %+v", book)
		}
		k.run(chromedp.Navigate(k.w.pay + web.PatientPath(40211)))
		k.at(web.PageDeskPatient, "vendor-patient")
		k.look("vendor-patient")
	})
}

// An answer of the vendor's that is lost: the page says what is not known, and the
// reference is refused.
func TestVendorLostByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.signInAtDesk(k.w, "Eve", staff.Biller)
		k.w.still.Store(true)
		k.w.sim.Fault(athenatest.Fault{Endpoint: "vendorpayment", When: "after", Do: "cut"})
		record := func(amount string) {
			k.run(chromedp.Navigate(k.w.pay + web.VendorPath(40213)))
			k.page("desk-vendor")
			k.typeInto(amount, "15.84")
			k.typeInto("#externalrefid", "acme-000018")
			k.reach("#paymentmethod")
			k.typeText("c") // cash
			k.enter("#take")
		}
		record("#other")
		k.result("unknown")
		k.at(web.PageDeskResult, "vendor-unknown")
		k.look("vendor-unknown")
		record("#claim-520")
		k.errors()
		k.at(web.PageDeskVendor, "vendor-reused")
		k.look("vendor-reused")
		if book := k.w.sim.Book(); len(book) != 1 || k.w.sim.Count("vendorpayment") != 1 {
			t.Errorf("the book has %+v", book)
		}
	})
}

// Something is taken off a charge, and then all that is left, which closes the claim
// and is asked about first.
func TestAdjustByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.signInAtDesk(k.w, "Eve", staff.Biller)
		k.run(chromedp.Navigate(k.w.pay + web.AdjustPath(40211)))
		k.at(web.PageDeskAdjust, "adjust")
		k.look("adjust")
		k.enter("main form button")
		k.errors()
		k.at(web.PageDeskAdjust, "adjust-errors")
		k.choose("charge", "5010")
		k.typeInto("#amount", "52.50")
		k.choose("reason", "courtesy")
		k.enter("main form button")
		k.errors()
		k.at(web.PageDeskAdjust, "adjust-closes")
		k.look("adjust-closes")
		k.reach("#closes")
		k.press(" ")
		k.enter("main form button")
		k.result("taken")
		k.at(web.PageDeskResult, "adjusted")
		k.look("adjusted")
		if c := k.w.sim.Patients()[0].Claims[0]; c.Owed != 0 || c.Adjusted != 5250 || len(k.w.sim.Book()) != 0 {
			t.Errorf("%+v, the book has %+v", c, k.w.sim.Book())
		}
	})
}
