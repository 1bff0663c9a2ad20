//go:build !js

package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"paypane/web"
)

// A payment in Arabic by keyboard, with its mistakes: the page runs from right to
// left, and what is typed of a card from left to right, with the caret where the next
// digit comes.
func TestPayInArabicByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.w.portals[0].Languages = []string{"en", "ar"}
		k.begin("patient=40211")
		k.page("amount")
		k.enter(`.tongue[lang=ar]`)
		k.until(`document.documentElement.dir === "rtl" && document.readyState === "complete"`)
		eval[any](k.tab, `void delete window.stepped`)
		k.page("amount")
		k.at(web.PageAmount, "ar-amount")
		k.reach(`input[name=pay]`)
		k.press(kb.ArrowDown)
		k.press(kb.ArrowDown)
		k.typeInto("#amount", "3")
		k.press(kb.Enter)
		k.page("card")
		k.enter("#pay")
		k.path(`document.querySelector("#summary:not([hidden]) a")`)
		k.at(web.PageCard, "ar-card-errors")
		k.typeCard(good(visa))
		if got := eval[string](k.tab, `["number", "expiry", "code", "zip"].map(id => getComputedStyle(document.getElementById(id)).direction).join(" ")`); got != "ltr ltr ltr ltr" {
			t.Errorf("the digits of a card run %s", got)
		}
		k.enter("#pay")
		k.result("taken")
		k.reloaded(`document.querySelector("main").innerText.includes("@")`)
		k.path(`document.querySelector("main[data-outcome]")`)
		k.at(web.PageResult, "ar-taken")
		if n := len(k.w.sim.Book()); n != 1 {
			t.Errorf("%d charges", n)
		}
	})
}
