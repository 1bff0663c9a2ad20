//go:build !js

package main

import (
	"fmt"
	"strings"
	"testing"
)

// A payer pays for two people, one after the other; a tab that still shows the
// first does nothing once the second is paid for.
func TestPayForTwoPeople(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := open(t, w, script)
			b.allow("status of 409")
			b.launch(fmt.Sprintf("%s/plain?patient=40216&people=40211,40213", w.portal))
			pay := func(who, not, amount string) {
				t.Helper()
				b.page("amount")
				text := eval[string](b, `document.body.innerText`)
				if !strings.Contains(text, "You are paying for "+who) || !strings.Contains(text, "Bills of "+who) || strings.Contains(text, not) {
					t.Errorf("the page of %s says %q", who, text)
				}
				b.axe("amount of one of several")
				b.chooseAmount(amount)
				b.ready()
				b.fillCard(good("4111111111111111"))
				b.click("#pay")
				if got := b.outcome(); got != "taken" {
					t.Errorf("%s: %s", who, got)
				}
			}
			names := map[int]string{}
			for _, p := range w.sim.Patients() {
				names[p.ID] = p.Name()
			}
			tab := b.sibling(t, w, w.pay+"/pay")
			tab.allow("status of 409")
			tab.page("amount")
			tab.ready()
			pay(names[40211], names[40213], "3")
			b.click(".whose a")
			b.page("people")
			b.ready()
			if text := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "You paid $3.00.") {
				t.Errorf("the list says %q", text)
			}
			b.axe("people")
			b.click("main form button")
			pay(names[40213], names[40211], "4")
			tab.click("main form button")
			tab.page("other")
			if text := eval[string](tab, `document.querySelector("main").innerText`); !strings.Contains(text, "You are paying for "+names[40213]+" now") || !strings.Contains(text, "Nothing was done") {
				t.Errorf("the other tab says %q", text)
			}
			tab.axe("printed for somebody else")
			book := w.sim.Book()
			if len(book) != 2 || book[0].Patient != 40211 || book[1].Patient != 40213 {
				t.Errorf("the book has %+v", book)
			}
		})
	}
}
