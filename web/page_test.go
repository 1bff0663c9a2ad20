//go:build !js

package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every page that has a name has one declaration.
func TestEveryPageIsDeclared(t *testing.T) {
	declared := map[string]int{}
	for _, p := range Pages {
		declared[p.Name]++
	}
	named := pageNames(t)
	for constant, name := range named {
		if declared[name] != 1 {
			t.Errorf("%s (%q) has %d declarations in Pages, and needs one", constant, name, declared[name])
		}
		delete(declared, name)
	}
	for name := range declared {
		t.Errorf("%q is declared and no constant's name", name)
	}
	if len(named) < 20 {
		t.Errorf("%d constants", len(named))
	}
}

// pageNames are the constants of this package that name a page, read from its
// source: also what a page to come is called.
func pageNames(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				for i, name := range spec.Names {
					if strings.HasPrefix(name.Name, "Page") && len(name.Name) > 4 && i < len(spec.Values) {
						if value, ok := spec.Values[i].(*ast.BasicLit); ok && value.Kind == token.STRING {
							names[name.Name] = strings.Trim(value.Value, `"`)
						}
					}
				}
			}
			return true
		})
	}
	return names
}

// The declarations agree with each other.
func TestDeclarations(t *testing.T) {
	landings := map[string]int{}
	for _, p := range Pages {
		if p.Lands {
			landings[p.View]++
			if p.Path() == "" || strings.Contains(p.Path(), "{") || p.For == ForPublic {
				t.Errorf("%s: a launch cannot begin there", p.Name)
			}
		}
		if p.Link != "" && (p.Path() == "" || strings.Contains(p.Path(), "{")) {
			t.Errorf("%s: nothing to link to", p.Name)
		}
		if p.Under != "" && (p.Link != "" || PageNamed(p.Under).Link == "") {
			t.Errorf("%s: no link of %q", p.Name, p.Under)
		}
		if p.Program && p.Path() == "" {
			t.Errorf("%s: the program takes over what has an address", p.Name)
		}
		for _, path := range p.Paths {
			at := regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(path, "X1")
			if routed.MatchString(at) != p.Program {
				t.Errorf("%s at %s: taken over %v", p.Name, at, !p.Program)
			}
		}
	}
	for _, view := range []string{ViewPay, ViewCards, ViewAgreements, ViewPlan, ViewReceipts, ViewDesk} {
		if landings[view] != 1 {
			t.Errorf("a launch for %q begins on %d pages", view, landings[view])
		}
		delete(landings, view)
	}
	for view := range landings {
		t.Errorf("%q is not a view", view)
	}
	if _, ok := Landing(""); ok {
		t.Error("a launch that asks for nothing is not a landing's")
	}
	for _, path := range []string{"/", "/payx", "/payments", "/session", "/finish", "/launch/arrive", "/desk/review/X1"} {
		if routed.MatchString(path) {
			t.Errorf("%s is the program's", path)
		}
	}
}
