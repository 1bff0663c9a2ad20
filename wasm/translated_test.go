//go:build !js

package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"

	"paypane/tier"
)

// A translator as browsers have them: it takes each text out of the page and
// puts its own in the place, in two elements of its own, says so in <html>, and
// does the same with whatever is new. What it "translates" into reads the same.
// One that moves the words of a paragraph about puts them all into one element
// around it.
const translator = `function translate(around) {
	const own = e => e?.closest("font");
	const wrap = text => {
		if (text.data.trim() === "" || !text.isConnected || own(text.parentElement) || text.parentElement.closest("script")) return;
		const [outer, inner] = [document.createElement("font"), document.createElement("font")];
		inner.textContent = text.data;
		outer.append(inner);
		text.parentNode.replaceChild(outer, text);
	};
	const all = root => {
		if (root.nodeType === Node.TEXT_NODE) return wrap(root);
		const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
		while (texts.nextNode()) found.push(texts.currentNode);
		found.forEach(wrap);
		if (!around || own(root)) return;
		for (const e of [root, ...root.querySelectorAll("p, h1, dd, td, li, button")]) {
			if (!e.matches("p, h1, dd, td, li, button") || own(e) || !e.hasChildNodes()) continue;
			const outer = document.createElement("font");
			outer.append(...e.childNodes);
			e.append(outer);
		}
	};
	document.documentElement.lang = "es";
	document.documentElement.className = "translated-ltr";
	new MutationObserver(records => records.forEach(r => r.type === "characterData" ? wrap(r.target) :
		r.addedNodes.forEach(n => n.isConnected && !own(n.parentElement) && [1, 3].includes(n.nodeType) && n.localName !== "font" && all(n)))
	).observe(document.body, { childList: true, subtree: true, characterData: true });
	all(document.body);
	window.translated = true;
}
`

// translators say when the translation begins.
var translators = map[string]string{
	"after the program": translator + `(function wait() {
		if (document.documentElement?.dataset.program) translate(); else setTimeout(wait, 5);
	})()`,
	"before the program": translator + `addEventListener("DOMContentLoaded", () => translate())`,
	"moving words":       translator + `addEventListener("DOMContentLoaded", () => translate(true))`,
}

// told is what a page says at the steps of a story, title included.
type told struct {
	*tab
	w     *world
	waits string // what has to be true before a page is looked at
	said  []string
}

var (
	spaces = regexp.MustCompile(`\s+`)
	// What a page says once the practice was asked for it, sooner or later.
	mail = regexp.MustCompile(`We're sending a receipt to \S+ `)
	// What is another one in each run.
	codes = regexp.MustCompile(`Reference \S+ · \S+|Support code \S+|[A-Z][a-z]+ \d+, 20\d\d at \d+:\d+ [AP]M \S+|\d+:\d\d [AP]M \S+`)
)

func (s *told) at(step, shows string) {
	s.t.Helper()
	s.until(s.waits)
	s.until(shows)
	text := eval[string](s.tab, `document.title + "\n" + document.body.innerText`)
	s.said = append(s.said, step+": "+codes.ReplaceAllString(mail.ReplaceAllString(spaces.ReplaceAllString(text, " "), ""), "…"))
}

func (s *told) open(patient int, amount string) {
	s.t.Helper()
	s.signIn(s.w, patient)
	s.page("amount")
	s.until(s.waits)
	s.anotherAmount()
	s.typeText(amount)
}

func (s *told) pay(number, amount string) {
	s.t.Helper()
	s.open(40220, amount)
	s.click(`form:has([name=amount]) button[type=submit]`)
	s.page("card")
	s.until(s.waits)
	s.fillCard(good(number))
	s.click("#pay")
}

func outcomeIs(outcome string) string {
	return `document.querySelector("main[data-outcome=` + outcome + `]") && document.title !== ""`
}

// stories lead through everything that changes in place.
var stories = map[string]func(*told){
	"amount and card": func(s *told) {
		s.allow("status of 4")
		s.open(40220, "0.5")
		s.click(`form:has([name=amount]) button[type=submit]`)
		s.at("too little", `document.activeElement.id === "summary"`)
		s.focus("#amount")
		eval[any](s.tab, `document.activeElement.select()`)
		s.typeText("x")
		s.at("no amount", `document.getElementById("amount-error").innerText.includes("dollars and cents")`)
		eval[any](s.tab, `document.activeElement.select()`)
		s.typeText("3")
		s.at("mended", `document.getElementById("summary").hidden`)
		s.click(`form:has([name=amount]) button[type=submit]`)
		s.page("card")
		s.at("card", `document.activeElement.id === "heading"`)
		s.focus("#number")
		s.typeText("3782")
		s.at("a brand", `document.getElementById("code-hint").innerText.startsWith("4 digits")`)
		s.click("#pay")
		s.at("errors", `document.activeElement.id === "summary"`)
		s.click(`#summary li:nth-child(2) a *, #summary li:nth-child(2) a`)
		s.until(`document.activeElement.id === "expiry"`)
		s.typeText("13/29")
		s.at("another error", `document.getElementById("expiry-error").innerText.includes("between 01 and 12")`)
		s.fillCard(good("4111111111111111"))
		s.at("none any more", `document.getElementById("summary").hidden`)
		s.waitsForPay()
	},
	"unknown, then taken": func(s *told) {
		s.pay("4000000000009011", "4.01")
		s.at("unknown", outcomeIs("unknown"))
		s.w.tend(s.t)
		s.at("taken", outcomeIs("taken"))
	},
	"unknown, then not": func(s *told) {
		s.pay("4000000000009029", "4.02")
		s.at("unknown", outcomeIs("unknown"))
		s.w.tend(s.t)
		s.at("not sent", outcomeIs("not_sent"))
		s.click(".next button")
		s.page("card")
		s.at("again", `document.activeElement.id === "heading"`)
	},
	"pending, then unknown": func(s *told) {
		s.pay("4000000000009037", "4.03")
		s.at("unknown", outcomeIs("unknown")) // the page was there while it was pending
	},
	"plan": func(s *told) {
		s.signIn(s.w, 40211)
		s.visit(s.w.pay + "/plan")
		s.page("plan")
		s.at("plan", `document.getElementById("monthly")`)
		s.fillMonthly("10")
		s.at("too little", `document.querySelector("#summary a[href='#monthly']")`)
		s.fillMonthly("40")
		s.page("plan")
		s.at("to sign", `document.querySelector("form[action^='/plan/']")`)
		s.click(`form[action^="/plan/"] button`)
		s.at("without consent", `document.querySelector("#summary a[href='#consent']")`)
		s.click("#consent")
		s.at("with consent", `!document.querySelector("#summary a[href='#consent']")`)
	},
	"cards and agreements": func(s *told) {
		s.launch(s.w.portal + "/plain?patient=40213")
		s.page("amount")
		for _, path := range []string{"cards/add", "agree"} {
			s.visit(s.w.pay + "/" + path)
			s.at(path, `document.readyState === "complete"`)
			s.click("main form button")
			s.at(path+" with nothing typed", `document.querySelector("#summary li") || document.querySelector("main form[action^='/agree/']")`)
		}
	},
	"session": func(s *told) {
		s.allow("status of 401")
		s.signIn(s.w, 40211)
		s.chooseAmountUnder("3")
		s.later(s.w, 14*time.Minute)
		s.at("warned", warning)
		s.later(s.w, 30*time.Second)
		s.at("warned again", warning+` && document.getElementById("stay").innerText.includes("1 min")`)
	},
}

// waitsForPay presses Pay and looks while the answer is held back.
func (s *told) waitsForPay() {
	s.t.Helper()
	held := make(chan struct{})
	s.w.held.Store(&held)
	s.click("#pay")
	s.at("paying", `document.getElementById("pay").innerText.startsWith("Paying")`)
	s.w.held.Store(nil)
	close(held)
	s.at("paid", outcomeIs("taken"))
}

func (s *told) fillMonthly(amount string) {
	s.t.Helper()
	s.click("input[name=payments][value=other]")
	s.focus("#monthly")
	eval[any](s.tab, `document.activeElement.select()`)
	s.typeText(amount)
	s.click(`form[action="/plan"] button`)
}

func (s *told) chooseAmountUnder(amount string) {
	s.t.Helper()
	s.open(40211, amount)
	s.click(`form:has([name=amount]) button[type=submit]`)
	s.page("card")
}

// A page that a browser translates tells at each step what the same page tells
// untranslated, and nothing else: not an outcome that is over, not an error that
// is mended, nothing twice.
func TestTranslatedPagesTellTheSame(t *testing.T) {
	t.Parallel()
	for name, story := range stories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := tell(t, story, "")
			for when, script := range translators {
				t.Run(when, func(t *testing.T) {
					t.Parallel()
					if when != "moving words" { // the one that changes most
						tier.Deep(t)
					}
					for i, said := range tell(t, story, script) {
						said = strings.NewReplacer("1 minuto", "1 minute", "2 minutos", "2 minutes").Replace(said)
						if i >= len(want) || said != want[i] {
							t.Errorf("translated:\n%s\nnot translated:\n%s", said, append(want, "nothing")[min(i, len(want))])
						}
					}
				})
			}
		})
	}
}

// tell goes through a story, with a translator or without.
func tell(t *testing.T, story func(*told), script string) []string {
	t.Helper()
	w := newWorldThatWaits(t, soon)
	s := &told{tab: open(t, w, true), w: w, waits: `document.documentElement.dataset.program`}
	if script != "" {
		s.waits += ` && window.translated`
		s.run(command(page.Enable, page.EnableParams{}),
			command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}))
	}
	story(s)
	if script != "" {
		if how := eval[string](s.tab, `document.documentElement.dataset.program`); how == "replaced" {
			t.Error("the program made the page anew")
		}
	}
	return s.said
}

// A press counts where the words of the button change under it, which a
// translator does by taking them away: a browser forgets a press whose own element
// is gone before it ends.
func TestPressOutlastsTheButtonsWords(t *testing.T) {
	t.Parallel()
	w := newWorldThatWaits(t, soon)
	b := open(t, w, true)
	b.run(command(page.Enable, page.EnableParams{}),
		command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: translators["before the program"]}))
	s := &told{tab: b, w: w, waits: `document.documentElement.dataset.program && window.translated`}
	s.open(40211, "3")
	const button = `form:has([name=amount]) button[type=submit]`
	says := func(sum string) string {
		return `document.querySelector(` + quote(button) + `).innerText.includes(` + quote(sum) + `)`
	}
	b.until(says("$3.00"))
	at := b.middleOf(button)
	b.mouse(input.DispatchMouseEventTypeMousePressed, at, 1)
	eval[any](b, `(a => { a.value = "30"; a.dispatchEvent(new Event("input", {bubbles: true})) })(document.querySelector("[name=amount]"))`)
	b.until(says("$30.00"))
	b.mouse(input.DispatchMouseEventTypeMouseReleased, at, 1)
	b.page("card")
}
