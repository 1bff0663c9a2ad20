//go:build !js

package web_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"paypane/web"
)

var told = regexp.MustCompile(`<script type="application/json" id="view">(.*)</script>`)

// withDesk are assets with the desk's program.
func withDesk() web.Assets {
	a := assets
	a.DeskProgram = web.Asset{Path: "/static/desk.wasm", Integrity: "sha384-d"}
	return a
}

// unset are the attributes that go-app sets as properties, with a value that it does
// not take for true.
var unset = regexp.MustCompile(` (autofocus|checked|disabled|hidden|multiple|open|readonly|required|selected)=(t[^r]|[^t]).*`)

// What a page tells its program is enough to print the page again, to the letter: so
// the program finds every element where it believes it to be.
func TestPagesAreMadeAgainFromWhatTheyTell(t *testing.T) {
	for name, v := range views(`Calm "words" & <more>`) {
		var first, again bytes.Buffer
		if err := web.Document(&first, v, withDesk()); err != nil {
			t.Fatal(err)
		}
		view := told.FindSubmatch(first.Bytes())
		if view == nil {
			if strings.Contains(first.String(), `id="program"`) {
				t.Errorf("%s: the program is told nothing", name)
			}
			continue
		}
		var back web.View
		if err := json.Unmarshal(view[1], &back); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := web.Document(&again, back, withDesk()); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range unset.FindAllString(strings.Join(printed(t, first.Bytes()), "\n"), -1) {
			t.Errorf("%s: go-app makes %q false where it makes the page", name, wrong)
		}
		was, is := printed(t, first.Bytes()), printed(t, again.Bytes())
		for i := range was {
			if i >= len(is) || was[i] != is[i] {
				t.Errorf("%s: made again it differs from %.200q at\n%.300q", name, was[max(0, i-3):i+1], is[min(max(0, i-3), len(is)):min(i+1, len(is))])
				break
			}
		}
	}
}

// printed is a document node by node, but for what its program is told: attributes
// have no order.
func printed(t *testing.T, document []byte) (all []string) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Parent.Data == "script" {
			continue
		}
		line := n.Data
		slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
		for _, a := range n.Attr {
			line += " " + a.Key + "=" + a.Val
		}
		all = append(all, line)
	}
	return all
}

// The desk's program goes to who is signed in there, and to nobody else; without it
// their pages tell nothing beside what they show.
func TestTheDesksProgramIsTheirs(t *testing.T) {
	document := func(v web.View, a web.Assets) string {
		var b bytes.Buffer
		if err := web.Document(&b, v, a); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for name, v := range views("Calm words") {
		with, without := document(v, withDesk()), document(v, assets)
		signedIn := v.Desk != nil
		if got := strings.Contains(with, "/static/desk.wasm"); got != signedIn {
			t.Errorf("%s: the desk's program comes with it: %v", name, got)
		}
		if signedIn && (strings.Contains(with, "/static/p.wasm") || strings.Contains(without, `id="program"`) || told.MatchString(without)) {
			t.Errorf("%s: another program, or something told to none", name)
		}
		if !signedIn {
			continue
		}
		v.Desk = &web.DeskShell{} // nobody
		if out := document(v, withDesk()); strings.Contains(out, ".wasm") || told.MatchString(out) {
			t.Errorf("%s: a program for nobody", name)
		}
	}
}
