package web

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// The paths of the pages. The server's route table serves the same.
const (
	PathAmount = "/pay"       // PageAmount; a POST makes an attempt
	PathCard   = "/pay/"      // + attempt: PageCard; a POST pays
	PathResult = "/payments/" // + attempt: PageResult

	PathCards      = "/cards"      // PageCards
	PathAgreements = "/agreements" // PageAgreements
	PathAgree      = "/agree"      // PageAgree; + "/" + attempt: to sign it
	PathPlan       = "/plan"       // PagePlan; + "/" + attempt: to sign it
	PathPeople     = "/people"     // whose bills
	PathFinish     = "/finish"     // a POST ends the session
	PathReceipts   = "/receipts"   // PageReceipts; + "/" + payment: PageReceipt

	// PathReview is the work list; below it is one page for each payment that a person
	// has to decide, and below PathTasks one for each thing to be done by hand. They are
	// staff's.
	PathReview = "/desk/review"
	PathTasks  = "/desk/tasks"
	PathDesk   = "/desk" // staff's

	PathSignIn    = "/desk/sign-in"
	PathApprovals = "/desk/approvals" // what waits for a second person; + "/" + attempt: one
	PathDeskDay   = "/desk/day"       // what was taken here
	PathDeskMay   = "/desk/may"       // what somebody may do
	PathDeskGoOn  = "/desk/go-on"     // with a form, after signing in again
	PathDeskLock  = "/desk/lock"      // a POST covers the page
	PathDeskLeave = "/desk/sign-out"  // a POST ends the session
	PathDeskStay  = "/desk/stay"      // a POST says that somebody is there
	PathDeskPlace = "/desk/department"
	PathDeskKept  = "/desk/kept" // what was being typed when the page was covered

	PathFrame = "/embed/v1/frame" // PageFrame
)

// ParamPane is the query parameter that names the session of an address.
const ParamPane = "pane"

// At is an address of our own as the pages of one session write it: with that
// session's name. Every link, form and call goes through it. An address of
// somebody else stays as it is.
func (s Site) At(path string) string {
	if s.Pane == "" || !strings.HasPrefix(path, "/") {
		return path
	}
	if strings.Contains(path, "?") {
		return path + "&" + ParamPane + "=" + s.Pane
	}
	return path + "?" + ParamPane + "=" + s.Pane
}

// route hands every page to the one Shell. RouteWithRegexpFunc keeps the
// component that it is given (app.Route would make an empty one).
func route(s *Shell) {
	for _, path := range append(deskRoutes, routes...) {
		app.RouteWithRegexpFunc(path, func() app.Composer { return s })
	}
}
