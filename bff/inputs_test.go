package bff

import (
	"strings"

	"golang.org/x/net/html"
)

// inputs are the attributes of each input of a page, in order.
func inputs(page string) (all []map[string]string) {
	for n := range must(html.Parse(strings.NewReader(page))).Descendants() {
		if n.Type != html.ElementNode || n.Data != "input" {
			continue
		}
		of := map[string]string{}
		for _, a := range n.Attr {
			of[a.Key] = a.Val
		}
		all = append(all, of)
	}
	return all
}
