// Package field writes everything in a page that carries data into an
// attribute: labelled inputs, links, forms, error summaries.
//
// go-app 9.8.0 prints attribute values with strconv.Quote and does not escape
// them, prints "true" as a bare attribute, and prints disabled="false" for a
// disabled(false), which disables. So no other package sets an attribute from
// anything but a literal (a test in web holds that), and this one encodes what
// it is given for the server's printer and leaves it alone for the DOM.
package field

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// element is any go-app element that takes attributes.
type element[E any] interface {
	app.UI
	Attr(name string, value any) E
}

// Attr sets an attribute of an element to a text from data.
func Attr[E element[E]](e E, name, value string) E {
	if app.IsServer {
		value = encode(value)
	}
	return e.Attr(name, value)
}

// If sets an attribute where the condition holds and leaves it out where not:
// the only right way to write a boolean attribute with go-app's printer.
func If[E element[E]](e E, condition bool, name, value string) E {
	if !condition {
		return e
	}
	return Attr(e, name, value)
}

// encode writes the characters that HTML or strconv.Quote would take for
// something else as character references, so that quoting the result changes
// nothing and the browser reads back the value. The word true, and spaces at
// the ends, which go-app swallows, are encoded too.
func encode(value string) string {
	if value == "true" {
		return "&#116;rue"
	}
	var b strings.Builder
	for i, r := range value {
		edge := r == ' ' && (i == 0 || i == len(value)-1)
		if edge || strings.ContainsRune("&<>\"'`\\", r) || !strconv.IsPrint(r) {
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
