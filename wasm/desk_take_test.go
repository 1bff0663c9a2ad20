//go:build !js

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"paypane/web"
)

// mostKeys is how many keys a copay in cash takes at most, from the list of today's
// visits to the printed receipt, besides what is typed of amounts. The first of
// them opens the page.
const mostKeys = 12

// desk opens the page on which staff take money for a patient.
func (k walk) desk(patient string) {
	k.t.Helper()
	k.begin("patient=" + patient + "&as=staff&view=desk")
	k.run(chromedp.Navigate(k.w.pay + "/desk/patients/" + patient + "/take"))
	k.page("desk-take")
}

// A copay in cash, by a person who does it two hundred times a day.
func TestCopayInCashByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.desk("40213")
		keys := 1
		press := func(key string) {
			keys++
			k.press(key)
		}
		k.until(`document.activeElement?.name === "copay"`)
		if k.script {
			k.until(`!document.querySelector("[data-total]").hidden`)
			press("c")
		} else {
			for !eval[bool](k.tab, `document.activeElement.name === "method"`) {
				press(kb.Tab)
			}
			for !eval[bool](k.tab, `document.activeElement.matches("[value=cash]:checked")`) {
				press(kb.ArrowDown)
			}
			press(kb.Tab)
		}
		k.until(`document.activeElement.name === "given"`)
		k.typeText("40")
		if k.script {
			k.until(`document.querySelector("[data-change] output").textContent === "$15.00"`)
		}
		press(kb.Enter)
		k.result("taken")
		k.until(`document.activeElement?.value === "80mm"`)
		press(kb.Enter)
		k.until(`document.querySelector("main h1")?.textContent === "Receipt"`)
		if keys > mostKeys {
			t.Errorf("%d keys, and %d are the most", keys, mostKeys)
		}
		if text := eval[string](k.tab, `document.body.innerText`); !strings.Contains(text, "Change") || !strings.Contains(text, "$15.00") {
			t.Errorf("the receipt: %s", text)
		}
		if book := k.w.sim.Book(); len(book) != 1 || book[0].Amount != 2500 || book[0].Kind != "RECORDED" {
			t.Errorf("the book has %+v", book)
		}
	})
}

// Each state of taking money: what is asked, what is wrong, what is asked again,
// and what became of it.
func TestTakeByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.desk("40211")
		k.at(web.PageDeskTake, "take")
		k.enter("#take")
		k.errors()
		k.at(web.PageDeskTake, "take-errors")
		k.choose("method", "check")
		k.typeInto("#checknumber", "1044")
		k.press(kb.Enter)
		k.result("taken")
		k.at(web.PageDeskResult, "taken-check")
		k.desk("40211")
		k.typeInto("#other", "120")
		k.choose("method", "check")
		k.typeInto("#checknumber", "1044")
		k.press(kb.Enter)
		k.errors()
		k.at(web.PageDeskTake, "take-again")
		k.desk("40212")
		k.choose("method", "card")
		k.typeCard(card{number: declined, expiry: "12/34", name: "Robin Okafor", code: "739", address: "12 Elm Street", zip: "02139"})
		k.press(kb.Enter)
		k.result("declined")
		k.until(`document.activeElement?.textContent === "Try again"`)
		k.at(web.PageDeskResult, "taken-declined")
		if book := k.w.sim.Book(); len(book) != 1 {
			t.Errorf("the book has %+v", book)
		}
	})
}
