package receipt

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paypane/web/payment"
)

// drawReceipt makes receipts with any number of lines, of which anything may
// be unknown. The words in it are told apart by their numbers.
func drawReceipt(t *rapid.T) payment.Itemized {
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
	var lines []payment.ItemizedLine
	for n := range rapid.IntRange(0, 14).Draw(t, "lines") {
		lines = append(lines, payment.ItemizedLine{
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
		strings.Repeat("é", 5000): strings.Repeat("é", 199) + "…",
	} {
		if got := clean(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// words is a text with one space between words, without the marks of direction
// that pdftotext puts around words that run to the left.
func words(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "").Replace(s)), " ")
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

// said is everything that a receipt has to say, in the order in which it is
// read.
func said(i payment.Itemized) []string {
	i = cleaned(i)
	var all []string
	if i.Practice.Name != "" {
		all = append(all, i.Practice.Name)
	}
	all = append(all, letterhead(i.Practice)...)
	all = append(all, heading(i), amountLabel(i), i.Amount.Display(), i.Standing())
	for _, f := range facts(i) {
		all = append(all, f.Label, f.Said)
	}
	if len(i.Lines) > 0 {
		all = append(all, "What this payment was for", "Date of service", "Service")
		all = append(all, columns...)
	}
	for _, l := range i.Lines {
		title, below := service(l)
		all = append(all, date(l.Service), title)
		if below != "" {
			all = append(all, below)
		}
		all = append(all, amounts(l)...)
	}
	if len(i.Lines) > 0 {
		if rest := i.Unassigned(); !rest.IsZero() {
			all = append(all, rest.Display())
		}
		all = append(all, "Total of this payment", i.Amount.Display())
	}
	return append(all, notes(i)...)
}
