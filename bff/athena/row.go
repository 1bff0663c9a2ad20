package athena

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"paypane/web/payment"
)

// row reads one object of an answer whose fields are not documented: each
// thing is looked for under the names that the upstream uses for it elsewhere
// (assumed.go). Names are compared in lower case. The first thing that is
// there and cannot be read is kept as the row's error.
type row struct {
	of  map[string]json.RawMessage
	err error
}

// rows are the objects of a list: a bare array, or the only array in an
// object, as "{"departments":[...],"totalcount":2}"
// (docs/upstream-api.md#the-wire). Anything else is an error, also an object
// that tells of one (docs/upstream-api.md#errors): what is not understood must
// not look empty.
func rows(body []byte) ([]row, error) {
	items, err := items(body)
	if err != nil {
		return nil, err
	}
	list := make([]row, 0, len(items))
	for _, item := range items {
		r, err := rowOf(item)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

func items(body []byte) ([]json.RawMessage, error) {
	body = bytes.TrimSpace(body)
	var list []json.RawMessage
	if len(body) > 0 && body[0] == '[' {
		return list, json.Unmarshal(body, &list)
	}
	object, err := fields(body)
	if err != nil {
		return nil, err
	}
	r := row{of: object}
	if _, _, failed := r.pick([]string{"error", "errormessage", "errortext"}); failed {
		return nil, errors.New("an error instead of a list")
	}
	if _, _, said := r.pick([]string{"success"}); said && (!r.flag("success") || r.err != nil) {
		return nil, errors.New("no success")
	}
	arrays := 0
	for _, raw := range object {
		if raw[0] == '[' {
			arrays++
			if err := json.Unmarshal(raw, &list); err != nil {
				return nil, err
			}
		}
	}
	if arrays != 1 {
		return nil, errors.New("not a list")
	}
	return list, nil
}

// rowOf reads an object.
func rowOf(object []byte) (row, error) {
	exact, err := fields(object)
	if err != nil {
		return row{}, err
	}
	return lowered(exact)
}

// partOf reads an object that is a part of what was read.
func partOf(object []byte) (row, error) {
	exact, err := members(object)
	if err != nil {
		return row{}, err
	}
	return lowered(exact)
}

// lowered is a row with the names of its fields in lower case, as nearly all are.
func lowered(exact map[string]json.RawMessage) (row, error) {
	same := true
	for name := range exact {
		same = same && strings.ToLower(name) == name
	}
	if same {
		return row{of: exact}, nil
	}
	r := row{of: make(map[string]json.RawMessage, len(exact))}
	for name, raw := range exact {
		lower := strings.ToLower(name)
		if _, twice := r.of[lower]; twice {
			return row{}, errors.New("a field twice")
		}
		r.of[lower] = raw
	}
	return r, nil
}

// pick is the first of the fields that is there and says something.
func (r *row) pick(names []string) (name string, raw json.RawMessage, ok bool) {
	for _, name := range names {
		if raw, there := r.of[name]; there && string(raw) != "null" && string(raw) != `""` {
			return name, raw, true
		}
	}
	return "", nil, false
}

func (r *row) fail(name string, err error) {
	if r.err == nil && err != nil {
		r.err = fmt.Errorf("%s: %w", name, err)
	}
}

// id is an id, a whole number above zero; empty where none is there.
func (r *row) id(names ...string) string {
	name, raw, ok := r.pick(names)
	if !ok {
		return ""
	}
	var t text
	if t.UnmarshalJSON(raw) != nil || !reference(string(t)) {
		r.fail(name, errors.New("not an id"))
		return ""
	}
	return string(t)
}

// must is an id that has to be there.
func (r *row) must(names ...string) string {
	s := r.id(names...)
	if s == "" {
		r.fail(names[0], errors.New("missing"))
	}
	return s
}

// number is an id as a number, zero where none is there.
func (r *row) number(names ...string) int {
	n, _ := strconv.Atoi(r.id(names...))
	return n
}

// plain is a word or a text as it is, empty where it is neither.
func (r *row) plain(names ...string) string {
	_, raw, ok := r.pick(names)
	var t text
	if !ok || t.UnmarshalJSON(raw) != nil {
		return ""
	}
	return string(t)
}

// text is plain to be shown on one line. It is the practice's own, into which no
// payer types, so its long rows of digits (codes of drugs and procedures, days,
// phone numbers) are no card numbers and stay. A text that is odd fails nothing.
func (r *row) text(names ...string) string { return plainLine(r.plain(names...)) }

// typed is a text that somebody may have typed beside a card: one that holds a
// card number loses its digits.
func (r *row) typed(names ...string) string { return typedLine(r.plain(names...)) }

// flag is a boolean, false where none is there; Y and N count.
func (r *row) flag(names ...string) bool {
	name, raw, ok := r.pick(names)
	if !ok {
		return false
	}
	yes, err := yesNo(raw)
	r.fail(name, err)
	return yes
}

// truth is a boolean that decides only what is offered first: false where none is
// there, or none that is understood.
func (r *row) truth(names ...string) bool {
	_, raw, ok := r.pick(names)
	yes, err := truth(raw)
	return ok && err == nil && yes
}

// list is a list of words, as docs/upstream-api.md#the-wire has them.
func (r *row) list(names ...string) []string {
	name, raw, ok := r.pick(names)
	if !ok {
		return nil
	}
	var l list
	r.fail(name, l.UnmarshalJSON(raw))
	return l
}

// words is list for what can be done without: none where it is not understood.
func (r *row) words(names ...string) []string {
	_, raw, ok := r.pick(names)
	var l list
	if !ok || l.UnmarshalJSON(raw) != nil {
		return nil
	}
	return l
}

// ceiling is an amount up to which something is offered: zero where there is none,
// or none that is understood.
func (r *row) ceiling(names ...string) payment.Amount {
	_, raw, ok := r.pick(names)
	var m money
	if !ok || m.UnmarshalJSON(raw) != nil {
		return payment.Amount{}
	}
	a, err := m.amount()
	if err != nil {
		return payment.Amount{}
	}
	return a
}

// signed is an amount of either sign; there is false where none is there.
func (r *row) signed(names ...string) (s payment.Signed, there bool) {
	name, raw, ok := r.pick(names)
	if !ok {
		return s, false
	}
	var m money
	if err := m.UnmarshalJSON(raw); err != nil {
		r.fail(name, err)
		return s, false
	}
	a, err := payment.FromDecimal(m.dollars.Abs())
	r.fail(name, err)
	return payment.Signed{Amount: a, Negative: m.dollars.LessThan(decimal.Zero)}, err == nil
}

// amount is an amount that cannot be negative.
func (r *row) amount(names ...string) (a payment.Amount, there bool) {
	s, there := r.signed(names...)
	if s.Negative {
		r.fail(names[0], errors.New("negative amount"))
		return payment.Amount{}, false
	}
	return s.Amount, there
}

// day is a day, empty where there is none or it is no day; a time of day
// behind it is left off.
func (r *row) day(names ...string) payment.Day {
	s, _, _ := strings.Cut(r.plain(names...), " ")
	return day(text(s))
}

// brand is a card's brand, by its abbreviation or its name.
func (r *row) brand(names ...string) payment.Brand {
	said := r.text(names...)
	for _, b := range []payment.Brand{payment.Visa, payment.Mastercard, payment.AmericanExpress, payment.Discover} {
		if said == string(b) || strings.EqualFold(said, b.Name()) {
			return b
		}
	}
	return ""
}

// abbreviation is a card's brand by its abbreviation alone, empty where it is not
// exactly one of the recorded ones (docs/upstream-api.md#receipts, recorded).
func (r *row) abbreviation(names ...string) payment.Brand {
	said := payment.Brand(r.plain(names...))
	if !said.Known() {
		return ""
	}
	return said
}

// last4 is the end of a card number, and never more of it: a text of four digits
// (docs/upstream-api.md#receipts, recorded), or a number, which has lost the
// zeros before it. Every other form, also one that is masked or too short, is
// empty: it is not known which digits stand there.
func (r *row) last4(names ...string) string {
	_, raw, ok := r.pick(names)
	switch {
	case !ok:
		return ""
	case raw[0] == '"':
		if s := plainText(raw); len(s) == 4 && digits(s) {
			return s
		}
	case len(raw) <= 4 && digits(raw):
		return strings.Repeat("0", 4-len(raw)) + string(raw)
	}
	return ""
}

// truth reads a boolean that decides only what is shown or offered, in any form that was seen: a public client's stored cards say "1"
// (docs/upstream-api.md#storedcard, client).
func truth(raw json.RawMessage) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(plainText(raw))) {
	case "1", "true":
		return true, nil
	case "0", "false":
		return false, nil
	}
	switch string(raw) {
	case "1":
		return true, nil
	case "0":
		return false, nil
	}
	return yesNo(raw)
}

// yesNo reads a boolean in any of the upstream's forms.
func yesNo(raw json.RawMessage) (bool, error) {
	switch strings.ToUpper(plainText(raw)) {
	case "Y", "YES":
		return true, nil
	case "N", "NO":
		return false, nil
	}
	var f flag
	err := f.UnmarshalJSON(raw)
	return bool(f), err
}

// object is an object, alone or in an array of one; there is false where there is
// none.
func (r *row) object(names ...string) (object row, there bool) {
	_, raw, ok := r.pick(names)
	if !ok {
		return row{}, false
	}
	one, err := alone(raw)
	if err != nil {
		return row{}, false
	}
	object, err = partOf(one)
	return object, err == nil
}

// claims are the ids of claims: a list of ids, or of objects with one each.
func (r *row) claims(names ...string) []string {
	name, raw, ok := r.pick(names)
	if !ok {
		return nil
	}
	var items []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil || len(items) == 0 || items[0][0] != '{' {
		return r.list(name)
	}
	var ids []string
	for _, item := range items {
		claim, err := rowOf(item)
		if err == nil {
			ids = append(ids, claim.must(claimID...))
			err = claim.err
		}
		r.fail(name, err)
	}
	return ids
}

// timeOfDay is a time of a day, "14:30", or nothing.
func timeOfDay(s string) string {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return ""
	}
	return t.Format("15:04")
}
