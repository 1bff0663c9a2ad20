package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"paypane/web"
)

// A browser may have several sessions at once. So each address that a page
// leads to goes through Site.At, which names the page's own: whatever writes a
// link or a form without it would lead into somebody else's.
func TestAddressesNameTheirSession(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			address := addressOf(call)
			if address == nil {
				return true
			}
			looked++
			if to, ok := address.(*ast.CallExpr); ok {
				if method, ok := to.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "At" {
					return true
				}
			}
			t.Errorf("%s: an address of ours without Site.At", set.Position(call.Pos()))
			return true
		})
	}
	if looked < 15 {
		t.Errorf("only %d addresses were looked at: the test does not see the pages any more", looked)
	}
}

// addressOf is the address that a call of package field writes, where it is one
// of ours; nil otherwise.
func addressOf(call *ast.CallExpr) ast.Expr {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if pkg, ok := method.X.(*ast.Ident); !ok || pkg.Name != "field" {
		return nil
	}
	switch method.Sel.Name {
	case "Form":
		return call.Args[0]
	case "Link": // those that leave the payment say so
		if outside, ok := call.Args[2].(*ast.Ident); !ok || outside.Name != "true" {
			return call.Args[0]
		}
	case "Attr":
		if name, ok := call.Args[1].(*ast.BasicLit); ok && (name.Value == `"href"` || name.Value == `"action"`) {
			return call.Args[2]
		}
	}
	return nil
}

func TestAt(t *testing.T) {
	for _, row := range [][3]string{
		{"", "/pay", "/pay"},
		{"", "/plan?of=a", "/plan?of=a"},
		{"abc", "/pay", "/pay?pane=abc"},
		{"abc", "/pay/1", "/pay/1?pane=abc"},
		{"abc", "/plan?of=a", "/plan?of=a&pane=abc"},
		{"abc", "/pay?late", "/pay?late&pane=abc"},
		{"abc", "https://portal.example/", "https://portal.example/"},
		{"abc", "tel:617-555-0100", "tel:617-555-0100"},
		{"abc", "#number", "#number"},
		{"abc", "", ""},
	} {
		if got := (web.Site{Pane: row[0]}).At(row[1]); got != row[2] {
			t.Errorf("At(%q) in %q: %q, want %q", row[1], row[0], got, row[2])
		}
	}
}
