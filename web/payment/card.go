package payment

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
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
	FieldTrack   = "trackdata" // what a card reader types
	// FieldRepeat is ticked to pay again what was paid minutes ago.
	FieldRepeat = "repeat"
)

// CardForm is what was typed, pasted or filled into the card form, as it came.
// Its bytes belong to the caller, who clears them with Clear once a Card has
// been read; no struct keeps one. It prints as a placeholder.
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
	number, code, track Secret
	// Present says that the card is there, in the hand of whoever types or swipes
	// it: it need not have a security code, and one that was swiped has neither name
	// nor address.
	Present bool
	Expiry  Expiry
	Name    string // as printed on the card
	Address string // street line of the billing address
	ZIP     string // of the billing address
}

// ReadCard makes a card of what was typed, judging it for a practice that
// takes the given brands on the given day (in the practice's time zone). It
// answers either a card or at least one problem, in the order of the fields.
func ReadCard(form CardForm, accepted []Brand, today time.Time) (*Card, []Problem) {
	return readCard(form, accepted, today, false)
}

// ReadPresentCard is ReadCard for a card that is in the hand of whoever types it:
// its security code may be left out.
func ReadPresentCard(form CardForm, accepted []Brand, today time.Time) (*Card, []Problem) {
	return readCard(form, accepted, today, true)
}

func readCard(form CardForm, accepted []Brand, today time.Time, present bool) (*Card, []Problem) {
	var problems []Problem
	add := func(p *Problem) {
		if p != nil {
			problems = append(problems, *p)
		}
	}
	card := &Card{Present: present}
	number, p := readNumber(form.Number, accepted)
	card.number = Keep(number)
	add(p)
	brand := BrandOf(number)
	card.Expiry, p = readExpiry(Harmless(form.Expiry), today)
	add(p)
	card.Name, p = readName(form.Name)
	add(p)
	code, p := readCode(form.Code, brand)
	card.code = Keep(code)
	if !present || p == nil || p.Code != "code_empty" {
		add(p)
	}
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
	number, ok := bareDigits(make([]byte, 0, 24), typed)
	brand := BrandOf(number)
	switch lengths := brand.lengths(); {
	case len(number) == 0 && ok:
		return number, problem("number_empty", FieldNumber)
	case !ok:
		return number, problem("number_letters", FieldNumber)
	case brand == "" && len(number) >= 12:
		return number, problem("number_brand", FieldNumber, "brand", brand, "accepted", accepted)
	case brand == "":
		return number, problem("number_length", FieldNumber, "brand", brand, "digits", 0, "entered", len(number))
	case !slices.Contains(accepted, brand):
		return number, problem("number_brand", FieldNumber, "brand", brand, "accepted", accepted)
	case !slices.Contains(lengths, len(number)):
		return number, problem("number_length", FieldNumber, "brand", brand, "digits", lengths[0], "entered", len(number))
	case !Luhn(number):
		return number, problem("number_check", FieldNumber)
	}
	return number, nil
}

// readCode reads a security code of as many digits as the brand has; three or
// four while the brand is not known.
func readCode(typed []byte, brand Brand) ([]byte, *Problem) {
	code, ok := bareDigits(make([]byte, 0, 4), typed)
	switch {
	case len(code) == 0 && ok:
		return code, problem("code_empty", FieldCode)
	case brand == "" && ok && (len(code) == 3 || len(code) == 4):
		return code, nil
	case !ok || len(code) != brand.CodeLength():
		return code, problem("code_length", FieldCode, "brand", brand, "digits", brand.CodeLength())
	}
	return code, nil
}

// readName reads the name on the card and catches a card number or security
// code that landed in the wrong box.
func readName(typed []byte) (string, *Problem) {
	name := strings.Join(strings.Fields(normalize(Harmless(typed))), " ")
	n, letters := 0, 0
	for _, r := range name {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r|0x20 >= 'a' && r|0x20 <= 'z' || r >= utf8.RuneSelf && !separator(r):
			letters++
		}
	}
	switch {
	case name == "":
		return "", problem("name_empty", FieldName)
	case n > 11, letters == 0 && n > 4:
		return "", problem("name_number", FieldName)
	case letters == 0 && (n == 3 || n == 4):
		return "", problem("name_code", FieldName)
	case letters == 0:
		return "", problem("name_form", FieldName)
	case utf8.RuneCountInString(name) > 200:
		return "", problem("name_long", FieldName)
	}
	return name, nil
}

// readAddress reads the street line of the billing address, which is sent on and
// kept in the clear: a card number has no place in it.
func readAddress(typed []byte) (string, *Problem) {
	address := strings.Join(strings.Fields(normalize(Harmless(typed))), " ")
	switch {
	case address == "":
		return "", problem("address_empty", FieldAddress)
	case HoldsCard(address):
		return "", problem("address_number", FieldAddress)
	case utf8.RuneCountInString(address) > 200:
		return "", problem("address_long", FieldAddress)
	}
	return address, nil
}

// readZIP reads a US ZIP code (12345, 12345-6789) or the postal code of another
// country, and answers it as it was typed, in capitals. A code of digits alone
// has four (Australia, Switzerland) to nine, in two groups at most; behind a
// ZIP code stand the four digits of a ZIP+4, or the three of a Brazilian code.
func readZIP(typed []byte) (string, *Problem) {
	zip := strings.Map(func(r rune) rune {
		if r == '−' || unicode.Is(unicode.Pd, r) {
			return '-'
		}
		return r
	}, strings.ToUpper(strings.Join(strings.Fields(normalize(Harmless(typed))), " ")))
	if zip == "" {
		return "", problem("zip_empty", FieldZIP)
	}
	groups := strings.FieldsFunc(zip, func(r rune) bool { return r == '-' || r == ' ' })
	code := strings.Join(groups, "")
	figures, letters := 0, 0
	for _, r := range code {
		switch {
		case r >= '0' && r <= '9':
			figures++
		case r >= 'A' && r <= 'Z':
			letters++
		}
	}
	// One separator between two groups, and none at the ends.
	ok := figures > 0 && figures+letters == len(code) && len(zip) >= 3 && len(zip) <= 10 && len(zip) == len(code)+len(groups)-1
	if ok && letters == 0 {
		ok = figures >= 4 && figures <= 9 && len(groups) <= 2
		if len(groups) == 2 && len(groups[0]) == 5 {
			ok = ok && (len(groups[1]) == 3 || len(groups[1]) == 4)
		}
	}
	if !ok {
		return "", problem("zip_form", FieldZIP)
	}
	if len(zip) == 9 && digits(zip) {
		zip = zip[:5] + "-" + zip[5:]
	}
	return zip, nil
}

// Brand is the card's network.
func (c Card) Brand() Brand { return BrandOf(c.number.Bytes()) }

// Last4 is the most of a number that may be shown or kept.
func (c Card) Last4() string {
	number := c.number.Bytes()
	return string(number[max(0, len(number)-4):])
}

// Reveal hands number and security code to the one place that writes them into
// the request to the processor. The slices are the card's own and are
// overwritten by Clear: the callee must not keep them.
func (c *Card) Reveal(write func(number, code []byte)) { write(c.number.Bytes(), c.code.Bytes()) }

// Clear overwrites number, security code and tracks. The card is of no use afterwards.
func (c *Card) Clear() {
	c.number.Clear()
	c.code.Clear()
	c.track.Clear()
}

// String is "Visa ending in 1111".
func (c Card) String() string {
	if len(c.number.Bytes()) < 12 {
		return "card"
	}
	return c.Brand().Name() + " ending in " + c.Last4()
}

// Format prints the short form whatever the verb, so that no %v, %+v or %#v of
// a struct that holds a card can print more.
func (c Card) Format(f fmt.State, _ rune) { io.WriteString(f, c.String()) }

// MarshalText is the short form; there is no way back.
func (c Card) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// MarshalBinary is the short form, for gob.
func (c Card) MarshalBinary() ([]byte, error) { return c.MarshalText() }

// Format prints a placeholder whatever the verb.
func (f CardForm) Format(s fmt.State, _ rune) { io.WriteString(s, "[card form]") }

// MarshalText is a placeholder; there is no way back.
func (f CardForm) MarshalText() ([]byte, error) { return []byte("[card form]"), nil }

// MarshalBinary is a placeholder, for gob.
func (f CardForm) MarshalBinary() ([]byte, error) { return f.MarshalText() }

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
