//go:build !js

package main

import (
	"testing"

	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// A clerk reads what was taken today, narrows it, and mistypes a day.
func TestDeskDayByKeyboard(t *testing.T) {
	walks(t, func(t *testing.T, k walk) {
		p := payment.Patient{Practice: 195900, Department: 7, ID: 40211}
		before := "" // of the same amount: whoever takes the next one is asked about it
		for i, c := range []payment.Counter{{Method: payment.Cash}, {Method: payment.Check, CheckNumber: "1044"}} {
			number := []string{"501", "502"}[i]
			a, err := k.w.book.CreateAttempt(t.Context(), ledger.Record{Patient: p, Portal: "desk", Subject: "ana", Staff: ledger.Staff{Name: "Kim Ana", Role: "front_desk"}, AsOfSeq: 1,
				Attempt: payment.Attempt{ID: []string{"DAYSABCDEFGHJKLM", "DAYTABCDEFGHJKLM"}[i], Kind: payment.KindRecord, PatientName: "Dana Sample", Counter: c, Charge: payment.Charge{Lines: []payment.Line{
					{Bill: "claim-" + number, Kind: payment.Claim, Number: number, Amount: payment.Cents(2000), Balance: payment.Cents(2000)}}}}})
			if err == nil {
				_, err = k.w.book.Claim(t.Context(), p, a.ID, ledger.CardUse{ConfirmDuplicateOf: before})
			}
			if err == nil {
				_, err = k.w.book.MarkSending(t.Context(), a.ID, "0")
			}
			if err == nil {
				_, err = k.w.book.Settle(t.Context(), a.ID, payment.Outcome{State: payment.Succeeded, Batch: "318"})
			}
			if err != nil {
				t.Fatal(err)
			}
			before = a.ID
		}
		k.signInAtDesk(k.w, "Ana", staff.FrontDesk)
		k.page("desk-may")
		if k.script {
			k.press("d")
		} else {
			k.enter(`nav a[href="/desk/day"]`)
		}
		k.at(web.PageDeskDay, "desk-day")
		k.typeInto("#q", "1044")
		k.enter(".filters button")
		k.path(`location.search.includes("1044")`)
		k.at(web.PageDeskDay, "desk-day-found")
		k.typeInto("#day", "yesterday")
		k.enter(".filters button")
		k.errors()
		if k.script {
			k.until(`document.activeElement.id === "summary"`)
		}
		k.at(web.PageDeskDay, "desk-day-error")
	})
}
