//go:build !js

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"paypane/bff/staff"
	"paypane/web"
)

// A clerk charges a card and attaches the signed receipt; without a file they are asked
// for it. Cash that they took, somebody else sees without its amount.
func TestPapersByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		scan := filepath.Join(t.TempDir(), "scan.pdf")
		if err := os.WriteFile(scan, []byte("%PDF-1.7 signed"), 0o600); err != nil {
			t.Fatal(err)
		}
		take := func() {
			k.run(chromedp.Navigate(k.w.pay + "/desk/patients/40213/take"))
			k.page(web.PageDeskTake)
		}
		k.signInAtDesk(k.w, "Ana", staff.FrontDesk)
		k.page("desk-may")
		take()
		k.choose("method", "card")
		k.typeCard(card{number: "4111111111111111", expiry: "12/34", name: "Lee Marchetti", code: "739", address: "12 Elm Street", zip: "02139"})
		k.press(kb.Enter)
		k.result("taken")
		k.at(web.PageDeskResult, "taken-papers")
		k.enter(`form[action$="/signed"] button`)
		k.errors()
		k.at(web.PageDeskResult, "taken-papers-errors")
		k.run(chromedp.SetUploadFiles("#signed", []string{scan}))
		k.enter(`form[action$="/signed"] button`)
		k.until(`document.querySelector("#papers ~ [role=status]")`)
		k.at(web.PageDeskResult, "taken-papers-attached")

		take()
		k.typeInto("#other", "31.17")
		k.choose("method", "cash")
		k.typeInto("#given", "100")
		k.press(kb.Enter)
		k.result("taken")
		path := eval[string](k.tab, `location.pathname`)
		k.signInAtDesk(k.w, "Bo", staff.FrontDesk)
		k.page("desk-may")
		k.run(chromedp.Navigate(k.w.pay + path))
		k.at(web.PageDeskResult, "taken-hidden")
		if text := k.text(); strings.Contains(text, "31.17") {
			t.Errorf("the page says how much it was: %s", text)
		}
	})
}
