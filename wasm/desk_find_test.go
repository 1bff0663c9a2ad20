//go:build !js

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"paypane/bff/staff"
	"paypane/web"
)

// Somebody at the desk looks at the day, opens the next patient, checks them in,
// and finds others by name.
func TestDeskFindByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.signInAtDesk(k.w, "Ana", staff.FrontDesk)
		k.run(chromedp.Navigate(k.w.pay + "/desk"))
		k.at(web.PageDeskToday, "desk-today")
		k.enter(`.switchlist a:not([aria-current])`)
		k.path(`location.search !== ""`)
		k.at(web.PageDeskToday, "desk-today-waiting")
		k.enter("main th a")
		k.at(web.PageDeskPatient, "desk-patient-due")
		k.enter(`form[action$="/checkin"] button`)
		k.until(`document.querySelector("main .done")`)
		k.at(web.PageDeskPatient, "desk-patient-checked-in")
		k.enter(`nav a[href="/desk"]`)
		k.page("desk-today")
		k.enter(`.switchlist a:not([aria-current])`)
		k.path(`location.search !== ""`)
		k.at(web.PageDeskToday, "desk-today-nobody")
		k.enter(`nav a[href="/desk/patients"]`)
		k.at(web.PageDeskPatients, "desk-patients")
		k.typeInto("input[name=q]", "nobody of that name")
		k.press("\r")
		k.until(`document.querySelector("main [role=status]")`)
		k.at(web.PageDeskPatients, "desk-patients-none")
		k.typeInto("input[name=q]", "marchetti")
		k.press("\r")
		k.until(`document.querySelector("main th a")`)
		k.at(web.PageDeskPatients, "desk-patients-found")
		k.enter("main th a")
		k.at(web.PageDeskPatient, "desk-patient")
		if text := k.text(); !strings.Contains(text, "Lee Marchetti") || !strings.Contains(text, "40213") {
			t.Errorf("the page of Lee says %s", text)
		}
		if k.script {
			k.press("b")
		} else {
			k.enter(`main a[href$="/account"]`)
		}
		k.at(web.PageDeskAccount, "desk-account")
		k.look("desk-account")
		k.enter(`main .switchlist a:not([aria-current])`)
		k.path(`location.search !== "" && document.querySelector("main[data-page=desk-account]")`)
	})
}
