//go:build !js || desk

package web

import (
	"strconv"

	"paypane/web/payment"
	"paypane/web/words"
)

// ReceiptsView is the page of all payments.
type ReceiptsView struct {
	List []ReceiptRow      // the newest first
	Live []payment.Attempt // payments whose result is not known
	// Odd says that the practice's system lists payments that are not
	// understood; Phone is the practice's, where it is known.
	Odd   bool
	Phone string
	Years []int // in which something was paid, the newest first
}

// ReceiptRow is a payment, its time in the practice's zone. Late says that the
// practice's system does not show it yet.
type ReceiptRow struct {
	payment.ReceiptSummary
	Late bool
}

// ReceiptsContent lists the payments by month.
func ReceiptsContent(l words.Language, p ReceiptsView) Content {
	var elements []Element
	for _, a := range p.Live {
		elements = append(elements, warning(strong(l.Text("receipts.unknown")),
			link(PathResult+a.ID, l.Text("recent.status", "you", true, "total", a.Total()))))
	}
	if p.Odd {
		elements = append(elements, warning(strong(l.Text("receipts.odd", "phone", p.Phone))))
	}
	switch {
	case len(p.List) == 0 && p.Odd:
	case len(p.List) == 0:
		elements = append(elements, text(l.Text("receipts.none")))
	default:
		elements = append(elements, lead(l.Text("receipts.lead")))
	}
	for i := 0; i < len(p.List); {
		month := l.Value(words.Month(p.List[i].Time))
		var rows []Element
		for ; i < len(p.List) && l.Value(words.Month(p.List[i].Time)) == month; i++ {
			rows = append(rows, p.List[i].item(l))
		}
		elements = append(elements, section("month-"+strconv.Itoa(i), month, items(rows...)))
	}
	if len(p.Years) > 0 {
		elements = append(elements, section("years", l.Text("receipts.years"), append([]Element{text(l.Text("receipts.years.is"))}, items(yearLinks(l, p.Years, 0)...))...))
	}
	return Content{Heading: l.Text("receipts.heading"), Elements: elements}
}

// known is an amount, or empty where it is not known: zero.
func known(l words.Language, a payment.Amount) string {
	if a.IsZero() {
		return ""
	}
	return l.Value(a)
}

// item is a row of the list: a link, with the card below it and the amount in a
// column beside it.
func (r ReceiptRow) item(l words.Language) Element {
	i := r.Receipt()
	day, card := words.Short(r.Time), payment.StoredCard{Brand: r.Brand, Last4: r.Last4}
	title, below, amount := "", l.Value(card), l.Value(r.Amount)
	switch {
	case i.TakenBack():
		title = l.Text("receipts.voided", "day", day)
	case r.Agreement():
		title, amount = l.Text("receipts.agreement", "limit", known(l, r.Limit)), ""
		below = l.Text("receipts.agreed", "day", day, "card", card)
	default:
		title = l.Text("receipts.payment", "day", day, "paid", i.Paid())
	}
	elements := []Element{link(PathReceipts+"/"+r.Reference, title), hint(below)}
	if r.Late {
		elements = append(elements, hint(l.Text("receipts.late")))
	}
	if amount == "" {
		return together(elements...)
	}
	return priced(amount, elements...)
}
