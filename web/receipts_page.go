//go:build !js

package web

import "paypane/web/payment"

// Receipts is the page of all payments.
type Receipts struct {
	List []ReceiptRow      // the newest first
	Live []payment.Attempt // payments whose result is not known
}

// ReceiptRow is a payment, its time in the practice's zone. Late says that the
// practice's system does not show it yet.
type ReceiptRow struct {
	payment.Receipt
	Late bool
}

// ReceiptsSheet lists the payments by month.
func ReceiptsSheet(p Receipts) Sheet {
	var blocks []Block
	for _, a := range p.Live {
		blocks = append(blocks, warning(strong("The result of a payment is not known yet. Do not pay the same bill again."),
			link(PathResult+a.ID, "See the status of your payment of "+a.Total().Display())))
	}
	if len(p.List) == 0 {
		blocks = append(blocks, text("There are no payments yet. Once something is paid, its receipt is here."))
	} else {
		blocks = append(blocks, lead("Choose a payment to print its receipt, download it or have it emailed."))
	}
	for i := 0; i < len(p.List); {
		month := p.List[i].Time.Format("January 2006")
		var rows []Block
		for ; i < len(p.List) && p.List[i].Time.Format("January 2006") == month; i++ {
			rows = append(rows, p.List[i].item())
		}
		blocks = append(blocks, section("month-"+itoa(i), month, items(rows...)))
	}
	return Sheet{Heading: "Receipts", Blocks: blocks}
}

// item is a row of the list: a link, with the card below it.
func (r ReceiptRow) item() Block {
	i := r.Itemized()
	words := r.Amount.Display() + " on " + r.Time.Format("January 2")
	switch {
	case i.TakenBack():
		words += ", taken back"
	case r.Agreement():
		words = "Card on file agreement"
		if !r.Limit.IsZero() {
			words += ", up to " + r.Limit.Display()
		}
	case !i.Paid():
		words += ", not known if it was paid"
	}
	below := payment.StoredCard{Brand: r.Brand, Last4: r.Last4}.Short()
	if r.Agreement() {
		below = "Agreed on " + r.Time.Format("January 2") + ", " + below
	}
	blocks := []Block{link(PathReceipts+"/"+r.Reference, words), hint(below)}
	if r.Late {
		blocks = append(blocks, hint("The practice’s system does not show this yet."))
	}
	return together(blocks...)
}
