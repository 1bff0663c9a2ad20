//go:build !js

package web_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"paypane/web"
	"paypane/web/words"
)

// A language comes with the page, and the page is marked with it: the document,
// what the server prints into it, and what the program reads from it.
func TestALanguageComesWithThePage(t *testing.T) {
	var l words.Language
	if err := json.Unmarshal([]byte(`{"tag":"ar","dir":"rtl","messages":{"card.number":"<number>","problem.name_empty":"<name>"}}`), &l); err != nil {
		t.Fatal(err)
	}
	v := views("Calm words")["card"]
	v.Site.Language = l
	v.Problems[0].Code, v.Problems[0].Text = "name_empty", ""
	var b bytes.Buffer
	if err := web.Document(&b, v, assets); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]int{}
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.ElementNode && n.Data == "html" && (attr(n, "lang") != "ar" || attr(n, "dir") != "rtl"):
			t.Errorf("the document is marked %q, %q", attr(n, "lang"), attr(n, "dir"))
		case n.Type == html.TextNode && attr(n.Parent, "id") == "view":
			var back web.View
			if err := json.Unmarshal([]byte(n.Data), &back); err != nil {
				t.Fatal(err)
			}
			if got := back.Site.Language.Text("card.number"); got != "<number>" || back.Site.Language.Dir() != "rtl" {
				t.Errorf("the program reads %q", got)
			}
			if strings.Contains(n.Data, "cards.heading") {
				t.Error("sentences that only the server prints come with the page")
			}
		case n.Type == html.TextNode:
			texts[n.Data]++
		}
	}
	if texts["<number>"] == 0 || texts["<name>"] != 2 { // in the summary and at the field
		t.Errorf("the page says %v", texts)
	}
}

// English comes with no page: the program has it.
func TestEnglishComesWithNoPage(t *testing.T) {
	var b bytes.Buffer
	if err := web.JSON(&b, views("Calm words")["card"]); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), `"language"`) {
		t.Error(b.String())
	}
}
