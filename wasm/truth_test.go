//go:build !js

package main

import (
	"strings"
	"testing"
)

// A page that says that nobody knows becomes the truth by itself, with script
// and without: taken, or not taken, and then it can be paid at last.
func TestTheTruthArrivesByItself(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Run("taken", func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				b := toCard(t, w, script, 40211, "4000000000009011")
				b.click("#pay")
				if got := b.outcome(); got != "unknown" {
					t.Fatal(got)
				}
				if text := eval[string](b, `document.body.innerText`); !strings.Contains(text, "We are checking and will show the answer here.") {
					t.Errorf("the page says %s", text)
				}
				w.tend(t)
				b.until(`document.querySelector("main[data-outcome=taken]")`)
				if text := eval[string](b, `document.body.innerText`); !strings.Contains(text, w.sim.Book()[0].ID) {
					t.Errorf("without its reference: %s", text)
				}
				w.once(t)
			})
			t.Run("not taken", func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				b := toCard(t, w, script, 40211, "4000000000009029")
				b.click("#pay")
				if got := b.outcome(); got != "unknown" {
					t.Fatal(got)
				}
				w.tend(t)
				b.until(`document.querySelector("main[data-outcome=not_sent]")`)
				if text := eval[string](b, `document.body.innerText`); !strings.Contains(text, "No money was taken.") || !strings.Contains(text, "You can pay now.") {
					t.Errorf("the page says %s", text)
				}
				b.click(".next button")
				b.page("card")
				b.ready()
				b.fillCard(good("4111111111111111"))
				b.click("#pay")
				if got := b.outcome(); got != "taken" {
					t.Error(got)
				}
				if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 300 {
					t.Errorf("the book has %+v", book)
				}
			})
		})
	}
}
