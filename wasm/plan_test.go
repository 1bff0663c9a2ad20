//go:build !js

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"paypane/web"
)

// A payment plan from the pay page to its progress, with mistakes on the way.
func TestPlanByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		// Between the 20th and the 24th tomorrow is neither the 1st nor the 15th: the
		// page has the same three first days whenever this runs.
		for k.w.now().Day() < 20 || k.w.now().Day() > 24 {
			k.w.skip(24 * time.Hour)
		}
		k.begin("patient=40211")
		k.page("amount")
		k.enter(`nav a[href="/plan"]`)
		k.at(web.PagePlan, "plan")
		k.reach(`input[name=bill][value=claim-503]`)
		k.press(" ") // not this one
		k.choose("payments", "other")
		k.typeInto("#monthly", "10")
		k.reach(`input[name=start]:checked`)
		k.press(kb.ArrowDown)
		k.enter(`form[action="/plan"] button`)
		k.path(`document.querySelector("#summary a[href='#monthly']")?.innerText === "The smallest monthly payment is $25.00."`)
		k.at(web.PagePlan, "plan-error")
		k.typeInto("#monthly", "40")
		if left := eval[[]string](k.tab, `[...document.querySelectorAll("input:checked")].map(i => i.name)`); strings.Join(left, " ") != "bill bill payments start" {
			t.Errorf("after the error %q are chosen", left)
		}
		k.press(kb.Enter)
		k.path(`document.querySelector("form[action^='/plan/']")`)
		k.reach(`.folds summary`)
		k.press(" ")
		rows := eval[[]string](k.tab, `[...document.querySelectorAll(".folds [open] tbody tr")].map(r => [...r.cells].map(c => c.innerText.trim()).join(" | "))`)
		if len(rows) != 4 || !strings.HasSuffix(rows[0], "| $40.00") || !strings.HasSuffix(rows[2], "| $12.75") || !strings.HasPrefix(rows[3], "Total") || !strings.HasSuffix(rows[3], "$92.75") {
			t.Errorf("payments %q", rows)
		}
		k.at(web.PagePlan, "plan-sign")
		long := good(visa)
		long.expiry = "04/40"
		k.typeCard(long)
		k.enter(`form[action^="/plan/"] button`)
		k.path(`document.querySelector("#summary a[href='#consent']")?.innerText === "Tick the box to agree to the payment plan"`)
		k.at(web.PagePlan, "plan-sign-error")
		if k.w.sim.Count("paymentplan") != 0 {
			t.Fatal("sent without consent")
		}
		if typed := eval[string](k.tab, `document.getElementById("number").value + document.getElementById("code").value`); k.script && typed == "" {
			t.Error("the card has to be typed again")
		} else if !k.script {
			if typed != "" {
				t.Errorf("%q was printed back", typed)
			}
			k.typeInto(`[autocomplete=cc-number]`, visa)
			k.typeInto(`[autocomplete=cc-csc]`, "123")
		}
		k.reach(`#consent`)
		k.press(" ")
		k.enter(`form[action^="/plan/"] button`)
		k.result("taken")
		if h := eval[string](k.tab, `document.querySelector("h1").innerText`); h != "Your payment plan is set up" {
			t.Errorf("the page is %q", h)
		}
		k.at(web.PageResult, "plan-done")
		k.enter(`main a[href="/plan"]`)
		k.page("plan")
		if text := eval[string](k.tab, `document.querySelector("main").innerText`); !strings.Contains(text, "$0.00 of $92.75") || !strings.Contains(text, "Visa ending in 1111") {
			t.Errorf("progress: %s", text)
		}
		k.at(web.PagePlan, "plan-progress")
		if len(k.w.sim.Book()) != 0 || k.w.sim.Count("paymentplan") != 1 {
			t.Errorf("%d movements, asked for %d times", len(k.w.sim.Book()), k.w.sim.Count("paymentplan"))
		}
		k.w.sim.Advance(120 * 24 * time.Hour)
		if n := len(k.w.sim.Book()); n != 3 {
			t.Errorf("%d payments in the end", n)
		}
	})
}

// With the program the amounts that are offered follow the bills that are ticked, and
// the number of payments that was chosen stays where it is still offered. Without it,
// and in the end, the server says what the plan is.
func TestPlanFollowsItsBills(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.visit(w.pay + "/plan")
	b.page("plan")
	b.ready()
	offered := `[...document.querySelectorAll(".choice-payments .hint")].map(e => e.innerText).join("|")`
	chosen := `[...document.querySelectorAll("input:checked")].map(e => e.name + "=" + e.value).join(" ")`
	whole := eval[string](b, offered)
	if !strings.Contains(whole, "$120.00") {
		t.Fatalf("offered: %s", whole)
	}
	b.click("input[name=payments][value='3']")
	b.click("input[value=claim-503]")
	b.until(offered + `.includes("$92.75") && !` + offered + `.includes("$120.00")`)
	if got := eval[string](b, chosen); !strings.HasPrefix(got, "bill=claim-501 bill=claim-502 payments=3 start=") {
		t.Errorf("chosen is %s", got)
	}
	if w.sim.Count("paymentplan") != 0 {
		t.Error("a plan was made")
	}
	b.click("input[value=claim-503]")
	b.until(offered + ` === ` + quote(whole))
	// Of too little only a certain amount can be paid a month, and nothing is chosen
	// in place of what was.
	b.click("input[value=claim-501]")
	b.click("input[value=claim-502]")
	b.until(`!` + offered + `.includes("$120.00")`)
	if got := eval[string](b, chosen); !strings.HasPrefix(got, "bill=claim-503 ") || strings.Contains(got, "payments=other") {
		t.Errorf("chosen is %s", got)
	}
}
