//go:build !js

package main

import (
	"testing"

	"paypane/tier"
)

// Every address that is not ours shows our page, and goes on showing it: with
// the program and without, in a window and in the portal's frame.
func TestOddAddressesStayOurs(t *testing.T) {
	t.Parallel()
	paths := []string{"/nothing-here", "/desk/review", "/pay/", "/pay/x/y", "/payx", "/receipts/nobodys", "/cards/x", "/a%2Fb", "/pay%2Fx", "/static/x.css", "/embed/v1/frame?portal=x"}
	look := func(t *testing.T, b *tab, address, page string) {
		t.Helper()
		b.until(`location.href === ` + quote(address))
		b.page(page)
		if b.script && eval[bool](b, `document.getElementById("program") !== null`) {
			b.adopted()
		}
		if !eval[bool](b, `document.querySelectorAll("main[data-page=`+page+`] h1").length === 1 && document.querySelector("main").innerText.includes("Support code")`) {
			t.Errorf("%s: the page says %q", address, eval[string](b, `document.body.innerText`))
		}
	}
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			if !script {
				tier.Deep(t)
			}
			w := newWorld(t)
			b := open(t, w, script)
			b.allow("status of 4")
			b.visit(w.pay + "/")
			b.page("session")
			b.signIn(w, 40211)
			for _, path := range paths {
				b.visit(w.pay + path)
				look(t, b, w.pay+path, "missing")
			}
			b.axe("no such page")
			b.visit(w.pay + "/")
			b.page("amount")
			_, frame := inFrame(t, w, script, 40211)
			frame.allow("status of 4")
			for _, path := range paths[:len(paths)-1] { // the last may be framed by nobody
				eval[any](frame, `void location.assign(`+quote(path)+`)`)
				look(t, frame, w.pay+path, "missing")
			}
		})
	}
}
