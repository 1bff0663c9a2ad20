//go:build !js || desk

package payment

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Piece is a banknote or a coin of the United States.
type Piece struct {
	Value Amount
	Coin  bool
}

// Pieces are all kinds, the most valuable first.
var Pieces = []Piece{
	{Cents(10000), false}, {Cents(5000), false}, {Cents(2000), false}, {Cents(1000), false}, {Cents(500), false}, {Cents(200), false}, {Cents(100), false},
	{Cents(100), true}, {Cents(50), true}, {Cents(25), true}, {Cents(10), true}, {Cents(5), true}, {Cents(1), true},
}

// Name is the piece's input, and its name in a record: "note-2000", by cents.
func (p Piece) Name() string {
	kind := "note-"
	if p.Coin {
		kind = "coin-"
	}
	return kind + strconv.FormatInt(p.Value.Cents(), 10)
}

// CardGroup is how cards at a terminal of the practice's own are told apart when a
// drawer is counted: as the upstream's own close does it. The practice's methods do
// not say more (docs/upstream-api.md#card-methods).
type CardGroup string

// The groups.
const (
	VisaOrMastercard CardGroup = "visa_mc"
	OnlyAmex         CardGroup = "amex"
	OnlyDiscover     CardGroup = "discover"
	OtherCards       CardGroup = "other"
)

// CardGroups are all of them, in the order in which they are counted.
var CardGroups = []CardGroup{VisaOrMastercard, OnlyAmex, OnlyDiscover, OtherCards}

// GroupOf is the group of a method for outside cards, by the practice's code.
func GroupOf(m Method) CardGroup {
	code := strings.ToUpper(string(m))
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(code, part) })
	}
	switch {
	case has("AMEX", "AMERICAN"):
		return OnlyAmex
	case has("DISC"):
		return OnlyDiscover
	case has("VIS", "MC", "MASTER"):
		return VisaOrMastercard
	}
	return OtherCards
}

// DrawerCheck is a check in a drawer.
type DrawerCheck struct {
	Number string
	Amount Amount
}

// MarshalText writes it as a record keeps it. The sign between the two keeps them
// from being one row of digits.
func (c DrawerCheck) MarshalText() ([]byte, error) {
	return []byte(c.Number + "=" + c.Amount.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *DrawerCheck) UnmarshalText(text []byte) error {
	at := strings.LastIndexByte(string(text), '=')
	found := at >= 0
	number, amount := string(text[:max(at, 0)]), string(text[at+1:])
	if !found {
		return errors.New("no check with an amount")
	}
	c.Number = number
	return c.Amount.UnmarshalText([]byte(amount))
}

func (c DrawerCheck) compare(d DrawerCheck) int {
	return cmp.Or(cmp.Compare(c.Number, d.Number), cmp.Compare(c.Amount.Cents(), d.Amount.Cents()))
}

// Counted is what somebody counted in a drawer. Nothing of it is known beforehand:
// all is typed.
type Counted struct {
	Float  Amount               `json:"float"` // cash that was in it when it was opened
	Pieces map[string]int       `json:"pieces,omitempty"`
	Checks []DrawerCheck        `json:"checks,omitempty"`
	Cards  map[CardGroup]Amount `json:"cards,omitempty"` // outside cards, by the terminal's report
}

// Cash is all of it in the drawer, the float included.
func (c Counted) Cash() Amount {
	var cents int64
	for _, p := range Pieces {
		cents += p.Value.Cents() * int64(c.Pieces[p.Name()])
	}
	return Cents(cents)
}

// CheckSum is the sum of some checks.
func CheckSum(checks []DrawerCheck) (sum Amount) {
	for _, c := range checks {
		sum = sum.Plus(c.Amount)
	}
	return sum
}

// The inputs of a count, beside those of pieces.
const (
	FieldFloat       = "float"
	FieldDrawerCheck = "check-"  // + row: a check's number
	FieldDrawerPaid  = "paid-"   // + row: its amount
	FieldDrawerCards = "cards-"  // + group
	mostPieces       = 9999      // of one kind
	MostDrawerChecks = 60        // of one count: what the record of it holds
	mostFloat        = 10_000_00 // cents
	longestCount     = 2300      // characters of a record
)

// ReadCounted reads a count of which a form has some rows for checks; held answers
// what it has under a name. Pieces, checks and cards that are left empty are none.
// The float has to be typed, and of the pieces one kind at least, if only a zero:
// nothing typed is nothing counted.
func ReadCounted(held func(name string) string, rows int) (c Counted, problems []Problem) {
	add := func(p *Problem) { problems = append(problems, *p) }
	money := func(name string) (a Amount, some bool) {
		typed := held(name)
		if normalize(typed) == "" {
			return a, false
		}
		a, err := ReadAmount(typed)
		if err != nil {
			add(problem("drawer_form", name))
		}
		return a, err == nil
	}
	switch float, some := money(FieldFloat); {
	case some && float.Cents() > mostFloat:
		add(problem("drawer_float_big", FieldFloat, "most", Cents(mostFloat)))
	case some:
		c.Float = float
	case normalize(held(FieldFloat)) == "":
		add(problem("drawer_float", FieldFloat))
	}
	c.Pieces = map[string]int{}
	typed := false
	for _, p := range Pieces {
		text := normalize(held(p.Name()))
		if text == "" {
			continue
		}
		typed = true
		n, err := strconv.Atoi(text)
		if err != nil || !digits(text) || n > mostPieces {
			add(problem("drawer_pieces", p.Name()))
			continue
		}
		if n > 0 {
			c.Pieces[p.Name()] = n
		}
	}
	if !typed {
		add(problem("drawer_cash", Pieces[0].Name()))
	}
	for row := 1; row <= min(rows, MostDrawerChecks); row++ {
		number, amount := FieldDrawerCheck+strconv.Itoa(row), FieldDrawerPaid+strconv.Itoa(row)
		if normalize(held(number)) == "" && normalize(held(amount)) == "" {
			continue
		}
		check := DrawerCheck{}
		var wrong *Problem
		if check.Number, wrong = ReadCheckNumber(held(number)); wrong != nil {
			wrong.Field = number
			add(wrong)
		}
		paid, some := money(amount)
		if check.Amount = paid; !some && normalize(held(amount)) == "" || some && paid.IsZero() {
			add(problem("drawer_paid", amount))
		}
		c.Checks = append(c.Checks, check)
	}
	c.Cards = map[CardGroup]Amount{}
	for _, g := range CardGroups {
		if sum, some := money(FieldDrawerCards + string(g)); some && !sum.IsZero() {
			c.Cards[g] = sum
		}
	}
	return c, problems
}
