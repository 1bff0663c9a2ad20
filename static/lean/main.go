// Command lean makes a copy of go-app for the browser programs alone, without what
// only a server needs: lean FOLDER writes FOLDER/go-app, and FOLDER/go.mod, which is
// ours with that copy in the place of the module, for
//
//	go build -modfile=FOLDER/go.mod
//
// go-app is one package for both halves, and what reaches net/http, text/template
// and crypto in it stays in a program that never calls them: text/template finds
// methods by name, so that the linker has to keep every method there is. The server
// and the tests use the module as it is.
//
// What is copied is the module of the one hash that this command knows. Nothing of
// it stands in the repository; what takes the place of what is left out is our own,
// in standin.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
)

// goApp is the one version of which it is known what may be left out, and sum is its
// line in go.sum. Whoever raises it looks at cuts.go anew.
var goApp = module.Version{Path: "github.com/maxence-charriere/go-app/v9", Version: "v9.8.0"}

const sum = "h1:rDfLNvxIKXyjpRS76P45kn9Xj8IumwfoqpsEJYxfd+E="

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: lean FOLDER")
		os.Exit(2)
	}
	if err := lean(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "lean:", err)
		os.Exit(1)
	}
}

func lean(folder string) error {
	from, err := fetched()
	if err != nil {
		return err
	}
	copied := filepath.Join(folder, "go-app")
	if err := os.RemoveAll(copied); err != nil {
		return err
	}
	if err := copyLean(from, copied); err != nil {
		return err
	}
	return writeModFile(folder, copied)
}

// fetched is the folder of the module in the module cache, which has been looked
// through: what lies there is what the hash says.
func fetched() (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", goApp.String()).Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			return "", fmt.Errorf("go mod download %s: %w\n%s%s", goApp, err, failed.Stderr, out)
		}
		return "", fmt.Errorf("go mod download %s: %w", goApp, err)
	}
	var found struct{ Dir string }
	if err := json.Unmarshal(out, &found); err != nil {
		return "", fmt.Errorf("go mod download %s: %w", goApp, err)
	}
	return found.Dir, known(found.Dir)
}

// known refuses a folder that is not the module of the known hash.
func known(dir string) error {
	hash, err := dirhash.HashDir(dir, goApp.String(), dirhash.Hash1)
	if err != nil {
		return fmt.Errorf("hash %s: %w", goApp, err)
	}
	if hash != sum {
		return fmt.Errorf("%s in %s has the hash %s, not %s: it is not what static/lean/cuts.go was written for", goApp, dir, hash, sum)
	}
	return nil
}

// writeModFile writes our go.mod with the copy in the module's place, and our go.sum.
func writeModFile(folder, copied string) error {
	content, err := os.ReadFile("go.mod")
	if err != nil {
		return err
	}
	mod, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		return err
	}
	ours := false
	for _, r := range mod.Require {
		ours = ours || r.Mod == goApp
	}
	if !ours {
		return fmt.Errorf("go.mod does not require %s", goApp)
	}
	// A path from our own folder stays one, so that the program has the same bytes
	// wherever it is built.
	if !filepath.IsAbs(copied) {
		copied = "./" + filepath.ToSlash(copied)
	}
	if err := mod.AddReplace(goApp.Path, goApp.Version, copied, ""); err != nil {
		return err
	}
	if content, err = mod.Format(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), content, 0o644); err != nil {
		return err
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o644)
}
