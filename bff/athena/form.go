package athena

import (
	"strconv"
	"strings"
	"time"

	"paypane/web/payment"
)

// form writes the form-encoded body of a write. What it outgrows is
// overwritten, so that no copy of a card is left behind.
type form struct{ b payment.Secret }

// newForm makes a form with room for most writes.
func newForm() *form { return &form{payment.Keep(make([]byte, 0, 1024))} }

// bytes appends a field.
func (f *form) bytes(name string, value []byte) *form {
	b := roomFor(f.b.Bytes(), len(name)+2+3*len(value))
	if len(b) > 0 {
		b = append(b, '&')
	}
	b = append(b, name...)
	b = append(b, '=')
	f.b = payment.Keep(escape(b, value))
	return f
}

// roomFor is b with room for n more bytes. The old place is overwritten.
func roomFor(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	grown := append(make([]byte, 0, 2*(len(b)+n)), b...)
	clear(b)
	return grown
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
// field and false are not the same (docs/upstream-api.md#traps-of-clients).
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
// refuse them (docs/upstream-api.md#card-fields; #patientpayvendors).
const (
	maxName      = 30
	maxAddress   = 20
	maxReference = 32
)

// card appends the CARD block (docs/upstream-api.md#card-fields): the tracks of a
// card that was swiped, which stand for all of it, or what was typed, with
// ecommercemode where the card is not there. The security code is documented as
// an integer, which would lose leading zeros: it is sent as text.
func (f *form) card(card *payment.Card) *form {
	if payment.RevealTrack(card, func(track []byte) { f.bytes("trackdata", track) }) {
		return f
	}
	if !card.Present {
		f.flag("ecommercemode", true)
	}
	card.Reveal(func(number, code []byte) {
		f.bytes("accountnumber", number)
		if len(code) > 0 {
			f.bytes("cardsecuritycode", code)
		}
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
	f.optional("copayamount", l.copay).optional("appointmentid", l.appointment)
	if l.today {
		f.flag("todayservice", true) // assumed.go
	}
	return f.amount("otheramount", l.other).optional("claimpayment", l.claims)
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
