package receipt

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"

	"paypane/web/payment"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("receipt").Parse(pageText))

// shown is what the page shows.
type shown struct {
	Title, Practice                        string
	Letterhead                             []string
	Heading, AmountLabel, Amount, Standing string
	Facts                                  []fact
	Columns                                []string
	Lines                                  []shownLine
	Rest                                   string // empty: nothing
	Notes                                  []string
}

type shownLine struct {
	Date, Title, Below string
	Amounts            []string
}

// HTML is the receipt as one file that needs no other and runs no script, for
// the screen and for paper.
func HTML(i payment.Itemized) ([]byte, error) {
	i = cleaned(i)
	s := shown{
		Title: name(i), Practice: i.Practice.Name, Letterhead: letterhead(i.Practice),
		Heading: heading(i), AmountLabel: amountLabel(i), Amount: i.Amount.Display(), Standing: i.Standing(),
		Facts: facts(i), Columns: columns, Notes: notes(i),
	}
	for _, l := range i.Lines {
		title, below := service(l)
		s.Lines = append(s.Lines, shownLine{date(l.Service), title, below, amounts(l)})
	}
	if rest := i.Unassigned(); !rest.IsZero() {
		s.Rest = rest.Display()
	}
	var b bytes.Buffer
	if err := page.Execute(&b, s); err != nil {
		return nil, fmt.Errorf("write receipt as html: %w", err)
	}
	return b.Bytes(), nil
}
