package bff

import (
	"bytes"
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
	files *token.FileSet
	info  types.Info
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
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles", "..", "./...", "../web/...")
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
		if p.ImportPath == "paypane" || strings.HasPrefix(p.ImportPath, "paypane/bff") || strings.HasPrefix(p.ImportPath, "paypane/web") {
			own = append(own, p)
		}
	}
	all, files := map[string]*room{}, token.NewFileSet()
	check := types.Config{Importer: importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	for _, p := range own {
		r := &room{files: files, info: types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}}}
		var parsed []*ast.File
		for _, name := range p.GoFiles {
			parsed = append(parsed, must(parser.ParseFile(r.files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)))
		}
		r.Package = must(check.Check(p.ImportPath, files, parsed, &r.info))
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

// What a package holds of another is small: nine methods at most. So is what it
// shows of itself, but for the ledger's and athena's, which are the two ends.
func TestNoWideInterfaces(t *testing.T) {
	t.Parallel()
	const most = 9
	holders := []string{"account", "desk", "dispatch", "layout", "middleware", "pages", "portal", "session"}
	for path, r := range rooms(t) {
		if strings.HasPrefix(path, "paypane/bff/athena") || path == "paypane/bff/ledger" {
			continue
		}
		for _, name := range r.Scope().Names() {
			declared, isType := r.Scope().Lookup(name).(*types.TypeName)
			if !isType {
				continue
			}
			_, isInterface := declared.Type().Underlying().(*types.Interface)
			if n := exported(declared.Type()); declared.Exported() && !isInterface && len(n) > most {
				t.Errorf("%s.%s has %d exported methods: %s", path, name, len(n), strings.Join(n, " "))
			}
			of, isStruct := declared.Type().Underlying().(*types.Struct)
			if !isStruct || !slices.Contains(holders, strings.TrimPrefix(path, "paypane/bff/")) {
				continue
			}
			for field := range of.Fields() {
				if wide, isInterface := field.Type().Underlying().(*types.Interface); isInterface && wide.NumMethods() > most {
					t.Errorf("%s.%s holds %s with %d methods: declare the few that it calls", path, name, types.TypeString(field.Type(), (*types.Package).Name), wide.NumMethods())
				}
			}
		}
	}
}
