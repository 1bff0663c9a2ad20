//go:build !js

package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"paypane/tier"
)

// Neither code nor words of the desk travel to payers: none of its sentences, of its
// paths and of its functions is in the program that their browsers load.
func TestTheProgramHoldsNothingOfTheDesk(t *testing.T) {
	tier.Full(t)
	holds := contents(t, "app")
	// What is there, to see that it would be found.
	if !holds("paypane/web.(*CardPage).Render\x00") || !holds("Enter the security code") {
		t.Fatal("the search does not find what is there")
	}
	for _, path := range []string{"/desk/", "trackdata", "desk-take"} {
		if holds(path) {
			t.Errorf("the program holds %q", path)
		}
	}
	sentences, functions := 0, 0
	for _, part := range saidAtTheDesk(t) {
		if sentences++; holds(part) {
			t.Errorf("the program says %q", part)
		}
	}
	for _, source := range sources(t, "../web/desk_*.go", "../web/payment/track.go", "../web/payment/take.go", "../web/payment/search.go") {
		for _, d := range source.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			name := "paypane/web." + f.Name.Name
			if source.Name.Name == "payment" {
				name = "paypane/web/payment." + f.Name.Name
			}
			if f.Recv != nil {
				of := f.Recv.List[0].Type
				pointer, points := of.(*ast.StarExpr)
				if points {
					of = pointer.X
				}
				receiver, named := of.(*ast.Ident)
				if !named || receiver.Name == "View" || receiver.Name == "Shell" || receiver.Name == "Charge" { // which have methods of pages, too
					continue
				}
				name = strings.TrimSuffix(name, f.Name.Name) + receiver.Name + "." + f.Name.Name
				if points {
					name = strings.TrimSuffix(name, receiver.Name+"."+f.Name.Name) + "(*" + receiver.Name + ")." + f.Name.Name
				}
			}
			if functions++; holds(name + "\x00") {
				t.Errorf("the program holds %s", name)
			}
		}
	}
	if sentences < 100 || functions < 60 {
		t.Errorf("%d sentences and %d functions of the desk were looked for: that is not all of it", sentences, functions)
	}
}

// The desk's program holds what the payer's does not: the words of its pages, and
// the pages.
func TestTheDesksProgramHoldsTheDesk(t *testing.T) {
	tier.Full(t)
	holds := contents(t, "desk")
	sentences, pages := 0, 0
	for _, part := range saidAtTheDesk(t) {
		if sentences++; !holds(part) {
			t.Errorf("the desk's program does not say %q", part)
		}
	}
	for _, source := range sources(t, "../web/desk_*_page.go") {
		for _, d := range source.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name != "Render" {
				continue
			}
			page := f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
			if pages++; !holds("paypane/web.(*" + page + ").Render\x00") {
				t.Errorf("the desk's program has no %s", page)
			}
		}
	}
	if sentences < 100 || pages < 12 {
		t.Errorf("%d sentences and %d pages of the desk were looked for: that is not all of it", sentences, pages)
	}
}

// contents tells what is in a program as it was built.
func contents(t *testing.T, name string) (holds func(text string) bool) {
	t.Helper()
	file, err := os.Open("../static/dist/" + name + ".wasm.br")
	if err != nil {
		t.Fatalf("%v: make build makes it", err)
	}
	defer file.Close()
	program, err := io.ReadAll(brotli.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) bool { return bytes.Contains(program, []byte(text)) }
}

// saidAtTheDesk are the parts between the placeholders of the desk's sentences that
// are long enough to be told from others, but for what is said elsewhere, too.
func saidAtTheDesk(t *testing.T) (parts []string) {
	t.Helper()
	var payers []string
	for _, name := range []string{"program", "problems"} {
		payers = append(payers, sentencesOf(t, "../web/words/en_"+name+".go")...)
	}
	for _, sentence := range sentencesOf(t, "../web/words/en_desk_*.go") {
		if slices.Contains(payers, sentence) {
			continue
		}
		for _, part := range placeholder.Split(sentence, -1) {
			if len(part) >= 24 {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// sentencesOf are the sentences of the catalogue that stand in files.
func sentencesOf(t *testing.T, pattern string) (all []string) {
	for _, file := range sources(t, pattern) {
		ast.Inspect(file, func(n ast.Node) bool {
			pair, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			if literal, ok := pair.Value.(*ast.BasicLit); ok {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, text)
			}
			return true
		})
	}
	return all
}

var placeholder = regexp.MustCompile(`[{}]`)

func sources(t *testing.T, patterns ...string) (files []*ast.File) {
	for _, pattern := range patterns {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v, %v", pattern, names, err)
		}
		for _, name := range names {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	return files
}
