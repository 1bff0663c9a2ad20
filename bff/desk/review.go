package desk

import (
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
	l, zone := s.layout.Of(sess).Language, s.departments.Zone(r.Context(), a.Patient)
	doubt := &web.ReviewView{ReviewItem: s.item(r.Context(), sess, a), Typed: typed, Open: a.State == payment.Unknown || a.NeedsReview, Numbered: countable(a)}
	if !sess.Staff.May(staff.Decide) {
		doubt.Least = layout.RoleName(l, staff.Decide.Least())
	}
	if doubt.Hidden, err = s.blind.HidesOn(r.Context(), sess, a); err != nil {
		return err
	}
	doubt.Attempt = told(a.Attempt, doubt.Hidden)
	doubt.Asks = l.Text("doubt.asks", "deed", deed(a.Kind), "amount", doubt.Attempt.Total(), "hidden", doubt.Hidden)
	if numberless(a) && !doubt.Hidden {
		doubt.Money = s.evidence(r.Context(), sess, a, events)
	}
	who, err := s.called(r.Context(), l, a, events)
	if err != nil {
		return err
	}
	lines, of := happened(l, a, events)
	for i, e := range of {
		lines[i].When, lines[i].Who = l.Value(words.Exact(e.At.In(zone))), who[e.Seq]
		if doubt.Hidden { // what was found, or said, may tell the amount
			lines[i].Why = ""
		}
		if e.What == ledger.EventDecided && a.State != payment.Unknown && e.State == a.State && len(problems) == 0 {
			doubt.Done = done(l, a, e, who[e.Seq], sess)
		}
	}
	doubt.Events = lines
	if err := s.proposed(r.Context(), sess, a, doubt, len(problems) == 0); err != nil {
		return err
	}
	if err := s.choices(r.Context(), l, a, doubt); err != nil {
		return err
	}
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
		row := web.ReviewReceipt{Receipt: receipt, When: l.Value(words.Exact(receipt.Time.In(zone))),
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

// choices are what can be found, with what each of them needs.
func (s *Desk) choices(ctx context.Context, l words.Language, a ledger.Record, doubt *web.ReviewView) error {
	if a.State != payment.Unknown {
		return nil
	}
	doubt.Yes.Label, doubt.No.Label = l.Text("doubt.yes", "deed", deed(a.Kind)), l.Text("doubt.no", "deed", deed(a.Kind))
	proven, err := s.reconciler.Proven(ctx, a)
	if err != nil {
		return err
	}
	two := !a.Total().Less(s.twoPeopleFrom(a))
	until := l.Value(words.Clock(proven.In(s.departments.Zone(ctx, a.Patient))))
	switch early := s.now().Before(proven); {
	case early && numbered(a):
		doubt.Yes.Hint = l.Text("doubt.yes.number", "time", until)
	case early:
		doubt.Yes.Hint = l.Text("doubt.yes.two", "time", until)
	}
	switch early := s.now().Before(proven); {
	case early:
		doubt.No.Hint = l.Text("doubt.no.early", "time", until, "two", two)
	case two:
		doubt.No.Hint = l.Text("doubt.no.two")
	}
	return nil
}

// countable reports whether what an attempt did has a number of its own in the
// practice's system, for somebody to find there.
func countable(a ledger.Record) bool {
	return numbered(a) || a.Kind == payment.KindVendorPayment || a.Kind == payment.KindRefund
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
	l := s.layout.Of(sess).Language
	by, found := byName(l, stands.Name, stands.By), foundOf(l, a, stands.Said)
	own := (ledger.DeskSigner{ID: stands.By}).Is(sess.Who())
	if own {
		by = ""
	}
	until := l.Value(words.Clock(stands.Asked.Add(ledger.ApproveWithin).In(s.departments.Zone(ctx, a.Patient))))
	second := layout.RoleName(l, staff.Approve.Least())
	switch {
	case stands.Waits(s.now()) && own:
		if !session.AtDesk(sess) { // whom the same portal launched can be second
			second = ""
		}
		doubt.Done, doubt.Fold = l.Text("doubt.said", "found", found, "second", second, "time", until), l.Text("doubt.again")
	case stands.Waits(s.now()):
		if doubt.Hidden {
			stands.Why = ""
		}
		doubt.Said = []string{l.Text("doubt.said.by", "who", by, "found", found, "why", stands.Why)}
		switch {
		case !ledger.SameWay(stands.By, sess.Who()):
			doubt.Said = append(doubt.Said, l.Text("doubt.said.way", "time", until))
		case !secondVoice(sess, stands):
			doubt.Said = append(doubt.Said, l.Text("doubt.said.other", "second", second, "time", until))
		default:
			doubt.Said = append(doubt.Said, l.Text("doubt.said.you", "time", until))
		}
	case !told:
	case !stands.Ended.IsZero():
		if doubt.Hidden { // what was found may tell the amount
			stands.Refusal = ""
		}
		doubt.Done = l.Text("doubt.refused", "who", by, "found", found, "by", byName(l, stands.SecondName, stands.Second), "why", stands.Refusal)
	default:
		doubt.Done = l.Text("doubt.lapsed", "who", by, "found", found, "time", until)
	}
	return nil
}

// byName is what somebody is called, or how they are known where nobody says.
func byName(l words.Language, name, id string) string {
	if name != "" {
		return name
	}
	return accountOf(l, id)
}

// done confirms a decision to whoever made it, and tells the others of it.
func done(l words.Language, a ledger.Record, e ledger.Event, who string, sess session.Session) string {
	by, yes := "", e.State == payment.Succeeded
	if !e.By(sess.Who()) {
		by = who
	}
	return l.Text("doubt.decided", "who", by, "found", found(l, a, yes, ""), "then", l.Text("doubt.then", "deed", deed(a.Kind), "done", yes))
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
