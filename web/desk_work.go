//go:build !js || desk

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
	Kind   string // "reverse", "refund", "ended"
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
	// Of an agreement that ended: what it is ("visit", "year", "plan"), since when it
	// is gone, or a payment of it missed, and what is open.
	Agreed string
	Since  payment.Day
	Missed bool
	Open   payment.Amount
	// DoneBy is who has done it; empty: nobody. Note is what they said. Itself says
	// that nobody had to: Note is then "listed" or "paid".
	DoneBy, DoneAt, Note string
	Itself               bool
	// BackBy is who said that it is to be done all the same, and BackWhy why; Back
	// says that the reader may say so.
	BackBy, BackAt, BackWhy string
	Back                    bool
	Typed, TypedWhy         string
}

// Done reports whether there is nothing to do any more.
func (t TaskView) Done() bool { return t.DoneAt != "" }

// name is what has to be done, in a line.
func (t TaskView) name(l words.Language) string {
	if t.Kind == taskEnded {
		return l.Text("task.do.ended", "agreed", t.Agreed, "amount", amountUnless(l, t.Amount), "patient", t.Name)
	}
	return l.Text("task.do", "kind", t.Kind, "amount", t.Amount, "patient", t.Name)
}

// taskEnded is the kind of an agreement that ended early.
const taskEnded = "ended"

// gone says since when an agreement is missed, and what is open.
func (t TaskView) gone(l words.Language) string {
	return l.Text("task.gone", "missed", t.Missed, "since", t.Since, "open", amountUnless(l, t.Open))
}

// done says who has done it, or why nobody has to.
func (t TaskView) done(l words.Language) string {
	if t.Itself {
		return l.Text("task.done.itself", "how", t.Note, "time", t.DoneAt)
	}
	return l.Text("task.done.by", "who", t.DoneBy, "time", t.DoneAt)
}

// Content is the page of one task: what to do, step by step, and a line to tick it
// off.
func (t TaskView) Content(l words.Language) Content {
	c := Content{Heading: t.name(l)}
	switch {
	case t.Done():
		c.Elements = append(c.Elements, Element{Kind: ElementStatus, Text: t.done(l)})
	case t.BackAt != "":
		c.Elements = append(c.Elements, warning(text(l.Text("task.back.by", "who", t.BackBy, "time", t.BackAt, "why", t.BackWhy))))
	}
	if t.Kind == taskEnded {
		c.Elements = append(c.Elements, text(t.gone(l)))
	}
	note, paid := t.Note, l.Text("taken.method")
	if t.Kind == taskEnded {
		paid = l.Text("fact.card")
	}
	if t.Itself {
		note = ""
	}
	c.Elements = append(c.Elements, factsOf(
		[]string{l.Text("fact.for"), t.Name}, []string{l.Text("desk.column.id"), l.Value(t.Number)}, []string{l.Text("task.amount", "kind", t.Kind, "agreed", t.Agreed), amountUnless(l, t.Amount)},
		[]string{l.Text("task.booked", "kind", t.Kind), t.When}, []string{l.Text("taken.posted"), l.Value(t.Posted)}, []string{paid, t.Method},
		[]string{l.Text("taken.batch"), t.Batch}, []string{l.Text("fact.reference"), t.Payment}, []string{l.Text("fact.support"), t.Code},
		[]string{l.Text("task.why"), t.Why}, []string{l.Text("task.by"), t.By}, []string{l.Text("task.since", "kind", t.Kind), t.Made}, []string{l.Text("task.note"), note}))
	var steps []Element
	for _, key := range taskSteps[t.Kind] {
		steps = append(steps, text(l.Text(key, "batch", t.Batch, "amount", t.Amount, "agreed", t.Agreed)))
	}
	if len(steps) > 0 {
		c.Elements = append(c.Elements, section("steps", l.Text("task.steps"), items(steps...)))
	}
	switch {
	case !t.Done():
		c.Elements = append(c.Elements, form(PathTasks+"/"+t.ID, "", l.Text("task.tick", "kind", t.Kind), "",
			Element{Kind: ElementInput, Input: &Input{Focus: true, Name: FieldNote, Label: l.Text("task.note.label"), Hint: l.Text("task.note.hint"), Autocomplete: "off", Value: t.Typed}}))
	case t.Back:
		c.Elements = append(c.Elements, form(PathTasks+"/"+t.ID+"/back", "secondary", l.Text("task.back"), "",
			Element{Kind: ElementInput, Input: &Input{Name: FieldWhy, Label: l.Text("task.back.why"), Hint: l.Text("task.note.hint"), Autocomplete: "off", Value: t.TypedWhy, Empty: l.Text("problem.task_why")}}))
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
	taskEnded: {"task.ended.find", "task.ended.why", "task.ended.then"},
}

// work are the parts of the work list below what is to be decided.
func (q *ReviewQueue) work(v View) []app.UI {
	l := v.Site.Language
	line := func(t TaskView, under string) app.UI {
		return app.Li().Body(app.P().Body(field.Link(v.Site.At(PathTasks+"/"+t.ID), t.name(l), false)), app.P().Class("hint").Text(under))
	}
	list := func(name, title, none string, items []app.UI) app.UI {
		if len(items) == 0 {
			return part(name, title, app.P().Text(none))
		}
		return part(name, title, app.Ul().Class("doubts").Body(items...))
	}
	var hand, ended, done []app.UI
	for _, t := range q.Tasks {
		if t.Kind == taskEnded {
			ended = append(ended, line(t, t.gone(l)))
			continue
		}
		hand = append(hand, line(t, l.Text("task.line", "who", t.By, "time", t.Made, "why", t.Why)))
	}
	for _, t := range q.Done {
		under := t.done(l)
		if !t.Itself {
			under = l.Text("task.done.line", "who", t.DoneBy, "time", t.DoneAt, "note", t.Note)
		}
		done = append(done, line(t, under))
	}
	parts := []app.UI{list("hand", l.Text("work.hand", "count", len(hand)), l.Text("work.hand.none"), hand)}
	if len(ended) > 0 {
		parts = append(parts, list("ended", l.Text("work.ended", "count", len(ended)), "", ended))
	}
	if len(done) > 0 {
		parts = append(parts, list("done", l.Text("work.done"), "", done))
	}
	return parts
}
