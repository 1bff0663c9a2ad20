//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// AdjustPath is the page on which something is taken off a patient's charges.
func AdjustPath(patient int) string { return PatientPath(patient) + "/adjust" }

// AdjustView is the page on which something is taken off a charge.
type AdjustView struct {
	Patient int                  `json:"patient"`
	Name    string               `json:"name,omitempty"`
	Open    []payment.OpenCharge `json:"open,omitempty"`
	// Closed are the claims of which nothing can be taken off now, with why.
	Closed []ClosedClaim `json:"closed,omitempty"`
	// TwoPeopleFrom is the least amount for which a second person has to want it.
	TwoPeopleFrom payment.Amount `json:"twoPeopleFrom"`
	// Closes is the claim that would be closed, which is asked about; empty: none.
	Closes string      `json:"closes,omitempty"`
	Form   string      `json:"form"`
	Typed  AdjustTyped `json:"typed"`
}

// ClosedClaim is a claim of which nothing can be taken off now.
type ClosedClaim struct {
	Claim  payment.Bill `json:"claim"`
	Unread bool         `json:"unread,omitempty"` // its charges could not be read
}

// AdjustTyped is what staff typed who take something off.
type AdjustTyped struct {
	Charge string `json:"charge,omitempty"`
	Amount string `json:"amount,omitempty"`
	Reasoned
}

// DeskAdjustPage asks of which charge how much is taken off, and why.
type DeskAdjustPage struct {
	app.Compo
	View View
}

// Render prints the charges with what is outstanding on each.
func (p *DeskAdjustPage) Render() app.UI {
	v, l := p.View.Adjust, p.View.Site.Language
	body := []app.UI{
		field.Summary(l, p.View.Problems, nil),
		heading(p.View.heading()),
		app.P().Class("hint").Text(l.Text("take.patient", "id", v.Patient)),
		app.P().Text(l.Text("adjust.what")),
	}
	if len(v.Open) > 0 {
		body = append(body, p.form())
	} else {
		body = append(body, app.P().Class("box").Text(l.Text("adjust.none")))
	}
	for _, c := range v.Closed {
		why := string(c.Claim.Hold)
		if c.Unread {
			why = "unread"
		}
		body = append(body, app.Div().Class("held").Body(
			app.P().Class("label").Text(l.Text("adjust.closed", "claim", c.Claim.Number, "balance", billText(l, c.Claim))),
			app.P().Class("hint").Text(l.Text("adjust.held", "why", why))))
	}
	body = append(body, app.P().Body(field.Link(p.View.Site.At(PatientPath(v.Patient)), l.Text("vendor.patient"), false)))
	return frame(p.View, app.Main(), body...)
}

func (p *DeskAdjustPage) form() app.UI {
	v, l := p.View.Adjust, p.View.Site.Language
	at := func(name string) payment.Problem { return payment.At(p.View.Problems, name) }
	charges := make([]field.Option, len(v.Open))
	for i, c := range v.Open {
		charges[i] = field.Option{Value: c.ID, Checked: v.Typed.Charge == c.ID || len(v.Open) == 1,
			Label: app.Span().Body(
				app.Span().Text(l.Text("adjust.option", "claim", c.Claim.Number, "title", c.Claim.Title, "day", c.Claim.Service, "procedure", c.Procedure)),
				app.Span().Class("under").Text(l.Text("adjust.most", "most", c.Outstanding, "closes", c.Closes(c.Outstanding), "claim", c.Claim.Number)))}
	}
	reason := reasonOptions(payment.AdjustReasons, v.Typed.Reasoned, func(r payment.Reason) string { return l.Text("adjust.reason", "reason", string(r)) })
	var asked app.UI
	if v.Closes != "" {
		asked = app.Div().Class("box").Class("warning").Body(field.Group{Language: l, Name: payment.FieldCloses, Legend: l.Text("adjust.closes.legend"), Many: true, Problem: at(payment.FieldCloses),
			Options: []field.Option{{Value: v.Closes, Label: app.Span().Text(l.Text("adjust.closes", "claim", v.Closes))}}}.UI())
	}
	return field.Form(p.View.Site.At(AdjustPath(v.Patient)), nil, nil,
		personField(p.View.Site), field.Hidden(FieldAttempt, v.Form), field.Hidden(payment.FieldSeen, payment.SeenCharges(v.Open)),
		field.Group{Language: l, Name: payment.FieldCharge, Legend: l.Text("adjust.legend"), Focus: len(p.View.Problems) == 0, Problem: at(payment.FieldCharge), Options: charges}.UI(),
		field.Text{Language: l, Name: payment.FieldAdjustment, Label: l.Text("adjust.amount"), Hint: l.Text("adjust.amount.hint"), Autocomplete: "off", InputMode: "decimal",
			Width: "w-amount", Prefix: "$", LTR: true, Value: v.Typed.Amount, Problem: at(payment.FieldAdjustment)}.UI(),
		reasonFields(l, reason, "adjust.why", "reason.text.hint", v.Typed.Reasoned, p.View.Problems, false),
		asked,
		app.P().Class("hint").Text(l.Text("adjust.two", "amount", v.TwoPeopleFrom)),
		app.Button().Type("submit").Class("primary").Text(l.Text("adjust.go")),
		app.P().Class("hint").Text(l.Text("adjust.once")),
	)
}
