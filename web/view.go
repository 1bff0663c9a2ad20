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

import (
	"paypane/web/payment"
	"paypane/web/words"
)

// View is everything a page shows. Exactly the part that Page names is set;
// the notices share Notice.
type View struct {
	Page    string      `json:"page"`
	Path    string      `json:"path"` // the page's address, without origin
	Site    Site        `json:"site"`
	Amount  *AmountView `json:"amount,omitempty"`
	Card    *CardView   `json:"card,omitempty"`
	Result  *ResultView `json:"result,omitempty"`
	Notice  *NoticeView `json:"notice,omitempty"`
	Content *Content    `json:"sheet,omitempty"`
	// Nav leads to everything else that is offered; empty in the middle of a step.
	Nav      []NavLink         `json:"nav,omitempty"`
	Problems []payment.Problem `json:"problems,omitempty"`
	StaffPages
}

// Site is what every page of a practice shows.
type Site struct {
	// Language is the one that the pages are written in; zero: English.
	Language words.Language `json:"language,omitzero"`
	// Languages are the others that the page can be read in; empty: there are none,
	// or no session that keeps what is chosen.
	Languages []Spoken `json:"languages,omitempty"`
	// Unreviewed says that nobody who speaks its language has read the page.
	Unreviewed bool   `json:"unreviewed,omitempty"`
	Practice   string `json:"practice"`        // the practice's name; empty without a session
	Phone      string `json:"phone,omitempty"` // to call when in doubt
	Return     string `json:"return,omitempty"`
	Hosts      string `json:"hosts,omitempty"` // origins that may frame the page and talk to it, space-separated
	// Idle and Absolute are how many minutes the page stays open without use, and
	// at all; 0 without a session.
	Idle     int `json:"idle,omitempty"`
	Absolute int `json:"absolute,omitempty"`
	// Left and Ends are how many seconds are left of both.
	Left int `json:"left,omitempty"`
	Ends int `json:"ends,omitempty"`
	// Whose is the patient binding of the page's forms: each posts it back, and
	// the server refuses a form that was printed for another patient. Empty
	// without a session.
	Whose string `json:"whose,omitempty"`
	// Person is the name of the patient whom the page is about. It is set where
	// one payer pays for several people.
	Person string `json:"person,omitempty"`
	// Now is the name of the patient whom the session pays for, where that is
	// somebody else than Person: the page can then only be read.
	Now string `json:"now,omitempty"`
	// Test says that the upstream is one for trying: no money is taken.
	Test bool `json:"test,omitempty"`
	// Framed says that the document is shown inside another page, which names the
	// practice itself and has its own edges.
	Framed bool `json:"-"`
	// Pane names the session that the page belongs to, of several that one browser
	// may have; empty: the browser has one. It is no secret and opens nothing.
	Pane string `json:"pane,omitempty"`
}

// NavLink is a way to another part of the site.
type NavLink struct {
	Path    string `json:"path"`
	Text    string `json:"text"`
	Current bool   `json:"current,omitempty"`
}

// AmountView is the page "What do you want to pay?", and the one that says that
// there is nothing to pay: see Owing.
type AmountView struct {
	Statement payment.Statement `json:"statement"`
	Chosen    payment.Choice    `json:"chosen"`            // what the payer had chosen, as typed
	Heading   string            `json:"heading,omitempty"` // where it is not the usual one
	Before    []Element         `json:"before,omitempty"`
	After     []Element         `json:"after,omitempty"`
	// Instead stands in the place of the choice.
	Instead []Element `json:"instead,omitempty"`
	// Other is the hint for another amount, Today the one for today's visit;
	// empty: that is not offered.
	Other string `json:"other,omitempty"`
	Today string `json:"today,omitempty"`
}

// CardView is the page with the card form of one attempt.
type CardView struct {
	Attempt payment.Attempt `json:"attempt"`
	// Notes are what has to be known of the payment beside its lines.
	Notes []string `json:"notes,omitempty"`
	CardFields
	// Stored are the cards that can be used instead of typing one, and Chosen is
	// the id of one of them, or payment.NewCard; empty where none is stored.
	Stored []payment.StoredCard `json:"stored,omitempty"`
	Chosen string               `json:"chosen,omitempty"`
	// Unread says that the stored cards, or some of them, could not be read now.
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
	Others  bool            `json:"others,omitempty"` // it was somebody else's than the reader's
	When    string          `json:"when"`             // time of day: "10:42 AM EST"
}

// Typed are the inputs of the card form that may be printed back.
type Typed struct {
	Expiry  string `json:"expiry,omitempty"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	ZIP     string `json:"zip,omitempty"`
	payment.Wishes
}

// ResultView is the page that always shows the truth about one attempt.
type ResultView struct {
	Attempt payment.Attempt `json:"attempt"`
	When    string          `json:"when"` // of the outcome, or of the sending: "November 21, 2026 at 10:42 AM EST"
	// Late is the time of day at which it was sent, where its outcome was found
	// out only later.
	Late string `json:"late,omitempty"`
	// Instead names another attempt that was not sent ("Your payment of $5.00"), because this
	// one pays the same bill.
	Instead string `json:"instead,omitempty"`
	// Others says that it was somebody else who paid than the reader.
	Others bool `json:"others,omitempty"`
	// ResultText is set where the attempt is no payment.
	ResultText *ResultText `json:"told,omitempty"`
	// Changed is what the attempt has changed, for the page around the frame:
	// balance, cards, agreements, plans; empty while it has not.
	Changed string `json:"changed,omitempty"`
	// Saved is where the wish to store the card stands; empty: there was none.
	Saved payment.State `json:"saved,omitempty"`
}

// NoticeView is a page that says one thing and how to go on.
type NoticeView struct {
	Heading string   `json:"heading"`
	Text    []string `json:"text"`
	// Next is where to go on, with its words; both empty where there is none.
	Next     string `json:"next,omitempty"`
	NextText string `json:"nextText,omitempty"`
	// Go says that there is nothing else to do: the way on is a button, which the
	// next key presses.
	Go bool `json:"go,omitempty"`
	// Code makes the next step a form that posts a one-time code to Next in a
	// window of its own (cookies refused in the frame).
	Code string `json:"code,omitempty"`
	// ID is the request's id, for the practice's support.
	ID string `json:"id,omitempty"`
	// Error is what the portal around the frame hears; empty: nothing went wrong.
	Error string `json:"error,omitempty"`
}

// Title is the document's title: it changes with the step and starts with
// "Error: " where something has to be mended.
func (v View) Title() string {
	return v.text("page.title", "problem", len(v.Problems) > 0, "heading", v.heading(), "practice", v.Site.Practice)
}

// text is a sentence of the catalogue in the page's language.
func (v View) text(key words.Key, parameters ...any) string {
	return v.Site.Language.Text(key, parameters...)
}

// written is the view with the sentences of its problems.
func (v View) written() View {
	if len(v.Problems) > 0 {
		v.Problems = words.Problems(v.Site.Language, v.Problems)
		if v.typed() != nil {
			v.Problems = inOrder(v.Problems)
		}
	}
	return v
}

// heading is the text of the page's only h1.
func (v View) heading() string {
	switch {
	case v.Page == PageNothing:
		return v.text("amount.heading.nothing")
	case v.Amount != nil && v.Amount.Heading != "":
		return v.Amount.Heading
	case v.Amount != nil:
		return v.text("amount.heading")
	case v.Card != nil:
		return v.text("card.heading", "total", v.Card.Attempt.Charge.Total())
	case v.Result != nil:
		return v.Result.heading(v.Site.Language)
	case v.Notice != nil:
		return v.Notice.Heading
	case v.Content != nil:
		return v.Content.Heading
	}
	return v.StaffPages.heading(v.Site.Language)
}
