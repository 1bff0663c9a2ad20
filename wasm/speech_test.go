//go:build !js

package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write what a screen reader says into testdata/speech anew")

// reader is a screen reader as a script for the page. It comes as a module; its
// one export becomes a name of the window.
var reader = sync.OnceValues(func() (string, error) {
	script, err := os.ReadFile("node_modules/@guidepup/virtual-screen-reader/lib/esm/index.browser.js")
	if err != nil {
		return "", err
	}
	body, exports, _ := strings.Cut(string(script), "export{")
	name, _, _ := strings.Cut(exports, " as Virtual")
	return "void (() => {" + body + "window.ScreenReader = " + name + "})()", nil
})

// changing is what is different each time, and what stands in its place.
var changing = []struct {
	what  *regexp.Regexp
	words string
}{
	{regexp.MustCompile(`\b[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d{2}:\d{2} (AM|PM) [A-Z]{3,4}\b`), "DATE TIME"},
	{regexp.MustCompile(`\b(January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}`), "DATE"},
	{regexp.MustCompile(`\b\d{1,2}:\d{2} (AM|PM)( [A-Z]{3,4})?\b`), "TIME"},
	{regexp.MustCompile(`\bon the \d{1,2}(st|nd|rd|th) of each month(, or on the last day of a shorter one)?`), "on the DAY of each month"},
	{regexp.MustCompile(`(?m)^\x{2068}?\d{5,}\x{2069}? · \x{2068}?[0-9A-Z]{4}-[0-9A-Z]{4}\x{2069}?$`), "NUMBER · CODE"},
	{regexp.MustCompile(`(?m)^[0-9A-Z]{4}-[0-9A-Z]{4}$`), "CODE"},
	{regexp.MustCompile(`(?m)^\d{5,}$`), "NUMBER"},
	{regexp.MustCompile(`\bnumber \d+`), "number NUMBER"},
	{regexp.MustCompile(`\b(row,|rowheader,|payment) \d{5,}`), "$1 NUMBER"},
	{regexp.MustCompile(`\battempt [0-9A-Z]{4}-[0-9A-Z]{4}\b`), "attempt CODE"},
	{regexp.MustCompile(`\bSupport code [0-9A-Z]+(-[0-9A-Z]{4})?`), "Support code CODE"},
	{regexp.MustCompile(`\blocalhost:\d+`), "localhost:PORT"},
	{regexp.MustCompile(`(?m)^((end of )?region|heading), [A-Z]\w+ \d{4}\b`), "$1, MONTH"},
	{regexp.MustCompile(`(?m)^(link, Payment on) [A-Z]\w+ \d{1,2}$`), "$1 DAY"},
	{regexp.MustCompile(`\b\d+ hours? and \d+ minutes? (are|is)`), "TIME are"},
	{regexp.MustCompile(`Version \w+`), "Version VERSION"},
	{regexp.MustCompile(`\d{1,2} \p{Arabic}+ \d{4}`), "DATE"},
	{regexp.MustCompile(`\d{1,2}:\d{2} \p{Arabic} [A-Z]{3,4}`), "TIME"},
	{regexp.MustCompile(`\btextbox, ([^,\n]+), (20\d\d-\d\d-\d\d|\d\d/\d\d/20\d\d)`), "textbox, $1, DATE"},
	{regexp.MustCompile(`\btextbox, (Card number|Security code), [0-9 ]+,`), "textbox, $1,"}, // only the program keeps these after an error
}

// silent is what the tool writes down and no screen reader says: where plain
// paragraphs begin and end, and where an item ends of which everything was said.
var silent = regexp.MustCompile(`(?m)^((end of )?(paragraph|strong|rowgroup)|end of (listitem|row|rowheader|cell|heading|link|term|definition)(, .*)?)\n`)

// spoken is what a screen reader says of an element, from its beginning to its
// end. It moves the focus.
func (b *tab) spoken(selector string) string {
	b.t.Helper()
	script, err := reader()
	if err != nil {
		b.t.Fatalf("the screen reader is missing: make test installs it (npm ci in wasm): %v", err)
	}
	scripts := func(on bool) chromedp.Action[chromedp.Void] {
		return command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
	}
	b.run(scripts(true))
	defer b.run(scripts(b.script))
	if !eval[bool](b, `"ScreenReader" in window`) {
		eval[any](b, script)
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(async container => {
		// It takes the attribute for the state of a box.
		const boxes = [...document.querySelectorAll("input[type=radio], input[type=checkbox]")].map(box => [box, box.checked, box.hasAttribute("checked")]);
		for (const [box, now] of boxes) box.toggleAttribute("checked", now);
		const reader = new ScreenReader();
		await reader.start({container});
		do await reader.next(); while (reader.activeNode !== container);
		const said = await reader.spokenPhraseLog();
		await reader.stop();
		for (const [box, , was] of boxes) box.toggleAttribute("checked", was);
		return said.map(s => s.replace(/\s+/g, " ")).join("\n");
	})(document.querySelector(`+quote(selector)+`))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range changing {
		text = c.what.ReplaceAllString(text, c.words)
	}
	return silent.ReplaceAllString(text+"\n", "")
}

// hear compares what a screen reader says of the page, or of an open dialog,
// with the file that somebody has read.
func (b *tab) hear(name string) {
	b.t.Helper()
	selector := "body"
	if eval[bool](b, `document.querySelector("dialog[open]") !== null`) {
		selector = "dialog[open]"
	}
	said := b.spoken(selector)
	file := filepath.Join("testdata", "speech", name+".txt")
	// Of a page that says more with its script there are two files.
	scripted := filepath.Join("testdata", "speech", name+scriptedSpeech+".txt")
	if _, err := os.Stat(scripted); err == nil && b.script {
		file = scripted
	}
	if *update {
		if b.script && selector == "body" && file != scripted {
			return // it says what the page without says, which the next run proves
		}
		if err := os.WriteFile(file, []byte(said), 0o644); err != nil {
			b.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		b.t.Errorf("nobody has read this: %v (go test -update writes it)\n%s", err, said)
		return
	}
	// A space at the end of an element is dropped, which the server's line break
	// makes up for and the program's page does not have.
	if joined(said) != joined(string(want)) {
		b.t.Errorf("%s is spoken otherwise:\n%s", name, difference(strings.Split(joined(string(want)), "\n"), strings.Split(joined(said), "\n")))
	}
}

// scriptedSpeech ends the name of a file for a page that says more with its script
// than without.
const scriptedSpeech = "-with-script"

func joined(text string) string { return strings.ReplaceAll(text, " ", "") }

// difference are the lines that only one of two texts has, in their order.
func difference(was, is []string) string {
	var b strings.Builder
	for len(was) > 0 || len(is) > 0 {
		switch {
		case len(was) > 0 && len(is) > 0 && was[0] == is[0]:
			was, is = was[1:], is[1:]
		case len(is) == 0 || len(was) > 0 && !slices.Contains(is, was[0]):
			b.WriteString("- " + was[0] + "\n")
			was = was[1:]
		default:
			b.WriteString("+ " + is[0] + "\n")
			is = is[1:]
		}
	}
	return b.String()
}
