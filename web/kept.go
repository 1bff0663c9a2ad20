package web

import (
	"errors"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/payment"
)

// kept is what was typed into a card form and the next one begins with, so that
// nothing is asked for twice: after another amount was chosen, after a decline.
// It lives as long as the document, at most until the session ends. The values
// are the browser's own strings, by the name of their input; the program never
// has them in its memory. The security code is not kept.
type kept map[string]app.Value

var keptNames = append([]string{payment.FieldNumber, payment.FieldExpiry, payment.FieldName, payment.FieldAddress, payment.FieldZIP}, payment.WishFields()...)

// take reads the card form of the page, if there is one.
func (k kept) take() {
	if !app.Window().GetElementByID(payment.FieldNumber).Truthy() {
		return
	}
	for _, name := range keptNames {
		if input := app.Window().GetElementByID(name); input.Truthy() {
			k[name] = input.Get("value")
		}
	}
	k.mark()
}

// give puts it into the card form of the page, if there is one.
func (k kept) give() {
	number := app.Window().GetElementByID(payment.FieldNumber)
	if !number.Truthy() {
		return
	}
	before := number.Get("value")
	for name, value := range k {
		if input := app.Window().GetElementByID(name); input.Truthy() && !input.Get("value").Equal(value) {
			input.Set("value", value)
			if fold := input.Call("closest", "details"); fold.Truthy() && value.Truthy() {
				fold.Set("open", true) // what is sent is seen
			}
		}
	}
	if !number.Get("value").Equal(before) {
		// As if it had been typed: the page tells the brand by it.
		number.Call("dispatchEvent", app.Window().Get("Event").New("input", map[string]any{"bubbles": true}))
	}
}

// forget drops it: the card has been used, or the page is for another person's
// bills now.
func (k kept) forget() {
	clear(k)
	k.mark()
}

// mark tells the page's script (static/channel.js) whether a card would be lost
// with the page.
func (k kept) mark() {
	marks := app.Window().Get("document").Get("documentElement").Get("dataset")
	if number := k[payment.FieldNumber]; number != nil && number.Truthy() {
		marks.Set("typed", "")
	} else {
		marks.Delete("typed")
	}
}

// onClick follows a link without loading a page while somebody types a card or
// has typed one: a page that is loaded takes what is kept with it. Links that
// lead out, to a file or to the desk stay as they are.
func (s *Shell) onClick(_ app.Value, args []app.Value) any {
	e := args[0]
	if len(s.kept) == 0 && s.View.typed() == nil || s.step.sending {
		return nil
	}
	for _, other := range []string{"defaultPrevented", "button", "ctrlKey", "metaKey", "shiftKey", "altKey"} {
		if e.Get(other).Truthy() {
			return nil
		}
	}
	link := e.Get("target").Call("closest", `main a[href^="/"]:not([target],[download],[href^="/desk"])`)
	if !link.Truthy() {
		return nil
	}
	e.Call("preventDefault")
	address := link.Call("getAttribute", "href").String()
	s.ctx.Async(func() {
		v, err := s.desk.Show(address)
		s.ctx.Dispatch(func(ctx app.Context) {
			switch {
			case err == nil:
				s.openAt(ctx, v, address)
			case errors.Is(err, errNoPage):
				app.Window().Get("location").Call("assign", address)
			default:
				s.View.Problems = []payment.Problem{{Code: "lost", Key: "lost_unchanged"}}
				s.Update()
				s.arrived()
			}
		})
	})
	return nil
}
