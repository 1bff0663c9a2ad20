package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms are the folders whose people's sentences stand in the catalogue.
var rooms = []string{"../../web", "../../bff"}

// sources are the files of those rooms, without tests, the simulator, the demo
// and the proof, which no payer and no staff read.
func sources(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	set, files := token.NewFileSet(), map[string]*ast.File{}
	for _, room := range rooms {
		err := filepath.WalkDir(room, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && slices.Contains([]string{"athenatest", "athenasim", "demo", "proof", "ledgertest", "testdata"}, d.Name()):
				return filepath.SkipDir
			case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(set, path, nil, 0)
			files[filepath.ToSlash(strings.TrimPrefix(path, "../../"))] = file
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return set, files
}

func catalogue(t *testing.T) Messages {
	t.Helper()
	all := Messages{}
	for _, part := range english.messages {
		for key, text := range part {
			if _, twice := all[key]; twice {
				t.Errorf("%s stands in the catalogue twice", key)
			}
			all[key] = text
		}
	}
	return all
}

// literal is the text of a string literal.
func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// asked is a place where a sentence is asked for.
type asked struct {
	key   Key
	names []string // of the parameters
	open  bool     // more parameters come from a list: names are not all
}

// printing are the functions that are given a key, then names and values.
var printing = map[string]bool{"Text": true, "text": true, "Around": true, "problem": true, "refuse": true, "Because": true}

// ask is what a call asks for, if it does.
func ask(room string, call *ast.CallExpr) (a asked, ok bool) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	if !printing[name] || len(call.Args) == 0 {
		return a, false
	}
	key, ok := literal(call.Args[0])
	core := name == "problem" || name == "refuse"
	if !ok || core && room != "web/payment" && room != "bff/desk" || !core && room == "web/payment" || !core && !strings.Contains(key, ".") {
		return a, false // another function of that name
	}
	rest := call.Args[1:]
	switch name {
	case "Around":
		apart, _ := literal(rest[0])
		a.names, rest = []string{apart}, rest[1:]
	case "problem", "refuse":
		key = "problem." + key
		if len(rest) > 0 {
			rest = rest[1:] // its field
		}
	}
	a.key, a.open = Key(key), call.Ellipsis.IsValid()
	for i := 0; i < len(rest); i += 2 {
		if name, ok := literal(rest[i]); ok {
			a.names = append(a.names, name)
		}
	}
	return a, true
}

// choice is a plural or select of a message, with its cases.
type choice struct {
	kind  string
	cases map[string]string
}

// placeholders calls visit for each placeholder of a message, those of cases
// included; c is nil where it is printed as it is.
func placeholders(message string, visit func(name string, c *choice)) {
	for i := strings.IndexByte(message, '{'); i >= 0; i = strings.IndexByte(message, '{') {
		end := closing(message, i)
		name, rest, chosen := strings.Cut(message[i+1:end], ",")
		message = message[end+1:]
		if !chosen {
			visit(name, nil)
			continue
		}
		kind, cases, _ := strings.Cut(rest, ",")
		c := &choice{strings.TrimSpace(kind), map[string]string{}}
		for open := strings.IndexByte(cases, '{'); open >= 0; open = strings.IndexByte(cases, '{') {
			end := closing(cases, open)
			c.cases[strings.TrimSpace(cases[:open])] = cases[open+1 : end]
			cases = cases[end+1:]
		}
		visit(name, c)
		for _, text := range c.cases {
			placeholders(text, visit)
		}
	}
}

// parametersOf are the names that a message takes.
func parametersOf(message string) []string {
	names := map[string]bool{}
	placeholders(message, func(name string, _ *choice) { names[name] = true })
	return slices.Sorted(maps.Keys(names))
}

// Every sentence that is asked for is in the catalogue and gets the parameters
// that it takes, and no others.
func TestEveryKeyExists(t *testing.T) {
	set, files := sources(t)
	all := catalogue(t)
	found := 0
	for path, file := range files {
		renamed := map[*ast.CallExpr]string{} // problems with a sentence that is not their code's
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "named" && len(call.Args) == 1 {
				if inner, ok := f.X.(*ast.CallExpr); ok {
					renamed[inner], _ = literal(call.Args[0])
				}
			}
			a, ok := ask(filepath.ToSlash(filepath.Dir(path)), call)
			if !ok {
				return true
			}
			found++
			if name := renamed[call]; name != "" {
				a.key = Key("problem." + name)
			}
			text, ok := all[a.key]
			if !ok {
				t.Errorf("%s asks for %q, which is not in the catalogue", set.Position(call.Pos()), a.key)
				return true
			}
			for _, name := range parametersOf(text) {
				if !a.open && !slices.Contains(a.names, name) {
					t.Errorf("%s: %s does not get %q", set.Position(call.Pos()), a.key, name)
				}
			}
			for _, name := range a.names {
				if !slices.Contains(parametersOf(text), name) {
					t.Errorf("%s: %s takes no %q", set.Position(call.Pos()), a.key, name)
				}
			}
			return true
		})
	}
	if found < 250 {
		t.Errorf("only %d sentences are asked for: the test does not see the pages any more", found)
	}
}

// Whatever looks like a key is one, also where it is kept in a table or handed
// on before it is printed.
func TestWhatLooksLikeAKeyIsOne(t *testing.T) {
	set, files := sources(t)
	all, groups := catalogue(t), map[string]bool{}
	for key := range all {
		group, _, _ := strings.Cut(string(key), ".")
		groups[group] = true
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok {
				return true
			}
			text, _ := literal(lit)
			group, rest, dotted := strings.Cut(text, ".")
			if _, known := all[Key(text)]; dotted && groups[group] && keyed.MatchString(rest) && !known && rest != "js" && rest != "css" && rest != "wasm" {
				t.Errorf("%s: %q is not in the catalogue", set.Position(lit.Pos()), text)
			}
			return true
		})
	}
}

var keyed = regexp.MustCompile(`^[a-z]+(\.[a-z]+)*$`)

// inTemplate is a sentence that a template of HTML asks for.
var inTemplate = regexp.MustCompile(`\$l\.(?:Text|Around) "([^"]+)"`)

// inScript is a sentence that a script asks for; loading the files fails where it
// is not in the catalogue.
var inScript = regexp.MustCompile(`"(?:words|tongues):([a-z.]+)"`)

// scripts are the browser's scripts, by their names.
func scripts(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("../../static/*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	found := map[string]string{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Base(name)] = string(content)
	}
	return found
}

// Every sentence of the catalogue is asked for somewhere.
func TestEveryKeyIsUsed(t *testing.T) {
	_, files := sources(t)
	all := catalogue(t)
	used := map[string]bool{}
	for path, file := range files {
		if strings.HasPrefix(path, "web/words/en_") || strings.HasPrefix(path, "web/words/es") || strings.HasPrefix(path, "web/words/ar") {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				text, _ := literal(lit)
				used[text] = true
				for _, asked := range inTemplate.FindAllStringSubmatch(text, -1) {
					used[asked[1]] = true
					if _, ok := all[Key(asked[1])]; !ok {
						t.Errorf("a template asks for %q, which is not in the catalogue", asked[1])
					}
				}
			}
			return true
		})
	}
	for _, script := range scripts(t) {
		for _, asked := range inScript.FindAllStringSubmatch(script, -1) {
			used[asked[1]] = true
		}
	}
	// Codes that are made of a field and what is wrong with it.
	for _, field := range []string{"amount", "today"} {
		for _, wrong := range []string{"_empty", "_form", "_small"} {
			used[field+wrong] = used[wrong]
		}
	}
	for key := range all {
		if !used[string(key)] && !used[strings.TrimPrefix(string(key), "problem.")] {
			t.Errorf("nobody asks for %s", key)
		}
	}
}

// Every message has its braces in pairs, a case "other" in every choice, and in
// a plural the categories that its language has.
func TestMessagesAreWellFormed(t *testing.T) {
	for key, text := range catalogue(t) {
		if strings.Count(text, "{") != strings.Count(text, "}") {
			t.Errorf("%s: braces that do not close: %s", key, text)
		}
		placeholders(text, func(name string, c *choice) {
			if !named.MatchString(name) {
				t.Errorf("%s: %q is no name of a parameter", key, name)
			}
			if c == nil {
				return
			}
			need := []string{"other"}
			switch c.kind {
			case "plural":
				need = []string{"one", "other"}
			case "select":
			default:
				t.Errorf("%s: %q is no kind of choice", key, c.kind)
			}
			for _, name := range need {
				if _, ok := c.cases[name]; !ok {
					t.Errorf("%s: a choice has no case %q", key, name)
				}
			}
		})
	}
}

var named = regexp.MustCompile(`^[a-z0-9]+$`)
