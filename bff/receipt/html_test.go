package receipt

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"paypane/web/payment"
	"paypane/web/words"
)

// parsed is a receipt's page as a browser reads it.
func parsed(t rapid.TB, i payment.Receipt) *html.Node {
	t.Helper()
	page, err := HTML(words.Language{}, document(i))
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// visit goes through the elements and texts below a node.
func visit(n *html.Node, see func(*html.Node)) {
	see(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		visit(c, see)
	}
}

// Whatever is on a receipt stands on its page, all of it and in order.
func TestHTMLIsReadInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawReceipt(t)
		var text strings.Builder
		visit(parsed(t, i), func(n *html.Node) {
			if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "title" {
				text.WriteString(n.Data + " ")
			}
		})
		if lost := inOrder(spaced(text.String()), said(i)); lost != "" {
			t.Fatalf("%q is not in its place:\n%s", lost, spaced(text.String()))
		}
	})
}

// Hostile text makes no element, no attribute and no script, and the file asks
// nobody for anything.
func TestHTMLIsHarmless(t *testing.T) {
	shape := func(i payment.Receipt) (elements []string) {
		visit(parsed(t, i), func(n *html.Node) {
			if n.Type != html.ElementNode {
				return
			}
			elements = append(elements, n.Data)
			for _, a := range n.Attr {
				if !slices.Contains([]string{"lang", "charset", "http-equiv", "content", "name", "class", "id", "scope", "colspan", "dir", "role", "aria-labelledby", "tabindex"}, a.Key) {
					t.Errorf("attribute %s of %s", a.Key, n.Data)
				}
			}
			if slices.Contains([]string{"script", "img", "link", "iframe", "a", "form", "object", "svg"}, n.Data) {
				t.Errorf("a %s", n.Data)
			}
		})
		return elements
	}
	plain := strange()
	for n := range plain.Lines {
		plain.Lines[n].Description = strings.Map(func(r rune) rune { return max('a', r&31+'a') }, plain.Lines[n].Description)
	}
	plain.Payer, plain.Practice.Name = "Morgan", "Harbor"
	if got, want := shape(strange()), shape(plain); !slices.Equal(got, want) {
		t.Errorf("hostile text changes the page:\n%v\n%v", got, want)
	}
	file, err := HTML(words.Language{}, document(strange()))
	if err != nil {
		t.Fatal(err)
	}
	for _, foreign := range []string{"http:", "https:", "url(", "@import", "//"} {
		if bytes.Contains(file, []byte(foreign)) {
			t.Errorf("%s in the file", foreign)
		}
	}
}

// Tables have headings of columns and rows, the page a language and a title.
func TestHTMLIsSemantic(t *testing.T) {
	count := map[string]int{}
	visit(parsed(t, sample()), func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		count[n.Data]++
		for _, a := range n.Attr {
			if a.Key == "scope" || a.Key == "lang" {
				count[a.Key+" "+a.Val]++
			}
		}
		if n.Data == "title" && n.FirstChild.Data != "Receipt 61234, Harbor Family Medicine" {
			t.Errorf("title %q", n.FirstChild.Data)
		}
	})
	for what, want := range map[string]int{"h1": 1, "h2": 1, "main": 1, "table": 2, "thead": 1, "scope col": 6, "scope row": 6 + 3 + 1, "lang en-US": 1, "title": 1} {
		if count[what] != want {
			t.Errorf("%d of %s, want %d", count[what], what, want)
		}
	}
}
