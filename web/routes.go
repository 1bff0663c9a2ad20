package web

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// The paths of the pages. The server's route table serves the same.
const (
	PathAmount = "/pay"       // PageAmount; a POST makes an attempt
	PathCard   = "/pay/"      // + attempt: PageCard; a POST pays
	PathResult = "/payments/" // + attempt: PageResult
)

// route hands every page to the one Shell. RouteFunc keeps the component that
// it is given (app.Route would make an empty one).
func route(s *Shell) {
	shell := func() app.Composer { return s }
	app.RouteFunc(PathAmount, shell)
	app.RouteWithRegexpFunc("^"+PathCard, shell)
	app.RouteWithRegexpFunc("^"+PathResult, shell)
}
