package receipt

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// visual is a line of text in the order in which its letters stand on paper,
// from left to right. The text has to be clean.
func visual(s string) string {
	var p bidi.Paragraph
	if _, err := p.SetString(s); err != nil {
		return s
	}
	order, err := p.Order()
	if err != nil || order.NumRuns() == 0 {
		return s
	}
	var runs []run
	for n := range order.NumRuns() {
		r := order.Run(n)
		runs = append(runs, run{r.String(), r.Direction() == bidi.RightToLeft})
	}
	if order.Direction() == bidi.RightToLeft {
		slices.Reverse(runs)
	} else {
		// Numbers between right-to-left words stand among them; the runs come
		// in the order of reading.
		for from := 0; from < len(runs); from++ {
			to := from
			for runs[from].leftward && to+2 < len(runs) && runs[to+2].leftward && !strings.ContainsFunc(runs[to+1].text, unicode.IsLetter) {
				to += 2
			}
			slices.Reverse(runs[from : to+1])
			from = to
		}
	}
	var b strings.Builder
	for _, r := range runs {
		if r.leftward {
			r.text = bidi.ReverseString(r.text)
		}
		b.WriteString(r.text)
	}
	return b.String()
}

// run is a stretch of text in one direction.
type run struct {
	text     string
	leftward bool
}
