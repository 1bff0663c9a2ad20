package payment

// Brand is a card network that athenahealth's card processing knows.
type Brand string

// The brands, by their abbreviation in athenahealth's API (creditcardtypes of
// a department, cardtypeabbreviation of a receipt).
const (
	Visa            Brand = "VI"
	Mastercard      Brand = "MC"
	AmericanExpress Brand = "AX"
	Discover        Brand = "DS"
)

// Name is what people call the brand.
func (b Brand) Name() string {
	switch b {
	case Visa:
		return "Visa"
	case Mastercard:
		return "Mastercard"
	case AmericanExpress:
		return "American Express"
	case Discover:
		return "Discover"
	}
	return "card"
}

// Known reports whether the brand is one of those above.
func (b Brand) Known() bool { return b.Name() != Brand("").Name() }

// lengths are the numbers of digits a brand's cards have. Visa numbers of 13
// and 18 digits are long gone or doubtful (card-validator issue 146).
func (b Brand) lengths() []int {
	switch b {
	case Visa, Discover:
		return []int{16, 19}
	case AmericanExpress:
		return []int{15}
	}
	return []int{16}
}

// CodeLength is the number of digits of the brand's security code.
func (b Brand) CodeLength() int {
	if b == AmericanExpress {
		return 4
	}
	return 3
}

// Gaps are the places, in digits from the left, before which the number has a
// space when it is printed on the card.
func (b Brand) Gaps() []int {
	if b == AmericanExpress {
		return []int{4, 10}
	}
	return []int{4, 8, 12, 16}
}

// BrandOf tells the brand from the first digits of a number, as soon as they
// are enough to tell; until then, and for others, it is empty.
func BrandOf(number []byte) Brand {
	switch p := prefix(number, 4); {
	case len(number) >= 1 && number[0] == '4':
		return Visa
	case p/100 == 34 || p/100 == 37:
		return AmericanExpress
	case p/100 >= 51 && p/100 <= 55, p >= 2221 && p <= 2720:
		return Mastercard
	case p == 6011, p/10 >= 644 && p/10 <= 649, p/100 == 65:
		return Discover
	}
	return ""
}

// prefix is the number formed by the first n digits, as far as they are there,
// zeros after that: prefix("37", 4) is 3700.
func prefix(number []byte, n int) int {
	p := 0
	for i := range n {
		p *= 10
		if i < len(number) {
			p += int(number[i] - '0')
		}
	}
	return p
}
