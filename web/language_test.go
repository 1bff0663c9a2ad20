//go:build !js

package web_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
	"golang.org/x/net/html"

	"paypane/web"
	"paypane/web/payment"
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

// What comes with a page is enough for it: the program prints the page, and each of
// its problems, as the server does. What other pages say does not come with it.
func TestEnoughWordsComeWithThePage(t *testing.T) {
	ar, _ := words.Named("ar")
	for name, v := range views("Calm words") {
		if web.PageNamed(v.Page).For == web.ForStaff { // which is English
			continue
		}
		v.Site.Language = ar
		var b bytes.Buffer
		if err := web.JSON(&b, v); err != nil {
			t.Fatal(err)
		}
		var back web.View
		if err := json.Unmarshal(b.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		if printed, want := sentences(app.HTMLString(web.NewShell(back, nil))), sentences(app.HTMLString(web.NewShell(v, nil))); !slices.Equal(printed, want) {
			t.Errorf("%s: the program prints\n%q\nnot\n%q", name, printed, want)
		}
		if v.Card != nil {
			for _, f := range []string{"number_empty", "expiry_past", "code_length", "zip_form", "email_form", "lost_paying"} {
				if p := (payment.Problem{Code: f}); back.Site.Language.Problem(p).Text != ar.Problem(p).Text {
					t.Errorf("%s: the program does not know %s", name, f)
				}
			}
			if back.Site.Language.Text("result.nothing") == ar.Text("result.nothing") {
				t.Errorf("%s: what only a result says comes with the page", name)
			}
		}
	}
}

// sentences are the texts of a page, and its labels, in their order.
func sentences(page string) (all []string) {
	tokens := html.NewTokenizer(strings.NewReader(page))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		token := tokens.Token()
		if kind == html.TextToken {
			all = append(all, token.Data)
		}
		for _, a := range token.Attr {
			if a.Key == "aria-label" {
				all = append(all, a.Val)
			}
		}
	}
	return all
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
