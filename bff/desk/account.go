package desk

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// AccountPractice is what is read of the upstream for a patient's account.
type AccountPractice interface {
	OutstandingClaims(context.Context, payment.Patient) ([]payment.ClaimRecord, error)
	ClosedClaims(context.Context, payment.Patient) ([]payment.ClaimRecord, error)
	PaymentHistory(ctx context.Context, practice int, patients []int, from, to payment.Day) ([]payment.PastPayment, error)
}

// AccountLedger says which of the payments on an account were made here.
type AccountLedger interface {
	ReferenceOwners(ctx context.Context, practice int, references []string) (map[string]string, error)
}

// Account is the page of a patient's account as the upstream keeps it: what is owed on
// which claim, and what was paid, also elsewhere.
type Account struct {
	Layout      *layout.Layout
	Departments *account.Departments
	Find        *Find
	Practice    AccountPractice
	Ledger      AccountLedger
	Blind       Blind
	Log         *slog.Logger
	Now         func() time.Time
}

// ActReadAccount is written down of who reads an account; its detail is how many months
// of payments.
const ActReadAccount = "read_account"

// How much of an account is shown. Who needs more looks in the practice's own system.
const (
	shownAccountClaims   = 50
	shownAccountPayments = 100
)

// Show is GET /desk/patients/{patient}/account.
func (s *Account) Show(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	ctx := r.Context()
	months := web.AccountMonths[0]
	if asked, err := strconv.Atoi(r.URL.Query().Get(web.ParamMonths)); err == nil && slices.Contains(web.AccountMonths, asked) {
		months = asked
	}
	if err := s.Find.Acts.Act(ctx, sess, ActReadAccount, "months="+strconv.Itoa(months)); err != nil {
		return err
	}
	l, zone := s.Layout.Of(sess).Language, s.Departments.Zone(ctx, sess.Patient)
	now := s.Now().In(zone)
	v := &web.AccountView{Months: months, AsOf: l.Value(words.Clock(now))}
	v.Paid.From, v.Paid.Until = payment.DayOf(now.AddDate(0, -months, 0)), payment.DayOf(now)
	var nobody, own error
	var reads sync.WaitGroup
	reads.Go(func() { v.Person, nobody = s.Find.Who(ctx, sess.Patient) })
	reads.Go(func() { v.Outstanding = s.claims(ctx, sess.Patient, "outstanding", s.Practice.OutstandingClaims) })
	reads.Go(func() { v.Closed = s.claims(ctx, sess.Patient, "closed", s.Practice.ClosedClaims) })
	reads.Go(func() { own = s.paid(ctx, sess, zone, &v.Paid) })
	reads.Wait()
	if err := cmp.Or(nobody, own); err != nil {
		return err
	}
	return s.Layout.Desk.Render(w, r, http.StatusOK, sess, web.View{Page: web.PageDeskAccount, Path: web.AccountPath(sess.Patient.ID), StaffPages: web.StaffPages{Account: v}})
}

// claims is one list of claims, the newest first, as much of it as is shown.
func (s *Account) claims(ctx context.Context, p payment.Patient, what string, list func(context.Context, payment.Patient) ([]payment.ClaimRecord, error)) (c web.AccountClaims) {
	all, err := list(ctx, p)
	if err != nil {
		s.Log.WarnContext(ctx, "list claims for staff", "list", what, "error", err.Error())
		c.Odd = errors.Is(err, payment.ErrOddRows)
		c.Unread = !c.Odd
	}
	slices.SortStableFunc(all, func(a, b payment.ClaimRecord) int { return cmp.Compare(b.Service, a.Service) })
	c.Claims = all[:min(len(all), shownAccountClaims)]
	c.Left = len(all) - len(c.Claims)
	return c
}

// paid fills in what was paid in the days that a list is about, with what of it was
// made here.
func (s *Account) paid(ctx context.Context, sess session.Session, zone *time.Location, h *web.AccountPayments) error {
	all, err := s.Practice.PaymentHistory(ctx, sess.Patient.Practice, []int{sess.Patient.ID}, h.From, h.Until)
	if err != nil {
		s.Log.WarnContext(ctx, "list payment history for staff", "error", err.Error())
		h.Odd = errors.Is(err, payment.ErrOddRows)
		h.Unread = !h.Odd
	}
	all = slices.DeleteFunc(slices.Clone(all), func(p payment.PastPayment) bool { return p.Patient != sess.Patient.ID }) // nobody else's
	slices.SortStableFunc(all, func(a, b payment.PastPayment) int { return cmp.Compare(b.Date, a.Date) })
	hidden, err := s.Blind.HidesDays(ctx, sess, sess.Patient, zone)
	if err != nil {
		return err
	}
	shown := all[:min(len(all), shownAccountPayments)]
	references := make([]string, len(shown))
	for i, p := range shown {
		references[i] = p.Payment
	}
	owners, err := s.Ledger.ReferenceOwners(ctx, sess.Patient.Practice, references)
	if err != nil {
		return err
	}
	for _, p := range shown {
		row := web.AccountPayment{PastPayment: p, Hidden: hidden[p.Date]}
		if row.Hidden { // nor beside the page
			row.Amount = payment.Signed{}
		}
		if id := owners[p.Payment]; id != "" && p.Payment != "" {
			row.Code, row.Page = payment.Attempt{ID: id}.SupportCode(), web.TakenPath(sess.Patient.ID, id)
		}
		h.Hides = h.Hides || row.Hidden
		h.Payments = append(h.Payments, row)
	}
	h.Left = len(all) - len(h.Payments)
	return nil
}
