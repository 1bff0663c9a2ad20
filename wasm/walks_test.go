//go:build !js

package main

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"paypane/web"
)

const visa, mastercard, declined = "4111111111111111", "5555555555554444", "4000000000000002"

// Paying once, with the three errors that payers meet: an amount, a card that
// is not typed, a card that is declined.
func TestPayByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.begin("patient=40211")
		k.at(web.PageAmount, "pay-amount")
		k.reach(`input[name=pay]`)
		k.press(kb.ArrowDown)
		k.press(kb.ArrowDown)
		k.typeInto("#amount", "0")
		k.press(kb.Enter)
		k.errors()
		k.at(web.PageAmount, "pay-amount-error")
		k.typeInto("#amount", "3")
		k.press(kb.Enter)
		k.at(web.PageCard, "pay-card")
		k.enter("#pay")
		k.errors()
		k.at(web.PageCard, "pay-card-errors")
		k.typeCard(good(declined))
		k.press(kb.Enter) // in the last field of the card
		k.result("declined")
		k.at(web.PageResult, "pay-declined")
		k.enter("main form button")
		k.page("card")
		k.typeCard(good(visa))
		k.enter("#pay")
		k.result("taken")
		k.emailed()
		k.at(web.PageResult, "pay-taken")
		if n := len(k.w.sim.Book()); n != 1 {
			t.Errorf("%d charges", n)
		}
	})
}

// Stored cards: added with errors first, preferred, paid with, removed.
func TestCardsByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.begin("patient=40213&save=1&cards=1")
		k.enter(`nav a[href="/cards"]`)
		k.at(web.PageCards, "cards-none")
		k.enter(`main a[href="/cards/add"]`)
		k.path(`location.pathname === "/cards/add"`)
		k.at(web.PageCards, "cards-add")
		k.enter("main form button")
		k.errors()
		k.at(web.PageCards, "cards-add-errors")
		k.typeCard(good(visa))
		k.reach("#consent")
		k.press(" ")
		k.enter("main form button")
		k.result("taken")
		k.at(web.PageResult, "cards-added")
		k.enter(`main a[href="/cards"]`)
		k.path(`location.pathname === "/cards"`)
		k.enter(`main a[href="/cards/add"]`)
		k.path(`location.pathname === "/cards/add"`)
		k.typeCard(good(mastercard))
		k.reach("#consent")
		k.press(" ")
		k.enter("main form button")
		k.result("taken")
		k.enter(`main a[href="/cards"]`)
		k.path(`location.pathname === "/cards"`)
		k.at(web.PageCards, "cards-list")
		k.enter(`form[action$="/prefer"] button`)
		k.path(`document.querySelector("[role=status]")`)
		k.at(web.PageCards, "cards-preferred")

		k.enter(`main a[href="/pay"]`)
		k.page("amount")
		k.enter("main form button")
		k.at(web.PageCard, "cards-pay")
		k.reach(`[autocomplete=cc-csc]`)
		k.typeText("123")
		k.enter("#pay")
		k.result("taken")
		k.emailed()
		k.at(web.PageResult, "cards-paid")

		k.enter(`nav a[href="/cards"]`)
		k.page("cards")
		k.enter(`main a[href$="/remove"]`)
		k.path(`location.pathname.endsWith("/remove")`)
		k.at(web.PageCards, "cards-remove")
		k.enter("main form button")
		k.path(`document.querySelector("[role=status]")`)
		k.at(web.PageCards, "cards-removed")
		if n := len(k.w.sim.Book()); n != 1 {
			t.Errorf("%d charges", n)
		}
	})
}

// A card on file for one visit, then one for a year, and the list of both.
func TestAgreeByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.begin("patient=40213")
		k.enter(`nav a[href="/agreements"]`)
		k.at(web.PageAgreements, "agreements-none")
		k.enter(`main a[href="/agree"]`)
		k.at(web.PageAgree, "agree")
		k.enter("main form button")
		k.errors()
		k.at(web.PageAgree, "agree-error")
		k.choose("agree", "visit-")
		k.enter("main form button")
		k.path(`document.querySelector("#summary a")?.innerText === "Enter the most that may be charged"`)
		k.at(web.PageAgree, "agree-limit-error")
		k.typeInto("[name^=limit-visit-]", "100")
		k.enter("main form button")
		k.path(`location.pathname.startsWith("/agree/")`)
		k.at(web.PageAgree, "agree-visit-sign")
		k.enter("main form button")
		k.errors()
		k.at(web.PageAgree, "agree-visit-sign-errors")
		k.typeCard(good(visa))
		k.typeInto("[autocomplete=email]", "lee@example.com")
		k.reach("#consent")
		k.press(" ")
		k.enter("main form button")
		k.result("taken")
		k.emailed()
		k.at(web.PageResult, "agree-visit-done")
		k.enter(`main a[href="/agreements"]`)
		k.page("agreements")
		k.enter(`main a[href="/agree"]`)
		k.page("agree")
		k.choose("agree", "year")
		k.typeInto("[name=limit-year]", "1500")
		k.enter("main form button")
		k.path(`location.pathname.startsWith("/agree/")`)
		k.at(web.PageAgree, "agree-year-sign")
		k.typeCard(good(visa))
		k.typeInto("[autocomplete=email]", "lee@example.com")
		k.reach("#consent")
		k.press(" ")
		k.enter("main form button")
		k.result("taken")
		k.emailed()
		k.at(web.PageResult, "agree-year-done")
		k.enter(`main a[href="/agreements"]`)
		k.at(web.PageAgreements, "agreements-list")
		if n := len(k.w.sim.Book()); n != 0 {
			t.Errorf("%d charges", n)
		}
	})
}

// A payer pays for one of several people and goes on to the second.
func TestPeopleByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.begin("patient=40216&people=40211,40213")
		k.page("amount")
		k.enter(`.whose a`)
		k.at(web.PagePeople, "people")
		k.enter("main form button")
		k.at(web.PageAmount, "people-second")
		k.enter("main form button")
		k.page("card")
		k.typeCard(good(visa))
		k.enter("#pay")
		k.result("taken")
		k.enter(`.whose a`)
		k.at(web.PagePeople, "people-paid")
		if book := k.w.sim.Book(); len(book) != 1 || book[0].Patient != 40213 {
			t.Errorf("the book has %+v", book)
		}
	})
}

// The end of a session: warned of, where scripts run, and put off with a key;
// come all the same; and made.
func TestSessionByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.begin("patient=40211")
		k.page("amount")
		if k.script {
			k.later(k.w, 14*time.Minute)
			k.until(warning)
			k.at(web.PageAmount, "session-warning")
			k.press(kb.Enter)
			k.until("!" + warned)
			k.later(k.w, 15*time.Minute)
		} else {
			k.w.skip(16 * time.Minute)
			k.enter(`nav a[href="/agreements"]`)
		}
		k.at(web.PageSession, "session-expired")
		k.begin("patient=40211")
		k.page("amount")
		k.enter("footer button")
		k.at(web.PageFinished, "session-finished")
	})
}
