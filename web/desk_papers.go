//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// What leads to the upstream's own papers about a card payment.
const (
	// FieldSigned is the file that is attached.
	FieldSigned = "signed"
	// ParamSigned says in an address that the page comes after one was, ParamCopy which
	// copy of the upstream's receipt is meant: CopyMerchant, or the customer's.
	ParamSigned  = "attached"
	ParamCopy    = "copy"
	CopyMerchant = "merchant"
)

// papers are the upstream's own receipt and the signed one, to be saved, and the form
// that attaches the latter.
func (p *DeskResultPage) papers() app.UI {
	v, r, l := p.View, p.View.TakeResult, p.View.Site.Language
	if r.Athena == "" {
		return nil
	}
	file := func(path, text string) app.UI {
		return app.P().Body(field.Link(v.Site.At(path), text, false))
	}
	wrong, described := payment.At(v.Problems, FieldSigned), FieldSigned+"-hint"
	if wrong.Text != "" {
		described += " " + FieldSigned + "-error"
	}
	input := field.Attr(field.Attr(app.Input(), "type", "file"), "id", FieldSigned)
	input = field.Attr(field.Attr(input, "name", FieldSigned), "accept", "application/pdf")
	input = field.Attr(field.If(input, wrong.Text != "", "aria-invalid", "true"), "aria-describedby", described)
	form := field.Attr(field.Attr(field.Attr(app.Form(), "method", "post"), "action", v.Site.At(r.Signed)), "enctype", "multipart/form-data")
	return app.Section().Aria("labelledby", "papers").Body(
		app.H2().ID("papers").Text(l.Text("papers.heading")),
		app.If(r.Attached, field.Attr(app.P(), "role", "status").Class("box done").Text(l.Text("papers.attached"))),
		file(r.Athena, l.Text("papers.athena")),
		file(r.Athena+"?"+ParamCopy+"="+CopyMerchant, l.Text("papers.merchant")),
		file(r.Signed, l.Text("papers.signed")),
		field.Attr(form, "novalidate", "novalidate").Body(personField(v.Site),
			app.Div().Class("field").Body(
				field.Attr(app.Label(), "for", FieldSigned).Class("label").Text(l.Text("papers.attach")),
				field.Attr(app.P(), "id", FieldSigned+"-hint").Class("hint").Text(l.Text("papers.attach.hint")),
				field.If(field.Attr(app.P(), "id", FieldSigned+"-error"), wrong.Text == "", "hidden", "true").Class("error").Body(
					app.Span().Class("sr").Text(l.Text("form.error")+" "), app.Span().Text(wrong.Text)),
				input),
			app.Button().Type("submit").Class("secondary").Text(l.Text("papers.attach.go"))),
	)
}
