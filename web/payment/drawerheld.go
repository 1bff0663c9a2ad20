//go:build !js || desk

package payment

import (
	"cmp"
	"slices"
	"strings"
)

// Charged is what cards were charged here with one brand, and what of it was taken
// back: the bank settles it, and nobody counts it.
type Charged struct {
	Brand       Brand
	Taken, Back Amount
}

// Held is what a drawer should hold of some attempts, the float aside. Cents are
// below zero where more went back than came.
type Held struct {
	Cash   int64
	Checks []DrawerCheck
	// Gone are checks that were taken back and had come before: they are in the
	// drawer no more, and were not counted on.
	Gone    []DrawerCheck
	Cards   map[CardGroup]int64
	Charged []Charged
}

// HeldOf is what a drawer should hold of attempts that are all in it. Only what was
// done counts. What is taken back says by what method, as what it undoes did, or it
// is of a card that was charged, which undone tells by the attempt that is undone.
func HeldOf(attempts []Attempt, undone func(id string) Attempt) Held {
	h := Held{Cards: map[CardGroup]int64{}}
	var back []DrawerCheck
	for _, a := range attempts {
		if a.State != Succeeded {
			continue
		}
		sign := int64(1)
		if a.Kind.Returns() {
			sign = -1
		}
		total := a.Total()
		switch returns := a.Kind == KindVoid; {
		case a.Kind.Charges():
			h.charge(a.Brand, total, Amount{})
		case returns && a.Method == "":
			h.charge(undone(a.Undoes).Brand, Amount{}, total)
		case a.Kind != KindRecord && !returns: // a vendor's money is in no drawer
		case a.Method == Cash:
			h.Cash += sign * total.Cents()
		case a.Method.IsCheck() && returns:
			back = append(back, DrawerCheck{a.CheckNumber, total})
		case a.Method.IsCheck():
			h.Checks = append(h.Checks, DrawerCheck{a.CheckNumber, total})
		default:
			h.Cards[GroupOf(a.Method)] += sign * total.Cents()
		}
	}
	h.Checks, h.Gone = apart(h.Checks, back)
	slices.SortFunc(h.Charged, func(a, b Charged) int { return cmp.Compare(a.Brand, b.Brand) })
	return h
}

func (h *Held) charge(b Brand, taken, back Amount) {
	at := slices.IndexFunc(h.Charged, func(c Charged) bool { return c.Brand == b })
	if at < 0 {
		at, h.Charged = len(h.Charged), append(h.Charged, Charged{Brand: b})
	}
	h.Charged[at].Taken, h.Charged[at].Back = h.Charged[at].Taken.Plus(taken), h.Charged[at].Back.Plus(back)
}

// apart are the checks of each list that the other one has not: two alike are two.
func apart(a, b []DrawerCheck) (onlyA, onlyB []DrawerCheck) {
	a, b = slices.SortedFunc(slices.Values(a), DrawerCheck.compare), slices.SortedFunc(slices.Values(b), DrawerCheck.compare)
	for len(a) > 0 && len(b) > 0 {
		switch order := a[0].compare(b[0]); {
		case order < 0:
			onlyA, a = append(onlyA, a[0]), a[1:]
		case order > 0:
			onlyB, b = append(onlyB, b[0]), b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	return append(onlyA, a...), append(onlyB, b...)
}

// Variance is in what a count is not as the drawer should be. Cents are above zero
// where there is more than there should be.
type Variance struct {
	Cash int64
	// Missing are checks that should be there and were not listed, Extra those that
	// were and should not.
	Missing, Extra []DrawerCheck
	Cards          map[CardGroup]int64
}

// Against is in what the count is not as the drawer should be.
func (c Counted) Against(h Held) Variance {
	v := Variance{Cash: c.Cash().Cents() - c.Float.Cents() - h.Cash, Cards: map[CardGroup]int64{}}
	v.Missing, v.Extra = apart(h.Checks, c.Checks)
	for _, g := range CardGroups {
		if off := c.Cards[g].Cents() - h.Cards[g]; off != 0 {
			v.Cards[g] = off
		}
	}
	return v
}

// Total is all that is off, too much and too little added up: one does not make up
// for the other.
func (v Variance) Total() Amount {
	cents := max(v.Cash, -v.Cash)
	for _, off := range v.Cards {
		cents += max(off, -off)
	}
	return Cents(cents).Plus(CheckSum(v.Missing)).Plus(CheckSum(v.Extra))
}

// Net is how many cents there are more than there should be.
func (v Variance) Net() int64 {
	cents := v.Cash + CheckSum(v.Extra).Cents() - CheckSum(v.Missing).Cents()
	for _, off := range v.Cards {
		cents += off
	}
	return cents
}

// AbsenceReasons are those for which somebody else counts a drawer, in the order in which
// they are offered.
var AbsenceReasons = []string{"ill", "left", "shift", ReasonOther}

// VarianceReasons are those for which a drawer is not as it should be, in the order
// in which they are offered. ReasonOther has to be told in words.
var VarianceReasons = []string{"change", "float", "typed", "paid_out", "terminal", "unknown", ReasonOther}

// ReadVarianceReason reads why a drawer is not as it should be.
func ReadVarianceReason(code, text string) (reason, said string, problems []Problem) {
	return readDrawerReason(VarianceReasons, "drawer_reason", "drawer_words", code, text)
}

// ReadAbsenceReason reads why somebody else counts a drawer.
func ReadAbsenceReason(code, text string) (reason, said string, problems []Problem) {
	return readDrawerReason(AbsenceReasons, "drawer_absence", "drawer_absent", code, text)
}

// readDrawerReason reads one of some reasons; none and untold are what is wrong where
// there is none, and where another one is not told in words.
func readDrawerReason(reasons []string, none, untold, code, text string) (reason, said string, problems []Problem) {
	if slices.Contains(reasons, code) {
		reason = code
	} else {
		problems = append(problems, *problem(none, FieldReason))
	}
	said = strings.TrimSpace(strings.Map(plainRune, text))
	switch {
	case HoldsCard(said) || HoldsCardNumber(said):
		said, problems = "", append(problems, *problem("reason_card", FieldReasonText))
	case !short(said, longestReason):
		problems = append(problems, *problem("reason_long", FieldReasonText))
	case reason == ReasonOther && said == "":
		problems = append(problems, *problem(untold, FieldReasonText))
	}
	return reason, said, problems
}
