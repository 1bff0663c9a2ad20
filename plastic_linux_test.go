package main

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// plastic is a card that was typed, and where.
type plastic struct{ number, code, where string }

// card is a card that nobody has typed yet.
func (s *subject) card(where string) plastic {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.cards)
	digits := "4" + sixless(n*7654321+1234567) + sixless(n*3456788+7654321)
	for check := range 10 {
		if number := digits + strconv.Itoa(check); payment.Luhn([]byte(number)) {
			s.cards = append(s.cards, plastic{number, fmt.Sprintf("%03d", (n*37+11)%1000), where})
			return s.cards[n]
		}
	}
	panic("no check digit")
}

// sixless are the last seven digits of a number to the base of nine, written without
// a 6. The simulator's ids begin with a 6, and two of them may lie beside each
// other: eight digits of theirs are never those of a card.
func sixless(n int) string {
	digits := strconv.FormatInt(int64(n), 9)
	return strings.NewReplacer("6", "7", "7", "8", "8", "9").Replace(digits[len(digits)-7:])
}

func (s *subject) typed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.cards)
}

// filled are the fields of a card form.
func (c plastic) filled(other ...string) url.Values {
	number := c.number
	if c.number[15]%2 == 0 { // as people type it and as programs fill it
		number = number[:4] + " " + number[4:8] + " " + number[8:12] + " " + number[12:]
	}
	v := url.Values{"number": {number}, "expiry": {"12/34"}, "name": {"Pat Sample"}, "code": {c.code}, "address": {"12 Elm Street"},
		"zip": {"02139"}, "email": {""}, "consent": {"yes"}, "card": {"new"}}
	for n := 0; n < len(other); n += 2 {
		v.Set(other[n], other[n+1])
	}
	return v
}

// misplaced are fields of a form with the card's number in each.
func (c plastic) misplaced(fields ...string) url.Values {
	form := url.Values{"pay": {"other"}}
	for _, name := range fields {
		form[name] = []string{c.number}
	}
	return form
}

// spellings are how a card can lie in memory.
func (c plastic) spellings() []string {
	n := c.number
	all := []string{n, "cardsecuritycode=" + c.code + "&expirationmonthmm", "&code=" + c.code + "&consent", "=" + c.code + "&email=&", n[:8], n[4:12], n[8:]}
	for _, gap := range []string{" ", "+", "-", "%20", "."} {
		all = append(all, n[:4]+gap+n[4:8]+gap+n[8:12])
	}
	for lead := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", lead) + n))
		all = append(all, encoded[4:len(encoded)-4])
	}
	return all
}
