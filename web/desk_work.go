//go:build !js

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// FieldNote is what somebody says who has done a task.
const FieldNote = "note"

// TaskView is something to be done by hand in the practice's own system, in words.
type TaskView struct {
	ID     string
	Kind   string // "reverse", "refund"
	Name   string // of the patient
	Number int    // theirs
	Amount payment.Amount
	When   string // what it is about was booked
	Posted payment.Day
	Method string // in words
	// Payment and Batch are the upstream's numbers of it.
	Payment, Batch string
	Code           string // support code of the attempt of ours
	About          string // its page here; empty: there is none
	Why, By, Made  string
	// DoneBy is who has done it; empty: nobody. Note is what they said.
	DoneBy, DoneAt, Note string
	Typed                string
}

// name is what has to be done, in a line.
func (t TaskView) name(l words.Language) string {
	return l.Text("task.do", "kind", t.Kind, "amount", t.Amount, "patient", t.Name)
}

// Content is the page of one task: what to do, step by step, and a line to tick it
// off.
func (t TaskView) Content(l words.Language) Content {
	c := Content{Heading: t.name(l)}
	if t.DoneBy != "" {
		c.Elements = append(c.Elements, Element{Kind: ElementStatus, Text: l.Text("task.done.by", "who", t.DoneBy, "time", t.DoneAt)})
	}
	c.Elements = append(c.Elements, factsOf(
		[]string{l.Text("fact.for"), t.Name}, []string{l.Text("desk.column.id"), l.Value(t.Number)}, []string{l.Text("fact.amount"), amountUnless(l, t.Amount)},
		[]string{l.Text("task.booked", "kind", t.Kind), t.When}, []string{l.Text("taken.posted"), l.Value(t.Posted)}, []string{l.Text("taken.method"), t.Method},
		[]string{l.Text("taken.batch"), t.Batch}, []string{l.Text("fact.reference"), t.Payment}, []string{l.Text("fact.support"), t.Code},
		[]string{l.Text("task.why"), t.Why}, []string{l.Text("task.by"), t.By}, []string{l.Text("task.since"), t.Made}, []string{l.Text("task.note"), t.Note}))
	var steps []Element
	for _, key := range taskSteps[t.Kind] {
		steps = append(steps, text(l.Text(key, "batch", t.Batch, "amount", t.Amount)))
	}
	if len(steps) > 0 {
		c.Elements = append(c.Elements, section("steps", l.Text("task.steps"), items(steps...)))
	}
	if t.DoneBy == "" {
		c.Elements = append(c.Elements, form(PathTasks+"/"+t.ID, "", l.Text("task.tick"), "",
			Element{Kind: ElementInput, Input: &Input{Name: FieldNote, Label: l.Text("task.note.label"), Hint: l.Text("task.note.hint"), Autocomplete: "off", Value: t.Typed}}))
	}
	if t.About != "" {
		c.Elements = append(c.Elements, link(t.About, l.Text("task.about", "kind", t.Kind)))
	}
	c.Elements = append(c.Elements, link(PathReview, l.Text("review.all")))
	return c
}

func amountUnless(l words.Language, a payment.Amount) string {
	if a.IsZero() {
		return ""
	}
	return l.Value(a)
}

// taskSteps are what somebody does in the practice's own system, in order.
var taskSteps = map[string][]words.Key{
	"reverse": {"task.reverse.find", "task.reverse.void", "task.reverse.then"},
	"refund":  {"void.instead.claim", "void.instead.card", "void.instead.cash"},
}

// work are the parts of the work list below what is to be decided.
func (q *ReviewQueue) work(v View) []app.UI {
	l := v.Site.Language
	line := func(t TaskView, under string) app.UI {
		return app.Li().Body(app.P().Body(field.Link(v.Site.At(PathTasks+"/"+t.ID), t.name(l), false)), app.P().Class("hint").Text(under))
	}
	list := func(name, title string, items []app.UI) app.UI {
		if len(items) == 0 {
			return part(name, title, app.P().Text(l.Text("work.hand.none")))
		}
		return part(name, title, app.Ul().Class("doubts").Body(items...))
	}
	var hand, done []app.UI
	for _, t := range q.Tasks {
		hand = append(hand, line(t, l.Text("task.line", "who", t.By, "time", t.Made, "why", t.Why)))
	}
	for _, t := range q.Done {
		done = append(done, line(t, l.Text("task.done.line", "who", t.DoneBy, "time", t.DoneAt, "note", t.Note)))
	}
	parts := []app.UI{list("hand", l.Text("work.hand", "count", len(hand)), hand)}
	if len(done) > 0 {
		parts = append(parts, list("done", l.Text("work.done"), done))
	}
	return parts
}
