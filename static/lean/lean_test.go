package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The programs are built without what only a server needs, and without what is heavy
// for one call. The desk has links with queries, for which it has net/url.
func TestProgramsLinkNothingOfAServer(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	folder := t.TempDir()
	if err := lean(folder); err != nil {
		t.Fatal(err)
	}
	heavy := []string{
		"net", "net/http", "crypto", "text/template", "regexp", "encoding/json", "log/slog",
		"github.com/google/uuid", "github.com/shopspring/decimal", goApp.Path + "/pkg/cache",
	}
	for tags, more := range map[string][]string{"": {"net/url", "net/netip"}, "desk,everyword": nil} {
		cmd := exec.Command("go", "list", "-modfile="+filepath.Join(folder, "go.mod"), "-tags="+tags, "-json=Deps", "./wasm")
		cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var program struct{ Deps []string }
		if err := json.Unmarshal(out, &program); err != nil {
			t.Fatal(err)
		}
		linked := map[string]bool{}
		for _, dep := range program.Deps {
			linked[dep] = true
			if strings.HasPrefix(dep, "crypto/") {
				linked["crypto"] = true
			}
		}
		if !linked[goApp.Path+"/pkg/app"] || !linked["paypane/web/payment"] {
			t.Fatalf("with the tags %q the program links neither go-app nor our pages: %v", tags, program.Deps)
		}
		for _, name := range append(more, heavy...) {
			if linked[name] {
				t.Errorf("with the tags %q the program links %s", tags, name)
			}
		}
	}
}

// A module that is not the known one is not copied, if only one byte of it differs.
func TestAnotherModuleIsRefused(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	from, err := fetched()
	if err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	if err := os.CopyFS(other, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if err := known(other); err != nil {
		t.Fatalf("a true copy is refused: %v", err)
	}
	name := filepath.Join(other, "pkg", "app", "node.go")
	if err := os.Chmod(name, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("package app\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := known(other); err == nil {
		t.Error("a module with another node.go is taken for the known one")
	}
}

// What is to be left out and is not there is said: another version has other names.
func TestCutsThatMissAreSaid(t *testing.T) {
	for _, cuts := range []*cutting{
		{files: map[string]bool{"http.go": false}},
		{decls: map[string]bool{"Context.Encrypt": false}},
	} {
		if err := cuts.allMade(); err == nil {
			t.Errorf("%v: nothing was cut, and nothing said", cuts)
		}
	}
}

// A declaration goes with its comment and the imports that only it needed, a type
// with its methods, and the rest stays as it was.
func TestCut(t *testing.T) {
	c := &cutting{decls: map[string]bool{"gone": false, "Kept.Gone": false, "Gone": false, "Face.Gone": false}}
	got, err := c.from("a.go", []byte(`package a

import (
	"fmt"
	"strings"
)

// gone goes.
func gone() { fmt.Println() }

// Gone goes.
type Gone struct{}

func (g *Gone) String() string { return fmt.Sprint(1) }

type Kept struct{}

func (Kept) Gone() {}

func (Kept) Stays() string { return strings.ToUpper("a") }

type Face interface {
	// Gone goes.
	Gone()
	Stays()
}
`))
	if err != nil || c.allMade() != nil {
		t.Fatal(err, c.allMade())
	}
	if text := strings.Join(strings.Fields(string(got)), " "); text != `package a import ( "strings" ) type Kept struct{} func (Kept) Stays() string { return strings.ToUpper("a") } type Face interface { Stays() }` {
		t.Errorf("%s", text)
	}
}
