package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// go-app's printer does not escape attributes. So outside of package field
// whatever sets an attribute sets it to a literal; what comes from data goes
// through field.Attr.
func TestOnlyFieldWritesAttributesFromData(t *testing.T) {
	// Methods of go-app's elements that do not set an attribute.
	harmless := map[string]bool{"Body": true, "Text": true, "Textf": true, "Render": true, "UI": true}
	elements := elementMethods()
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
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || harmless[method.Sel.Name] || !elements[method.Sel.Name] || !onElement(method.X) {
				return true
			}
			looked++
			if strings.HasPrefix(method.Sel.Name, "On") {
				return true
			}
			for _, arg := range call.Args {
				if lit, ok := arg.(*ast.BasicLit); ok {
					if lit.Value == `"true"` {
						t.Errorf("%s: %s(%s) is printed as a bare attribute: use field.Attr", set.Position(call.Pos()), method.Sel.Name, lit.Value)
					}
					continue
				}
				if u, ok := arg.(*ast.UnaryExpr); ok {
					if _, ok := u.X.(*ast.BasicLit); ok {
						continue
					}
				}
				t.Errorf("%s: %s is given something else than a literal: use field.Attr", set.Position(call.Pos()), method.Sel.Name)
			}
			if method.Sel.Name == "Style" || method.Sel.Name == "Styles" || method.Sel.Name == "Raw" {
				t.Errorf("%s: %s breaks the content security policy", set.Position(call.Pos()), method.Sel.Name)
			}
			return true
		})
	}
	if looked < 30 {
		t.Errorf("only %d calls were looked at: the test does not see the pages any more", looked)
	}
}

// onElement reports whether the expression ends in a call of go-app or of
// field, as the elements of a page are made.
func onElement(x ast.Expr) bool {
	for {
		call, ok := x.(*ast.CallExpr)
		if !ok {
			return false
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			name, ok := call.Fun.(*ast.Ident)
			return ok && name.Name == "heading"
		}
		if pkg, ok := method.X.(*ast.Ident); ok && (pkg.Name == "app" || pkg.Name == "field") {
			return true
		}
		x = method.X
	}
}

// elementMethods are the methods of go-app's elements that set an attribute or
// a handler.
func elementMethods() map[string]bool {
	methods := map[string]bool{}
	for _, name := range strings.Fields(`Attr Aria Alt Action Class ContentEditable Content DataSet DataSets Dir
		Disabled Draggable EncType For ForceDisabled Form FormAction Headers Hidden Href ID Lang Max Method Min Name
		NoValidate Pattern Placeholder ReadOnly Rel Required Role Scope Selected Size Spellcheck Src Style Styles
		TabIndex Target Title Type Value XMLNS AccessKey AutoComplete AutoFocus Checked Cols Rows Download Label
		OnClick OnInput OnSubmit OnChange OnKeyDown`) {
		methods[name] = true
	}
	return methods
}
