package web

import (
	"strings"

	"paypane/web/words"
)

// The pages, as the data-page attribute of <main> names them. Each has its
// declaration in Pages.
const (
	PageAmount      = "amount"          // what do you want to pay?
	PageNothing     = "nothing"         // there is nothing to pay
	PageCard        = "card"            // the card form of one attempt
	PageResult      = "result"          // what became of an attempt
	PageCards       = "cards"           // the stored cards
	PageAgreements  = "agreements"      // card on file: what was agreed to
	PageAgree       = "agree"           // card on file: a new agreement
	PagePlan        = "plan"            // payment plans
	PageReceipts    = "receipts"        // every payment
	PageReceipt     = "receipt"         // one of them
	PagePeople      = "people"          // who are you paying for?
	PageOther       = "other"           // the form was for another of several people
	PageFinished    = "finished"        // the payer has ended the session
	PageReviewQueue = "desk-review"     // staff: the work list
	PageReview      = "desk-review-one" // staff: one of them
	PageDeskVoid    = "desk-void"       // staff: a card payment is taken back
	PageDeskCorrect = "desk-correct"    // staff: a recording is corrected
	PageTask        = "desk-task"       // staff: something to be done by hand
	PageDeskTake    = "desk-take"       // staff: what is taken, for what and how
	PageDeskResult  = "desk-result"     // staff: what became of it
	PageSession     = "session"         // no session, or not any more
	PageLaunch      = "launch"          // the launch was refused
	PageCookies     = "cookies"         // the browser keeps no cookies in this frame
	PageUnavailable = "unavailable"     // payments cannot be taken at the moment
	PageMissing     = "missing"         // no such page, or not this patient's
	PageError       = "error"           // we failed
	PageFrame       = "frame"           // what a <pay-pane> element loads first

	PageDeskSignIn   = "desk-sign-in"   // at which practice's desk
	PageDeskCovered  = "desk-covered"   // nobody was there for a while
	PageDeskGoOn     = "desk-go-on"     // a form that waited until somebody signed in again
	PageDeskToday    = "desk-today"     // the day's visits
	PageDeskPatients = "desk-patients"  // finding a patient
	PageDeskPatient  = "desk-patient"   // one patient
	PageDeskAccount  = "desk-account"   // what a patient owes and has paid, also elsewhere
	PageDeskMay      = "desk-may"       // what may I do?
	PageDeskDay      = "desk-day"       // what was taken here
	PageDeskVendor   = "desk-vendor"    // what the practice's vendor took
	PageDeskRefund   = "desk-refund"    // a payment of the vendor's is given back
	PageDeskAdjust   = "desk-adjust"    // something is taken off a charge
	PageDeskDrawer   = "desk-drawer"    // what is in the drawer?
	PageDeskClose    = "desk-close"     // a count of a drawer, and what became of it
	PageDeskCloses   = "desk-closes"    // those of a day
	PageApprovals    = "desk-approvals" // acts that wait for a second person
	PageApproval     = "desk-approval"  // one of them
)

// The views of a <pay-pane> element, which a launch may ask for.
const (
	ViewPay        = "pay"
	ViewCards      = "cards"
	ViewAgreements = "agreements"
	ViewPlan       = "plan"
	ViewReceipts   = "receipts"
	ViewDesk       = "desk"
)

// Audience is whom a page, or a line of the server's route table, is for.
type Audience string

const (
	// ForPublic is everybody, with a session or without.
	ForPublic Audience = "public"
	// ForPayer is every session: the patient's own, that of whoever pays for
	// them, and that of staff who take a payment.
	ForPayer Audience = "payer"
	// ForPatient is every session but staff's: nobody agrees to anything, or uses
	// a stored card, in a patient's place.
	ForPatient Audience = "patient"
	// ForStaff is a session of somebody who works for the practice.
	ForStaff Audience = "staff"
)

// Page declares a page. The program's routes, the views that a launch may ask
// for and the navigation are made from the declarations. The server's route
// table, the keyboard walks with their axe runs and speech transcripts, and the
// runs with hostile data are tested against them.
type Page struct {
	Name string // as data-page has it
	For  Audience
	// Paths are where the page stands, as patterns of net/http, its own address
	// first. None: it is an answer at any address.
	Paths []string
	// Program says that the payer's program takes the page over. At an address
	// below that of such a page it takes over whatever stands there. The desk's own
	// takes over every page of who is signed in there.
	Program bool
	// View is the element's view that the page belongs to; empty: to any.
	View string
	// Lands says that a launch that asks for View begins here.
	Lands bool
	// Link is the key of the link to the page in the navigation; empty: there is
	// none. Under is the page whose link is the current one instead.
	Link  words.Key
	Under string
}

// Pages are all pages. Links stand in this order in the navigation. The payer's
// program knows nothing of the desk's, which it never takes over (deskPages).
var Pages = append([]Page{
	{Name: PageAmount, For: ForPayer, Paths: []string{PathAmount}, Program: true, View: ViewPay, Lands: true, Link: "nav.pay"},
	{Name: PageNothing, For: ForPayer, Paths: []string{PathAmount}, Program: true, View: ViewPay, Under: PageAmount},
	{Name: PageCard, For: ForPayer, Paths: []string{PathCard + "{attempt}"}, Program: true, View: ViewPay},
	{Name: PageResult, For: ForPayer, Paths: []string{PathResult + "{attempt}"}, Program: true, View: ViewPay},
	{Name: PageReceipts, For: ForPayer, Paths: []string{PathReceipts}, Program: true, View: ViewReceipts, Lands: true, Link: "nav.receipts"},
	{Name: PageReceipt, For: ForPayer, Paths: []string{PathReceipts + "/{reference}"}, Program: true, View: ViewReceipts, Under: PageReceipts},
	{Name: PageCards, For: ForPatient, Paths: []string{PathCards, PathCards + "/add", PathCards + "/{card}/remove"}, Program: true, View: ViewCards, Lands: true, Link: "nav.cards"},
	{Name: PageAgreements, For: ForPatient, Paths: []string{PathAgreements}, Program: true, View: ViewAgreements, Lands: true, Link: "nav.agreements"},
	{Name: PageAgree, For: ForPatient, Paths: []string{PathAgree, PathAgree + "/{attempt}"}, Program: true, View: ViewAgreements, Under: PageAgreements},
	{Name: PagePlan, For: ForPatient, Paths: []string{PathPlan, PathPlan + "/{attempt}"}, Program: true, View: ViewPlan, Lands: true, Link: "nav.plan"},
	{Name: PagePeople, For: ForPayer, Paths: []string{PathPeople}, Program: true},

	{Name: PageFrame, For: ForPublic, Paths: []string{PathFrame}},
	{Name: PageLaunch, For: ForPublic},
	{Name: PageCookies, For: ForPublic},
	{Name: PageSession, For: ForPublic},
	{Name: PageFinished, For: ForPublic},
	{Name: PageOther, For: ForPayer},
	{Name: PageMissing, For: ForPublic},
	{Name: PageUnavailable, For: ForPayer},
	{Name: PageError, For: ForPublic},
}, deskPages...)

// routes are the paths that the payer's program has pages for, as regular expressions:
// those of its pages and all below. On any other path the document does without
// the program, because go-app would put a page of its own in place of ours
// there.
var routes = programRoutes(Pages)

func programRoutes(pages []Page) (routes []string) {
	for _, p := range pages {
		if !p.Program {
			continue
		}
		if above, _, wild := strings.Cut(p.Paths[0], "{"); wild {
			routes = append(routes, "^"+above)
		} else {
			routes = append(routes, "^"+above+"(/|$)")
		}
	}
	return routes
}

// PageNamed is the declaration of a page; the zero Page: there is none.
func PageNamed(name string) Page {
	for _, p := range Pages {
		if p.Name == name {
			return p
		}
	}
	return Page{}
}

// Landing is the page on which a launch begins that asks for a view; false: no
// launch can ask for that.
func Landing(view string) (Page, bool) {
	for _, p := range Pages {
		if p.Lands && p.View == view {
			return p, true
		}
	}
	return Page{}, false
}

// Path is the page's own address, or empty.
func (p Page) Path() string {
	if len(p.Paths) == 0 {
		return ""
	}
	return p.Paths[0]
}
