//go:build !js

package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

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

// Every declared page is among those that hostile data runs through. The frame
// page has no data but of the portals file.
func TestEveryPageMeetsHostileData(t *testing.T) {
	met := map[string]bool{web.PageFrame: true}
	for _, v := range views("Calm words") {
		met[v.Page] = true
	}
	for _, page := range web.Pages {
		if !met[page.Name] {
			t.Errorf("page %s: no view of it is among those of views: add one with the text wherever data can reach", page.Name)
		}
	}
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
	if err := web.Document(&b, v, assets); err != nil {
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
		if err := web.Document(&b, v, assets); err != nil {
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
		if err := web.Document(&b, v, assets); err != nil {
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

// The card form has an input for every wish that is asked for, and for none
// else; it begins with what was typed there and shows what is wrong with it.
func TestCardFormAsksForWishes(t *testing.T) {
	page := func(asks payment.Asked) string {
		v := views("Calm words")["card"]
		v.Card.Asked, v.Card.Typed = asks, web.Typed{Wishes: wishes("typed")}
		v.Problems = nil
		for _, name := range payment.WishFields() {
			v.Problems = append(v.Problems, payment.Problem{Code: "x", Field: name, Text: "wrong " + name})
		}
		var b bytes.Buffer
		if err := web.Document(&b, v, assets); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	all, least := page(asked()), page(payment.Asked{})
	_, always := payment.ReadWishes(payment.Asked{}, func(string) string { return "4111111111111111" })
	for _, name := range payment.WishFields() {
		input := regexp.MustCompile(`<input[^>]* name="` + name + `"[^>]*>`)
		if got := input.FindString(all); !strings.Contains(got, `value="typed"`) || !strings.Contains(got, `autocomplete="`) || !strings.Contains(got, ` aria-invalid="`) || !strings.Contains(all, `for="`+name+`"`) {
			t.Errorf("%s is asked for as %s", name, got)
		}
		if asks := payment.At(always, name).Code != ""; input.MatchString(least) != asks {
			t.Errorf("%s, which is not asked for, is on the form", name)
		}
	}
}

// No page at the desk has a key twice, or one of the navigation's.
func TestKeysAreNotTakenTwice(t *testing.T) {
	key := regexp.MustCompile(`data-key="([^"]*)"`)
	for name, v := range views("Calm words") {
		if web.PageNamed(v.Page).For != web.ForStaff {
			continue
		}
		shell := web.DeskShell{Name: "Ana", Cover: 180}
		for page, key := range web.DeskKeys {
			shell.Nav = append(shell.Nav, web.DeskLink{NavLink: web.NavLink{Path: "/desk/new", Text: page}, Key: key})
		}
		v.Desk = &shell
		if v.Patient != nil {
			v.Patient.Visit.State = payment.VisitExpected
		}
		if v.Today != nil {
			v.Today.Visits[1].Next = false // one is
		}
		var b bytes.Buffer
		if err := web.Document(&b, v, assets); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, found := range key.FindAllStringSubmatch(b.String(), -1) {
			if seen[found[1]] {
				t.Errorf("%s: two things have the key %s", name, found[1])
			}
			seen[found[1]] = true
		}
		if len(seen) <= len(web.DeskKeys) {
			t.Errorf("%s: %d keys", name, len(seen))
		}
	}
}
