package athena

import (
	"strconv"
	"strings"
	"time"

	"paypane/web/payment"
)

// form writes the form-encoded body of a write. What it outgrows is
// overwritten, so that no copy of a card is left behind.
type form struct{ b []byte }

// newForm makes a form with room for most writes.
func newForm() *form { return &form{make([]byte, 0, 1024)} }

// bytes appends a field.
func (f *form) bytes(name string, value []byte) *form {
	f.grow(len(name) + 2 + 3*len(value))
	if len(f.b) > 0 {
		f.b = append(f.b, '&')
	}
	f.b = append(f.b, name...)
	f.b = append(f.b, '=')
	f.b = escape(f.b, value)
	return f
}

// grow makes room for n more bytes and overwrites the old place.
func (f *form) grow(n int) {
	if cap(f.b)-len(f.b) >= n {
		return
	}
	old := f.b
	f.b = append(make([]byte, 0, 2*(len(old)+n)), old...)
	clear(old)
}

// text appends a field that is always sent, empty or not.
func (f *form) text(name, value string) *form { return f.bytes(name, []byte(value)) }

// optional appends a field unless it is empty.
func (f *form) optional(name, value string) *form {
	if value == "" {
		return f
	}
	return f.text(name, value)
}

// flag appends a boolean, false as well as true: to the upstream a missing
// field and false are not the same (athena-api.md 6, trap of PHP).
func (f *form) flag(name string, value bool) *form {
	return f.text(name, strconv.FormatBool(value))
}

// amount appends an amount unless it is zero.
func (f *form) amount(name string, a payment.Amount) *form {
	if a.IsZero() {
		return f
	}
	return f.text(name, a.String())
}

// department appends the collecting department.
func (f *form) department(p payment.Patient) *form {
	return f.text("departmentid", strconv.Itoa(p.Department))
}

// What the upstream takes of texts, in characters; the caller has to cut or
// refuse them (athena-api.md 2, card fields; 2.9).
const (
	maxName      = 30
	maxAddress   = 20
	maxReference = 32
)

// card appends the CARD block of a keyed card that is not there
// (athena-api.md 2). The security code is documented as an integer, which
// would lose leading zeros: it is sent as text.
func (f *form) card(card *payment.Card) *form {
	f.flag("ecommercemode", true)
	card.Reveal(func(number, code []byte) {
		f.bytes("accountnumber", number).bytes("cardsecuritycode", code)
	})
	month := int(card.Expiry.Month)
	return f.bytes("expirationmonthmm", []byte{byte('0' + month/10), byte('0' + month%10)}).
		text("expirationyearyyyy", strconv.Itoa(card.Expiry.Year)).
		text("nameoncard", cut(card.Name, maxName)).
		text("billingaddress", cut(card.Address, maxAddress)).
		text("billingzip", card.ZIP)
}

// lines appends the lines of a charge.
func (f *form) lines(l amountFields) *form {
	if l.copay != "" {
		f.text("copayamount", l.copay).text("appointmentid", l.appointment)
	}
	return f.optional("claimpayment", l.claims)
}

// cut is the first n characters of s.
func cut(s string, n int) string {
	r := []rune(s)
	return strings.TrimSpace(string(r[:min(len(r), n)]))
}

// wireDay is a day as the upstream writes it, mm/dd/yyyy, or nothing.
func wireDay(d payment.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return t.Format("01/02/2006")
}

// escape appends value percent-encoded. url.QueryEscape would make strings of
// the card, which cannot be cleared.
func escape(dst, value []byte) []byte {
	const hex = "0123456789ABCDEF"
	for _, c := range value {
		if digit(c) || letter(c) || c == '-' || c == '.' || c == '_' || c == '~' {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}
