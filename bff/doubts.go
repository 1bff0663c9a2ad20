package bff

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// Doubts is what staff need of the ledger to decide what the upstream's books
// do not.
type Doubts interface {
	AskedAttempts(ctx context.Context, practices []int) ([]ledger.Attempt, error)
	AttemptForStaff(ctx context.Context, practices []int, id string) (ledger.Attempt, error)
	Events(ctx context.Context, attempt string) ([]ledger.Event, error)
	Decide(ctx context.Context, id string, d ledger.Decision, limit payment.Amount) (a ledger.Attempt, decided bool, err error)
	LookAgain(ctx context.Context, id, who string) error
}

// twoPeopleFrom is the amount from which on two people have to say that no
// money was taken: only then may it be asked for again.
var twoPeopleFrom = payment.Cents(50000)

// staffDecides is how long after a launch somebody may decide about money:
// longer ago, another person may sit there.
const staffDecides = 15 * time.Minute

// The roles in a launch other than the patient's own: who pays for somebody
// else, or for several, and who works for the practice.
const (
	rolePayer = "payer"
	roleStaff = "staff"
)

// who is the name under which a visit's acts are recorded.
func (v Visit) who() string { return v.Portal + "/" + v.Subject }

// practices are those for which a visit can decide.
func (v Visit) practices() []int { return []int{v.Patient.Practice} }

// showDoubts is GET /desk/doubts: the payments that wait for a person.
func (s *Server) showDoubts(w http.ResponseWriter, r *http.Request, v Visit) error {
	asked, err := s.ledger.AskedAttempts(r.Context(), v.practices())
	if err != nil {
		return err
	}
	doubts := &web.Doubts{}
	for _, a := range asked {
		doubts.Asked = append(doubts.Asked, s.doubted(a))
	}
	return s.render(w, r, http.StatusOK, web.View{Page: web.PageDoubts, Site: s.site(v), Plain: web.Plain{Doubts: doubts}})
}

func (s *Server) doubted(a ledger.Attempt) web.Doubted {
	return web.Doubted{Attempt: a.Attempt, When: s.when(a), Why: a.Why}
}

// showDoubt is GET /desk/doubts/{attempt}: one of them, with all the evidence.
func (s *Server) showDoubt(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.ledger.AttemptForStaff(r.Context(), v.practices(), r.PathValue("attempt"))
	if err != nil {
		return err
	}
	return s.doubtPage(w, r, http.StatusOK, v, a, web.Decision{}, nil)
}

func (s *Server) doubtPage(w http.ResponseWriter, r *http.Request, status int, v Visit, a ledger.Attempt, typed web.Decision, problems []payment.Problem) error {
	events, err := s.ledger.Events(r.Context(), a.ID)
	if err != nil {
		return err
	}
	doubt := &web.Doubt{Doubted: s.doubted(a), Typed: typed, Open: a.State == payment.Unknown || a.Asked,
		TwoPeople: !a.Total().Less(twoPeopleFrom)}
	for _, e := range events {
		doubt.Events = append(doubt.Events, web.Happened{When: e.At.In(s.zone).Format("Jan 2, 2006 3:04:05 PM MST"), Who: e.Who, What: e.What, Evidence: e.Evidence})
		if e.What == ledger.EventProposed {
			doubt.Proposed = e.Who
		}
	}
	receipts, err := s.practice.Receipts(r.Context(), a.Patient)
	if err != nil {
		s.log.WarnContext(r.Context(), "read receipts for staff", "error", err.Error())
		doubt.Unread = true
	}
	references := make([]string, 0, len(receipts))
	for _, receipt := range receipts {
		references = append(references, receipt.Reference)
	}
	holders, err := s.ledger.Holders(r.Context(), a.Patient.Practice, references)
	if err != nil {
		return err
	}
	for _, receipt := range receipts {
		row := web.Listed{Receipt: receipt, When: receipt.Time.In(s.zone).Format("Jan 2, 2006 3:04:05 PM MST"),
			Fits: fits(receipt, a)}
		if id := holders[receipt.Reference]; id != "" {
			row.Holder = payment.Attempt{ID: id}.SupportCode()
		}
		doubt.Receipts = append(doubt.Receipts, row)
	}
	return s.render(w, r, status, web.View{Page: web.PageDoubt, Site: s.site(v), Problems: problems, Plain: web.Plain{Doubt: doubt}})
}

// decide is POST /desk/doubts/{attempt}: what a person found out, with who and
// why.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.ledger.AttemptForStaff(r.Context(), v.practices(), r.PathValue("attempt"))
	if err != nil {
		return err
	}
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	typed := web.Decision{Found: f.text(web.FieldFound), Reference: f.text(web.FieldReference), Why: f.text(web.FieldWhy)}
	problems := typed.Check()
	if s.now().Sub(time.Unix(v.Launched, 0)) > staffDecides {
		problems = append(problems, payment.Problem{Code: "launched_long_ago", Text: "You opened this page more than 15 minutes ago. Nothing was recorded. Open it again from your portal to decide."})
	}
	if len(problems) == 0 {
		if problems, err = s.against(r.Context(), a, typed); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return s.doubtPage(w, r, http.StatusUnprocessableEntity, v, a, typed, problems)
	}
	d := ledger.Decision{By: v.who(), Why: typed.Why, State: payment.State(typed.Found)}
	if d.State == payment.Taken {
		d.Reference = typed.Reference
	}
	_, _, err = s.ledger.Decide(r.Context(), a.ID, d, twoPeopleFrom)
	if err != nil && !errors.Is(err, ledger.ErrTransition) { // else somebody, or the books, were quicker: the page shows it
		return err
	}
	return redirect(w, r, web.PathDoubts+"/"+a.ID)
}

// against is what the evidence says against a decision.
func (s *Server) against(ctx context.Context, a ledger.Attempt, d web.Decision) ([]payment.Problem, error) {
	problem := func(code, field, text string) ([]payment.Problem, error) {
		return []payment.Problem{{Code: code, Field: field, Text: text}}, nil
	}
	if payment.State(d.Found) == payment.Absent {
		if a.State == payment.Taken {
			return problem("found_taken", web.FieldFound, "The payment was taken: that is known. If the patient was charged twice, take one of the payments back in athenaOne, and write that down here.")
		}
		shown, err := s.reconciler.Shown(ctx, a.Patient.Practice, a.Sent)
		if err == nil && s.now().Before(shown) {
			return problem("found_early", web.FieldFound, "The receipts may not show it yet. Nothing was recorded. This can be decided from "+s.timeOfDay(shown)+" on.")
		}
		return nil, err
	}
	receipts, err := s.practice.Receipts(ctx, a.Patient)
	if err != nil {
		return nil, nil // what cannot be read says nothing
	}
	references := make([]string, 0, len(receipts)+1)
	for _, receipt := range receipts {
		references = append(references, receipt.Reference)
	}
	holders, err := s.ledger.Holders(ctx, a.Patient.Practice, append(references, d.Reference))
	if err != nil {
		return nil, err
	}
	if id := holders[d.Reference]; d.Reference != "" && id != "" && id != a.ID {
		return problem("reference_held", web.FieldReference, "Payment "+d.Reference+" already belongs to the attempt "+payment.Attempt{ID: id}.SupportCode()+". Check the number.")
	}
	if d.Reference != "" && a.Act.Charges() && !slices.Contains(references, d.Reference) {
		return problem("reference_unknown", web.FieldReference, "The patient's receipts do not list payment "+d.Reference+". Check the number.")
	}
	for _, receipt := range receipts {
		if d.Reference == "" && a.Reference == "" && a.Act.Charges() && fits(receipt, a) && holders[receipt.Reference] == "" {
			return problem("reference_empty", web.FieldReference, "Enter the payment number, as the receipts list it")
		}
	}
	return nil, nil
}

// fits reports whether a receipt has the amount and the card of an attempt.
func fits(r payment.Receipt, a ledger.Attempt) bool {
	return r.Amount == a.Total() && r.Last4 == a.Last4
}

// lookAgain is POST /desk/doubts/{attempt}/look: read the upstream's books once
// more.
func (s *Server) lookAgain(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.ledger.AttemptForStaff(r.Context(), v.practices(), r.PathValue("attempt"))
	if err != nil {
		return err
	}
	if err := s.ledger.LookAgain(r.Context(), a.ID, v.who()); err != nil && !errors.Is(err, ledger.ErrTransition) {
		return err
	}
	return redirect(w, r, web.PathDoubts+"/"+a.ID)
}
