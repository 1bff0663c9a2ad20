package pages

import (
	"context"
	"crypto/rand"
	"net/http"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// ShowAmount is GET /pay: what do you want to pay?
func (s *Pay) ShowAmount(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	o, err := s.accounts.Balance(r.Context(), sess)
	if err != nil {
		return err
	}
	if err := s.store.RememberName(r, &sess, o.Name); err != nil {
		return err
	}
	owing := s.owing(sess, o)
	if sess.Role == portal.RoleStaff {
		asked, err := s.queue.ReviewQueue(r.Context(), []int{sess.Patient.Practice})
		if err != nil {
			return err
		}
		owing.NeedReview = len(asked)
	}
	view := s.amountView(r.Context(), sess, owing)
	if r.URL.Query().Has("late") && view.Page == web.PageAmount {
		view.Problems = []payment.Problem{{Code: "attempt_late"}}
	}
	return s.layout.Render(w, r, http.StatusOK, view)
}

// asOne says of an attempt's charge how the practice wants it to be sent.
func (s *kit) asOne(sess session.Session, a ledger.Record) ledger.Record {
	from := s.portals.Of(sess.Portal, sess.Patient.Practice)
	a.Charge.AsOne = from != nil && from.AsOne()
	return a
}

// owing is what the page of what is owed is made from.
func (s *kit) owing(sess session.Session, o account.Balance) web.Owing {
	owing := web.Owing{Site: s.layout.Of(sess), Statement: o.Statement, Of: of(sess, o.Name), Staff: sess.Role == portal.RoleStaff}
	for _, a := range o.Live {
		owing.Live = append(owing.Live, web.Recent{Attempt: a.Attempt, You: sess.Made(a)})
	}
	for _, a := range o.Paid {
		owing.Paid = append(owing.Paid, web.Recent{Attempt: a.Attempt, You: sess.Made(a)})
	}
	return owing
}

// of is the patient's name where somebody else pays, and else empty.
func of(sess session.Session, name string) string {
	if sess.Role == portal.RolePayer {
		return name
	}
	return ""
}

func (s *kit) amountView(ctx context.Context, sess session.Session, o web.Owing) web.View {
	view := o.View()
	view.Nav = s.layout.Nav(ctx, sess, view.Page)
	return view
}

// Choose is POST /pay: the choice becomes an attempt with its amount fixed.
func (s *Pay) Choose(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	o, err := s.accounts.Balance(r.Context(), sess)
	if err != nil {
		return err
	}
	choice := payment.Choice{Pay: f.Text(payment.FieldPay), Bills: f.Texts(payment.FieldBill), Amount: f.Text(payment.FieldAmount),
		Today: f.Text(payment.FieldToday), Surplus: f.Text(payment.FieldSurplus)}
	charge, problems := choice.Charge(o.Statement)
	if len(problems) > 0 {
		choice.Amount, choice.Today = f.Shown(payment.FieldAmount), f.Shown(payment.FieldToday)
		owing := s.owing(sess, o)
		if owing.Chosen = choice; problems[0].Code != "nothing_due" {
			owing.Problems = problems
		}
		return s.layout.Render(w, r, http.StatusUnprocessableEntity, s.amountView(r.Context(), sess, owing))
	}
	return s.makeAttempt(w, r, sess, charge, o)
}

// makeAttempt writes an attempt down and leads to its card form.
func (s *kit) makeAttempt(w http.ResponseWriter, r *http.Request, sess session.Session, charge payment.Charge, o account.Balance) error {
	a, err := s.ledger.ProposeAttempt(r.Context(), sess.Record(payment.Attempt{ID: NewAttemptID(), Charge: charge, PatientName: o.Name}, o.AsOfSeq))
	if err != nil {
		return err
	}
	return layout.Redirect(w, r, web.PathCard+a.ID)
}

// newAttemptID is 130 random bits in the letters of base32: long enough not to
// be guessed, and its beginning can be read out over the telephone.
func NewAttemptID() string { return rand.Text() }
