package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// DecideWithin is how long after a launch somebody may decide about money:
// longer ago, another person may sit there.
const DecideWithin = 15 * time.Minute

// ShowQueue is GET /desk/review: the work list.
func (s *Desk) ShowQueue(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	asked, err := s.ledger.ReviewQueue(r.Context(), []int{sess.Patient.Practice})
	if err != nil {
		return err
	}
	queue := &web.ReviewQueue{Launched: !session.AtDesk(sess)}
	for _, a := range asked {
		queue.Items = append(queue.Items, s.item(r.Context(), sess, a))
	}
	if queue.Tasks, queue.Done, err = s.work.lists(r.Context(), sess); err != nil {
		return err
	}
	return s.layout.Desk.Render(w, r, http.StatusOK, sess, web.View{Page: web.PageReviewQueue, StaffPages: web.StaffPages{ReviewQueue: queue}})
}

func (s *Desk) item(ctx context.Context, sess session.Session, a ledger.Record) web.ReviewItem {
	return web.ReviewItem{Attempt: a.Attempt, When: account.SentAt(s.layout.Of(sess).Language, a, s.departments.Zone(ctx, a.Patient)), Why: words.Because(s.layout.Of(sess).Language, a.Reason)}
}

// ShowReview is GET /desk/review/{attempt}: one of them, with all the evidence.
func (s *Desk) ShowReview(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := s.ledger.AttemptForStaff(r.Context(), []int{sess.Patient.Practice}, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	return s.reviewPage(w, r, http.StatusOK, sess, a, web.Decision{}, nil)
}

func (s *Desk) reviewPage(w http.ResponseWriter, r *http.Request, status int, sess session.Session, a ledger.Record, typed web.Decision, problems []payment.Problem) error {
	events, err := s.ledger.Events(r.Context(), a.ID)
	if err != nil {
		return err
	}
	doubt := &web.ReviewView{ReviewItem: s.item(r.Context(), sess, a), Typed: typed, Open: a.State == payment.Unknown || a.NeedsReview,
		TwoPeople: !a.Total().Less(s.twoPeopleFrom(a))}
	if !sess.Staff.May(staff.Decide) {
		doubt.Least = layout.RoleName(s.layout.Of(sess).Language, staff.Decide.Least())
	}
	if doubt.Hidden, err = s.blind.HidesOn(r.Context(), sess, a); err != nil {
		return err
	}
	doubt.Attempt = told(a.Attempt, doubt.Hidden)
	if numberless(a) && !doubt.Hidden {
		doubt.Money = s.evidence(r.Context(), sess, a, events)
	}
	zone := s.departments.Zone(r.Context(), a.Patient)
	who, err := s.called(r.Context(), s.layout.Of(sess).Language, a, events)
	if err != nil {
		return err
	}
	for _, e := range events {
		line := web.ReviewEvent{When: s.layout.Of(sess).Language.Value(words.Exact(e.At.In(zone))), Who: who[e.Seq], What: e.What, Evidence: e.Evidence}
		if e.What == ledger.EventEscalated {
			line.Evidence = words.Because(s.layout.Of(sess).Language, e.Evidence)
		}
		if doubt.Hidden { // it tells what was owed before, and what was found
			line.Evidence = ""
		}
		doubt.Events = append(doubt.Events, line)
		if e.What == ledger.EventDecided && a.State != payment.Unknown && e.State == a.State && len(problems) == 0 {
			doubt.Done = done(s.layout.Of(sess).Language, e, who[e.Seq], sess)
		}
	}
	if err := s.proposed(r.Context(), sess, a, doubt, len(problems) == 0); err != nil {
		return err
	}
	proven, err := s.reconciler.Proven(r.Context(), a)
	if err != nil {
		return err
	}
	if s.now().Before(proven) {
		doubt.Until = s.layout.Of(sess).Language.Value(words.Clock(proven.In(zone)))
	}
	doubt.Numbered = numbered(a)
	receipts, err := s.books.Receipts(r.Context(), a.Patient)
	if err != nil {
		s.log.WarnContext(r.Context(), "read receipts for staff", "error", err.Error())
		doubt.Unread = true
	}
	references := make([]string, 0, len(receipts))
	for _, receipt := range receipts {
		references = append(references, receipt.Reference)
	}
	owners, err := s.ledger.ReferenceOwners(r.Context(), a.Patient.Practice, references)
	if err != nil {
		return err
	}
	could, err := s.reconciler.Candidates(r.Context(), a, receipts)
	if err != nil {
		return err
	}
	for _, receipt := range receipts {
		row := web.ReviewReceipt{Receipt: receipt, When: s.layout.Of(sess).Language.Value(words.Exact(receipt.Time.In(zone))),
			Fits: slices.Contains(could, receipt)}
		if id := owners[receipt.Reference]; id != "" {
			row.Holder = payment.Attempt{ID: id}.SupportCode()
		}
		doubt.Receipts = append(doubt.Receipts, row)
	}
	return s.layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageReview, Problems: problems, StaffPages: web.StaffPages{Review: doubt}})
}

// twoPeopleFrom is the amount from which on two people have to say that no
// money was taken: only then may it be asked for again. It is the practice's, as for
// what takes two people elsewhere at the desk. That it was taken needs two people,
// whatever the amount, where nothing proves it yet.
func (s *Desk) twoPeopleFrom(a ledger.Record) payment.Amount {
	return s.limits(a.Patient.Practice).TwoPeopleFrom
}

// Decide is POST /desk/review/{attempt}: what a person found out, with who and
// why.
func (s *Desk) Decide(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := s.ledger.AttemptForStaff(r.Context(), []int{sess.Patient.Practice}, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	typed := web.Decision{Found: f.Text(web.FieldFound), Reference: f.Text(web.FieldReference), Why: f.Text(web.FieldWhy)}
	if session.AtDesk(sess) { // who can sign in again here, and sends it then
		if err := session.Fresh(sess, s.now()); err != nil {
			return err
		}
	}
	problems := typed.Check()
	if !session.AtDesk(sess) && s.now().Sub(time.Unix(sess.Launched, 0)) > DecideWithin {
		problems = append(problems, payment.Problem{Code: "launched_long_ago"})
	}
	sure := true
	if len(problems) == 0 {
		typed.Reference = numberOf(a.Kind, typed.Reference)
		if sure, problems, err = s.weigh(r.Context(), a, typed); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		typed.Reference = strings.TrimPrefix(typed.Reference, dispatch.VendorPayments)
		if payment.HoldsCard(typed.Why) { // which is not theirs any more, either
			typed.Why = ""
		}
		return s.reviewPage(w, r, http.StatusUnprocessableEntity, sess, a, typed, problems)
	}
	d := ledger.Decision{By: sess.Who(), Name: named(sess), Reason: typed.Why, State: payment.State(typed.Found), Two: !sure, Second: sess.Staff.May(staff.Approve), Launched: !session.AtDesk(sess)}
	if d.State == payment.Succeeded {
		d.Reference = typed.Reference
	}
	_, _, err = s.ledger.Decide(r.Context(), a.ID, d, s.twoPeopleFrom(a))
	if err != nil && !errors.Is(err, ledger.ErrTransition) { // else somebody, or the books, were quicker: the page shows it
		return err
	}
	return layout.Redirect(w, r, web.PathReview+"/"+a.ID)
}

// numberOf is a number that somebody typed as the record has it: vendors' payments
// and refunds are numbered apart from others.
func numberOf(kind payment.Kind, typed string) string {
	if typed == "" || kind != payment.KindVendorPayment && kind != payment.KindRefund {
		return typed
	}
	return dispatch.VendorPayments + typed
}

// secondVoice reports whether somebody may be the second person of a decision: whoever
// may approve, as for all that takes two, and came the same way as the first one. A
// portal that launches staff names no manager, as a rule; those whom it launched are
// second for each other.
func secondVoice(sess session.Session, first ledger.Approval) bool {
	return ledger.SameWay(first.By, sess.Who()) && (sess.Staff.May(staff.Approve) || first.Launched())
}

// named is what the record calls somebody who decides. Whom a portal launched it names
// as the portal does.
func named(sess session.Session) string {
	if !session.AtDesk(sess) {
		return ""
	}
	return sess.Staff.Called()
}

// proposed tells of what one person has said of a doubt: while it stands, that it
// waits for another; told says that the page confirms what became of it.
func (s *Desk) proposed(ctx context.Context, sess session.Session, a ledger.Record, doubt *web.ReviewView, told bool) error {
	if a.State != payment.Unknown {
		return nil
	}
	stands, err := s.ledger.Proposal(ctx, a.ID)
	if err != nil || stands.Asked.IsZero() {
		return err
	}
	l, by := s.layout.Of(sess).Language, cmp.Or(stands.Name, stands.By)
	if (ledger.DeskSigner{ID: stands.By}).Is(sess.Who()) {
		by = ""
	}
	until := l.Value(words.Clock(stands.Asked.Add(ledger.ApproveWithin).In(s.departments.Zone(ctx, a.Patient))))
	second := ""
	if session.AtDesk(sess) {
		second = layout.RoleName(l, staff.Approve.Least())
	}
	taken := strings.HasPrefix(stands.Said, string(payment.Succeeded))
	switch {
	case stands.Waits(s.now()):
		doubt.Proposed, doubt.Said, doubt.Stands = cmp.Or(stands.Name, stands.By), stands.Said, until
		switch {
		case !ledger.SameWay(stands.By, sess.Who()):
			doubt.Second = web.SecondOtherWay
		case !secondVoice(sess, stands):
			doubt.Second = layout.RoleName(l, staff.Approve.Least())
		}
		if told {
			doubt.Done = l.Text("review.proposed", "who", by, "taken", taken, "second", second, "time", until)
		}
	case !told:
	case !stands.Ended.IsZero():
		if doubt.Hidden { // what was found may tell the amount
			stands.Refusal = ""
		}
		doubt.Done = l.Text("review.refused", "who", by, "taken", taken, "by", cmp.Or(stands.SecondName, stands.Second), "why", stands.Refusal)
	default:
		doubt.Done = l.Text("review.lapsed", "who", by, "taken", taken, "time", until)
	}
	return nil
}

// done confirms a decision to whoever made it, and tells the others of it.
func done(l words.Language, e ledger.Event, who string, sess session.Session) string {
	by := ""
	if !e.By(sess.Who()) {
		by = who
	}
	return l.Text("review.decided", "who", by, "taken", e.State == payment.Succeeded)
}

// CheckAgain is POST /desk/review/{attempt}/look: read the upstream's books once
// more.
func (s *Desk) CheckAgain(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := s.ledger.AttemptForStaff(r.Context(), []int{sess.Patient.Practice}, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	if err := s.ledger.CheckAgain(r.Context(), a.ID, sess.Who()); err != nil && !errors.Is(err, ledger.ErrTransition) {
		return err
	}
	return layout.Redirect(w, r, web.PathReview+"/"+a.ID)
}
