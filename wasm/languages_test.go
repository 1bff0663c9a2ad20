//go:build !js

package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"paypane/web/words"
)

func init() { words.Languages = append(words.Languages, words.Pseudo()) }

// tour goes through the payer's pages in a language, without script, and shows each
// of their states to see.
func (b *tab) tour(tag string, see func(name string)) {
	w := b.w
	begin := func(query string) {
		b.t.Helper()
		b.visit(w.portal + "/plain?" + query)
		eval[any](b, `void document.querySelector("form[target=_top] button").click()`)
		b.until(`location.port === "` + w.pay[strings.LastIndexByte(w.pay, ':')+1:] + `" && document.readyState === "complete" && document.querySelector(".tongue, main")`)
		if eval[string](b, `document.documentElement.lang`) != tag {
			eval[any](b, `void document.querySelector('.tongue[value="`+tag+`"]').click()`)
		}
		b.until(`document.readyState === "complete" && document.documentElement.lang === ` + quote(tag))
	}
	// press presses the main button, or another, and waits for the next page.
	press := func(button, then string) {
		b.t.Helper()
		eval[any](b, `void document.querySelector(`+quote(button)+`).click()`)
		b.until(`document.readyState === "complete" && document.querySelector("main[data-page]") && (` + then + `)`)
	}
	visit := func(path, page string) {
		b.t.Helper()
		b.visit(w.pay + path)
		b.page(page)
	}
	pay := func(number string) {
		press(`main form button[type=submit]`, `document.getElementById("number")`)
		eval[any](b, fillByScript(good(number)))
		press("#pay", `document.querySelector("main[data-outcome]:not([data-outcome=pending])")`)
	}
	wrong := `document.querySelector("#summary:not([hidden])")`

	begin("patient=40211&save=1&cards=1")
	see("amount")
	eval[any](b, `void (document.querySelector("input[value=other]").checked = true)`)
	press("main form button[type=submit]", wrong)
	see("amount-error")
	visit("/pay", "amount")
	press("main form button[type=submit]", `document.getElementById("number")`)
	see("card")
	press("#pay", wrong)
	see("card-errors")
	visit("/plan", "plan")
	see("plan")
	press(`form[action^="/plan"] button`, wrong)
	see("plan-error")
	eval[any](b, `void (document.getElementById("monthly").value = "40")`)
	press(`form[action^="/plan"] button`, `document.querySelector("form[action^='/plan/']")`)
	see("plan-sign")
	visit("/cards", "cards")
	see("cards")
	visit("/cards/add", "cards")
	press("main form button", wrong)
	see("cards-add")
	visit("/pay", "amount")
	pay(declined)
	see("declined")
	visit("/pay", "amount")
	pay("4000000000000127")
	see("code-refused")
	visit("/pay", "amount")
	pay(visa)
	b.emailedIn()
	see("taken")
	visit("/receipts", "receipts")
	see("receipts")
	press(`main a[href^="/receipts/"]`, `document.querySelector("main[data-page=receipt]")`)
	see("receipt")
	press("main form button", wrong+` || document.querySelector("[role=status]")`)
	see("receipt-mail")
	visit("/receipts", "receipts")
	press(`main a[href^="/receipts/year-"]`, `document.querySelector(".paper .money")`)
	see("receipt-year")
	visit("/pay", "nothing")
	see("nothing")
	visit("/nowhere", "missing")
	see("missing")
	press(".foot form button", `document.querySelector("main[data-page=finished]")`)
	see("finished")

	begin("patient=40213&save=1&cards=1")
	visit("/agreements", "agreements")
	see("agreements")
	visit("/agree", "agree")
	see("agree")
	eval[any](b, `void (document.querySelector("input[name=agree][value^=visit-]").checked = true, document.querySelectorAll("main input[inputmode=decimal]").forEach(i => i.value = "100"))`)
	press(`main form button`, `document.querySelector("form[action^='/agree/']")`)
	see("agree-sign")
	sign := func() {
		b.t.Helper()
		long := good(visa)
		long.expiry = "04/40"
		eval[any](b, fillByScript(long))
		eval[any](b, `void (document.getElementById("email").value = "lee@mail.example", document.querySelector("[name=consent]").checked = true)`)
		press(`main form button`, `document.querySelector("main[data-outcome]:not([data-outcome=pending])")`)
	}
	sign()
	see("agree-done")
	visit("/agreements", "agreements")
	see("agreements-list")
	begin("patient=40218")
	see("amount-many")
	visit("/plan", "plan")
	see("plan-start")
	eval[any](b, `void (document.querySelector("[name=payments]").checked = true)`)
	press(`form[action^="/plan"] button`, `document.querySelector("form[action^='/plan/']")`)
	see("plan-sign-two")
	sign()
	see("plan-done")
	visit("/plan", "plan")
	see("plan-list")
	begin("patient=40216&people=40211,40213")
	press(".whose a", `document.querySelector("main[data-page=people]")`)
	see("people")
	begin("patient=40213")
	pay("4000000000009011")
	see("unknown") // the last: it looks again by itself
}

// emailedIn waits until the result says that a mail was ordered, in any language.
func (b *tab) emailedIn() {
	b.reloaded(`document.querySelector("main").innerText.includes("@")`)
}

var (
	latin = regexp.MustCompile(`\p{Latin}{3,}`)
	plain = regexp.MustCompile(`^[A-Za-z]+$`)
	coded = regexp.MustCompile(`\b([A-Z0-9]{4}-[A-Z0-9]{4}|[A-Z2-7]{8,})\b`)
)

// foreign are what stays as the practice, its system or the payer wrote it, and what
// is a name in each language.
var foreign = strings.Fields(`Harbor Family Medicine Dana Sample Lee Marchetti Visa Mastercard Discover American Express PDF HTML JSON HSA FSA NPI HMO
	Office visit Visit Laboratory tests Flu vaccine Electrocardiogram Terry Ahmad Street Boston EST EDT ZIP copay Tax patient mail example
	Marisol Vantongeren Okonkwo lee agreement payment plan Sep Oct
	New York law lets you refuse to leave a card on file Paying medical bills by credit card can cost you protections that medical debt has
	January February March April May June July August September October November December`)

// written is what the simulator's practice writes of bills and visits, in English.
var written = []string{"Office visit", "Laboratory tests", "Flu vaccine", "Electrocardiogram", "Office Visit", "Cardiac stress test", "CARDIAC STRESS TEST", "Physical therapy"}

// Each page, in each language, fits the narrowest telephone, and says nothing that
// does not come from the catalogue: in the language made of the English one no word
// without an accent, in Arabic no word in Latin letters, but for names and for what
// the practice's system wrote.
func TestLanguagesFit(t *testing.T) {
	t.Parallel()
	tags := []string{"en-x-pseudo", "ar", "es"}
	if *looks != "" {
		tags = []string{"en", "ar", "es"}
	}
	for _, tag := range tags {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			w := newWorldThatWaits(t, soon)
			w.portals[0].Languages = []string{"en", "es", "ar", "en-x-pseudo"}
			b := open(t, w, false)
			b.allow("status of 4")
			b.tour(tag, func(name string) {
				t.Helper()
				b.look(tag + "-" + name)
				b.width(320)
				if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 320 {
					t.Errorf("%s is %d px wide at 320: %s", name, wide, eval[string](b, stickingOut))
				}
				if apart := eval[[]string](b, `document.querySelector("main").innerText.match(/.* [,،].*/g) ?? []`); len(apart) > 0 {
					t.Errorf("%s has a space before a comma: %q", name, apart)
				}
				if tag == "es" || tag == "ar" {
					for _, theirs := range written {
						if own := eval[string](b, ownWords); strings.Contains(own, theirs) {
							t.Errorf("%s does not mark %q as another language's", name, theirs)
						}
					}
				}
				if tag == "es" || tag == "en" {
					return
				}
				var odd []string
				for _, word := range latin.FindAllString(coded.ReplaceAllString(eval[string](b, ownWords), ""), -1) {
					if (tag == "ar" || plain.MatchString(word)) && !slices.Contains(foreign, word) && !slices.Contains(odd, word) {
						odd = append(odd, word)
					}
				}
				if len(odd) > 0 {
					t.Errorf("%s says %s", name, odd)
				}
			})
		})
	}
}

// ownWords is the text that the page is responsible for: what is marked as another
// language's is not.
const ownWords = `(() => {
	const page = document.body.cloneNode(true);
	page.querySelectorAll("script, [lang]").forEach(e => e.remove());
	return document.title + " " + [...page.querySelectorAll("*")].flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data)).join(" ") + " " +
		[...page.querySelectorAll("[aria-label]")].map(e => e.getAttribute("aria-label")).join(" ");
})()`

// stickingOut is what sticks out farthest.
const stickingOut = `(() => {
	const out = [...document.querySelectorAll("body *")].filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > 321 || r.left < -1); });
	return out.slice(0, 3).map(e => e.outerHTML.slice(0, 200)).join(" … ");
})()`
