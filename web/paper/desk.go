package paper

import (
	"slices"

	"paypane/web/payment"
	"paypane/web/words"
)

// Taken is what a receipt says besides of money that staff took.
type Taken struct {
	Method string         // in words: "Check 1044"
	Given  payment.Amount // in cash; zero: it was no cash
	Posted payment.Day    // on which it counts, where that is another day
	By     string         // initials of who took it
	Code   string         // support code
	Copy   bool           // it was handed out before
	// Corrected says that it counts no more; empty: it stands.
	Corrected string
	// Of what was given back or taken off: the number of the payment, the claim, and
	// why.
	Undoes, Claim, Why string
}

// AtDesk writes the receipt of money that staff took. Of cash and checks there is
// no other: the upstream has none.
func AtDesk(l words.Language, r payment.Receipt, t Taken) Document {
	d := Receipt(l, r)
	if t.Copy {
		d.Heading = l.Text("receipt.desk.copy", "heading", d.Heading)
		d.Title = l.Text("receipt.desk.copy", "heading", d.Title)
	}
	if t.Corrected != "" {
		d.Heading = l.Text("receipt.desk.corrected", "heading", d.Heading)
		d.Title = l.Text("receipt.desk.corrected", "heading", d.Title)
	}
	d.Facts = slices.DeleteFunc(d.Facts, func(x Fact) bool { return x.Name == "card" }) // the method names it
	at := 1 + slices.IndexFunc(d.Facts, func(x Fact) bool { return x.Name == Amount })
	var facts []Fact
	add := func(name string, label words.Key, text string) {
		if text != "" {
			facts = append(facts, Fact{Name: name, Label: l.Text(label), Text: text})
		}
	}
	add("method", "taken.method", t.Method)
	if !t.Given.IsZero() {
		add("given", "taken.given", l.Value(t.Given))
		add("change", "receipt.desk.change", l.Value(t.Given.Minus(r.Amount)))
	}
	add("posted", "taken.posted", l.Value(t.Posted))
	d.Facts = slices.Insert(d.Facts, at, facts...)
	facts = nil
	add("takenBy", "taken.by", t.By)
	add("corrected", "corrected.paper", t.Corrected)
	add("supportCode", "fact.support", t.Code)
	d.Facts = append(d.Facts, facts...)
	return d
}
