package bff_test

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// form are the hidden and chosen values of the page's form for an address.
func (b *tab) form(path string) url.Values {
	values := url.Values{}
	for n := range must(html.Parse(strings.NewReader(b.body))).Descendants() {
		if n.Data != "form" || strings.Split(attribute(n, "action"), "?")[0] != path {
			continue
		}
		for input := range n.Descendants() {
			kind := attribute(input, "type")
			_, checked := attributes(input)["checked"]
			if input.Data == "input" && attribute(input, "name") != "" && (kind != "radio" && kind != "checkbox" || checked) {
				values.Add(attribute(input, "name"), attribute(input, "value"))
			}
		}
		return values
	}
	return values
}

// link is where the first link leads whose words are these; empty: there is none.
func (b *tab) link(words string) string {
	for n := range must(html.Parse(strings.NewReader(b.body))).Descendants() {
		if n.Data != "a" {
			continue
		}
		var text strings.Builder
		for inner := range n.Descendants() {
			if inner.Type == html.TextNode {
				text.WriteString(inner.Data)
			}
		}
		if spaced(text.String()) == spaced(words) {
			return attribute(n, "href")
		}
	}
	return ""
}

// field is the name of the first input of the page whose name begins so: that of a stored card's security code ends in the card's number.
func (b *tab) field(begins string) string {
	for n := range must(html.Parse(strings.NewReader(b.body))).Descendants() {
		if name := attribute(n, "name"); n.Data == "input" && strings.HasPrefix(name, begins) {
			return name
		}
	}
	return begins
}

func attributes(n *html.Node) map[string]string {
	all := map[string]string{}
	for _, a := range n.Attr {
		all[a.Key] = a.Val
	}
	return all
}

func attribute(n *html.Node, name string) string { return attributes(n)[name] }

// text is what a reader sees of the page, on one line.
func (b *tab) text() string {
	var text strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			text.WriteString(n.Data + " ")
		case n.Data == "script", n.Data == "dialog", n.Data == "head":
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(must(html.Parse(strings.NewReader(b.body))))
	return spaced(text.String())
}

func spaced(text string) string {
	return strings.NewReplacer(" .", ".", " ,", ",").Replace(strings.Join(strings.Fields(text), " "))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
