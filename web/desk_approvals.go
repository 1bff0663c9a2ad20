//go:build !js || desk

package web

import (
	"paypane/web/payment"
	"paypane/web/words"
)

// ApprovalView is an act that needs two people.
type ApprovalView struct {
	Attempt payment.Attempt
	Asked   string // the name of who asked
	Why     string
	Until   string // the time of day until which it waits
	Second  string // the name of who approved or refused
	Refusal string // why
	Own     bool   // the reader asked
	Stands  ApprovalStands
	Typed   string // why the reader refuses
	// Hidden says that the amount is not told: cash that is to be counted.
	Hidden bool
	// Doubt is what is asked where it is no act but a decision about one that is in
	// doubt, and Found what the first person found: the second one decides where the
	// evidence is.
	Doubt, Found string
	// Close is the number of the drawer's close that waits, in place of an attempt, and
	// Off what is off in it.
	Close int64
	Off   payment.Amount
	Way   string // as in CloseRow
	Whose string // drawer it is
}

// path is where it is approved.
func (v ApprovalView) path() string {
	if v.Close > 0 {
		return ClosePath(v.Close)
	}
	return PathApprovals + "/" + v.Attempt.ID
}

// ApprovalStands is where an approval stands for whoever reads it.
type ApprovalStands string

const (
	ApprovalAsked ApprovalStands = "asked" // the reader can approve
	ApprovalOwn   ApprovalStands = "own"   // the reader asked
	ApprovalWaits ApprovalStands = "waits" // for somebody with the right
	// ApprovalOtherWay is for somebody who came the same way as who asked, which the
	// reader did not: they may be the same person.
	ApprovalOtherWay ApprovalStands = "way"
	ApprovalGiven    ApprovalStands = "given"   // and it was done
	ApprovalRefused  ApprovalStands = "refused" //
	ApprovalLapsed   ApprovalStands = "lapsed"  // nobody approved in time
)

// act says what would be done.
func (v ApprovalView) act(l words.Language) string {
	if v.Close > 0 {
		return l.Text("approval.close", "who", v.Whose, "way", v.Way, "off", v.Off)
	}
	if v.Doubt != "" {
		return l.Text("approval.doubt", "asks", v.Doubt, "patient", v.Attempt.PatientName)
	}
	kind := "other"
	switch v.Attempt.Kind {
	case payment.KindVoid:
		if kind = "void"; v.Attempt.Corrects() {
			kind = "correct"
		}
	case payment.KindRefund:
		kind = "refund"
	case payment.KindAdjust:
		kind = "adjust"
	}
	return l.Text("approval.act", "kind", kind, "amount", v.Attempt.Total(), "patient", v.Attempt.PatientName, "hidden", v.Hidden)
}

// ApprovalsContent is the list of what waits for a second person.
func ApprovalsContent(l words.Language, list []ApprovalView) Content {
	c := Content{Heading: l.Text("approval.heading")}
	if len(list) == 0 {
		c.Elements = []Element{text(l.Text("approval.none"))}
		return c
	}
	var rows []Element
	for _, v := range list {
		rows = append(rows, together(link(v.path(), v.act(l)),
			hint(l.Text("approval.asked", "who", v.Asked, "time", v.Until))))
	}
	c.Elements = []Element{items(rows...)}
	return c
}

// Content is the page of one of them.
func (v ApprovalView) Content(l words.Language) Content {
	c := Content{Heading: v.act(l)}
	switch v.Stands {
	case ApprovalGiven:
		c.Elements = append(c.Elements, Element{Kind: ElementStatus, Text: l.Text("approval.given", "who", v.Second)})
	case ApprovalRefused:
		c.Elements = append(c.Elements, warning(text(l.Text("approval.refused", "who", v.Second, "why", v.Refusal))))
	case ApprovalLapsed:
		c.Elements = append(c.Elements, warning(text(l.Text("approval.lapsed", "time", v.Until))))
	case ApprovalAsked:
		if v.Doubt != "" {
			c.Elements = append(c.Elements, text(l.Text("approval.doubt.how", "time", v.Until)))
		}
	case ApprovalOwn:
		c.Elements = append(c.Elements, text(l.Text("approval.own", "time", v.Until)))
	case ApprovalWaits:
		c.Elements = append(c.Elements, text(l.Text("approval.waits", "time", v.Until)))
	case ApprovalOtherWay:
		c.Elements = append(c.Elements, warning(text(l.Text("approval.way", "who", v.Asked, "time", v.Until))))
	}
	c.Elements = append(c.Elements, factsOf([]string{l.Text("approval.who"), v.Asked}, []string{l.Text("approval.said"), v.Found}, []string{l.Text("approval.why"), v.Why},
		[]string{l.Text("fact.amount"), amountText(l, v.Attempt.Total(), v.Hidden)}, []string{l.Text("fact.for"), v.Attempt.PatientName},
		[]string{l.Text("fact.support"), v.Attempt.SupportCode()}))
	at := PathApprovals + "/" + v.Attempt.ID
	switch v.Stands {
	case ApprovalAsked:
		do := form(at, "", l.Text("approval.approve"), "")
		if v.Doubt != "" {
			do = link(PathReview+"/"+v.Attempt.ID, l.Text("approval.doubt.go"))
		}
		c.Elements = append(c.Elements, do,
			form(at+"/refuse", "secondary", l.Text("approval.refuse"), "",
				Element{Kind: ElementInput, Input: &Input{Name: FieldWhy, Label: l.Text("approval.refuse.why"), Autocomplete: "off", Value: v.Typed, Empty: l.Text("problem.approval_why")}}))
	case ApprovalOwn, ApprovalWaits, ApprovalOtherWay:
		c.Elements = append(c.Elements, link(at, l.Text("approval.look")))
	}
	c.Elements = append(c.Elements, link(PathDesk, l.Text("desk.home")))
	return c
}
