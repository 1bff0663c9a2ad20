//go:build !js || desk

package payment

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Search is what a desk looks for patients by. One of its kinds at least is
// there.
type Search struct {
	ID            int // the upstream's, whole
	Given, Family string
	Born          Day
	Phone         string // ten digits
}

// FieldSearch is the name of the search box, in forms and in addresses.
const FieldSearch = "q"

// The lengths of names as the upstream stores them
// (docs/upstream-api.md#patients, documented), in characters, and of what may be
// typed into the search box.
const (
	givenStored  = 20
	familyStored = 30
	searchMost   = 80
)

// ReadSearch reads what was typed into the search box: an id, a birth date, a
// phone number, or a name with or without a birth date behind it: "Sample,
// Dana 1/4/1961", "Dana Sample". today is the day at the desk: nobody is born
// after it. The problem has no code where there is something to look for.
func ReadSearch(typed string, today Day) (Search, Problem) {
	typed = strings.Join(strings.Fields(typed), " ")
	wrong := func(code string) (Search, Problem) { return Search{}, Problem{Code: code, Field: FieldSearch} }
	switch {
	case typed == "":
		return wrong("search_empty")
	case len([]rune(typed)) > searchMost:
		return wrong("search_long")
	case HoldsCard(typed):
		return wrong("search_card")
	}
	if strings.Trim(typed, "0123456789()+-./ ") == "" {
		return readNumbers(typed, today)
	}
	var s Search
	var names []string
	for word := range strings.FieldsSeq(strings.ReplaceAll(typed, ",", " , ")) {
		if !unicode.IsDigit([]rune(word)[0]) {
			names = append(names, word)
			continue
		}
		born := dayTyped(word)
		if born == "" || born > today || s.Born != "" {
			return wrong("search_born")
		}
		s.Born = born
	}
	s.Family, s.Given = readNames(names)
	if s.Family == "" && s.Given == "" {
		return wrong("search_empty")
	}
	return s, Problem{}
}

// readNumbers reads what has no letters: an id, a phone number or a birth date.
func readNumbers(typed string, today Day) (Search, Problem) {
	wrong := Problem{Code: "search_number", Field: FieldSearch}
	if strings.Contains(typed, "/") || len(typed) == len(time.DateOnly) && typed[4] == '-' {
		born := dayTyped(typed)
		if born == "" || born > today {
			return Search{}, Problem{Code: "search_born", Field: FieldSearch}
		}
		return Search{Born: born}, Problem{}
	}
	numbers := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, typed)
	switch {
	case numbers == typed && len(numbers) < 10:
		id, err := strconv.Atoi(numbers)
		if err != nil || id == 0 {
			return Search{}, wrong
		}
		return Search{ID: id}, Problem{}
	case len(numbers) == 11 && numbers[0] == '1': // with the country's code
		return Search{Phone: numbers[1:]}, Problem{}
	case len(numbers) == 10:
		return Search{Phone: numbers}, Problem{}
	case numbers != typed && dayTyped(typed) != "" && dayTyped(typed) <= today:
		return Search{Born: dayTyped(typed)}, Problem{}
	}
	return Search{}, wrong
}

// readNames reads "last, first", or "first last" where there is no comma; one
// word alone is a family name. Longer names are cut as the upstream stores them.
func readNames(words []string) (family, given string) {
	text := strings.Join(words, " ")
	if before, after, comma := strings.Cut(text, ","); comma {
		family, given = before, after
	} else if len(words) > 0 {
		family, given = words[len(words)-1], strings.Join(words[:len(words)-1], " ")
	}
	clean := func(s string, most int) string {
		s = strings.TrimSpace(strings.ReplaceAll(s, ",", " "))
		r := []rune(s)
		return strings.TrimSpace(string(r[:min(len(r), most)]))
	}
	return clean(family, familyStored), clean(given, givenStored)
}

// dayTyped is a day as people here write it, the month first and the year whole,
// or as machines do; empty where it is none.
func dayTyped(s string) Day {
	for _, layout := range []string{"1/2/2006", "1-2-2006", "1.2.2006", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1850 {
			return DayOf(t)
		}
	}
	return ""
}

// Kinds are the kinds of criteria of a search, which may be written down where
// the words themselves may not.
func (s Search) Kinds() []string {
	var kinds []string
	for _, kind := range []struct {
		there bool
		name  string
	}{{s.ID != 0, "id"}, {s.Family != "", "family"}, {s.Given != "", "given"}, {s.Born != "", "born"}, {s.Phone != "", "phone"}} {
		if kind.there {
			kinds = append(kinds, kind.name)
		}
	}
	return kinds
}

// Words is the name of a search, for an upstream that looks for a part of it.
func (s Search) Words() string { return strings.TrimSpace(s.Given + " " + s.Family) }

// Whole reports whether a search names one person: by both names and the birth
// date.
func (s Search) Whole() bool { return s.Given != "" && s.Family != "" && s.Born != "" }
