//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/payment"
	"paypane/web/words"
)

// Evidence is what the upstream says of the money of an attempt that leaves no
// receipt.
type Evidence struct {
	// Before and Now are how the patient's account stood; nil: that is not known.
	Before, Now *Stood
	Moved       string // "fits", "still" or "other"; empty: not known
	// Claims are movements on the claims, History rows of the payment history.
	Claims, History [][]string
	Unread          bool // something could not be read now
}

// Stood is how an account stood.
type Stood struct{ Owed, Held payment.Amount }

// ui prints it; nil: nothing was asked for.
func (e *Evidence) ui(l words.Language) app.UI {
	if e == nil {
		return nil
	}
	stood := func(s *Stood, of func(Stood) payment.Amount) string {
		if s == nil {
			return l.Text("evidence.not_known")
		}
		return l.Value(of(*s))
	}
	row := func(name words.Key, of func(Stood) payment.Amount) app.UI {
		return app.Tr().Body(app.Th().Scope("row").Text(l.Text(name)), app.Td().Class("money").Text(stood(e.Before, of)), app.Td().Class("money").Text(stood(e.Now, of)))
	}
	body := []app.UI{
		table(l, "evidence.heading", []words.Key{"fact.what", "evidence.before", "evidence.now"}, []app.UI{
			row("evidence.owed", func(s Stood) payment.Amount { return s.Owed }), row("evidence.held", func(s Stood) payment.Amount { return s.Held })}),
		app.If(e.Moved != "", app.P().Text(l.Text("evidence.moved", "way", e.Moved))),
		app.If(e.Unread, app.P().Class("box warning").Text(l.Text("evidence.unread"))),
	}
	list := func(caption words.Key, columns []words.Key, lines [][]string) app.UI {
		rows := make([]app.UI, len(lines))
		for i, line := range lines {
			cells := []app.UI{app.Th().Scope("row").Text(line[0])}
			for _, text := range line[1:] {
				cells = append(cells, app.Td().Text(text))
			}
			rows[i] = app.Tr().Body(cells...)
		}
		return table(l, caption, columns, rows)
	}
	if len(e.Claims) > 0 {
		body = append(body, list("evidence.claims", []words.Key{"evidence.claim", "evidence.day", "evidence.type", "evidence.payer", "fact.amount"}, e.Claims))
	}
	if len(e.History) > 0 {
		body = append(body, list("evidence.history", []words.Key{"evidence.day", "taken.method", "fact.amount", "plan.table.payment"}, e.History))
	} else if !e.Unread {
		body = append(body, app.P().Text(l.Text("evidence.history.none")))
	}
	return app.Div().Body(body...)
}
