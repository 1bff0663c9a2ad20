//go:build !js

package main

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// online switches the tab's network on and off.
func (b *tab) online(on bool) {
	b.t.Helper()
	b.run(command(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}}})
			return err
		}))
}

// With the program: errors are listed, the summary takes the focus and its
// links land in the fields, each error goes as soon as it is mended, and what
// was typed stays.
func TestErrorsAreFoundAndMended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := toCard(t, w, true, 40211, "4111 1111 1111 1112")
	b.focus("#expiry")
	eval[any](b, `document.getElementById("expiry").select()`)
	b.typeText("13/29")
	b.click("#pay")
	b.until(`document.activeElement.id === "summary"`)
	if title := eval[string](b, `document.title`); !strings.HasPrefix(title, "Error: Pay $3.00") {
		t.Errorf("the title is %q", title)
	}
	texts := eval[[]string](b, `[...document.querySelectorAll("#summary li")].map(li => li.innerText)`)
	if want := "Check the card number. One or more digits are different from a real card number.|The month must be between 01 and 12"; strings.Join(texts, "|") != want {
		t.Errorf("the summary says %q", texts)
	}
	b.click(`#summary a[href="#expiry"]`)
	b.until(`document.activeElement.id === "expiry"`)
	for _, c := range [][2]string{{"aria-invalid", "true"}, {"aria-describedby", "expiry-hint expiry-error"}} {
		if v := eval[string](b, `document.getElementById("expiry").getAttribute(`+quote(c[0])+`)`); v != c[1] {
			t.Errorf("%s is %q", c[0], v)
		}
	}
	eval[any](b, `document.getElementById("expiry").select()`)
	b.typeText("04/31")
	b.until(`document.getElementById("expiry-error").hidden && !document.getElementById("expiry").hasAttribute("aria-invalid")`)
	if eval[bool](b, `document.getElementById("number-error").hidden`) {
		t.Error("the other error went, too")
	}
	b.focus("#number")
	eval[any](b, `document.getElementById("number").select()`)
	b.typeText("4111111111111111")
	b.until(`document.getElementById("summary").hidden && !document.title.startsWith("Error")`)
	if v := eval[string](b, `document.getElementById("name").value + "|" + document.getElementById("code").value`); v != "Dana Q. Sample|123" {
		t.Errorf("what was typed is now %q", v)
	}
	b.click("#pay")
	if got := b.outcome(); got != "taken" {
		t.Error(got)
	}
	w.once(t)
}

// A lost connection keeps the form and says so; the payment goes out once the
// connection is back, once.
func TestLostConnectionKeepsTheForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := toCard(t, w, true, 40211, "4111111111111111")
	b.allow("ERR_INTERNET_DISCONNECTED")
	b.online(false)
	b.click("#pay")
	b.until(`!document.getElementById("summary").hidden`)
	if text := eval[string](b, `document.getElementById("summary").innerText`); !strings.Contains(text, "You are offline. Your details are still here.") {
		t.Errorf("the page says %q", text)
	}
	if v := eval[string](b, `document.getElementById("number").value`); v != "4111 1111 1111 1111" && v != "4111111111111111" {
		t.Errorf("the number is now %q", v)
	}
	b.online(true)
	b.click("#pay")
	if got := b.outcome(); got != "taken" {
		t.Error(got)
	}
	w.once(t)
}

// A connection that breaks after the payment has left: nothing is claimed about
// the money, and a second press shows what became of the first.
func TestConnectionLostWhilePaying(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := toCard(t, w, true, 40211, "4111111111111111")
	b.allow("ERR_")
	w.cut.Store(true)
	b.click("#pay")
	b.until(`!document.getElementById("summary").hidden`)
	if text := eval[string](b, `document.getElementById("summary").innerText`); !strings.Contains(text, "We do not know yet if your payment went through") || strings.Contains(text, "You can pay when") {
		t.Errorf("the page says %q", text)
	}
	w.cut.Store(false)
	b.click("#pay")
	if got := b.outcome(); got != "taken" {
		t.Error(got)
	}
	w.once(t)
}

// Where the program never comes (blocked, broken, too slow) a page with scripts
// goes on working as forms, in silence; and where it comes, it is fetched once.
func TestWithoutTheProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.programDelay.Store(int64(10 * patience))
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.click("form button")
	b.page("card")
	if n := w.programs.Load(); n > 2 {
		t.Errorf("two pages asked %d times for the program", n)
	}
	b.fillCard(good("4111111111111112"))
	b.click("#pay")
	b.until(`document.title.startsWith("Error: ") && document.readyState === "complete"`)
	if v := eval[string](b, `["number", "code", "name", "expiry", "address", "zip"].map(id => document.getElementById(id).value).join("|")`); v != "||Dana Q. Sample|04/31|12 Elm Street|02139" {
		t.Errorf("the form comes back as %q", v)
	}
	b.fill("cc-number", "4111111111111111")
	b.fill("cc-csc", "123")
	b.click("#pay")
	if got := b.outcome(); got != "taken" {
		t.Error(got)
	}
	if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 12000 {
		t.Errorf("the book has %+v", book)
	}
}

// The upstream is down: the payer hears it before typing a card, and nothing
// was sent.
func TestDownIsSaidBeforeTheCard(t *testing.T) {
	for mode, script := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := open(t, w, script)
			b.allow("status of 503")
			b.signIn(w, 40211)
			b.chooseAmount("3")
			w.down.Store(true)
			for _, address := range []string{eval[string](b, `location.href`), w.pay + "/pay"} {
				b.visit(address)
				b.page("unavailable")
				if text := eval[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "Payments are not available right now") || !strings.Contains(text, "No money was taken") {
					t.Errorf("the page says %q", text)
				}
			}
			w.down.Store(false)
			b.click("main a") // try again
			b.page("amount")
		})
	}
}

// Whatever page a step leads to, reading starts at its heading, also where the
// address stays the same.
func TestNoticesTakeTheFocus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := toCard(t, w, true, 40211, "4111111111111111")
	b.allow("status of 503")
	w.down.Store(true)
	b.click("#pay")
	b.until(`document.querySelector("main[data-page=unavailable]") && document.activeElement.id === "heading"`)
	if n := w.sim.Count("collectpayment"); n != 0 {
		t.Errorf("%d charges reached the upstream", n)
	}
}

// An error of the amount page goes, or changes, with the choice.
func TestAmountErrorsAreMended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.page("amount")
	b.ready()
	b.click("input[value=other]")
	b.focus("#amount")
	b.typeText("0.5")
	b.click("form button")
	b.until(`document.activeElement.id === "summary"`)
	if text := eval[string](b, `document.getElementById("amount-error").innerText`); !strings.Contains(text, "The smallest payment is $1.00.") {
		t.Errorf("the field says %q", text)
	}
	b.focus("#amount")
	eval[any](b, `document.activeElement.select()`)
	b.typeText("0") // still too small, and said with the words for that
	b.until(`document.getElementById("amount-error").innerText.includes("The smallest payment is $1.00.") && document.getElementById("amount").value === "0"`)
	b.click("input[value=all]") // what was wrong does not matter any more
	b.until(`document.getElementById("summary").hidden && !document.title.startsWith("Error")`)
	b.click("input[value=other]")
	b.click("form button")
	b.until(`document.activeElement.id === "summary"`)
	b.focus("#amount")
	eval[any](b, `document.activeElement.select()`)
	b.typeText("2")
	b.until(`document.getElementById("summary").hidden`)
	b.click("form button")
	b.page("card")
	if text := eval[string](b, `document.querySelector("h1").innerText`); !strings.Contains(text, "$2.00") {
		t.Errorf("after 2 dollars were typed in place of 0 the page says %q", text)
	}
}

// A payment is under way in one tab while another tab of the same browser is
// opened for somebody else: the first keeps what it knows, says that it can no
// longer look, and tells nothing of the other.
func TestAnotherPatientInAnotherTab(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := toCard(t, w, true, 40211, "4000000000009037")
	b.allow("status of 4")
	b.click("#pay")
	b.until(`document.querySelector("main[data-outcome=pending]")`)
	attempt := eval[string](b, `document.querySelector("main").dataset.attempt`)
	other := b.sibling(t, w, w.portal+"/plain?patient=40212")
	other.click(`form[target=_top] button`)
	other.page("amount")
	b.until(`!document.getElementById("summary").hidden`)
	text := eval[string](b, `document.querySelector("main").innerText`)
	if !strings.Contains(text, "can no longer be updated") || !strings.Contains(text, "Do not pay again") || strings.Contains(text, "Robin") ||
		eval[string](b, `document.querySelector("main").dataset.attempt`) != attempt {
		t.Errorf("the page says %q", text)
	}
}
