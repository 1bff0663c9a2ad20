// Package web is everything the payer's browser runs, and therefore everything
// they may read: the pages of the payment flow and the program that takes them
// over once WebAssembly has arrived.
//
// A page is a go-app component made from a View, which is all the server tells
// about it. The server prints the component into the document (Document) and
// puts the View beside it; the browser program (Run) reads the View, builds the
// same component over the elements that are already there, and from then on
// asks the Desk for the next View instead of loading a page.
package web

import "paypane/web/payment"

// The pages, as the data-page attribute of <main> names them.
const (
	PageAmount      = "amount"      // what do you want to pay?
	PageNothing     = "nothing"     // there is nothing to pay
	PageCard        = "card"        // the card form of one attempt
	PageResult      = "result"      // what became of an attempt
	PageCards       = "cards"       // the stored cards
	PageAgreements  = "agreements"  // card on file: what was agreed to
	PageAgree       = "agree"       // card on file: a new agreement
	PagePlan        = "plan"        // payment plans
	PageReceipts    = "receipts"    // every payment
	PageReceipt     = "receipt"     // one of them
	PagePeople      = "people"      // for whom do you pay?
	PageOther       = "other"       // the form was for another of several people
	PageFinished    = "finished"    // the payer has ended the session
	PageDoubts      = "doubts"      // staff: payments that wait for a person
	PageDoubt       = "doubt"       // staff: one of them
	PageSession     = "session"     // no session, or not any more
	PageLaunch      = "launch"      // the launch was refused
	PageCookies     = "cookies"     // the browser keeps no cookies in this frame
	PageUnavailable = "unavailable" // payments cannot be taken at the moment
	PageMissing     = "missing"     // no such page, or not this patient's
	PageError       = "error"       // we failed
)

// View is everything a page shows. Exactly the part that Page names is set;
// the notices share Notice.
type View struct {
	Page   string  `json:"page"`
	Path   string  `json:"path"` // the page's address, without origin
	Site   Site    `json:"site"`
	Amount *Amount `json:"amount,omitempty"`
	Card   *Card   `json:"card,omitempty"`
	Result *Result `json:"result,omitempty"`
	Notice *Notice `json:"notice,omitempty"`
	Sheet  *Sheet  `json:"sheet,omitempty"`
	// Nav leads to everything else that is offered; empty in the middle of a step.
	Nav      []NavLink         `json:"nav,omitempty"`
	Problems []payment.Problem `json:"problems,omitempty"`
	Plain
}

// Site is what every page of a practice shows.
type Site struct {
	Practice string `json:"practice"`        // the practice's name; empty without a session
	Phone    string `json:"phone,omitempty"` // to call when in doubt
	Return   string `json:"return,omitempty"`
	Hosts    string `json:"hosts,omitempty"` // origins that may frame the page and talk to it, space-separated
	// Idle and Absolute are how many minutes the page stays open without use, and
	// at all; 0 without a session.
	Idle     int `json:"idle,omitempty"`
	Absolute int `json:"absolute,omitempty"`
	// Left and Ends are how many seconds are left of both.
	Left int `json:"left,omitempty"`
	Ends int `json:"ends,omitempty"`
	// Whose is what the forms of the page carry of the patient whom they were
	// printed for; empty without a session. Person is that patient's name, where
	// somebody pays for several people. Now is for whom they pay now, if that is
	// somebody else: the page only shows something.
	Person string `json:"person,omitempty"`
	Whose  string `json:"whose,omitempty"`
	Now    string `json:"now,omitempty"`
}

// NavLink is a way to another part of the site.
type NavLink struct {
	Path    string `json:"path"`
	Text    string `json:"text"`
	Current bool   `json:"current,omitempty"`
}

// Amount is the page "What do you want to pay?".
type Amount struct {
	Statement payment.Statement `json:"statement"`
	Chosen    payment.Choice    `json:"chosen"`         // what the payer had chosen, as typed
	Live      []payment.Attempt `json:"live,omitempty"` // payments whose result is not known
	Paid      []payment.Attempt `json:"paid,omitempty"` // payments taken lately
	// Of is the patient's name, where somebody else pays.
	Of string `json:"of,omitempty"`
	// Doubts is, for staff, how many payments of the practice wait for a person.
	Doubts int `json:"doubts,omitempty"`
}

// Card is the page with the card form of one attempt.
type Card struct {
	Attempt payment.Attempt `json:"attempt"`
	CardFields
	// Stored are the cards that can be used instead of typing one, and Chosen is
	// the id of one of them, or payment.NewCard; empty where none is stored.
	Stored []payment.StoredCard `json:"stored,omitempty"`
	Chosen string               `json:"chosen,omitempty"`
	// Unread says that the stored cards could not be read now.
	Unread bool `json:"unread,omitempty"`
	// Save is what is agreed to when the card that is typed is kept; empty: that
	// is not offered. SaveChosen says that it was asked for.
	Save       string `json:"save,omitempty"`
	SaveChosen bool   `json:"saveChosen,omitempty"`
	// Repeat is an equal payment of minutes ago, if there was one: this one may be
	// meant, or pressed by mistake.
	Repeat *Repeat `json:"repeat,omitempty"`
}

// Repeat is an earlier payment of the same amount.
type Repeat struct {
	Attempt payment.Attempt `json:"attempt"`
	When    string          `json:"when"` // time of day: "10:42 AM EST"
}

// Typed are the inputs of the card form that may be printed back.
type Typed struct {
	Expiry  string `json:"expiry,omitempty"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	ZIP     string `json:"zip,omitempty"`
	Email   string `json:"email,omitempty"`
}

// Result is the page that always shows the truth about one attempt.
type Result struct {
	Attempt payment.Attempt `json:"attempt"`
	When    string          `json:"when"` // of the outcome, or of the sending: "November 21, 2026 at 10:42 AM EST"
	// Late is the time of day at which it was sent, where its outcome was found
	// out only later.
	Late string `json:"late,omitempty"`
	// Instead names another attempt that was not sent ("Your payment of $5.00"), because this
	// one pays the same bill.
	Instead string `json:"instead,omitempty"`
	// Told is set where the attempt is no payment.
	Told *Told `json:"told,omitempty"`
	// Changed is what the attempt has changed, for the page around the frame:
	// balance, cards, agreements, plans; empty while it has not.
	Changed string `json:"changed,omitempty"`
	// Saved is where the wish to store the card stands; empty: there was none.
	Saved payment.State `json:"saved,omitempty"`
}

// Notice is a page that says one thing and how to go on.
type Notice struct {
	Heading string   `json:"heading"`
	Text    []string `json:"text"`
	// Next is where to go on, with its words; both empty where there is none.
	Next     string `json:"next,omitempty"`
	NextText string `json:"nextText,omitempty"`
	// Code makes the next step a form that posts a one-time code to Next in a
	// window of its own (cookies refused in the frame).
	Code string `json:"code,omitempty"`
	// ID is the request's id, for the practice's support.
	ID string `json:"id,omitempty"`
}

// Title is the document's title: it changes with the step and starts with
// "Error: " where something has to be mended.
func (v View) Title() string {
	title := v.heading()
	if v.Site.Practice != "" {
		title += " – " + v.Site.Practice
	}
	if len(v.Problems) > 0 {
		title = "Error: " + title
	}
	return title
}

// heading is the text of the page's only h1.
func (v View) heading() string {
	switch {
	case v.Page == PageNothing:
		return "Nothing to pay right now"
	case v.Amount != nil:
		return "What do you want to pay?"
	case v.Card != nil:
		return "Pay " + v.Card.Attempt.Charge.Total().Display()
	case v.Result != nil:
		return v.Result.heading()
	case v.Notice != nil:
		return v.Notice.Heading
	case v.Sheet != nil:
		return v.Sheet.Heading
	}
	return v.Plain.heading()
}
