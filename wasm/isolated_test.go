//go:build !js

package main

import (
	"testing"

	"paypane/tier"
)

// A portal that is cross-origin isolated shows the frame, from the launch to the
// result, through the element and through the plain form.
func TestPayInsideAnIsolatedPortal(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"require-corp", "credentialless"} {
		for mode, script := range modes {
			t.Run(policy+" "+mode, func(t *testing.T) {
				t.Parallel()
				if policy != "require-corp" { // the stricter one
					tier.Deep(t)
				}
				w := newWorld(t)
				w.isolated.Store(&policy)
				portal, b := inFrame(t, w, script, 40211)
				if !eval[bool](portal, `crossOriginIsolated`) {
					t.Fatal("the portal's page is not isolated")
				}
				b.ready()
				eval[any](b, `document.querySelector("form button").click()`)
				b.page("card")
				b.ready()
				eval[any](b, fillByScript(good("4111111111111111")))
				eval[any](b, `document.getElementById("pay").click()`)
				if got := b.outcome(); got != "taken" {
					t.Error(got)
				}
			})
		}
	}
}
