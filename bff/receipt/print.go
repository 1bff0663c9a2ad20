package receipt

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"unicode/utf8"

	"paypane/web/paper"
)

// Sheet is what a receipt is printed on from a browser.
type Sheet struct {
	Narrow              bool   // a roll of 80 mm; else letter paper
	Script, Integrity   string // of the script that prints; empty: nobody prints by itself
	Back, BackText      string // the way back, on the screen only
	Language, Direction string
}

//go:embed print.html
var printText string

var printPage = template.Must(template.New("print").Funcs(template.FuncMap{"below": below, "notes": notes, "letterhead": letterhead}).Parse(printText))

// Measures of a roll of 80 mm: what is printed is 72 mm wide, in letters of one
// width, so that the number of lines is known here and the paper is as long as the
// receipt. Of a page without a length browsers make the one of the printer's
// driver: 20 cm of blank paper.
const (
	rollColumns = 36    // of 12 px letters: 36 × 7.2 px = 259 px of 72 mm = 272 px
	rollLine    = 4.25  // mm: 16 px are 4.23
	rollMargin  = 4.0   // mm, above and below
	rollSlack   = 8.0   // mm, for a printer's own font
	rollLongest = 2000. // mm: no receipt is longer
)

//go:embed print.css
var printStyle string

//go:embed roll.css
var rollStyle string

//go:embed letter.css
var letterStyle string

// Print is the receipt as a page that a browser prints: on letter paper, or on a
// roll of 80 mm. style is its style's source for the content security policy:
// "sha256-…".
func Print(d paper.Document, s Sheet) (body []byte, style string, err error) {
	d = d.Map(clean)
	// Of a line it prints what was paid alone: no dash, and nothing that is left.
	d.Services.Dashes, d.Services.AsOf.Text = "", ""
	amount, facts := apart(d.Facts)
	css := printStyle
	if s.Narrow {
		css += strings.Replace(rollStyle, "LENGTH", strconv.Itoa(rollLength(d))+"mm", 1)
	} else {
		css += letterStyle
	}
	var b bytes.Buffer
	if err := printPage.Execute(&b, struct {
		paper.Document
		Sheet
		Amount paper.Fact
		Facts  []paper.Fact
		Style  template.CSS
	}{d, s, amount, facts, template.CSS(css)}); err != nil {
		return nil, "", fmt.Errorf("write receipt to be printed: %w", err)
	}
	sum := sha256.Sum256([]byte(css))
	return b.Bytes(), "sha256-" + base64.StdEncoding.EncodeToString(sum[:]), nil
}

// rollLength is how long the paper of a receipt is, in millimetres.
func rollLength(d paper.Document) int {
	lines := 0
	add := func(texts ...string) { lines += wrapped(strings.Join(texts, " "), rollColumns) }
	add(d.Letterhead.Name)
	for _, line := range letterhead(d.Letterhead) {
		add(line)
	}
	amount, facts := apart(d.Facts)
	add(d.Heading)
	add(amount.Label, amount.Text)
	add(d.Standing.Text)
	for _, x := range facts {
		// Both sides of a row share its width.
		lines += max(wrapped(x.Label, rollColumns/2), wrapped(x.Text, rollColumns/2))
	}
	if s := d.Services; len(s.Lines) > 0 {
		add(s.Heading)
		for _, l := range s.Lines {
			lines += wrapped(l.Title.Text, rollColumns-len(l.Paid.Text)-1)
			if text := strings.TrimSpace(l.Day.Text + " " + below(l)); text != "" {
				add(text)
			}
		}
		if s.Rest.Text != "" {
			lines += wrapped(s.Rest.Label, rollColumns-len(s.Rest.Text)-1)
		}
		lines++ // the total
	}
	lines += 3 // rules
	length := float64(lines)*rollLine + 2*rollMargin + rollSlack
	return int(min(length, rollLongest)) + 1
}

// wrapped is on how many lines a text stands, at most: words are broken where
// they are longer than a line.
func wrapped(text string, columns int) int {
	columns = max(columns, 4)
	lines, at := 1, 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case at == 0:
		case at+1+n <= columns:
			at++
		default:
			lines, at = lines+1, 0
		}
		for at+n > columns {
			n -= columns - at
			lines, at = lines+1, 0
		}
		at += n
	}
	return lines
}
