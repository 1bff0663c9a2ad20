package bff

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// failure is an error that a handler knows the status of.
type failure struct {
	status int
	cause  error
}

func (f failure) Error() string { return fmt.Sprintf("%d: %v", f.status, f.cause) }
func (f failure) Unwrap() error { return f.cause }

// unavailable says that the upstream could not be asked, before anything was
// sent.
type unavailable struct {
	cause error
	// live is the id of a payment whose result is not known; with one, nobody
	// may be told that no money was taken.
	live string
	// paid says that a payment was taken lately.
	paid bool
	// lost says that the ledger came back from a backup lately, and payments may
	// have been made of which it knows nothing.
	lost bool
}

func (u unavailable) Error() string { return "upstream not available: " + u.cause.Error() }
func (u unavailable) Unwrap() error { return u.cause }

// answer is the one place that turns errors into pages. What went wrong is for
// the log; the payer is told what it means for their money and how to go on.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, v Visit, err error) {
	if other, ok := errors.AsType[othersError](err); ok && other.attempt.State != payment.Created {
		redirect(w, r, web.PathResult+other.attempt.ID) // what became of it is told, whoever the page is for
		return
	}
	status, view := s.explain(r, v, err)
	view.Site = s.site(v)
	if status == http.StatusUnauthorized {
		view.Site = s.sessionless(v)
	}
	if status >= 500 {
		s.log.ErrorContext(r.Context(), "request failed", "id", requestID(r.Context()), "error", err.Error())
	}
	if err := s.render(w, r, status, view); err != nil {
		s.log.ErrorContext(r.Context(), "render error page", "id", requestID(r.Context()), "error", err.Error())
	}
}

func (s *Server) explain(r *http.Request, v Visit, err error) (int, web.View) {
	// Where the page stands if it is asked for again: of a form that has no page
	// under its own address, that of the page it was on.
	path := strings.TrimSuffix(r.URL.Path, "/again")
	notice := func(page string, n web.Notice) web.View {
		return web.View{Page: page, Path: path, Notice: &n}
	}
	var f failure
	var u unavailable
	var other othersError
	switch {
	case errors.Is(err, errSessionOver):
		return http.StatusUnauthorized, notice(web.PageSession, s.timedOut(r.Context(), v))
	case errors.Is(err, errNoCookie):
		return http.StatusUnauthorized, notice(web.PageSession, web.Notice{
			Heading: "Open the payment page from your portal",
			Text:    []string{"This page works once you have come here from your patient portal. Sign in there and choose to pay your bill."}})
	case errors.Is(err, ledger.ErrNotFound), errors.As(err, &f) && f.status == http.StatusNotFound:
		n := web.Notice{Heading: "There is nothing here", Text: []string{"The address may be mistyped, or it belongs to somebody else."}}
		if v.several() {
			n.Text = append(n.Text, "You are paying for "+v.name(v.current())+" now.")
		}
		if r.URL.Path != web.PathAmount {
			n.Next, n.NextText = web.PathAmount, "See what you owe"
		}
		return http.StatusNotFound, notice(web.PageMissing, n)
	case errors.Is(err, errOtherPerson) && !v.several():
		return http.StatusConflict, notice(web.PageOther, web.Notice{
			Heading: "The page you used is out of date",
			Text: []string{"Somebody else's page was opened in this browser since, or what was sent was not complete. Nothing was done with it.",
				"To be sure whose page this is, open the payment page again from the portal."},
			Next: web.PathAmount, NextText: "See what you owe"})
	case errors.Is(err, errOtherPerson):
		return http.StatusConflict, notice(web.PageOther, web.Notice{
			Heading: "You are paying for " + v.name(v.current()) + " now",
			Text: []string{"The page you used was for somebody else. Nothing was done with it.",
				"Go on for " + v.name(v.current()) + ", or choose for whom you pay."},
			Next: web.PathPeople, NextText: "Choose for whom you pay"})
	case errors.As(err, &other):
		return http.StatusConflict, notice(web.PageOther, web.Notice{
			Heading: "You are paying for " + v.name(v.current()) + " now",
			Text: []string{named(other.attempt) + " is for " + other.name + ". Nothing was sent by this step.",
				"To go on with it, choose " + other.name + " first."},
			Next: web.PathPeople, NextText: "Choose for whom you pay"})
	case errors.Is(err, errNoCards):
		return http.StatusServiceUnavailable, notice(web.PageUnavailable, web.Notice{
			Heading: "This practice does not take cards on the web",
			Text:    []string{"Nothing was sent. Call the practice to pay."}})
	case errors.Is(err, errFound):
		return http.StatusConflict, notice(web.PageUnavailable, web.Notice{
			Heading: "A payment of yours was found",
			Text:    []string{"It may have been for the same bills, so nothing new was sent. The practice's system may take a day to show it. Do not pay again."},
			Next:    web.PathAmount, NextText: "See what you owe"})
	case errors.As(err, &u):
		n := web.Notice{Heading: "Payments are not available right now",
			Text: []string{"No money was taken. Try again later or call the practice."},
			Next: path, NextText: "Try again"}
		if u.live != "" {
			n.Text = []string{"Nothing new was sent. The result of what you sent earlier is not known yet."}
			n.Next, n.NextText = web.PathResult+u.live, "See its status"
		} else if u.lost {
			n.Text = []string{"Nothing new was sent. Earlier payments are being compared with the practice's system. If you have paid already, do not pay again.",
				"Try again in an hour or call the practice."}
		} else if u.paid {
			n.Text = []string{"Nothing new was sent. Try again later or call the practice."}
		}
		return http.StatusServiceUnavailable, notice(web.PageUnavailable, n)
	case errors.As(err, &f):
		return f.status, notice(web.PageError, web.Notice{
			Heading: "That did not work",
			Text:    []string{"What your browser sent could not be read, so nothing was done with it. Go back and try again."},
			ID:      requestID(r.Context())})
	}
	return http.StatusInternalServerError, notice(web.PageError, web.Notice{
		Heading: "Something went wrong on our side",
		Text:    []string{"Try again. If you had pressed Pay, look at the status of your payment first: open the payment page again from the portal."},
		ID:      requestID(r.Context())})
}
