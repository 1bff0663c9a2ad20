package bff

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// room is a package of the server with its types.
type room struct {
	files  *token.FileSet
	parsed []*ast.File
	info   types.Info
	*types.Package
}

// rooms are the packages of the server, type-checked from their source, once for all
// who ask.
func rooms(t *testing.T) map[string]*room {
	t.Helper()
	all, err := loadRooms()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var loadRooms = sync.OnceValues(func() (map[string]*room, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles", "../...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &stderr)
	}
	type listed struct {
		ImportPath, Dir, Export string
		GoFiles                 []string
	}
	exports, own := map[string]string{}, []listed{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
		if p.ImportPath == "paypane" || strings.HasPrefix(p.ImportPath, "paypane/") {
			own = append(own, p)
		}
	}
	all, files := map[string]*room{}, token.NewFileSet()
	check := types.Config{Importer: importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	for _, p := range own {
		r := &room{files: files, info: types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}, Types: map[ast.Expr]types.TypeAndValue{}}}
		var parsed []*ast.File
		for _, name := range p.GoFiles {
			parsed = append(parsed, must(parser.ParseFile(r.files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)))
		}
		r.Package, r.parsed = must(check.Check(p.ImportPath, files, parsed, &r.info)), parsed
		all[p.ImportPath] = r
	}
	return all, nil
})

// exported are the methods that other packages can call on a type.
func exported(of types.Type) (names []string) {
	set := types.NewMethodSet(of)
	if _, isInterface := of.Underlying().(*types.Interface); !isInterface {
		set = types.NewMethodSet(types.NewPointer(of))
	}
	for m := range set.Methods() {
		if m.Obj().Exported() {
			names = append(names, m.Obj().Name())
		}
	}
	return names
}

// Only dispatch asks the upstream to do something, and only dispatch sets the
// marks of the ledger that say what became of it: who can move money is answered
// by one folder.
func TestOnlyDispatchCallsAWrite(t *testing.T) {
	t.Parallel()
	all := rooms(t)
	writes := map[string]bool{"MarkSending": true, "Settle": true, "OrderMail": true, "MarkEmailed": true, "Recover": true}
	client := all["paypane/bff/athena"].Scope().Lookup("Client").Type()
	set := types.NewMethodSet(types.NewPointer(client))
	for m := range set.Methods() {
		signature := m.Obj().Type().(*types.Signature)
		answers := signature.Results().String()
		if m.Obj().Exported() && (strings.Contains(answers, "payment.Write") || strings.Contains(answers, "payment.Outcome") || strings.HasPrefix(m.Obj().Name(), "Email")) {
			writes[m.Obj().Name()] = true
		}
	}
	for _, known := range []string{"Collect", "CollectStored", "StoreCard", "AgreeForVisit", "AgreeForYear", "CreatePlan", "EmailReceipt", "EmailYearAgreement", "PreferCard", "DeleteCard"} {
		if !writes[known] {
			t.Fatalf("%s is not known for a write: %q", known, slices.Sorted(maps.Keys(writes)))
		}
	}
	found := 0
	for path, r := range all {
		switch path {
		case "paypane/bff/athena", "paypane/bff/ledger": // what is called
			continue
		}
		for at, s := range r.info.Selections {
			called, isMethod := s.Obj().(*types.Func)
			if !isMethod || !writes[called.Name()] || !strings.HasPrefix(called.Pkg().Path(), "paypane/bff") {
				continue
			}
			recv := called.Signature().Recv().Type()
			_, isInterface := recv.Underlying().(*types.Interface)
			if called.Pkg().Path() == "paypane/bff/dispatch" && !isInterface {
				continue // its own door
			}
			if path == "paypane/bff/dispatch" {
				found++
				continue
			}
			t.Errorf("%s: %s.%s is called in %s: submit an operation to dispatch instead", r.files.Position(at.Pos()), types.TypeString(recv, (*types.Package).Name), called.Name(), path)
		}
	}
	if found < len(writes)/2 {
		t.Errorf("dispatch calls %d writes: this test does not see them", found)
	}
}

// widest is how many methods another package may see of a type, or be handed.
const widest = 9

// ends are the two ends of the server, and the upstream that stands for the real one:
// their types are as wide as what they do.
var ends = map[string]bool{"paypane/bff/ledger": true, "paypane/bff/athena": true, "paypane/bff/athena/athenatest": true}

// What a package shows of itself is small, and so is what it holds of another.
func TestNoWideInterfaces(t *testing.T) {
	t.Parallel()
	all := rooms(t)
	for _, known := range []string{"paypane", "paypane/bff", "paypane/bff/reconcile", "paypane/bff/signin", "paypane/bff/operator", "paypane/bff/metrics", "paypane/web", "paypane/static"} {
		if all[known] == nil {
			t.Errorf("%s is not looked at", known)
		}
	}
	for path, r := range all {
		if ends[path] {
			continue
		}
		for _, found := range r.wide() {
			if path == "paypane/bff" && (strings.HasSuffix(found, "bff.fullLedger in Config") || strings.HasSuffix(found, "bff.fullPractice in Config")) {
				continue // comes in whole; New hands out the parts
			}
			t.Error(found)
		}
	}
}

// wide are the types of a package, its own and those that it mentions, that have more
// methods than widest.
func (r *room) wide() (found []string) {
	for _, name := range r.Scope().Names() {
		declared, isType := r.Scope().Lookup(name).(*types.TypeName)
		if isType && declared.Exported() {
			if n := exported(declared.Type()); len(n) > widest {
				found = append(found, fmt.Sprintf("%s: %s.%s has %d exported methods: %s", r.files.Position(declared.Pos()), r.Name(), name, len(n), strings.Join(n, " ")))
			}
		}
	}
	for _, file := range r.parsed {
		for _, d := range file.Decls {
			if of, isType := d.(*ast.GenDecl); isType && of.Tok == token.TYPE {
				for _, spec := range of.Specs {
					found = append(found, r.mentions(spec.(*ast.TypeSpec).Type, spec.(*ast.TypeSpec).Name.Name, true)...)
				}
				continue
			}
			found = append(found, r.mentions(d, "", false)...)
		}
	}
	return found
}

// mentions are the wide interfaces of this module that a piece of source names, in
// fields, parameters and variables of whatever shape. What is declared as an interface
// is of others, put together: that is not yet held by anybody.
func (r *room) mentions(in ast.Node, where string, declares bool) (found []string) {
	if union, isInterface := in.(*ast.InterfaceType); declares && isInterface {
		for _, m := range union.Methods.List {
			if len(m.Names) > 0 {
				found = append(found, r.mentions(m.Type, where, false)...)
			}
		}
		return found
	}
	ast.Inspect(in, func(n ast.Node) bool {
		e, isExpr := n.(ast.Expr)
		if !isExpr || !r.info.Types[e].IsType() {
			return true
		}
		of := r.info.Types[e].Type
		wide, isInterface := of.Underlying().(*types.Interface)
		if _, constrained := of.(*types.TypeParam); !isInterface || constrained { // whose constraint is looked at
			return true
		}
		ours := 0 // a library's are as they are
		for m := range wide.Methods() {
			if m.Pkg() != nil && strings.HasPrefix(m.Pkg().Path()+"/", "paypane/") {
				ours++
			}
		}
		if ours <= widest {
			return true
		}
		found = append(found, fmt.Sprintf("%s: holds %d methods: declare the few that are called: %s in %s", r.files.Position(e.Pos()), ours, types.TypeString(of, (*types.Package).Name), cmp.Or(where, "a function or variable")))
		return false
	})
	return found
}

// A wide interface is found in whatever shape it is held.
func TestWideInterfacesAreFound(t *testing.T) {
	t.Parallel()
	const wide = "interface { A(); B(); C(); D(); E(); F(); G(); H(); I(); J() }"
	for name, source := range map[string]string{
		"exported interface":   "type W " + wide,
		"exported union":       "type a interface { A(); B(); C(); D(); E() }; type b interface { F(); G(); H(); I(); J() }; type W interface { a; b }",
		"exported struct":      "type w " + wide + "; type S struct { w }",
		"field":                "type w " + wide + "; type s struct { f w }",
		"literal field":        "type s struct { f " + wide + " }",
		"slice":                "type w " + wide + "; type s struct { f []w }",
		"map of pointers":      "type w " + wide + "; type s struct { f map[string]*w }",
		"field of a field":     "type w " + wide + "; type s struct { f struct { g []struct { h w } } }",
		"function in a field":  "type w " + wide + "; type s struct { f func(int) w }",
		"slice type":           "type w " + wide + "; type s []w",
		"parameter":            "type w " + wide + "; func f(n int, v w) {}",
		"parameter of method":  "type w " + wide + "; type s struct{}; func (s) f(v []w) {}",
		"method of interface":  "type w " + wide + "; type i interface { f(w) }",
		"result":               "type w " + wide + "; func f() (v w) { return v }",
		"constraint":           "type w " + wide + "; func f[T w](v T) {}",
		"argument of a type":   "type w " + wide + "; type l[T any] struct { v T }; var v l[w]",
		"variable":             "type w " + wide + "; var v w",
		"variable in function": "type w " + wide + "; func f() { var v w; v.A() }",
		"alias":                "type w " + wide + "; type a = w; var v a",
	} {
		if found := typed(t, source).wide(); len(found) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
	for name, source := range map[string]string{
		"nine":           "type W interface { A(); B(); C(); D(); E(); F(); G(); H(); I() }; var v W",
		"not held":       "type w " + wide + "; type v interface { w; K() }",
		"of one package": "type s struct{}; func (s) a() {}; func (s) b() {}; var v s",
	} {
		if found := typed(t, source).wide(); len(found) > 0 {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// typed is a package of one file.
func typed(t *testing.T, source string) *room {
	t.Helper()
	r := &room{files: token.NewFileSet(), info: types.Info{Types: map[ast.Expr]types.TypeAndValue{}}}
	file, err := parser.ParseFile(r.files, "held.go", "package held; "+source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	r.parsed = []*ast.File{file}
	if r.Package, err = new(types.Config).Check("paypane/held", r.files, r.parsed, &r.info); err != nil {
		t.Fatal(err)
	}
	return r
}
