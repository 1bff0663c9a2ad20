package web

import "github.com/maxence-charriere/go-app/v9/pkg/app"

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

	// PathDoubts is the page of payments that a person has to decide; below it is
	// one page for each. They are staff's, and plain forms: no program takes them
	// over.
	PathDoubts = "/desk/doubts"
)

// route hands every page to the one Shell. RouteFunc keeps the component that
// it is given (app.Route would make an empty one).
func route(s *Shell) {
	shell := func() app.Composer { return s }
	app.RouteFunc(PathAmount, shell)
	app.RouteWithRegexpFunc("^"+PathCard, shell)
	app.RouteWithRegexpFunc("^"+PathResult, shell)
	for _, path := range []string{PathCards, PathAgreements, PathAgree, PathPlan, PathReceipts, PathPeople} {
		app.RouteWithRegexpFunc("^"+path+"(/|$)", shell)
	}
}
