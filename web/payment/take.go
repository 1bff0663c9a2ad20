package payment

import (
	"slices"
	"strings"
)

// The inputs of the page on which staff take money, beside those of a card. An
// amount for a claim is named as its bill: "claim-501".
const (
	FieldCopay       = "copay"
	FieldOther       = "other" // for nothing in particular: the practice keeps it unapplied
	FieldBills       = "bills" // for the bills together, the oldest first
	FieldMethod      = "method"
	FieldGiven       = "given" // in cash
	FieldCheckNumber = "checknumber"
	FieldOutside     = "outsidemethod" // which of the practice's methods an outside card is
	FieldLast4       = "last4"
	FieldPosted      = "postdate"
	FieldPart        = "part" // of all of it, with this method now
	FieldSeen        = "seen" // what was owed when the page was printed
)

// Way is how staff take money: a value of the radio group "method".
type Way string

const (
	WayCard    Way = "card"    // charged, with the card in hand
	WayPhone   Way = "phone"   // charged, with a card that is told on the phone
	WayStored  Way = "stored"  // charged, a card that the practice has stored
	WayCash    Way = "cash"    // recorded
	WayCheck   Way = "check"   // recorded
	WayOutside Way = "outside" // recorded: a card at a terminal that is not the upstream's
)

// Charges reports whether the way charges a card here; the others record what was
// taken.
func (w Way) Charges() bool { return w == WayCard || w == WayPhone || w == WayStored }

// Taking is what staff typed of what is to be taken, for what.
type Taking struct {
	Copay  string            `json:"copay,omitempty"`
	Claims map[string]string `json:"claims,omitempty"` // by the bill's ID
	Bills  string            `json:"bills,omitempty"`
	Other  string            `json:"other,omitempty"`
	Today  string            `json:"today,omitempty"`
	Part   string            `json:"part,omitempty"`
}

// Expected is what the page begins with: the copay of the visit where one is
// asked for, and else all bills.
func Expected(s Statement) Taking {
	t := Taking{Claims: map[string]string{}}
	for _, b := range s.Payable() {
		if b.Kind == Copay {
			t.Copay = b.Owed.String()
			return t
		}
	}
	for _, b := range s.Payable() {
		if b.Kind == Claim {
			t.Claims[b.ID] = b.Owed.String()
		}
	}
	return t
}

// Divided is the taking with what was typed for the bills together divided among
// them, the oldest first; false: there is nothing to divide. Amounts for single
// bills that stand beside it are replaced: the one amount is newer.
func (t Taking) Divided(s Statement) (Taking, bool, *Problem) {
	if normalize(t.Bills) == "" {
		return t, false, nil
	}
	amount, err := ReadAmount(t.Bills)
	if err != nil {
		return t, false, problem("take_form", FieldBills)
	}
	claims := slices.DeleteFunc(s.Payable(), func(b Bill) bool { return b.Kind != Claim })
	var owed Amount
	for _, b := range claims {
		owed = owed.Plus(b.Owed)
	}
	if owed.Less(amount) {
		return t, false, problem("take_bills_big", FieldBills, "owed", owed)
	}
	t.Bills, t.Claims = "", map[string]string{}
	for _, l := range spread(claims, amount).Lines {
		t.Claims[l.Bill] = l.Amount.String()
	}
	return t, true, nil
}

// Charge is what is to be taken, line by line, against what is owed: the copay,
// the bills from the oldest, money for no bill. It has all problems, each of its
// input. Money for today's service stands alone, see Charge.Validate. An amount
// above what its bill asks for is refused, and not cut: what is more has a line
// of its own.
func (t Taking) Charge(s Statement, visit string, today Day) (Charge, []Problem) {
	var c Charge
	var problems []Problem
	read := func(typed, field string) (a Amount, some bool) {
		if normalize(typed) == "" {
			return a, false
		}
		a, err := ReadAmount(typed)
		if err != nil {
			problems = append(problems, *problem("take_form", field))
		}
		return a, err == nil && !a.IsZero()
	}
	for _, b := range s.Bills {
		typed, field := t.Claims[b.ID], b.ID
		switch b.Kind {
		case Copay:
			typed, field = t.Copay, FieldCopay
		case Unapplied:
			continue
		}
		amount, some := read(typed, field)
		switch {
		case !some:
		case !b.Payable():
			problems = append(problems, *problem("take_held", field))
		case b.Owed.Less(amount):
			problems = append(problems, *problem("take_big", field, "owed", b.Owed))
		default:
			c.Lines = append(c.Lines, Line{Bill: b.ID, Kind: b.Kind, Number: b.Number, Service: b.Service, Title: b.Title, Amount: amount, Balance: b.Balance})
		}
	}
	if amount, some := read(t.Copay, FieldCopay); some && !slices.ContainsFunc(s.Bills, func(b Bill) bool { return b.Kind == Copay }) {
		problems = append(problems, *problem("take_no_copay", FieldCopay, "amount", amount))
	}
	for id, typed := range t.Claims {
		if _, some := read(typed, id); some && !slices.ContainsFunc(s.Bills, func(b Bill) bool { return b.ID == id }) {
			problems = append(problems, *problem("take_gone", ""))
		}
	}
	if amount, some := read(t.Other, FieldOther); some {
		balance := amount
		for _, b := range s.Bills {
			if b.Kind == Unapplied {
				balance = larger(b.Balance, amount)
			}
		}
		c.Lines = append(c.Lines, Line{Bill: BillID(Unapplied, AccountNumber), Kind: Unapplied, Number: AccountNumber,
			Title: "For no bill, kept on the account", Amount: amount, Balance: balance})
	}
	if amount, some := read(t.Today, FieldToday); some {
		switch {
		case visit == "":
			problems = append(problems, *problem("take_no_visit", FieldToday))
		case len(c.Lines) > 0:
			problems = append(problems, *problem("take_today_alone", FieldToday))
		default:
			c.Lines = append(c.Lines, Line{Bill: BillID(Today, visit), Kind: Today, Number: visit, Service: today,
				Title: "Payment for your visit", Amount: amount, Balance: amount})
		}
	}
	if len(c.Lines) == 0 && len(problems) == 0 {
		problems = append(problems, *problem("take_nothing", FieldMethod))
	}
	return c, distinct(problems)
}

// distinct are the problems without those that are told twice.
func distinct(problems []Problem) (all []Problem) {
	for _, p := range problems {
		if !slices.ContainsFunc(all, func(q Problem) bool { return q.Code == p.Code && q.Field == p.Field }) {
			all = append(all, p)
		}
	}
	return all
}

// ReadPart is the part of a total that is taken with one method now; the total
// where nothing was typed.
func ReadPart(typed string, total Amount) (Amount, *Problem) {
	if normalize(typed) == "" {
		return total, nil
	}
	part, err := ReadAmount(typed)
	switch {
	case err != nil || part.IsZero():
		return total, problem("take_form", FieldPart)
	case total.Less(part):
		return total, problem("take_part_big", FieldPart, "total", total)
	}
	return part, nil
}

// First divides a charge into what an amount pays of its lines, from the first on,
// and what is left of them. What is left is not less of a bill than was asked for,
// so that both together are the charge.
func (c Charge) First(amount Amount) (now, left Charge) {
	now.AsOne, left.AsOne = c.AsOne, c.AsOne
	for _, l := range c.Lines {
		part := l.Amount
		if amount.Less(part) {
			part = amount
		}
		amount = amount.Minus(part)
		if rest := l.Amount.Minus(part); !rest.IsZero() {
			other := l
			other.Amount = rest
			left.Lines = append(left.Lines, other)
		}
		if !part.IsZero() {
			l.Amount = part
			now.Lines = append(now.Lines, l)
		}
	}
	return now, left
}

// ReadGiven is the cash that was given for a total, and the change due. Less than
// the total is asked about: it may be a part.
func ReadGiven(typed string, total Amount) (given, change Amount, p *Problem) {
	given, err := ReadAmount(typed)
	switch {
	case normalize(typed) == "":
		return given, change, problem("given_empty", FieldGiven, "total", total)
	case err != nil || given.IsZero():
		return given, change, problem("given_form", FieldGiven)
	case given.Less(total):
		return given, change, problem("given_short", FieldGiven, "given", given, "total", total, "missing", total.Minus(given))
	}
	return given, given.Minus(total), nil
}

// ReadCheckNumber reads what is printed on a check: letters, digits and what
// stands between them, twenty characters at most.
func ReadCheckNumber(typed string) (string, *Problem) {
	number := strings.ToUpper(strings.Join(strings.Fields(normalize(typed)), " "))
	switch {
	case number == "":
		return "", problem("checknumber_empty", FieldCheckNumber)
	case HoldsCardNumber(number):
		return "", problem("checknumber_card", FieldCheckNumber)
	case len(number) > 20 || strings.Trim(number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/ ") != "" || strings.Trim(number, "-/ ") == "":
		return "", problem("checknumber_form", FieldCheckNumber)
	}
	return number, nil
}

// ReadLast4 reads the last four digits of an outside card.
func ReadLast4(typed string) (string, *Problem) {
	last4 := normalize(typed)
	switch {
	case last4 == "":
		return "", problem("last4_empty", FieldLast4)
	case HoldsCardNumber(last4):
		return "", problem("last4_card", FieldLast4)
	case len(last4) != 4 || !digits(last4):
		return "", problem("last4_form", FieldLast4)
	}
	return last4, nil
}

// ReadPosted reads the day on which a payment counts; empty: today, by the
// upstream's own calendar. The future cannot be posted to.
func ReadPosted(typed string, today Day) (Day, *Problem) {
	text := normalize(typed)
	if text == "" || text == string(today) {
		return "", nil
	}
	day, ok := readDay(text)
	t, _ := day.date()
	now, known := today.date()
	switch {
	case !ok:
		return "", problem("posted_form", FieldPosted)
	case day == today:
		return "", nil
	case known && t.After(now):
		return "", problem("posted_future", FieldPosted, "today", today)
	}
	return day, nil
}

// readDay reads a day as Americans write it, or as the calendars of programs do.
func readDay(text string) (Day, bool) {
	day := Day(text)
	if m, rest, slash := strings.Cut(text, "/"); slash {
		d, y, _ := strings.Cut(rest, "/")
		if len(m) == 1 {
			m = "0" + m
		}
		if len(d) == 1 {
			d = "0" + d
		}
		day = Day(y + "-" + m + "-" + d)
	}
	return day, day.known()
}

// Seen writes down what the bills asked for when a page was printed, for Moved.
func Seen(s Statement) string {
	var seen []string
	for _, b := range s.Bills {
		seen = append(seen, b.ID+"="+b.Owed.String())
	}
	return strings.Join(seen, " ")
}

// Move is a bill of which another amount is owed than the page said.
type Move struct {
	Bill     string
	Was, Now Amount
}

// Moved are the bills of a taking of which another amount is owed now than when
// the page was printed: whoever took money then has to be asked again. A bill that
// is not there any more is owed nothing.
func Moved(seen string, s Statement, t Taking) (moves []Move) {
	now := map[string]Amount{}
	for _, b := range s.Bills {
		if b.Hold == "" {
			now[b.ID] = b.Owed
		}
	}
	for entry := range strings.FieldsSeq(seen) {
		id, text, _ := strings.Cut(entry, "=")
		was, err := ParseAmount(text)
		if err != nil || was == now[id] {
			continue
		}
		typed := t.Claims[id]
		switch {
		case strings.HasPrefix(id, string(Copay)+"-"):
			typed = t.Copay
		case id == BillID(Unapplied, AccountNumber):
			typed = t.Other
		}
		if normalize(typed) != "" || normalize(t.Bills) != "" && strings.HasPrefix(id, string(Claim)+"-") {
			moves = append(moves, Move{id, was, now[id]})
		}
	}
	return moves
}

// Notes are the banknotes of the United States that people pay with, for buttons.
var Notes = []Amount{Cents(500), Cents(1000), Cents(2000), Cents(5000), Cents(10000)}
