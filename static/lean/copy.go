package main

import (
	"bytes"
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// standin is what takes the place of what is left out: files of ours, each beside
// those of the package in the folder of the same name.
//
//go:embed standin
var standin embed.FS

// packages are what the programs use of the module, and one that is only ours: the
// copy takes addresses apart with it instead of net/url, which has IPv6 and more.
var packages = []string{"pkg/app", "pkg/errors", "pkg/url"}

// copyLean copies the packages of the module in one folder to another, without what
// cuts names, and with our stand-ins.
func copyLean(from, to string) error {
	for _, pkg := range packages {
		if err := copyPackage(filepath.Join(from, pkg), filepath.Join(to, pkg), path.Base(pkg)); err != nil {
			return err
		}
	}
	license, err := os.ReadFile(filepath.Join(from, "LICENSE"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(to, "LICENSE"), license, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "go.mod"), []byte("module "+goApp.Path+"\n\ngo 1.26.0\n"), 0o644)
}

func copyPackage(from, to, name string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	sources, err := filepath.Glob(filepath.Join(from, "*.go"))
	if err != nil {
		return err
	}
	cuts := newCuts(name)
	for _, source := range sources {
		base := filepath.Base(source)
		if strings.HasSuffix(base, "_test.go") || cuts.file(base) {
			continue
		}
		content, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		if content, err = cuts.from(base, content); err != nil {
			return err
		}
		content = bytes.Replace(content, []byte(`"net/url"`), []byte(strconv.Quote(goApp.Path+"/pkg/url")), 1)
		if err := os.WriteFile(filepath.Join(to, base), content, 0o644); err != nil {
			return err
		}
	}
	if err := cuts.allMade(); err != nil {
		return err
	}
	content, err := standin.ReadFile("standin/" + name + ".go.txt")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "standin.go"), content, 0o644)
}

// cutting is what is left out of one package, and what of it has been met.
type cutting struct {
	files, decls map[string]bool // by name: whether it was there
}

func newCuts(name string) *cutting {
	c := &cutting{files: map[string]bool{}, decls: map[string]bool{}}
	for _, file := range strings.Fields(leftFiles[name]) {
		c.files[file] = false
	}
	for _, decl := range strings.Fields(leftDecls[name]) {
		c.decls[decl] = false
	}
	return c
}

func cut(from map[string]bool, name string) bool {
	if _, ok := from[name]; !ok {
		return false
	}
	from[name] = true
	return true
}

func (c *cutting) file(name string) bool { return cut(c.files, name) }

// allMade fails where something to be left out was not there.
func (c *cutting) allMade() error {
	for _, names := range []map[string]bool{c.files, c.decls} {
		for name, met := range names {
			if !met {
				return fmt.Errorf("%s is to be left out and is not there", name)
			}
		}
	}
	return nil
}

// span is what to leave out of a file, from byte to byte.
type span struct{ from, to int }

// from is a file without the declarations to be left out, and without the imports
// that only they needed.
func (c *cutting) from(name string, content []byte) ([]byte, error) {
	content, err := c.without(name, content, c.declarations)
	if err != nil {
		return nil, err
	}
	return c.without(name, content, func(file *ast.File, at func(ast.Node, *ast.CommentGroup) span) []span {
		used := map[string]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok {
					used[x.Name] = true
				}
			}
			return true
		})
		var unused []span
		for _, i := range file.Imports {
			imported, _ := strconv.Unquote(i.Path.Value)
			if !used[path.Base(imported)] {
				unused = append(unused, at(i, nil))
			}
		}
		return unused
	})
}

func (c *cutting) without(name string, content []byte, which func(*ast.File, func(ast.Node, *ast.CommentGroup) span) []span) ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	spans := which(file, func(n ast.Node, doc *ast.CommentGroup) span {
		from := n.Pos()
		if doc != nil {
			from = doc.Pos()
		}
		return span{set.Position(from).Offset, set.Position(n.End()).Offset}
	})
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var left bytes.Buffer
	at := 0
	for _, s := range spans {
		left.Write(content[at:s.from])
		at = s.to
	}
	left.Write(content[at:])
	return left.Bytes(), nil
}

// declarations are where those stand that are to be left out: "name", "type.method",
// also of an interface.
func (c *cutting) declarations(file *ast.File, at func(ast.Node, *ast.CommentGroup) span) []span {
	var found []span
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				of := d.Recv.List[0].Type
				if pointer, ok := of.(*ast.StarExpr); ok {
					of = pointer.X
				}
				receiver := of.(*ast.Ident).Name
				if cut(c.decls, receiver) { // with all its methods
					found = append(found, at(d, d.Doc))
					continue
				}
				name = receiver + "." + name
			}
			if cut(c.decls, name) {
				found = append(found, at(d, d.Doc))
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				found = append(found, c.specs(d, s, at)...)
			}
		}
	}
	return found
}

func (c *cutting) specs(d *ast.GenDecl, s ast.Spec, at func(ast.Node, *ast.CommentGroup) span) []span {
	switch s := s.(type) {
	case *ast.ValueSpec:
		if !cut(c.decls, s.Names[0].Name) {
			return nil
		}
		if d.Lparen.IsValid() {
			return []span{at(s, s.Doc)}
		}
		return []span{at(d, d.Doc)}
	case *ast.TypeSpec:
		if cut(c.decls, s.Name.Name) {
			return []span{at(d, d.Doc)}
		}
		var found []span
		if i, ok := s.Type.(*ast.InterfaceType); ok {
			for _, m := range i.Methods.List {
				if len(m.Names) == 1 && cut(c.decls, s.Name.Name+"."+m.Names[0].Name) {
					found = append(found, at(m, m.Doc))
				}
			}
		}
		return found
	}
	return nil
}
