package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// repository is every file of ours with one of the extensions, with its text.
func repository(t *testing.T, extensions ...string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", "node_modules", "dist", "bin"}, d.Name()) {
			return fs.SkipDir
		}
		if !d.IsDir() && slices.Contains(extensions, filepath.Ext(path)) {
			text, err := os.ReadFile(path)
			files[path] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// chapters are the headings of a document, as addresses name them.
func chapters(text string) map[string]bool {
	found := map[string]bool{}
	code := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		heading := strings.TrimLeft(line, "#")
		if code || heading == line || !strings.HasPrefix(heading, " ") {
			continue
		}
		found[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(heading))] = true
	}
	return found
}

var (
	document = regexp.MustCompile(`([\w./-]+\.md)\b(?:#([\w-]+))?`)
	further  = regexp.MustCompile(`^(?:, (?:recorded|documented|client|inferred|unknown))?(?:,|;| and| or) #([\w-]+)`)
	joined   = regexp.MustCompile(`\n\s*//\s*`)
)

// Every document that the code names is there, and so is its chapter. Documents
// are named from the top of the repository, or from beside the file.
func TestDocumentsThatTheCodeNames(t *testing.T) {
	documents := repository(t, ".md")
	named := 0
	for file, text := range repository(t, ".go", ".js", ".mjs", ".css", ".sql", ".html", ".toml", ".yml", ".sh") {
		if filepath.Base(file) == "documents_test.go" {
			continue
		}
		text = joined.ReplaceAllString(text, " ")
		for _, at := range document.FindAllStringSubmatchIndex(text, -1) {
			name, chapter := text[at[2]:at[3]], ""
			if at[4] >= 0 {
				chapter = text[at[4]:at[5]]
			}
			content, there := documents[filepath.Clean(name)]
			if !there {
				content, there = documents[filepath.Join(filepath.Dir(file), name)]
			}
			if !there {
				t.Errorf("%s names %s, which is not there", file, name)
				continue
			}
			named++
			wanted := []string{chapter}
			for rest := text[at[1]:]; ; {
				m := further.FindStringSubmatch(rest)
				if m == nil {
					break
				}
				wanted, rest = append(wanted, m[1]), rest[len(m[0]):]
			}
			known := chapters(content)
			for _, c := range wanted {
				if c != "" && !known[c] {
					t.Errorf("%s names %s#%s, and there is no such chapter", file, name, c)
				}
			}
		}
	}
	if named < 100 {
		t.Errorf("only %d were found", named)
	}
	// assumed.go names one document at its head, and then chapters alone.
	upstream := chapters(documents["docs/upstream-api.md"])
	assumed, err := os.ReadFile("bff/athena/assumed.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`[(,; ]#([a-z-]+)`).FindAllStringSubmatch(string(assumed), -1) {
		if m[1] != "name" && !upstream[m[1]] {
			t.Errorf("assumed.go names the chapter %s", m[1])
		}
	}
}

// declared are the functions, methods ("Type.Method") and types of a file.
func declared(t *testing.T, file string) map[string]bool {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				of := d.Recv.List[0].Type
				if star, ok := of.(*ast.StarExpr); ok {
					of = star.X
				}
				if id, ok := of.(*ast.Ident); ok {
					name = id.Name + "." + name
				}
			}
			names[name] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					names[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names[n.Name] = true
					}
				}
			}
		}
	}
	return names
}

var (
	link     = regexp.MustCompile(`\[([^\]]*)\]\(([^)\s]+)\)`)
	nameOfIt = regexp.MustCompile("^`([A-Za-z]\\w*(?:\\.[A-Za-z]\\w*)?)(?:\\(\\))?`$")
	testName = regexp.MustCompile(`\b((?:Test|Fuzz)[A-Z]\w+)\b`)
)

// Every link of a document leads somewhere: to a file that is there, to a chapter
// that it has, and where the link is the name of something in Go, to a file that
// declares it. Every test that a document names is there.
func TestLinksOfTheDocuments(t *testing.T) {
	tests := map[string]bool{}
	for file, text := range repository(t, ".go") {
		if strings.HasSuffix(file, "_test.go") {
			for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllStringSubmatch(text, -1) {
				tests[m[1]] = true
			}
		}
	}
	documents := repository(t, ".md")
	for file, text := range documents {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[2], "://") {
				continue
			}
			name, chapter, _ := strings.Cut(m[2], "#")
			path := file
			if name != "" {
				path = filepath.Join(filepath.Dir(file), name)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s leads to %s, which is not there", file, m[2])
				continue
			}
			if chapter != "" && !chapters(documents[path])[chapter] {
				t.Errorf("%s leads to %s, and there is no such chapter", file, m[2])
			}
			if of := nameOfIt.FindStringSubmatch(m[1]); of != nil && filepath.Ext(path) == ".go" && !declared(t, path)[of[1]] {
				t.Errorf("%s says that %s is in %s, and it is not", file, of[1], path)
			}
		}
		for _, m := range testName.FindAllStringSubmatch(text, -1) {
			if !tests[m[1]] {
				t.Errorf("%s names %s, and there is no such test", file, m[1])
			}
		}
	}
}

// The architecture names every package.
func TestTheArchitectureNamesEveryPackage(t *testing.T) {
	out, err := exec.Command("go", "list", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for p := range strings.FieldsSeq(string(out)) {
		if folder, of := strings.CutPrefix(p, "paypane/"); of && !strings.Contains(string(text), "["+folder+"](../"+folder+")") {
			t.Errorf("docs/architecture.md does not name %s", folder)
		}
	}
}
