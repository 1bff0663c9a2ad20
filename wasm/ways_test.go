//go:build !js

package main

import (
	"strings"
	"testing"
)

// text is what the page says.
func (b *tab) text() string {
	b.t.Helper()
	return eval[string](b, `document.querySelector("main").innerText`)
}

// says fails unless the page says each of the words.
func (b *tab) says(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}

// another types another amount on a page with that choice, or without any.
func (b *tab) another(amount string) {
	b.t.Helper()
	b.ready()
	if eval[bool](b, `!!document.querySelector("input[name=pay][type=radio]")`) {
		b.click(`input[name=pay][value=other]`)
	}
	b.focus(`input[name=amount]`)
	b.typeText(amount)
	b.click(`main form button[type=submit]`)
}

// More than is owed, something for no bill, and a visit without a bill, with the
// program and without: each page says first what the money is for, and the book
// has it there.
func TestWaysToPay(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]bool{"program": true, "no script": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			pay := func(b *tab) {
				t.Helper()
				b.ready()
				b.fillCard(good("4111 1111 1111 1111"))
				b.click("#pay")
				if got := b.outcome(); got != "taken" {
					t.Fatalf("%s:\n%s", got, b.text())
				}
			}
			b := open(t, w, script)
			b.signIn(w, 40211)
			b.page("amount")
			b.another("150")
			b.until(`document.querySelector("input[name=surplus]")`)
			b.says("You owe $120.00. $30.00 would be for no bill.", "Continue with $150.00")
			b.look("surplus-" + name)
			b.click(`main form button[type=submit]`)
			b.page("card")
			b.says("$30.00 is not for a bill.", "The practice applies the payment to the bills itself.")
			b.look("surplus-card-" + name)
			pay(b)
			b.look("surplus-result-" + name)

			b.signIn(w, 40216)
			b.page("nothing")
			b.says("You have a credit of $30.16", "This money is not for a bill.")
			b.another("1000.01")
			b.until(`!document.querySelector("#summary").hidden`)
			b.says("The most that you can pay here is $1,000.00.")
			b.look("nothing-" + name)
			b.focus(`input[name=amount]`)
			eval[any](b, `document.querySelector("input[name=amount]").select()`)
			b.typeText("30")
			b.click(`main form button[type=submit]`)
			b.page("card")
			pay(b)

			b.signIn(w, 40221)
			b.page("amount")
			b.ready()
			b.look("visit-" + name)
			b.focus(`input[name=today]`)
			b.typeText("80")
			b.click(`main form button[type=submit]`)
			b.page("card")
			b.says("Payment for your visit", "The practice applies the payment to it.")
			pay(b)

			b.signIn(w, 40222)
			b.page("amount")
			b.says("The practice already holds $20.00 for you.")
			b.look("held-" + name)
			b.ready()
			b.click(`main form button[type=submit]`)
			b.page("card")
			b.says("The practice already holds $20.00 for you.")
			b.look("held-card-" + name)

			b.signIn(w, 40214)
			b.page("amount")
			b.says("Pay another way")
			b.look("arranged-" + name)
			b.signIn(w, 40215)
			b.page("nothing")
			b.says("Not due yet")
			b.look("insurance-" + name)

			book := w.sim.Book()
			if len(book) != 3 || book[0].Unapplied != 15000 || book[1].Unapplied != 3000 || book[2].Today != 8000 {
				t.Errorf("book %+v", book)
			}
		})
	}
}
