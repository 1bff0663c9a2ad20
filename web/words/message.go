package words

import (
	"strings"

	"paypane/web/payment"
)

// print writes a message in ICU MessageFormat, as far as the catalogue needs it:
//
//	{name}                                          a parameter
//	{count, plural, one {# day} other {# days}}     by the number's CLDR category; # is the number
//	{phone, select, none {…} other {… {phone}}}     by the parameter's text
//
// For select an empty text is "none", a bool is "yes" or "no", and a card's
// brand its abbreviation. What a parameter holds is never read as a message.
func (l Language) print(b *strings.Builder, message string, parameters []any, number string) {
	for message != "" {
		i := strings.IndexAny(message, "{#")
		if i < 0 {
			b.WriteString(message)
			return
		}
		b.WriteString(message[:i])
		if message[i] == '#' {
			if number == "" {
				number = "#"
			}
			b.WriteString(number)
			message = message[i+1:]
			continue
		}
		end := closing(message, i)
		l.placeholder(b, message[i+1:end], parameters)
		message = message[end+1:]
	}
}

// placeholder writes what stands between braces.
func (l Language) placeholder(b *strings.Builder, inner string, parameters []any) {
	name, rest, chosen := strings.Cut(inner, ",")
	value := parameter(parameters, strings.TrimSpace(name))
	if !chosen {
		b.WriteString(l.Value(value))
		return
	}
	kind, cases, _ := strings.Cut(rest, ",")
	category, number := "", ""
	if strings.TrimSpace(kind) == "plural" {
		n, _ := value.(int)
		category, number = l.open().format.plural(l, n), l.Value(n)
	} else {
		category = l.selected(value)
	}
	text, ok := branch(cases, category)
	if !ok {
		text, _ = branch(cases, "other")
	}
	l.print(b, text, parameters, number)
}

// selected is the case of a select that a value chooses.
func (l Language) selected(value any) string {
	switch v := value.(type) {
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case payment.Brand:
		if v.Known() {
			return string(v)
		}
	}
	switch text := bare(l.Value(value)); text {
	case "":
		return "none"
	case "none": // somebody's name
		return "other"
	default:
		return text
	}
}

// parameter is the value of a name, of names and values in turn.
func parameter(parameters []any, name string) any {
	for i := 0; i+1 < len(parameters); i += 2 {
		if parameters[i] == name {
			return parameters[i+1]
		}
	}
	return nil
}

// branch is the text of one case, of several with their texts in braces.
func branch(cases, name string) (string, bool) {
	for {
		open := strings.IndexByte(cases, '{')
		if open < 0 {
			return "", false
		}
		end := closing(cases, open)
		if strings.TrimSpace(cases[:open]) == name {
			return cases[open+1 : end], true
		}
		cases = cases[end+1:]
	}
}

// closing is the place of the brace that closes the one at open, and the last
// place where there is none: the catalogue has no such message (a test holds it).
func closing(text string, open int) int {
	depth := 0
	for i := open; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(text) - 1
}
