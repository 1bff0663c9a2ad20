//go:build !js

package main

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"paypane/bff/demo/idp"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// door signs somebody in at the desk whom a provider would have named, and leads on
// to where they go on.
func (w *world) door(rw http.ResponseWriter, r *http.Request) {
	store, err := session.NewStore(w.book, [][]byte{bytes.Repeat([]byte{7}, 32)}, portal.Portals{}, w.now, true)
	if err != nil {
		panic(err)
	}
	q := r.URL.Query()
	next, _, err := session.Desk{Store: store}.Start(rw, r, session.SignedIn{Practice: 195900, Departments: []int{7, 9},
		Person: staff.Person{Issuer: "https://login.harbor.example", Subject: q.Get("sub"), Name: "Kim " + q.Get("sub"), Role: staff.Role(q.Get("role")), AuthTime: w.now()}})
	if err != nil {
		panic(err)
	}
	http.Redirect(rw, r, cmp.Or(next, web.PathDeskMay), http.StatusSeeOther)
}

// signInAtDesk signs somebody in at the desk.
func (b *tab) signInAtDesk(w *world, sub string, role staff.Role) {
	b.t.Helper()
	b.run(chromedp.Navigate(w.pay + "/test/door?sub=" + sub + "&role=" + string(role)))
}

// signIn is the practices' own sign-in, with one person.
func (w *world) signIn() *idp.Provider {
	return idp.New(idp.Config{Issuer: w.provider, ClientID: "paypane-desk", Secret: "hush", Redirect: w.pay + "/desk/callback", Leave: w.pay + "/desk",
		People: []idp.Person{{Subject: "bea", Name: "Bea Stone", Roles: []string{"billing"}}}, Now: w.now})
}

// desks are the desks of the portals file.
func (w *world) desks() string {
	var file strings.Builder
	for _, practice := range []string{"195900", "195901"} {
		fmt.Fprintf(&file, `
[[desk]]
practice = %s
departments = [7, 9]
issuer = %q
client_id = "paypane-desk"
client_secret = "hush"
roles_claim = "roles"
roles = { biller = ["billing"] }
vendor_code = "harborpay"
swipe = %t
`, practice, w.provider, practice == "195900" && w.swipe)
	}
	return file.String()
}

// A biller says at which practice's desk they are, signs in at its provider, and is
// at the desk; signing out ends it there, too.
func TestSignInByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.run(chromedp.Navigate(k.w.pay + web.PathSignIn))
		k.at(web.PageDeskSignIn, "desk-sign-in")
		k.enter(`main a[href$="195900"]`)
		k.until(`location.origin === "` + k.w.provider + `" && document.querySelector("button")`)
		k.enter("main button")
		k.page("desk-today")
		if text := eval[string](k.tab, `document.body.innerText`); !strings.Contains(text, "Bea Stone, biller") {
			t.Errorf("signed in as %s", text)
		}
		k.enter(`form[action="/desk/sign-out"] button`)
		k.allow("status of 401")
		k.until(`document.body.innerText.includes("Sign in to work at the desk")`)
		if text := eval[string](k.tab, `document.body.innerText`); strings.Contains(text, "Bea") {
			t.Errorf("after signing out: %s", text)
		}
	})
}

// A clerk works at the desk, leaves it, and comes back; somebody else finds an
// empty one. Then they leave for good.
func TestDeskPresenceByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.signInAtDesk(k.w, "Ana", staff.FrontDesk)
		k.run(chromedp.Navigate(k.w.pay + "/desk/review"))
		k.page("desk-review")
		k.enter(".signed a")
		k.at(web.PageDeskMay, "desk-may")
		k.look("desk-may")
		k.allow("status of 423")
		k.allow("status of 403")
		k.allow("status of 401")

		// Covered: by the script at once, else by the next request.
		if k.script {
			k.press("l")
		} else {
			k.w.skip(3 * time.Minute)
			k.enter(".signed a")
		}
		k.until(`document.activeElement?.textContent === "Sign in again to go on"`)
		k.at(web.PageDeskCovered, "desk-covered")
		k.look("desk-covered")
		if text := k.text(); strings.Contains(text, "Ana") {
			t.Errorf("the cover says %s", text)
		}
		k.signInAtDesk(k.w, "Ana", staff.FrontDesk)
		k.page("desk-may")

		// A form that came when it was covered.
		k.reach("#department")
		k.w.skip(3 * time.Minute)
		k.enter("#department ~ button")
		k.page("desk-covered")
		k.run(chromedp.Navigate(k.w.pay + "/desk/go-on"))
		k.page("desk-covered")
		k.signInAtDesk(k.w, "Bo", staff.Manager)
		k.run(chromedp.Navigate(k.w.pay + "/desk/go-on"))
		k.at(web.PageDeskGoOn, "desk-go-on")
		if text := k.text(); !strings.Contains(text, "not there any more") {
			t.Errorf("somebody else finds %s", text)
		}
		k.w.skip(15 * time.Minute)
		k.run(chromedp.Navigate(k.w.pay + "/desk/may"))
		k.at(web.PageSession, "desk-ended")
		k.signInAtDesk(k.w, "Bo", staff.Manager)
		k.run(chromedp.Navigate(k.w.pay + "/desk/may"))
		k.page("desk-may")
		k.enter(`form[action="/desk/sign-out"] button`)
		k.at(web.PageFinished, "desk-signed-out")
	})
}

// toVoid has a void wait for a second person.
func (k walk) toVoid(by, name string) {
	k.t.Helper()
	portal, subject, _ := strings.Cut(by, "/")
	a, err := k.w.book.CreateAttempt(k.t.Context(), ledger.Record{Patient: payment.Patient{Practice: 195900, Department: 7, ID: 40211}, Portal: portal, Subject: subject, AsOfSeq: 1,
		Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: ledger.PaymentTarget("9001"), Value: payment.Cents(2000), PatientName: "Dana Sample"}})
	if err == nil {
		err = k.w.book.AskApproval(k.t.Context(), a.ID, ledger.Signer{ID: by, Name: name}, "it was taken twice")
	}
	if err != nil {
		k.t.Fatal(err)
	}
}

// A manager reads what waits for a second person and refuses it, with a reason.
func TestApprovalsByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		k.toVoid("desk/https://login.harbor.example ana", "Kim Ana")
		k.signInAtDesk(k.w, "Cy", staff.Manager)
		k.page("desk-may")
		if k.script {
			k.press("a")
		} else {
			k.enter(`nav a[href="/desk/approvals"]`)
		}
		k.at(web.PageApprovals, "desk-approvals")
		k.look("desk-approvals")
		k.enter("main li a")
		k.at(web.PageApproval, "desk-approval")
		k.enter(`form[action$="/refuse"] button`)
		k.errors()
		k.at(web.PageApproval, "desk-approval-error")
		k.look("desk-approval-error")
		k.typeInto("input[name=why]", "it was taken once")
		k.press(kb.Enter)
		k.until(`document.querySelector("main .warning")`)
		k.at(web.PageApproval, "desk-approval-refused")
	})
}
