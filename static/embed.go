// Package static holds the files that the browser loads: style sheet, scripts,
// icons and the built browser program. They are served under names that carry
// their content's hash, unchangeable and compressed beforehand.
//
// The program (dist/app.wasm.br, dist/app.wasm.gz, dist/wasm_exec.js) and the
// desk's (dist/desk.wasm.br, dist/desk.wasm.gz) are made by `make` and not kept in
// the repository. Without them the server runs and the pages are plain forms.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"paypane/web/words"
)

//go:embed *.css *.js *.svg *.d.ts all:dist
var files embed.FS

// File is one file as the browser gets it.
type File struct {
	Name      string // "paypane.css"
	Path      string // "/static/paypane-0f3a….css"
	Type      string // media type
	Integrity string // "sha384-…" over the file itself
	Plain     []byte // the file itself
	Brotli    []byte // compressed
	Gzip      []byte
}

// Files are all files by name.
type Files struct {
	byName, byPath map[string]*File
}

// goScript is Go's own start-up code for WebAssembly, to which loader.js is put.
const goScript = "dist/wasm_exec.js"

// programs are the payer's and the desk's.
var programs = []string{"app.wasm", "desk.wasm"}

// Load reads the embedded files, hashes and compresses them: a few dozen
// milliseconds, the first time. All servers of a process share the one result,
// which nobody changes.
func Load() (*Files, error) { return loaded() }

var loaded = sync.OnceValues(read)

func read() (*Files, error) {
	f := &Files{byName: map[string]*File{}, byPath: map[string]*File{}}
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	sheets, scripts := map[string][]byte{}, map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		content, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		if e.Name() == "loader.js" {
			start, err := files.ReadFile(goScript)
			if errors.Is(err, fs.ErrNotExist) {
				continue // the program is not built
			}
			if err != nil {
				return nil, err
			}
			content = append(start, content...)
		}
		if path.Ext(e.Name()) == ".js" {
			if content, err = spoken(content); err != nil {
				return nil, fmt.Errorf("%s: %w", e.Name(), err)
			}
			if bytes.Contains(content, []byte(`"file:`)) {
				scripts[e.Name()] = content
				continue
			}
		}
		if path.Ext(e.Name()) == ".css" {
			sheets[e.Name()] = content
			continue
		}
		if err := f.addPlain(e.Name(), content); err != nil {
			return nil, err
		}
	}
	// A style sheet comes after the pictures it names, because it has to name
	// them with their hashes.
	for name, content := range sheets {
		for picture, file := range f.byName {
			content = bytes.ReplaceAll(content, []byte("url("+picture+")"), []byte("url("+file.Path+")"))
		}
		if err := f.addPlain(name, content); err != nil {
			return nil, err
		}
	}
	// So do scripts, after those that they load when they need them.
	for name, content := range scripts {
		for other, file := range f.byName {
			content = bytes.ReplaceAll(content, []byte(`"file:`+other+`"`), []byte(`"`+file.Path+`"`))
		}
		if bytes.Contains(content, []byte(`"file:`)) {
			return nil, fmt.Errorf("%s: loads a file that there is not", name)
		}
		if err := f.addPlain(name, content); err != nil {
			return nil, err
		}
	}
	for _, name := range programs {
		if err := f.addProgram(name); err != nil {
			return nil, fmt.Errorf("load the browser program %s: %w", name, err)
		}
	}
	return f, nil
}

// sentence is where a script has a sentence of the catalogue, by its key. In it
// {code} stays as it is: the script puts a support code there.
// "words:…" becomes the English one, and "tongues:…" an object of it in all languages
// that people here speak, by their tags.
var sentence = regexp.MustCompile(`"(words|tongues):([a-z.]+)"`)

// spoken is a script with its sentences.
func spoken(script []byte) (with []byte, err error) {
	with = sentence.ReplaceAllFunc(script, func(found []byte) []byte {
		parts := sentence.FindSubmatch(found)
		key := words.Key(parts[2])
		say := func(l words.Language) string {
			text := l.Text(key, "code", "{code}")
			if text == string(key) {
				err = fmt.Errorf("no sentence %s", key)
			}
			return text
		}
		var literal []byte
		if string(parts[1]) == "words" {
			literal, _ = json.Marshal(say(words.Language{}))
			return literal
		}
		all := map[string]string{}
		for _, l := range []string{"en", "es", "ar"} {
			if of, ok := words.Named(l); ok {
				all[l] = say(of)
			}
		}
		literal, _ = json.Marshal(all)
		return literal
	})
	return with, err
}

// addProgram takes a program as the build has compressed it.
func (f *Files) addProgram(name string) error {
	br, err := files.ReadFile("dist/" + name + ".br")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	gz, err := files.ReadFile("dist/" + name + ".gz")
	if err != nil {
		return err
	}
	r, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	f.add(&File{Name: name, Plain: plain, Brotli: br, Gzip: gz})
	return nil
}

func (f *Files) addPlain(name string, content []byte) error {
	br, gz, err := Compress(content)
	if err != nil {
		return err
	}
	f.add(&File{Name: name, Plain: content, Brotli: br, Gzip: gz})
	return nil
}

func (f *Files) add(file *File) {
	sum := sha512.Sum384(file.Plain)
	ext := path.Ext(file.Name)
	file.Integrity = "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
	file.Path = "/static/" + strings.TrimSuffix(file.Name, ext) + "-" + hex.EncodeToString(sum[:8]) + ext
	file.Type = map[string]string{
		".css":  "text/css; charset=utf-8",
		".js":   "text/javascript; charset=utf-8",
		".svg":  "image/svg+xml",
		".ts":   "text/plain; charset=utf-8",
		".wasm": "application/wasm",
	}[ext]
	f.byName[file.Name] = file
	f.byPath[file.Path] = file
}

// Compress packs content as small as it gets.
func Compress(content []byte) (br, gz []byte, err error) {
	var b, g bytes.Buffer
	bw := brotli.NewWriterLevel(&b, brotli.BestCompression)
	gw, err := gzip.NewWriterLevel(&g, gzip.BestCompression)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range []io.WriteCloser{bw, gw} {
		if _, err := w.Write(content); err != nil {
			return nil, nil, err
		}
		if err := w.Close(); err != nil {
			return nil, nil, err
		}
	}
	return b.Bytes(), g.Bytes(), nil
}

// Named is the file with the given name, or an empty File.
func (f *Files) Named(name string) File {
	if file := f.byName[name]; file != nil {
		return *file
	}
	return File{}
}
