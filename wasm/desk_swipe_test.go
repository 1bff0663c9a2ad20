//go:build !js

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"paypane/bff/staff"
)

// wedge is a card reader that types like a keyboard of the United States, into a
// computer with a layout of its own.
type wedge struct {
	*tab
	german, capsLock bool
	gap              time.Duration // between two keys
	clock            *float64      // of the keys, in seconds since 1970
}

func newWedge(b *tab) wedge { return wedge{tab: b, gap: 10 * time.Millisecond, clock: new(float64)} }

// stroke is a key, and whether Shift is held.
type stroke struct {
	code  string
	shift bool
}

// strokeOf is the key that types a character on a keyboard of the United States.
func strokeOf(c rune) stroke {
	for code, chars := range map[string]string{"Minus": "-_", "Equal": "=+", "Semicolon": ";:", "Slash": "/?", "Space": "  ", "Backslash": "\\|", "Period": ".>"} {
		switch string(c) {
		case chars[:1]:
			return stroke{code, false}
		case chars[1:]:
			return stroke{code, true}
		}
	}
	switch {
	case c >= 'A' && c <= 'Z':
		return stroke{"Key" + string(c), true}
	case c >= '0' && c <= '9':
		return stroke{"Digit" + string(c), false}
	case c == '\r':
		return stroke{"Enter", false}
	}
	at := strings.IndexRune(")!@#$%^&*(", c)
	return stroke{"Digit" + string(rune('0'+at)), true}
}

// number is what Windows calls the key.
func (s stroke) number() int64 {
	if n, other := map[string]int64{"Minus": 189, "Equal": 187, "Semicolon": 186, "Slash": 191, "Space": 32, "Backslash": 220, "Period": 190, "Enter": 13}[s.code]; other {
		return n
	}
	return int64(s.code[len(s.code)-1])
}

// types is what the computer makes of a key: what stands in a field afterwards.
func (r wedge) types(s stroke, c rune) string {
	german := map[stroke]string{
		{"Digit6", true}: "&", {"Digit7", true}: "/", {"Digit8", true}: "(", {"Slash", false}: "-", {"Slash", true}: "_", {"Semicolon", false}: "ö",
		{"Equal", false}: "´", {"Minus", false}: "ß", {"KeyY", true}: "Z", {"KeyZ", true}: "Y",
	}
	text := string(c)
	if typed, other := german[s]; r.german && other {
		text = typed
	}
	if strings.HasPrefix(s.code, "Key") && r.capsLock {
		text = strings.ToLower(text)
	}
	return text
}

// swipe types. The times of the keys are those of the reader, whatever it takes to
// hand them to the browser.
func (r wedge) swipe(text string) {
	r.t.Helper()
	*r.clock = max(*r.clock, float64(time.Now().UnixMicro())/1e6) + 1
	send := func(p input.DispatchKeyEventParams) {
		*r.clock += r.gap.Seconds() / 4
		p.Timestamp = input.TimeSinceEpoch(*r.clock)
		r.run(command(input.DispatchKeyEvent, p))
	}
	shift := func(kind input.DispatchKeyEventType, modifiers int64) {
		send(input.DispatchKeyEventParams{Type: kind, Code: "ShiftLeft", Key: "Shift", WindowsVirtualKeyCode: 16, Modifiers: modifiers})
	}
	for _, c := range text {
		s := strokeOf(c)
		p := input.DispatchKeyEventParams{Type: "keyDown", Code: s.code, Key: r.types(s, c), Text: r.types(s, c), WindowsVirtualKeyCode: s.number()}
		if c == '\r' {
			p.Key = "Enter"
		}
		if s.shift {
			p.Modifiers = 8
			shift("rawKeyDown", 8)
		}
		send(p)
		p.Type, p.Text = "keyUp", ""
		send(p)
		if s.shift {
			shift("keyUp", 0)
		}
	}
	eval[any](r.tab, `window.readerEnds?.()`)
}

// press presses one key, a second after all others.
func (r wedge) press(code, key string) {
	r.t.Helper()
	*r.clock++
	p := input.DispatchKeyEventParams{Type: "rawKeyDown", Code: code, Key: key, Timestamp: input.TimeSinceEpoch(*r.clock), WindowsVirtualKeyCode: map[string]int64{"Enter": 13, "Escape": 27}[code]}
	if code == "Enter" {
		p.Type, p.Text = "keyDown", "\r"
	}
	r.run(command(input.DispatchKeyEvent, p))
	p.Type, p.Text = "keyUp", ""
	r.run(command(input.DispatchKeyEvent, p))
}

// patientReader lets a page of the desk take a reader's end from the test, and not from
// a silence: a busy machine hands keys on late, and a pause of its own in the middle of
// a card would be the end of it.
const patientReader = `((set, clear) => {
	let end;
	window.setTimeout = (fn, wait, ...rest) => wait === 300 ? ((end = fn), -1) : set(fn, wait, ...rest);
	window.clearTimeout = id => id === -1 ? (end = undefined) : clear(id);
	window.readerEnds = () => { const ends = end; end = undefined; ends?.(); };
})(window.setTimeout.bind(window), window.clearTimeout.bind(window))`

// tracksOf are both tracks of a card.
func tracksOf(number, expiry string) string {
	return "%B" + number + "^SAMPLE/DANA PWL^" + expiry + "1010000000000000?;" + number + "=" + expiry + "10100000000?"
}

// kept is all that the page, its address and its storages hold.
const kept = `[document.documentElement.outerHTML, location.href, document.title, ...Object.values(localStorage), ...Object.values(sessionStorage),
	...[...document.querySelectorAll("input,textarea")].map(i => i.value)].join("\n")`

// A card is swiped at the desk through a reader that types: heard only when armed,
// whatever the layout, said in words when it is no card or one that cannot be used,
// and nowhere afterwards but in the book.
func TestSwipe(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, patience, true)
	b := open(t, w, true)
	b.allow("status of 4")
	b.run(command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: patientReader}))
	r := newWedge(b)
	const visa, master = "4111111111111111", "5555555555554444"
	clean := func(where string) {
		t.Helper()
		text := eval[string](b, kept)
		for _, secret := range []string{visa[:10], master[:10], declined[:10], "SAMPLE/DANA"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: the page holds %s", where, secret)
			}
		}
	}
	begin := func(other string) {
		t.Helper()
		b.run(chromedp.Navigate(w.pay + "/desk/patients/40211/take"))
		b.page("desk-take")
		b.until(`document.querySelector("#swipe:not([hidden])")`)
		eval[any](b, `document.querySelectorAll(".w-amount").forEach(i => i.value = "")`)
		b.focus("#other")
		b.typeText(other)
	}
	arm := func() {
		t.Helper()
		b.focus("#other")
		r.press("KeyW", "w")
		b.until(`document.querySelector("#swipe [aria-pressed]")`)
	}
	says := func(words string) {
		t.Helper()
		b.until(`document.querySelector("#swipe [role=status]").textContent.includes(` + quote(words) + `)`)
		clean(words)
	}
	taken := func(outcome string, cents int64, last4 string) {
		t.Helper()
		b.until(`document.activeElement.id === "take"`)
		r.press("Enter", "Enter")
		if got := b.outcome(); got != outcome {
			t.Fatalf("%s:\n%s", got, b.text())
		}
		clean(outcome)
		book := w.sim.Book()
		if outcome == "taken" && (len(book) == 0 || book[len(book)-1].Last4 != last4 || book[len(book)-1].Amount != cents) {
			t.Errorf("the book has %+v", book)
		}
	}
	b.signInAtDesk(w, "Ana", staff.FrontDesk)

	begin("11")
	arm()
	r.swipe(tracksOf(visa, "3412") + "\r")
	says("Read: Visa ending in 1111, 12/34.")
	taken("taken", 1100, "1111")

	begin("12")
	arm()
	german := r
	german.german, german.capsLock = true, true
	german.swipe(strings.Replace(tracksOf(master, "3412"), "?;", "?\r;", 1) + "\r")
	says("Read: Mastercard ending in 4444, 12/34.")
	taken("taken", 1200, "4444")

	begin("13")
	arm()
	r.swipe(";" + visa + "=34122010000000?") // no name, a chip, and no Enter
	says("has a chip")
	taken("taken", 1300, "1111")

	begin("14")
	arm()
	r.swipe(tracksOf(declined, "3412") + "\r")
	says("ending in 0002")
	taken("declined", 0, "")

	// What is no card, or none that can be used. The focus stays where it is and the
	// amount what it is.
	begin("15")
	for _, row := range []struct{ typed, says string }{
		{"%B4111********1111^SAMPLE/DANA^3412***?;4111********1111=3412***?", "This card reader encrypts"},
		{tracksOf(visa, "3412") + "02A5B1C9F00D|7731", "This card reader encrypts"},
		{"%E?;E?\r", "could not be read"},
		{"%B41111111\r", "could not be read"},
		{"X" + tracksOf(visa, "3412") + "\r", "That was typed, not swiped"},
	} {
		arm()
		r.swipe(row.typed)
		says(row.says)
		if got := eval[string](b, `document.activeElement.id + document.activeElement.value`); got != "other15" {
			t.Errorf("after %q: the focus is at %s", row.says, got)
		}
	}
	arm()
	slow := r
	slow.gap = time.Second
	slow.swipe("%B")
	says("That was typed, not swiped")
	arm()
	r.press("Escape", "Escape")
	says("off again")
	arm()
	r.swipe(tracksOf(visa, "3412"))
	says("Read: Visa")
	r.press("Escape", "Escape") // also when it was read
	says("off again")

	// The server refuses, the page says why, and the amount is still there.
	arm()
	r.swipe(tracksOf(visa, "2001") + "\r")
	says("Read: Visa")
	r.press("Enter", "Enter")
	b.until(`document.title.startsWith("Error: ") && document.activeElement.id === "summary"`)
	clean("refused")
	b.says("This card expired in January 2020")
	if got := eval[string](b, `document.getElementById("other").value`); got != "15" {
		t.Errorf("the amount is %s after it was refused", got)
	}
	// What was answered is the program's page: what is sent from it next is answered in
	// place, too, and loads nothing.
	eval[bool](b, `(window.stays = true)`)
	b.focus("#other")
	r.press("KeyK", "k") // a check, and no number of it
	b.until(`document.querySelector("#checknumber").offsetParent`)
	b.click("#take")
	b.until(`document.querySelector("#summary a[href='#checknumber']")`)
	if !eval[bool](b, `window.stays === true && !document.querySelector("main[data-added]")`) {
		t.Error("the form after a swiped card that was refused is the browser's")
	}
	arm()
	r.swipe(tracksOf(visa, "3412") + "\r")
	says("Read: Visa")
	taken("taken", 1500, "1111")

	// The same once more is asked about.
	begin("15")
	arm()
	r.swipe(tracksOf(visa, "3412") + "\r")
	says("Read: Visa")
	r.press("Enter", "Enter")
	b.until(`document.querySelector("main .box.warning input[type=checkbox]")`)
	b.click("main .box.warning input[type=checkbox]")
	arm()
	r.swipe(tracksOf(visa, "3412") + "\r")
	says("Read: Visa")
	taken("taken", 1500, "1111")
	if n := len(w.sim.Book()); n != 5 {
		t.Errorf("%d payments", n)
	}

	// A card that was read is wiped with another way to pay.
	begin("16")
	arm()
	r.swipe(tracksOf(visa, "3412") + "\r")
	says("Read: Visa")
	b.focus("#other")
	r.press("KeyC", "c")
	says("off again")

	files, err := filepath.Glob(filepath.Join(w.dir, "paypane.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no ledger", err)
	}
	places := map[string]string{"the log": w.logs.String(), "the traffic": w.wire.String()}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		places[filepath.Base(name)] = string(content)
	}
	for place, content := range places {
		for _, secret := range []string{visa, master, declined} {
			for _, form := range forms(secret) {
				if strings.Contains(content, form) {
					t.Errorf("%s holds %q", place, form)
				}
			}
		}
	}
}

// A reader that nobody armed types into no page: not into a field, not as keys that
// lead elsewhere, and its Enter sends nothing. Who types such characters keeps them.
func TestReaderThatNobodyArmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.allow("status of 4")
	r := newWedge(b)
	r.capsLock = true // its capitals are small letters: keys of the desk
	b.signInAtDesk(w, "Ana", staff.FrontDesk)
	const told = `document.querySelector("main [role=alert]")?.textContent.includes("A card reader typed that")`
	for _, row := range []struct{ path, field, typed string }{
		{"/desk", "", ""}, {"/desk", "#q", "okafor"}, {"/desk/patients/40211/take", "#other", "7"}, {"/desk/day", "[name=q]", ""},
	} {
		for _, german := range []bool{false, true} {
			b.run(chromedp.Navigate(w.pay + row.path))
			b.until(`document.readyState === "complete"`)
			if row.field == "" {
				eval[any](b, `document.activeElement.blur()`)
			} else {
				b.focus(row.field)
				eval[any](b, `document.activeElement.value = ""`)
				b.typeText(row.typed)
			}
			r.german = german
			r.swipe(tracksOf(visa, "3412") + "\r")
			b.until(told)
			if got := eval[string](b, `location.pathname`); got != row.path {
				t.Errorf("at %s: it led to %s", row.path, got)
			}
			if row.field != "" {
				if got := eval[string](b, `document.activeElement.value`); got != row.typed {
					t.Errorf("at %s: %q stands in the field", row.path, got)
				}
			}
			if text := eval[string](b, kept); strings.Contains(text, "4111") {
				t.Errorf("at %s: the page holds the card", row.path)
			}
		}
	}
	b.run(chromedp.Navigate(w.pay + "/desk"))
	b.focus("#q")
	slow := newWedge(b)
	slow.gap = time.Second
	slow.swipe("%;411")
	if got := eval[string](b, `document.activeElement.value`); got != "%;411" {
		t.Errorf("who types has %q", got)
	}
	// Where the practice has not switched it on there is no reader to arm.
	b.run(chromedp.Navigate(w.pay + "/desk/patients/40211/take"))
	b.page("desk-take")
	if eval[bool](b, `!!document.querySelector("#swipe, script[src*=swipe]")`) {
		t.Error("a reader can be armed")
	}
}
