//go:build !js

package main

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// inDrawer is cash that a clerk has taken at the desk.
func (k walk) inDrawer(who string, cents int64) {
	k.t.Helper()
	p := payment.Patient{Practice: 195900, Department: 7, ID: 40211}
	a, err := k.w.book.CreateAttempt(k.t.Context(), ledger.Record{Patient: p, Portal: "desk", Subject: "https://login.harbor.example " + who, Staff: ledger.Staff{Name: "Kim " + who, Role: "front_desk"}, AsOfSeq: 1,
		Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindRecord, PatientName: "Dana Sample", Counter: payment.Counter{Method: payment.Cash},
			Charge: payment.Charge{Lines: []payment.Line{{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(cents), Balance: payment.Cents(cents)}}}}})
	if err == nil {
		_, err = k.w.book.Claim(k.t.Context(), p, a.ID, ledger.CardUse{})
	}
	if err == nil {
		_, err = k.w.book.MarkSending(k.t.Context(), a.ID, "0")
	}
	if err == nil {
		_, err = k.w.book.Settle(k.t.Context(), a.ID, payment.Outcome{State: payment.Succeeded, Batch: "318"})
	}
	if err != nil {
		k.t.Fatal(err)
	}
}

// A clerk counts the drawer, is asked for what they left out, sees only then what
// should be in it, says why it is not, and finds the close among those of the day; a
// manager approves what is off by more than a clerk may sign.
func TestDrawerByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.inDrawer("Ana", 4500)
		k.signInAtDesk(k.w, "Ana", staff.FrontDesk)
		k.page("desk-may")
		if k.script {
			k.press("c")
		} else {
			k.enter(`nav a[href="/desk/drawer"]`)
		}
		k.at(web.PageDeskDrawer, "drawer")
		k.look("desk-drawer")
		if text := k.text(); strings.Contains(text, "45.00") {
			t.Errorf("the page says what is in the drawer: %s", text)
		}
		k.reach("#float")
		k.press(kb.Enter) // sends no count
		if k.script {
			k.until(`document.activeElement.id === "note-10000"`)
		} else {
			k.until(`!document.querySelector("#note-10000").value && document.querySelector("main[data-page=desk-drawer]")`)
		}
		k.enter("main form button.primary")
		k.errors()
		k.at(web.PageDeskDrawer, "drawer-errors")
		k.typeInto("#float", "100")
		k.typeInto("#note-2000", "6")
		k.typeInto("#coin-25", "0")
		if k.script {
			k.until(`document.querySelector("#drawer-sum output").textContent === "$120.00"`)
		}
		k.enter("main form button.primary")
		k.at(web.PageDeskClose, "drawer-counted")
		k.look("desk-drawer-counted")
		k.choose("reason", "unknown")
		k.enter("main form button")
		k.until(`document.querySelector("main[data-close=waits]")`)
		k.at(web.PageDeskClose, "drawer-waits")
		number := eval[string](k.tab, `location.pathname`)
		k.signInAtDesk(k.w, "Cy", staff.Manager)
		k.page("desk-may")
		k.enter(`nav a[href="/desk/approvals"]`)
		k.enter(`main li a[href="` + number + `"]`)
		k.enter(`form[action$="/refuse"] button`)
		k.errors()
		k.at(web.PageDeskClose, "drawer-approve")
		k.enter(`main form button.primary`)
		k.until(`document.querySelector("main[data-close=closed]")`)
		k.at(web.PageDeskClose, "drawer-closed")
		k.look("desk-drawer-closed")
		k.enter(`main a[href="/desk/closes"]`)
		k.at(web.PageDeskCloses, "drawer-closes")
		k.look("desk-drawer-closes")
	})
}

// A manager counts the drawer of somebody who is away, says why, and closes it with
// another one.
func TestDrawerOfAnotherByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.inDrawer("Ana", 4500)
		k.signInAtDesk(k.w, "Cy", staff.Manager)
		k.page("desk-may")
		k.enter(`nav a[href="/desk/drawer"]`)
		k.page(web.PageDeskDrawer)
		k.enter(`main a[href="/desk/closes"]`)
		k.at(web.PageDeskCloses, "drawer-open")
		k.enter(`#uncounted ~ ul a`)
		k.at(web.PageDeskDrawer, "drawer-for")
		if text := k.text(); strings.Contains(text, "45.00") {
			t.Errorf("the page says what is in the drawer: %s", text)
		}
		k.typeInto("#float", "0")
		k.typeInto("#note-2000", "2")
		k.typeInto("#note-500", "1")
		k.enter("main form button.primary")
		k.errors()
		k.at(web.PageDeskDrawer, "drawer-for-errors")
		k.choose("reason", "shift")
		k.enter("main form button.primary")
		k.until(`document.querySelector("main[data-close=counted]")`)
		k.at(web.PageDeskClose, "drawer-for-counted")
		k.enter("main form button")
		k.until(`document.querySelector("main[data-close=waits]")`)
		number := eval[string](k.tab, `location.pathname`)
		k.signInAtDesk(k.w, "Dee", staff.Manager)
		k.page("desk-may")
		k.enter(`nav a[href="/desk/approvals"]`)
		k.enter(`main li a[href="` + number + `"]`)
		k.until(`document.querySelector("main[data-close=waits]")`)
		k.enter(`main form button.primary`)
		k.until(`document.querySelector("main[data-close=closed]")`)
		k.at(web.PageDeskClose, "drawer-for-closed")
	})
}
