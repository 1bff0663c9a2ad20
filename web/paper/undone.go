package paper

import (
	"paypane/web/payment"
	"paypane/web/words"
)

// Undone writes what is handed out of a payment of the vendor's that was given back,
// and of what was taken off a charge. It is not a receipt of money that was paid.
func Undone(l words.Language, r payment.Receipt, kind payment.Kind, t Taken) Document {
	d := AtDesk(l, r, t)
	d.Services, d.Notes, d.Missing = Services{}, nil, nil
	d.Heading = l.Text("receipt.desk.undone", "kind", string(kind))
	d.Title = l.Text("receipt.title", "heading", d.Heading, "reference", t.Code, "practice", r.Practice.Name)
	if t.Copy {
		d.Heading = l.Text("receipt.desk.copy", "heading", d.Heading)
		d.Title = l.Text("receipt.desk.copy", "heading", d.Title)
	}
	d.Standing = Fact{Name: "standing", Text: l.Text("receipt.desk.undone.standing", "kind", string(kind))}
	var all []Fact
	for _, x := range d.Facts {
		switch x.Name {
		case Amount:
			x.Label = l.Text("receipt.desk.undone.amount", "kind", string(kind))
		case "time":
			x.Label = l.Text("fact.date")
		case "status":
			x.Data = string(kind)
		case "takenBy":
			x.Label = l.Text("fact.operator")
		case "type":
			continue
		case "method":
			if kind == payment.KindAdjust {
				continue
			}
		}
		all = append(all, x)
	}
	add := func(name string, label words.Key, text string) {
		if text != "" {
			all = append(all, Fact{Name: name, Label: l.Text(label), Text: text})
		}
	}
	add("undoes", "receipt.desk.undone.payment", t.Undoes)
	add("claim", "adjust.claim", t.Claim)
	add("why", "fact.why", t.Why)
	d.Facts = all
	return d
}
