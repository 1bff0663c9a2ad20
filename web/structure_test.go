//go:build !js

package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"paypane/web"
	"paypane/web/payment"
)

// hostile are texts that try to leave the place they are put in.
var hostile = []string{
	`<img src=x onerror=alert(1)>`, `x" onfocus="alert(1)`, `' autofocus onfocus='alert(1)`, `</script><script>alert(1)</script>`,
	`--><svg onload=alert(1)>`, "true", " true", `\" onx=1 \`, "a\nb\tc", "x\u0000y", "\u202e\u200b", "&quot; onx=1", "&#34; onx=1", "javascript:alert(1)",
	`"><input name=pay value=all>`, "\xff\xfe", "`x`", "{{.}}", "%s%d", "</title><h1>", "]]>",
}

// views are every page with the text in every place that data can reach, as
// far as the server lets it.
func views(text string) map[string]web.View {
	site := web.Site{Practice: text, Phone: text, Return: text, Hosts: text}
	bill := payment.Bill{ID: text, Kind: payment.Claim, Number: text, Service: payment.Day(text), Title: text,
		Insurance: payment.Cents(100), Owed: payment.Cents(1200)}
	held := bill
	held.Hold = payment.HoldArranged
	attempt := payment.Attempt{ID: text, State: payment.Taken, PatientName: text, Brand: payment.Brand(text), Last4: text, Email: text,
		EmailSent: true, Reference: text, Charge: payment.Charge{Lines: []payment.Line{{Bill: text, Title: text, Amount: payment.Cents(1200)}}}}
	problem := func(field string) []payment.Problem { return []payment.Problem{{Code: text, Field: field, Text: text}} }
	fields := web.CardFields{Brands: []payment.Brand{payment.Visa, payment.Brand(text)},
		Today: time.Unix(0, 0), Typed: web.Typed{Expiry: text, Name: text, Address: text, ZIP: text, Email: text}}
	all := map[string]web.View{
		"amount": {Page: web.PageAmount, Path: text, Site: site, Problems: problem("amount"), Amount: &web.Amount{
			Statement: payment.Statement{GivenName: text, Name: text, Bills: []payment.Bill{bill, bill, held}},
			Chosen:    payment.Choice{Pay: text, Bills: []string{text}, Amount: text}, Live: []payment.Attempt{attempt}}},
		"nothing": {Page: web.PageNothing, Site: site, Amount: &web.Amount{Statement: payment.Statement{Name: text, Credit: payment.Cents(5), Bills: []payment.Bill{held}}}},
		"card":    {Page: web.PageCard, Site: site, Problems: problem("name"), Card: &web.Card{Attempt: attempt, CardFields: fields}},
		"card with stored ones": {Page: web.PageCard, Site: site, Problems: problem("card"), Card: &web.Card{Attempt: attempt, CardFields: fields, Save: text, Unread: true, Chosen: text,
			Stored: []payment.StoredCard{{ID: "9001", Brand: payment.Brand(text), Last4: text}}}},
		"sheet": {Page: web.PageCards, Site: site, Problems: problem("consent"), Nav: []web.NavLink{{Path: text, Text: text, Current: true}},
			Sheet: &web.Sheet{Heading: text, Blocks: []web.Block{
				{Kind: web.BlockText, Look: "hint", Text: text}, {Kind: web.BlockText, Look: "strong", Text: text}, {Kind: web.BlockLink, Href: text, Text: text},
				{Kind: web.BlockLink, Href: text, Text: text, Look: "file", Name: text}, {Kind: web.BlockFacts, Rows: [][]string{{text, text}}},
				{Kind: web.BlockTable, Text: text, Columns: []string{text, text, text}, Rows: [][]string{{text, text, text}}},
				{Kind: web.BlockTerms, Lang: "en", Blocks: []web.Block{{Kind: web.BlockText, Text: text}}},
				{Kind: web.BlockSection, Name: "part", Text: text, Blocks: []web.Block{{Kind: web.BlockItems, Blocks: []web.Block{{Kind: web.BlockGroup, Look: "row", Blocks: []web.Block{{Kind: web.BlockBox, Blocks: []web.Block{{Kind: web.BlockText, Text: text}}}}}}}}},
				{Kind: web.BlockForm, Href: text, Text: text, Value: text, Blocks: []web.Block{{Kind: web.BlockHidden, Name: text, Value: text}, {Kind: web.BlockCard, Card: &fields},
					{Kind: web.BlockInput, Input: &web.Input{Name: "amount", Label: text, Hint: text, Autocomplete: "off", Mode: "decimal", Value: text}},
					{Kind: web.BlockChoice, Name: "consent", Look: "many", Text: text, Options: []web.Option{{Value: text, Label: text, Hint: text, Money: text, Blocks: []web.Block{{Kind: web.BlockText, Text: text}}}}}}},
			}}},
		"notice": {Page: web.PageCookies, Site: site, Notice: &web.Notice{Heading: text, Text: []string{text}, Next: text, NextText: text, Code: text, ID: text}},
	}
	for _, s := range []payment.State{payment.Sending, payment.Taken, payment.Declined, payment.NotSent, payment.Unknown} {
		a := attempt
		a.State = s
		all["result "+string(s)] = web.View{Page: web.PageResult, Site: site, Result: &web.Result{Attempt: a, When: text}}
	}
	return all
}

// assets are such as the server has.
var assets = web.Assets{
	Style: web.Asset{Path: "/static/a.css"}, Icon: web.Asset{Path: "/static/i.svg"},
	Channel: web.Asset{Path: "/static/c.js", Integrity: "sha384-c"}, Loader: web.Asset{Path: "/static/l.js", Integrity: "sha384-l"},
	Program: web.Asset{Path: "/static/p.wasm", Integrity: "sha384-p"},
}

// Data changes no element and no attribute's name of any page, whatever it
// holds, and comes out of the attributes as it went in.
func TestHostileDataChangesNoStructure(t *testing.T) {
	for name, calm := range views("Calm words") {
		want := skeleton(t, calm)
		if strings.Count(want, "\n") < 10 {
			t.Fatalf("%s: hardly a page: %s", name, want)
		}
		for _, text := range hostile {
			if got := skeleton(t, views(text)[name]); got != want {
				t.Errorf("%s with %q:\n%s\nnot\n%s", name, text, got, want)
			}
		}
	}
}

func FuzzStructure(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	calm := map[string]string{}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.TrimSpace(text) == "" {
			return // a place without a text is left out, which is another structure
		}
		for name, v := range views(text) {
			if calm[name] == "" {
				calm[name] = skeleton(t, views("Calm words")[name])
			}
			if got := skeleton(t, v); got != calm[name] {
				t.Fatalf("%s with %q:\n%s\nnot\n%s", name, text, got, calm[name])
			}
		}
	})
}

// skeleton is a document's elements with the names of their attributes, and the
// value of those that a program would act on.
func skeleton(t *testing.T, v web.View) string {
	t.Helper()
	var b bytes.Buffer
	if err := web.Document(&b, v, assets, true); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var walk func(*html.Node, int)
	walk = func(n *html.Node, depth int) {
		if n.Type == html.ElementNode {
			names := map[string]bool{}
			for _, a := range n.Attr {
				names[a.Key] = true
				if a.Key == "id" && n.Data == "script" && a.Val == "view" {
					var back web.View
					if err := json.Unmarshal([]byte(n.FirstChild.Data), &back); err != nil || back.Page != v.Page {
						t.Errorf("the program cannot read its view: %v", err)
					}
				}
			}
			fmt.Fprintf(&out, "%s%s %v\n", strings.Repeat(" ", depth), n.Data, names)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(doc, 0)
	return out.String()
}

// Every page has a language, a title, one main, one heading of the first level,
// and a label for every input.
func TestEveryPageIsWellMade(t *testing.T) {
	for name, v := range views("Calm words") {
		var b bytes.Buffer
		if err := web.Document(&b, v, assets, true); err != nil {
			t.Fatal(err)
		}
		doc, err := html.Parse(&b)
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		ids, labels, refs := map[string]int{}, map[string]bool{}, []string{}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			count[n.Data]++
			for _, a := range n.Attr {
				switch a.Key {
				case "id":
					ids[a.Val]++
				case "for":
					labels[a.Val] = true
				case "aria-describedby", "aria-labelledby":
					refs = append(refs, strings.Fields(a.Val)...)
				}
			}
		}
		if count["main"] != 1 || count["h1"] != 1 || count["title"] != 1 {
			t.Errorf("%s has %d main, %d h1, %d title", name, count["main"], count["h1"], count["title"])
		}
		for id, n := range ids {
			if n > 1 && id != "Calm words" && !strings.HasSuffix(id, "-Calm words") {
				t.Errorf("%s has %d elements with id %s", name, n, id)
			}
		}
		for _, ref := range refs {
			if ids[ref] == 0 {
				t.Errorf("%s refers to %s, which is not there", name, ref)
			}
		}
		for n := range doc.Descendants() {
			if n.Data != "input" || attr(n, "type") == "hidden" {
				continue
			}
			if !labels[attr(n, "id")] {
				t.Errorf("%s: input %s has no label", name, attr(n, "name"))
			}
			if (attr(n, "type") == "text" || attr(n, "type") == "email") && attr(n, "autocomplete") == "" {
				t.Errorf("%s: input %s has no autocomplete", name, attr(n, "name"))
			}
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// What goes into an attribute comes out of it, to the letter: an address with
// quotes is printed back as it was typed.
func TestAttributesKeepTheirText(t *testing.T) {
	for _, text := range []string{`12 "Elm" St`, `O'Neil & <Sons>`, `back\slash`, "true", "\u00a0x", "Zoë 李", "a\tb"} {
		v := views("Calm words")["card"]
		v.Card.Typed.Address = text
		var b bytes.Buffer
		if err := web.Document(&b, v, assets, true); err != nil {
			t.Fatal(err)
		}
		doc, err := html.Parse(&b)
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Data == "input" && attr(n, "name") == "address" && attr(n, "value") != text {
				t.Errorf("%q is printed back as %q", text, attr(n, "value"))
			}
		}
	}
}
