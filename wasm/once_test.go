//go:build !js

package main

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// toCard comes to the card form of a payment of the given amount and fills it.
func toCard(t *testing.T, w *world, script bool, patient int, number string) *tab {
	t.Helper()
	b := open(t, w, script)
	b.signIn(w, patient)
	b.chooseAmount("3.00")
	b.ready()
	b.fillCard(good(number))
	return b
}

// once fails unless the book has exactly one charge of $3.00.
func (w *world) once(t *testing.T) {
	t.Helper()
	book := w.sim.Book()
	if len(book) != 1 || book[0].Amount != 300 {
		t.Errorf("the book has %+v; want one charge of $3.00", book)
	}
	if n := w.sim.Count("collectpayment"); n != 1 {
		t.Errorf("%d charges reached the upstream", n)
	}
}

func TestOnePaymentIsOneCharge(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Run("pressed four times", func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				b := toCard(t, w, script, 40211, "4111111111111111")
				b.clickTimes("#pay", 4)
				if got := b.outcome(); got != "taken" {
					t.Error(got)
				}
				w.once(t)
			})
			t.Run("reload, back and pay again", func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				b := toCard(t, w, script, 40211, "4111111111111111")
				b.click("#pay")
				b.outcome()
				result := eval[string](b, `location.pathname`)
				b.run(chromedp.Reload())
				if got := b.outcome(); got != "taken" {
					t.Errorf("after reload: %s", got)
				}
				eval[any](b, `void (window.before = true, document.activeElement.blur(), history.back())`)
				// Back is the card form only where the browser kept the page; in any
				// case the attempt's result is all that can come of it.
				b.until(`document.readyState === "complete" && document.querySelector("main[data-page]") && (!window.before || document.activeElement.id === "heading")`)
				if eval[bool](b, `!!document.querySelector("main[data-page=card]")`) {
					b.fillCard(good("5555555555554444"))
					b.click("#pay")
				}
				b.until(`location.pathname === ` + quote(result))
				if got := b.outcome(); got != "taken" {
					t.Errorf("after back: %s", got)
				}
				w.once(t)
			})
			t.Run("two tabs on one attempt", func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				first := toCard(t, w, script, 40211, "4000000000009029")
				second := first.sibling(t, w, eval[string](first, `location.href`))
				second.page("card")
				second.ready()
				second.fillCard(good("4111111111111111"))
				var both sync.WaitGroup
				for _, b := range []*tab{first, second} {
					both.Go(func() { b.click("#pay") })
				}
				both.Wait()
				outcomes := first.outcome() + " " + second.outcome()
				if a, b, _ := strings.Cut(outcomes, " "); a != b {
					t.Errorf("the tabs say %s", outcomes)
				}
				if n := w.sim.Count("collectpayment"); n != 1 {
					t.Errorf("%d charges reached the upstream", n)
				}
			})
			t.Run("two tabs with an attempt each for the same bills", func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				first := open(t, w, script)
				first.signIn(w, 40212)
				second := first.sibling(t, w, w.pay+"/pay")
				for _, b := range []*tab{first, second} {
					b.page("amount")
					b.ready()
					b.click("form button")
					b.page("card")
					b.ready()
					b.fillCard(good("4111111111111111"))
				}
				first.click("#pay")
				first.outcome()
				second.click("#pay")
				second.outcome()
				if a, b := eval[string](first, `location.pathname`), eval[string](second, `location.pathname`); a != b {
					t.Errorf("the second payer is led to %s, not to %s", b, a)
				}
				if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 4317 {
					t.Errorf("the book has %+v", book)
				}
			})
		})
	}
}

// While it is not known what became of a payment, what it was for is not asked
// for again; when it was refused, the payer can try again at once.
func TestWhatIsOnItsWayIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := open(t, w, script)
			pay := func(number, want string) {
				t.Helper()
				b.page("card")
				b.ready()
				b.fillCard(good(number))
				b.click("#pay")
				b.until(`document.querySelector("main[data-page=result]")`)
				if got := b.outcome(); got != want {
					t.Fatalf("%s: %s, not %s", number, got, want)
				}
			}
			b.signIn(w, 40212)
			b.page("amount")
			b.ready()
			b.click("form button")
			pay("4000000000000002", "declined")
			b.click(".next button") // the declined payment again, with another card
			b.page("card")
			kept := eval[string](b, `["name", "address", "zip", "number", "code"].map(id => document.getElementById(id).value).join("|")`)
			if want := map[bool]string{true: "Dana Q. Sample|12 Elm Street|02139|4000 0000 0000 0002|", false: "||||"}[script]; kept != want {
				t.Errorf("the form begins with %q", kept)
			}
			pay("4000000000009029", "unknown")
			b.visit(w.pay + "/pay")
			b.page("nothing")
			text := eval[string](b, `document.querySelector("main").innerText`)
			for _, want := range []string{"The result of a payment is not known yet", "$43.17", "Do not pay it again"} {
				if !strings.Contains(text, want) {
					t.Errorf("the page does not say %q: %s", want, text)
				}
			}
			if n := len(w.sim.Book()); n != 0 {
				t.Errorf("%d charges in the book", n)
			}
		})
	}
}
