package receipt

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paypane/web/paper"
	"paypane/web/payment"
	"paypane/web/words"
)

// drawReceipt makes receipts with any number of lines, of which anything may
// be unknown. The words in it are told apart by their numbers.
func drawReceipt(t *rapid.T) payment.Receipt {
	i := sample()
	if rapid.Bool().Draw(t, "strange") {
		i = strange()
	}
	if rapid.Bool().Draw(t, "headless") {
		i.Practice = payment.Letterhead{}
	}
	i.Type = rapid.SampledFrom([]string{"PURCHASE", "PURCHASE", "PURCHASE", "VOIDPURCHASE", "AUTHORIZATION", "NEW"}).Draw(t, "type")
	stated := rapid.Custom(func(t *rapid.T) payment.Stated {
		return payment.Stated{Amount: payment.Cents(rapid.Int64Range(0, 9_999_999).Draw(t, "cents")), Known: rapid.Bool().Draw(t, "known")}
	})
	var lines []payment.ReceiptLine
	for n := range rapid.IntRange(0, 14).Draw(t, "lines") {
		lines = append(lines, payment.ReceiptLine{
			Kind: payment.Claim, Service: payment.Day(rapid.SampledFrom([]string{"", "2026-08-14"}).Draw(t, "day")),
			Description: fmt.Sprintf("Service%d%s", n, strings.Repeat(" of some length", rapid.IntRange(0, 9).Draw(t, "length"))),
			Code:        rapid.SampledFrom([]string{"", "99213"}).Draw(t, "code"),
			Provider:    rapid.SampledFrom([]string{"", "Terry Ahmad, MD"}).Draw(t, "provider"),
			Billed:      stated.Draw(t, "billed"), Insurance: stated.Draw(t, "insurance"), Left: stated.Draw(t, "left"),
			Paid: payment.Cents(rapid.Int64Range(1, 300).Draw(t, "paid")),
		})
	}
	return i.With(lines)
}

// What is not seen, and what turns other text around, is not set; nothing is
// longer than a line or two.
func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		" Dana\t\r\n Sample ":     "Dana Sample",
		"\u202eelpmaS\u202c":      "elpmaS",
		"a\x00b\u200bc\xff":       "abc\uFFFD",
		"ליאור":                   "ליאור",
		"می\u200cخواهم":           "می\u200cخواهم",
		"علی\u200c":               "علی",
		"लक्\u200dष्मी":           "लक्\u200dष्मी",
		"क्\u200d":                "क्\u200d",
		"लक्\u200d\u200d\u200cष":  "लक्\u200dष",
		"Da\u200dna\u200c":        "Dana",
		"\u200dDana \u200cन":      "Dana न",
		"👩\u200d🔬 👩🏽\u200d🔬":      "👩\u200d🔬 👩🏽\u200d🔬",
		strings.Repeat("é", 5000): strings.Repeat("é", 199) + "…",
	} {
		if got := clean(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// spaced is a text with one space between words, without the marks of direction
// that pdftotext puts around words that run to the left.
func spaced(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u200e", "", "\u202a", "", "\u202b", "", "\u202c", "").Replace(s)), " ")
}

// inOrder is the first of the texts that does not stand behind those before it.
func inOrder(text string, wanted []string) string {
	for _, w := range wanted {
		_, rest, found := strings.Cut(text, w)
		if !found {
			return w
		}
		text = rest
	}
	return ""
}

// document is a receipt in English.
func document(r payment.Receipt) paper.Document { return paper.Receipt(words.Language{}, r) }

// said is everything that a file has to say, in the order in which it is read.
func said(r payment.Receipt) []string {
	d := document(r).Map(clean)
	var all []string
	if d.Letterhead.Name != "" {
		all = append(all, d.Letterhead.Name)
	}
	all = append(all, letterhead(d.Letterhead)...)
	amount, facts := apart(d.Facts)
	all = append(all, d.Heading)
	if amount.Text != "" {
		all = append(all, amount.Label, amount.Text)
	}
	all = append(all, d.Standing.Text)
	for _, f := range facts {
		all = append(all, f.Label, f.Text)
	}
	if s := d.Services; len(s.Lines) > 0 {
		all = append(all, s.Heading)
		all = append(all, tableOf(s).names...)
		for _, l := range s.Lines {
			all = append(all, l.Column, l.Title.Text)
			if below(l) != "" {
				all = append(all, below(l))
			}
			for _, amount := range l.Amounts() {
				all = append(all, known(amount))
			}
		}
		if s.Rest.Text != "" {
			all = append(all, s.Rest.Text)
		}
		all = append(all, s.Total.Label, s.Total.Text)
	}
	return append(all, notes(d)...)
}
