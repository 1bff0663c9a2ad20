// Package words holds every sentence that people read, under a key, and prints
// it in a language.
//
//	l.Text("result.paid", "amount", attempt.Total())  // "You paid $45.00"
//
// A key begins with the page, or the thing, that it speaks of. Parameters follow
// as name and value in turn. Amounts, days, moments, counts and cards are given
// as values of their own types and never as text, because how they are written
// belongs to the language. A sentence is never put together from parts by its
// caller: another language may need another order.
//
// The sentences stand in the files en_*.go, in ICU MessageFormat as far as
// message.go reads it. Those that only the server prints stay out of the
// browser's program. What the upstream, a bank or a practice wrote is no
// sentence of ours: it is printed as it came.
package words

import (
	"strings"

	"paypane/web/payment"
)

// Key names a sentence.
type Key string

// Messages are sentences by their keys.
type Messages map[Key]string

// Language prints sentences. The zero value is English.
type Language struct{ book *book }

// book is what a language is made of.
type book struct {
	tag, dir string
	// locale is the tag with the country whose way of writing it follows, where
	// that makes a difference.
	locale string
	// name is what the language calls itself.
	name string
	// reviewed says that people who speak it have read it all. A page in one that
	// nobody has offers English.
	reviewed bool
	messages []Messages
	format   formatter
	// spared begin the keys that do not come with a page.
	spared []string
}

// formatter is how a language writes what is no sentence.
type formatter interface {
	// plural is the CLDR category of a count: zero, one, two, few, many, other.
	plural(l Language, n int) string
	// value is a parameter: an amount, a day, a count, a card.
	value(l Language, v any) string
}

var english = &book{tag: "en", dir: "ltr", locale: "en-US", name: "English", reviewed: true, messages: []Messages{enProgram, enProblems, enServer()}, format: englishFormat{}}

func (l Language) open() *book {
	if l.book == nil {
		return english
	}
	return l.book
}

// Tag is the language's BCP 47 tag, for an attribute lang.
func (l Language) Tag() string { return l.open().tag }

// Dir is the direction of its script, for an attribute dir: ltr or rtl.
func (l Language) Dir() string { return l.open().dir }

// Locale is the tag with the country, for a record and for a file.
func Locale(l Language) string { return l.open().locale }

// Name is what the language calls itself.
func Name(l Language) string { return l.open().name }

// Reviewed reports whether people who speak it have read it all.
func Reviewed(l Language) bool { return l.open().reviewed }

// Text is the sentence of a key. The parameters are names and values in turn. A
// key that is missing is printed itself; a test in this package holds that every
// key that is asked for is there, with the same parameters.
func (l Language) Text(key Key, parameters ...any) string {
	var b strings.Builder
	l.print(&b, l.message(key), parameters, "")
	return b.String()
}

func (l Language) message(key Key) string {
	for _, m := range l.open().messages {
		if text, ok := m[key]; ok {
			return text
		}
	}
	return string(key)
}

// Halves are the parts of a sentence before and after one of its parameters.
type Halves struct{ Before, After string }

// Around is what stands before and after one parameter of a sentence, for a
// page that sets the parameter apart: a link, an amount in bold. The parameter
// stands in the sentence once, outside of any plural or select.
func (l Language) Around(key Key, name string, parameters ...any) Halves {
	first, second, _ := strings.Cut(l.message(key), "{"+name+"}")
	var before, after strings.Builder
	l.print(&before, first, parameters, "")
	l.print(&after, second, parameters, "")
	return Halves{before.String(), after.String()}
}

// Value is a single value as the language writes it: an amount, a day, a count.
func (l Language) Value(v any) string { return l.open().format.value(l, v) }

// Problem is a problem with its sentence. One that has a sentence already keeps
// it.
func (l Language) Problem(p payment.Problem) payment.Problem {
	if p.Text == "" && p.Code != "" {
		p.Text = l.Text(ProblemKey(p), p.Parameters...)
	}
	return p
}

// Problems are problems with their sentences in a language.
func Problems(l Language, problems []payment.Problem) []payment.Problem {
	printed := make([]payment.Problem, len(problems))
	for i, p := range problems {
		printed[i] = l.Problem(p)
	}
	return printed
}

// ProblemKey is the key of a problem's sentence: the one that it names, or the
// one of its code.
func ProblemKey(p payment.Problem) Key {
	if p.Key != "" {
		return Key("problem." + p.Key)
	}
	return Key("problem." + p.Code)
}
