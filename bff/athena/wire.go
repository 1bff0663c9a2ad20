package athena

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"paypane/web/payment"
)

// The types below read what the upstream writes now one way and now another
// (docs/upstream-api.md#the-wire, "Types drift"). Each accepts exactly the
// recorded forms; anything else is an error and never a zero value, so that
// nonsense cannot pass for "nothing owed" or "no receipts". null is a field
// that is not there.

// text is an id or a word: "501" or 501.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		*t = ""
		return nil
	case b[0] == '"':
		if s, plain := asItStands(b); plain {
			*t = text(s)
			return nil
		}
		return json.Unmarshal(b, (*string)(t))
	case wholeNumber(b):
		*t = text(b)
		return nil
	}
	return errors.New("neither text nor a whole number")
}

// flag is true, "true", false or "false".
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `true`, `"true"`:
		*f = true
	case `false`, `"false"`, `null`:
		*f = false
	default:
		return errors.New("neither true nor false")
	}
	return nil
}

// list is "7,8", 7, [7,8] or ["7","8"].
type list []string

func (l *list) UnmarshalJSON(b []byte) error {
	var items []text
	if b[0] == '[' {
		if err := json.Unmarshal(b, &items); err != nil {
			return err
		}
	} else {
		var t text
		if err := t.UnmarshalJSON(b); err != nil {
			return err
		}
		for part := range strings.SplitSeq(string(t), ",") {
			items = append(items, text(part))
		}
	}
	*l = nil
	for _, item := range items {
		if s := strings.TrimSpace(string(item)); s != "" {
			*l = append(*l, s)
		}
	}
	return nil
}

// money is an amount in dollars, as text or number, in the style of Oracle:
// ".16", "13", "10.1", "-978.7", 0 (docs/upstream-api.md#the-wire, #patient).
// set tells zero from a field that is not there.
type money struct {
	dollars decimal.Decimal
	set     bool
}

var errMoney = errors.New("not an amount in dollars and cents")

func (m *money) UnmarshalJSON(b []byte) error {
	*m = money{}
	if string(b) == "null" || string(b) == `""` {
		return nil
	}
	s := string(b)
	if b[0] == '"' {
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	}
	d, err := parseMoney(s)
	if err != nil {
		return err
	}
	*m = money{d, true}
	return nil
}

// parseMoney checks the grammar before the decimal library sees the text,
// which would accept exponents, plus signs and other alphabets
// (docs/security.md#amounts): an optional minus, at most nine digits, and at most two
// decimals that are not zero. It never goes through a float.
func parseMoney(s string) (decimal.Decimal, error) {
	whole, cents, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if point && cents == "" {
		return decimal.Decimal{}, errMoney
	}
	cents = strings.TrimRight(cents, "0")
	if !digits(whole) || !digits(cents) || len(whole) > 9 || len(cents) > 2 || whole == "" && !point {
		return decimal.Decimal{}, errMoney
	}
	if whole == "" {
		whole = "0"
	}
	if cents != "" {
		whole += "." + cents
	}
	d, err := decimal.NewFromString(whole)
	if err != nil {
		return decimal.Decimal{}, errMoney
	}
	if strings.HasPrefix(s, "-") {
		d = d.Neg()
	}
	return d, nil
}

// amount is the money as one of ours, zero where it is not there. A negative
// one is an error: the caller has to know what it means.
func (m money) amount() (payment.Amount, error) { return payment.FromDecimal(m.dollars) }

// digits reports whether s holds ASCII digits only.
func digits[T ~string | ~[]byte](s T) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// wholeNumber reports whether b is a JSON number that can be an id.
func wholeNumber(b []byte) bool { return len(b) > 0 && len(b) <= 18 && digits(b) }

// one reads an object that may stand alone in an array, as most single items
// do (docs/upstream-api.md#the-wire).
func one[T any](body []byte) (T, error) {
	var item T
	raw, err := alone(body)
	if err == nil {
		err = json.Unmarshal(raw, &item)
	}
	return item, err
}

// alone is the object in body, or in the array of one that body is.
func alone(body []byte) (json.RawMessage, error) {
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '[' {
		var items []json.RawMessage
		if err := json.Unmarshal(body, &items); err != nil {
			return nil, err
		}
		if len(items) != 1 {
			return nil, errors.New("not an array of one")
		}
		body = items[0]
	}
	if len(body) == 0 || body[0] != '{' {
		return nil, errors.New("not an object")
	}
	return body, nil
}

// day reads mm/dd/yyyy; anything else is no day. A bill can do without.
func day(s text) payment.Day {
	t, err := time.Parse("01/02/2006", string(s))
	if err != nil {
		return ""
	}
	return payment.DayOf(t)
}

// maxEvidence is how much of a text of the upstream is kept, in characters.
const maxEvidence = 200

// plainLine is a text to be shown on one line, as it is: what cannot be printed
// is a space, and 200 characters are enough.
func plainLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	out := []rune(strings.Join(strings.Fields(s), " "))
	return string(out[:min(len(out), maxEvidence)])
}

// typedLine is the same of a text that somebody typed: one that holds the number
// of a card is made fit for records.
func typedLine(s string) string {
	if payment.HoldsCard(s) {
		return evidenceText(s, nil)
	}
	return plainLine(s)
}

// evidenceText makes a text of the upstream fit for records and logs: one
// line, printable, at most 200 characters, and nothing in it that can be a
// card. A run of twelve digits or more is masked, whatever stands between the
// digits short of a letter, and so is any number equal to the security code.
// The masking comes before the cutting, which could shorten a run below twelve.
//
// The code is documented as an integer, so an upstream may echo it without its
// leading zeros.
func evidenceText(s string, code []byte) string {
	b := []byte(strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r >= utf8.RuneSelf && unicode.IsNumber(r):
			return '#' // digits of other alphabets
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return ' '
		}
		return r
	}, s))
	masked := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		if !digit(b[i]) {
			masked = append(masked, b[i])
			i++
			continue
		}
		// One number, and the stretch without letters it begins.
		number, stretch, count := i, i, 0
		for number < len(b) && digit(b[number]) {
			number++
		}
		for j := i; j < len(b) && !letter(b[j]); j++ {
			if digit(b[j]) {
				count, stretch = count+1, j+1
			}
		}
		switch {
		case count >= 12:
			masked = append(masked, "[digits]"...)
			i = stretch
		case len(code) > 0 && bytes.Equal(unpadded(b[i:number]), unpadded(code)):
			masked = append(masked, "[code]"...)
			i = number
		default:
			masked = append(masked, b[i:number]...)
			i = number
		}
	}
	clear(b)
	out := []rune(strings.Join(strings.Fields(string(masked)), " "))
	return string(out[:min(len(out), maxEvidence)])
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// letter counts bytes beyond ASCII as separators on purpose: an exotic dash
// between digits must not end a run.
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// unpadded is a number without leading zeros.
func unpadded(number []byte) []byte { return bytes.TrimLeft(number, "0") }
