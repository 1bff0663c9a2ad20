// Package notify tells the servers of portals what became of what was begun from them:
// when they ask, and by webhooks. A portal books money on the strength of these two, and
// of nothing that a browser says.
package notify

import (
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Payment is what a portal's server is told of an attempt to pay, or to agree to
// payments. Its JSON is a promise: members are added, and none changes. There is no
// name, no address and nothing of a card in it.
type Payment struct {
	// Attempt is the id that the element's events have, SupportCode its beginning as
	// payers read it.
	Attempt     string `json:"attempt"`
	SupportCode string `json:"supportCode"`
	// Launch is the jti of the launch token, or "sha256:" and a digest where that jti
	// could be a card number.
	Launch string `json:"launch"`
	// The upstream's numbers, as in launch tokens.
	Practice   int `json:"practiceid"`
	Department int `json:"departmentid"`
	Patient    int `json:"patientid"`
	// Kind is what it is for, Status what became of it.
	Kind   string `json:"kind"`
	Status string `json:"status"`
	// Amount is in dollars; of an agreement it is the most that may be charged, and of a
	// card that is kept there is none.
	Amount   string `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"`
	// Reference is the upstream's number of it (epaymentid), once it is taken.
	Reference string `json:"reference,omitempty"`
	// Undoes is the attempt that it takes back.
	Undoes string `json:"undoes,omitempty"`
	Lines  []Line `json:"lines,omitempty"`
	// Created is when it was made, Ended when its outcome came to be known.
	Created time.Time  `json:"created"`
	Ended   *time.Time `json:"ended,omitempty"`
}

// Line is what a part of the amount is for.
type Line struct {
	Kind   string `json:"kind"`             // copay, claim, today, other
	Number string `json:"number,omitempty"` // of the claim or the appointment
	Amount string `json:"amount"`
}

// kinds are the words for what an attempt is for.
var kinds = map[payment.Kind]string{
	payment.KindCharge:        "payment",
	payment.KindChargeStored:  "payment",
	payment.KindAgreeVisit:    "agreement",
	payment.KindAgreeYear:     "agreement",
	payment.KindPlan:          "plan",
	payment.KindStoreCard:     "card",
	payment.KindRecord:        "recording",
	payment.KindVoid:          "void",
	payment.KindVendorPayment: "recording",
	payment.KindRefund:        "refund",
	payment.KindAdjust:        "adjustment",
}

// Of is what is told of an attempt; its status is "pending", "taken", "declined",
// "not_sent" or "unknown".
func Of(a ledger.Record) Payment {
	p := Payment{
		Attempt: a.ID, SupportCode: a.SupportCode(), Launch: a.Launch, Practice: a.Patient.Practice, Department: a.Patient.Department, Patient: a.Patient.ID,
		Kind: kinds[a.Kind], Status: a.State.Shown(), Reference: a.Reference, Undoes: a.Undoes, Created: a.Created.UTC(),
	}
	if total := a.Total(); !total.IsZero() {
		p.Amount, p.Currency = total.String(), "USD"
	}
	for _, l := range a.Charge.Lines {
		line := Line{Kind: string(l.Kind), Amount: l.Amount.String()}
		if l.Kind != payment.Unapplied {
			line.Number = l.Number
		}
		p.Lines = append(p.Lines, line)
	}
	if !a.Ended.IsZero() {
		ended := a.Ended.UTC()
		p.Ended = &ended
	}
	return p
}
