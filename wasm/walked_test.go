//go:build !js

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"paypane/web"
)

// Every page that web.Pages declares is a state of a walk: gone to by keyboard,
// with script and without, looked at by axe and spoken as its transcript says
// (walk.at, which holds the page to its name). Every transcript belongs to one
// state. It reads the source, so that it needs no browser.
func TestEveryPageIsWalked(t *testing.T) {
	constants := pageConstants(t)
	walked, states := map[string]int{}, map[string]int{}
	for _, call := range callsOf(t, "at") {
		page, ok := call.Args[0].(*ast.SelectorExpr)
		if !ok || len(call.Args) != 2 {
			continue // another at
		}
		name, ok := call.Args[1].(*ast.BasicLit)
		if !ok {
			t.Errorf("at %s: write the name of the state as a literal", page.Sel.Name)
			continue
		}
		state, err := strconv.Unquote(name.Value)
		if err != nil {
			t.Fatal(err)
		}
		walked[constants[page.Sel.Name]]++
		states[state]++
		if states[state] > 1 {
			t.Errorf("two states are called %q", state)
		}
		if _, err := os.Stat(filepath.Join("testdata", "speech", state+".txt")); err != nil {
			t.Errorf("%q has no transcript: %v (go test -run the walk with -update writes it, and somebody reads it)", state, err)
		}
	}
	for _, page := range web.Pages {
		if walked[page.Name] == 0 {
			t.Errorf("page %s: no walk goes there. Go there by keyboard and call at with it: that runs axe and writes the transcript", page.Name)
		}
	}
	transcripts, err := filepath.Glob("testdata/speech/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range transcripts {
		state := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".txt"), scriptedSpeech)
		if states[state] == 0 {
			t.Errorf("%s is no state of a walk", file)
		}
	}
}

// callsOf are the calls of a method in the tests of this folder.
func callsOf(t *testing.T, method string) (calls []*ast.CallExpr) {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		ast.Inspect(parsed(t, file), func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 {
				if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == method {
					calls = append(calls, call)
				}
			}
			return true
		})
	}
	return calls
}

// pageConstants are the names of pages by those of their constants.
func pageConstants(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	ast.Inspect(parsed(t, "../web/page.go"), func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if value, ok := spec.Values[0].(*ast.BasicLit); ok && value.Kind == token.STRING {
				names[spec.Names[0].Name], _ = strconv.Unquote(value.Value)
			}
		}
		return true
	})
	return names
}

func parsed(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
