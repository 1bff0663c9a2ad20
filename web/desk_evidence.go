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
	row := func(name words.Key, of func(Stood) payment.Amount) []app.UI {
		return cells(l.Text(name), stood(e.Before, of), stood(e.Now, of))
	}
	all := func(lines [][]string) (rows [][]app.UI) {
		for _, line := range lines {
			rows = append(rows, cells(line...))
		}
		return rows
	}
	body := []app.UI{
		blocks(l, "evidence.heading", []words.Key{"fact.what", "evidence.before", "evidence.now"}, [][]app.UI{
			row("evidence.owed", func(s Stood) payment.Amount { return s.Owed }), row("evidence.held", func(s Stood) payment.Amount { return s.Held })}, 1, 2),
		app.If(e.Moved != "", app.P().Text(l.Text("evidence.moved", "way", e.Moved))),
		app.If(e.Unread, app.P().Class("box warning").Text(l.Text("evidence.unread"))),
	}
	if len(e.Claims) > 0 {
		body = append(body, blocks(l, "evidence.claims", []words.Key{"evidence.claim", "evidence.day", "evidence.type", "evidence.payer", "fact.amount"}, all(e.Claims), 4))
	}
	if len(e.History) > 0 {
		body = append(body, blocks(l, "evidence.history", []words.Key{"evidence.day", "taken.method", "fact.amount", "plan.table.payment"}, all(e.History), 2))
	} else if !e.Unread {
		body = append(body, app.P().Text(l.Text("evidence.history.none")))
	}
	return app.Div().Body(body...)
}
