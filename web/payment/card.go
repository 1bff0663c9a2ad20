package payment

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The inputs of the card form, as the fields of a Problem and as form names.
const (
	FieldNumber  = "number"
	FieldExpiry  = "expiry"
	FieldName    = "name"
	FieldCode    = "code"
	FieldAddress = "address"
	FieldZIP     = "zip"
	FieldEmail   = "email"
	// FieldRepeat is ticked to pay again what was paid minutes ago.
	FieldRepeat = "repeat"
)

// CardForm is what was typed, pasted or filled into the card form, as it came.
// Its bytes belong to the caller, who clears them with Clear once a Card has
// been read. It prints as a placeholder whatever the verb.
type CardForm struct {
	Number, Expiry, Name, Code, Address, ZIP []byte
}

// Clear overwrites everything typed.
func (f CardForm) Clear() {
	for _, b := range [][]byte{f.Number, f.Expiry, f.Name, f.Code, f.Address, f.ZIP} {
		clear(b)
	}
}

// Card is a payment card on its way to the processor. It lives for the length
// of one request, in memory only; Clear ends it. It cannot be printed, logged
// or marshalled beyond its brand and last four digits (PCI DSS 3.4.1).
type Card struct {
	number, code []byte
	Expiry       Expiry
	Name         string // as printed on the card
	Address      string // street line of the billing address
	ZIP          string // of the billing address
}

// ReadCard makes a card of what was typed, judging it for a practice that
// takes the given brands on the given day (in the practice's time zone). It
// answers either a card or at least one problem, in the order of the fields.
func ReadCard(form CardForm, accepted []Brand, today time.Time) (*Card, []Problem) {
	var problems []Problem
	add := func(p *Problem) {
		if p != nil {
			problems = append(problems, *p)
		}
	}
	card := new(Card)
	var p *Problem
	card.number, p = readNumber(form.Number, accepted)
	add(p)
	brand := BrandOf(card.number)
	card.Expiry, p = readExpiry(string(form.Expiry), today)
	add(p)
	card.Name, p = readName(form.Name)
	add(p)
	card.code, p = readCode(form.Code, brand)
	add(p)
	card.Address, p = readAddress(form.Address)
	add(p)
	card.ZIP, p = readZIP(form.ZIP)
	add(p)
	if len(problems) > 0 {
		card.Clear()
		return nil, problems
	}
	return card, nil
}

// readNumber reads a card number: separators and invisible characters go,
// full-width digits become digits, brand, length and check digit must fit.
func readNumber(typed []byte, accepted []Brand) ([]byte, *Problem) {
	problem := func(code, text string) *Problem {
		return &Problem{Code: code, Field: FieldNumber, Text: text}
	}
	number, ok := bareDigits(make([]byte, 0, 24), typed)
	brand := BrandOf(number)
	switch lengths := brand.lengths(); {
	case len(number) == 0 && ok:
		return number, problem("number_empty", "Enter your card number")
	case !ok:
		return number, problem("number_letters", "The card number has digits only. Check what you entered.")
	case brand == "" && len(number) >= 12:
		return number, problem("number_brand", "This practice does not take this kind of card. Use "+BrandNames(accepted)+".")
	case brand == "":
		return number, problem("number_length", "Check the card number. A card number has 15 or 16 digits and you entered "+itoa(len(number))+".")
	case !slices.Contains(accepted, brand):
		return number, problem("number_brand", "This practice does not take "+brand.Name()+". Use "+BrandNames(accepted)+".")
	case !slices.Contains(lengths, len(number)):
		return number, problem("number_length", fmt.Sprintf("Check the card number. %s %s number has %d digits and you entered %d.",
			article(brand), brand.Name(), lengths[0], len(number)))
	case !Luhn(number):
		return number, problem("number_check", "Check the card number. One or more digits are different from a real card number.")
	}
	return number, nil
}

// readCode reads a security code of as many digits as the brand has; three or
// four while the brand is not known.
func readCode(typed []byte, brand Brand) ([]byte, *Problem) {
	code, ok := bareDigits(make([]byte, 0, 4), typed)
	switch {
	case len(code) == 0 && ok:
		return code, &Problem{"code_empty", FieldCode, "Enter the security code"}
	case brand == "" && ok && (len(code) == 3 || len(code) == 4):
		return code, nil
	case !ok || len(code) != brand.CodeLength():
		text := "The security code has 3 digits. It is on the back of the card."
		if brand != "" {
			text = "The security code has " + itoa(brand.CodeLength()) + " digits for " + brand.Name()
		}
		return code, &Problem{"code_length", FieldCode, text}
	}
	return code, nil
}

// readName reads the name on the card and catches a card number or security
// code that landed in the wrong box.
func readName(typed []byte) (string, *Problem) {
	name := strings.Join(strings.Fields(normalize(string(typed))), " ")
	n, rest := 0, 0
	for _, r := range name {
		if r >= '0' && r <= '9' {
			n++
		} else if !separator(r) {
			rest++
		}
	}
	switch {
	case name == "":
		return "", &Problem{"name_empty", FieldName, "Enter the name on the card"}
	case n > 11:
		return "", &Problem{"name_number", FieldName, "Enter the name on the card, not the card number"}
	case rest == 0 && (n == 3 || n == 4):
		return "", &Problem{"name_code", FieldName, "Enter the name on the card, not the security code"}
	case utf8.RuneCountInString(name) > 200:
		return "", &Problem{"name_long", FieldName, "Enter the name as it is printed on the card"}
	}
	return name, nil
}

// readAddress reads the street line of the billing address.
func readAddress(typed []byte) (string, *Problem) {
	address := strings.Join(strings.Fields(normalize(string(typed))), " ")
	switch {
	case address == "":
		return "", &Problem{"address_empty", FieldAddress, "Enter the street address your card statement goes to"}
	case utf8.RuneCountInString(address) > 200:
		return "", &Problem{"address_long", FieldAddress, "Enter the street address in 200 characters or fewer"}
	}
	return address, nil
}

// readZIP reads a US ZIP code (12345, 12345-6789) or a foreign postal code of
// up to ten letters and digits.
func readZIP(typed []byte) (string, *Problem) {
	zip := strings.ToUpper(normalize(string(typed)))
	zip = strings.Map(func(r rune) rune {
		if separator(r) && r != ' ' {
			return '-'
		}
		return r
	}, zip)
	if zip == "" {
		return "", &Problem{"zip_empty", FieldZIP, "Enter your billing ZIP code"}
	}
	ok := len(zip) >= 3 && len(zip) <= 10
	for _, r := range zip {
		ok = ok && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '-' || r == ' ')
	}
	if ok && digits(zip) && len(zip) == 9 {
		zip = zip[:5] + "-" + zip[5:]
	}
	if !ok || digits(zip) && len(zip) != 5 {
		return "", &Problem{"zip_form", FieldZIP, "Enter a ZIP code of 5 digits, like 02139"}
	}
	return zip, nil
}

// Brand is the card's network.
func (c Card) Brand() Brand { return BrandOf(c.number) }

// Last4 is the most of a number that may be shown or kept.
func (c Card) Last4() string { return string(c.number[max(0, len(c.number)-4):]) }

// Reveal hands number and security code to the one place that writes them into
// the request to the processor. The slices are the card's own and are
// overwritten by Clear: the callee must not keep them.
func (c *Card) Reveal(write func(number, code []byte)) { write(c.number, c.code) }

// Clear overwrites number and security code. The card is of no use afterwards.
func (c *Card) Clear() {
	clear(c.number)
	clear(c.code)
	c.number, c.code = nil, nil
}

// String is "Visa ending in 1111".
func (c Card) String() string {
	if len(c.number) < 12 {
		return "card"
	}
	return c.Brand().Name() + " ending in " + c.Last4()
}

// Format prints the short form whatever the verb, so that no %v, %+v or %#v of
// a struct that holds a card can print more.
func (c Card) Format(f fmt.State, _ rune) { io.WriteString(f, c.String()) }

// LogValue is the short form, for log/slog.
func (c Card) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText is the short form; there is no way back.
func (c Card) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Format prints a placeholder whatever the verb.
func (f CardForm) Format(s fmt.State, _ rune) { io.WriteString(s, "[card form]") }

// LogValue is a placeholder, for log/slog.
func (f CardForm) LogValue() slog.Value { return slog.StringValue("[card form]") }

// MarshalText is a placeholder; there is no way back.
func (f CardForm) MarshalText() ([]byte, error) { return []byte("[card form]"), nil }

// Luhn reports whether the check digit of a number, given in ASCII digits, is
// right.
func Luhn(number []byte) bool {
	sum := 0
	for i := range number {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return len(number) > 0 && sum%10 == 0
}

func article(b Brand) string {
	if b == AmericanExpress {
		return "An"
	}
	return "A"
}

func itoa(n int) string { return strconv.Itoa(n) }

// GroupNumber puts spaces into a number that is being typed where they are on
// the card, and tells its brand. What is not made of digits and spaces alone
// comes back as it was. The result is the caller's to clear.
func GroupNumber(typed []byte) (grouped []byte, brand Brand) {
	number, ok := bareDigits(make([]byte, 0, 24), typed)
	defer clear(number)
	brand = BrandOf(number)
	for _, b := range typed {
		ok = ok && (b == ' ' || b >= '0' && b <= '9')
	}
	if !ok || len(number) > 19 {
		return append(grouped, typed...), brand
	}
	grouped = make([]byte, 0, 24)
	for i, d := range number {
		if i > 0 && slices.Contains(brand.Gaps(), i) {
			grouped = append(grouped, ' ')
		}
		grouped = append(grouped, d)
	}
	return grouped, brand
}
