//go:build !js

package main

import (
	"fmt"
	"paypane/bff/velocity"
	"strings"
	"testing"
)

// modes are the two ways every flow has to work.
var modes = map[string]bool{"without script": false, "with script": true}

// card is what a payer types.
type card struct{ number, expiry, name, code, address, zip, email string }

func good(number string) card {
	return card{number: number, expiry: "04/31", name: "Dana Q. Sample", code: "123", address: "12 Elm Street", zip: "02139"}
}

// chooseAmount chooses another amount on the amount page and goes on.
func (b *tab) chooseAmount(amount string) {
	b.t.Helper()
	b.page("amount")
	b.ready()
	b.anotherAmount()
	b.typeText(amount)
	b.click(`form:has([name=amount]) button[type=submit]`)
	b.page("card")
}

// anotherAmount goes to the input for another amount: one of the choices, or, where
// there is one bill, in a line that opens.
func (b *tab) anotherAmount() {
	b.t.Helper()
	eval[any](b, `void document.querySelector("details:has([name=amount])")?.setAttribute("open", "")`)
	b.click(`input[type=radio][name=pay][value=other], label[for=amount]`)
	b.focus(`input[name=amount]`)
}

// ready waits for the program where scripts run, so that the step is the
// program's and not a plain form's.
func (b *tab) ready() {
	b.t.Helper()
	if b.script {
		b.adopted()
	}
}

// fillCard fills the card form by its autocomplete tokens, as a password
// manager would find them.
func (b *tab) fillCard(c card) {
	b.t.Helper()
	for _, f := range [][2]string{
		{"cc-number", c.number}, {"cc-exp", c.expiry}, {"cc-name", c.name}, {"cc-csc", c.code},
		{"billing address-line1", c.address}, {"billing postal-code", c.zip}, {"email", c.email},
	} {
		if f[1] != "" {
			b.fill(f[0], f[1])
		}
	}
}

// outcome waits for a result page that is not pending any more.
func (b *tab) outcome() string {
	b.t.Helper()
	b.until(`document.querySelector("main[data-outcome]:not([data-outcome=pending])")`)
	return eval[string](b, `document.querySelector("main").dataset.outcome`)
}

// Each test card leads to the page that tells the truth about it, and the book
// of the simulator agrees.
func TestEachCardTellsTheTruth(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorldThatWaits(t, soon)
			w.portals[0].Limits = velocity.Limits{} // nobody has as many cards
			b := open(t, w, script)
			for i, c := range []struct {
				number  string
				outcome string
				charges int // movements of money in the book
			}{
				{"4111 1111 1111 1111", "taken", 1},
				{"5555 5555 5555 4444", "taken", 1},
				{"6011 1111 1111 1117", "taken", 1},
				{"4000 0000 0000 0002", "declined", 0},
				{"4000 0000 0000 0127", "declined", 0},
				{"4000 0000 0000 0119", "unknown", 0},
				{"4000 0000 0000 9011", "unknown", 1},
				{"4000 0000 0000 9029", "unknown", 0},
				{"4000 0000 0000 9037", "unknown", 1},
				{"4000 0000 0000 9045", "unknown", 1},
				{"4000 0000 0000 9052", "unknown", 1},
				{"4000 0000 0000 9060", "unknown", 1},
				{"4000 0000 0000 9078", "not_sent", 0},
				{"4000 0000 0000 9086", "not_sent", 0},
			} {
				before := len(w.sim.Book())
				b.signIn(w, 40218) // fourteen bills: enough for every card
				amount := fmt.Sprintf("%d.%02d", 2+i, i)
				b.chooseAmount(amount)
				b.ready()
				b.fillCard(good(c.number))
				b.click("#pay")
				if got := b.outcome(); got != c.outcome {
					t.Errorf("%s: the page says %s, not %s", c.number, got, c.outcome)
				}
				text := eval[string](b, `document.querySelector("main").innerText`)
				if none := strings.Contains(text, "No money was taken"); none != (c.outcome == "declined" || c.outcome == "not_sent") {
					t.Errorf("%s: %q", c.number, text)
				}
				if strings.Contains(text, "Do not pay again") != (c.outcome == "unknown") {
					t.Errorf("%s: %q", c.number, text)
				}
				book := w.sim.Book()
				if len(book)-before != c.charges {
					t.Errorf("%s: %d charges in the book, not %d", c.number, len(book)-before, c.charges)
				}
				if c.charges == 1 {
					m := book[len(book)-1]
					if m.Patient != 40218 || fmt.Sprintf("%d.%02d", m.Amount/100, m.Amount%100) != amount || !strings.HasSuffix(c.number, m.Last4) {
						t.Errorf("%s: the book has %+v for %s", c.number, m, amount)
					}
				}
			}
		})
	}
}

// Amex is taken where the department takes it, and refused in the form, before
// anything is sent, where not.
func TestAmexDependsOnTheDepartment(t *testing.T) {
	t.Parallel()
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			amex := good("3782 822463 10005")
			amex.code = "1234"
			taken := open(t, w, script)
			taken.signIn(w, 40220)
			taken.chooseAmount("5")
			taken.fillCard(amex)
			taken.click("#pay")
			if got := taken.outcome(); got != "taken" {
				t.Errorf("where it is taken: %s", got)
			}
			refused := open(t, w, script)
			refused.signIn(w, 40211)
			refused.chooseAmount("5")
			refused.ready()
			refused.fillCard(amex)
			refused.click("#pay")
			refused.until(`!document.getElementById("summary").hidden`)
			for _, where := range []string{"summary", "number-error"} {
				if text := eval[string](refused, `document.getElementById("`+where+`").innerText`); !strings.Contains(text, "This practice does not take American Express. Use Visa, Mastercard or Discover.") {
					t.Errorf("%s says %q", where, text)
				}
			}
			if n := len(w.sim.Book()); n != 1 {
				t.Errorf("%d charges in the book", n)
			}
		})
	}
}
