package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/receipt"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/paper"
	"paypane/web/payment"
	"paypane/web/words"
)

// ShowResult is GET /desk/patients/{patient}/payments/{attempt}: the truth about
// money that was taken.
func (s *Take) ShowResult(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := session.AttemptForPatient(r, s.Ledger, sess)
	if err != nil {
		return err
	}
	if a.State == payment.Created {
		return layout.Redirect(w, r, takePath(a))
	}
	if a.State != payment.Unknown && a.State.Live() && s.Now().Sub(a.Sent) > dispatch.Stale {
		if _, err := s.Worker.EndStale(r.Context()); err != nil {
			return err
		}
		if a, err = s.Ledger.AttemptForPatient(r.Context(), sess.Patient, a.ID); err != nil {
			return err
		}
	}
	if a.State.Live() {
		w.Header().Set("Refresh", refresh(s.Now().Sub(a.Sent)))
	}
	v, err := s.result(r, sess, a)
	if err != nil {
		return err
	}
	if a.Kind == payment.KindVendorPayment {
		if err := s.vendorFacts(r.Context(), sess, v, a); err != nil {
			return err
		}
	}
	return s.renderResult(w, r, http.StatusOK, sess, v, nil)
}

// takePath is the page on which something is taken as an attempt did.
func takePath(a ledger.Record) string {
	if a.Kind == payment.KindVendorPayment {
		return web.VendorPath(a.Patient.ID)
	}
	return web.TakePath(a.Patient.ID)
}

func (s *Take) renderResult(w http.ResponseWriter, r *http.Request, status int, sess session.Session, v *web.TakeResultView, problems []payment.Problem) error {
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskResult, Path: web.TakenPath(v.Patient, v.Attempt.ID), Problems: problems,
		StaffPages: web.StaffPages{TakeResult: v}})
}

// result is what became of an attempt, with what is left of what was to be taken.
func (s *Take) result(r *http.Request, sess session.Session, a ledger.Record) (*web.TakeResultView, error) {
	l, zone := s.Layout.Of(sess).Language, s.Departments.Zone(r.Context(), sess.Patient)
	v := &web.TakeResultView{Attempt: a.Attempt, Patient: sess.Patient.ID, When: account.SentAt(l, a, zone), Method: method(l, a), By: takenBy(a),
		Order: newAttemptID(), Mailable: a.Kind.Charges() && a.State == payment.Succeeded && a.Reference != "" && a.Email == ""}
	hidden, err := s.Blind.HidesOn(r.Context(), sess, a)
	if err != nil {
		return nil, err
	}
	if v.Attempt, v.Hidden = told(a.Attempt, hidden), hidden; a.State == payment.Succeeded && !hidden {
		v.Given, v.Change = a.Given, a.Given.Minus(a.Total())
	}
	if a.Kind.Charges() && a.State == payment.Succeeded && a.Reference != "" {
		v.Athena, v.Signed = web.TakenPath(v.Patient, a.ID)+"/athena.pdf", web.TakenPath(v.Patient, a.ID)+"/signed"
		v.Attached = r.URL.Query().Get(web.ParamSigned) != ""
	}
	v.Batch, v.Posted, v.Number = a.Batch, a.Posted, vendorNumber(a)
	c, err := s.correction(r.Context(), a)
	switch {
	case err != nil:
		return nil, err
	case c.ID != "":
		v.Corrected, v.Correction = correctedBy(l, c, zone), web.UndonePath(v.Patient, c.ID)
	case a.Kind == payment.KindRecord && a.State == payment.Succeeded && (sess.Staff.May(staff.VoidAny) || sess.Staff.May(staff.VoidOwn) && sess.Made(a)):
		v.Correct = web.CorrectPath(v.Patient, a.ID)
	}
	if hidden { // what is left tells it
		return v, nil
	}
	rest, left, err := s.rest(r.Context(), a)
	switch {
	case err != nil:
		return nil, err
	case a.State.Harmless():
		v.Rest = takeAgain(a, again(a, rest))
	case !left.IsZero():
		v.Left, v.Rest = left, takeAgain(a, rest)
	}
	return v, nil
}

// correction is the counter-entry of a recording; the zero Record: there is none.
func (s *Take) correction(ctx context.Context, a ledger.Record) (ledger.Record, error) {
	if a.Kind != payment.KindRecord || a.State != payment.Succeeded {
		return ledger.Record{}, nil
	}
	undone, err := s.Ledger.Undone(ctx, a.Patient.Practice, []string{a.ID})
	return undone[a.ID], err
}

// correctedBy is who has corrected a recording, when and why, in words.
func correctedBy(l words.Language, c ledger.Record, zone *time.Location) string {
	return l.Text("corrected.by", "who", takenBy(c), "time", words.Moment(c.Sent.In(zone)), "why", reasonOf(l, c.Counter))
}

// method is how money was taken, in words.
func method(l words.Language, a ledger.Record) string {
	card := ""
	if a.Last4 != "" {
		card = a.Last4
	}
	way := string(a.Method)
	switch a.Method {
	case "":
		way = string(a.Kind)
	case payment.Cash, payment.Check:
	default:
		way = "outside"
	}
	return l.Text("taken.way", "way", way, "name", string(a.Method), "brand", a.Brand, "last4", card, "check", a.CheckNumber)
}

// takenBy is who took it, by the name under which they had signed in.
func takenBy(a ledger.Record) string { return a.Staff.Name }

// initials are those of a name, for a receipt: "LD".
func initials(name string) string {
	var all strings.Builder
	for _, part := range strings.Fields(name) {
		if r, _ := utf8.DecodeRuneInString(part); unicode.IsLetter(r) {
			all.WriteRune(unicode.ToUpper(r))
		}
	}
	return all.String()
}

// document is the receipt of money that was taken here, as it stands on paper.
// c is its counter-entry, if it has one.
func (s *Take) document(r *http.Request, sess session.Session, a, c ledger.Record, copied bool) paper.Document {
	ctx := r.Context()
	l, zone := s.Layout.Of(sess).Language, s.Departments.Zone(ctx, sess.Patient)
	paid := payment.ReceiptSummaryOf(a.Attempt).Receipt()
	paid.Time, paid.Patient, paid.Reference = a.Sent.In(zone), a.PatientName, vendorNumber(a)
	if office, err := s.Departments.Read(ctx, sess.Patient); err == nil {
		paid.Practice = office.Letterhead()
	}
	if p := s.Portals.Of(sess.Portal, sess.Patient.Practice); p != nil {
		paid.Practice = payment.Letterhead{Name: p.Name, Address: p.Address, Phone: p.Phone, NPI: p.NPI, TaxID: p.TaxID}.Or(paid.Practice)
	}
	taken := paper.Taken{Method: method(l, a), Given: a.Given, Posted: a.Posted, By: initials(takenBy(a)), Code: a.SupportCode(), Copy: copied}
	if !a.Kind.PaysBills() {
		taken.Undoes, taken.Why, taken.Claim = vendorPaid(a), reasonOf(l, a.Counter), claimOf(a)
		return paper.Undone(l, paid, a.Kind, taken)
	}
	if c.ID != "" {
		taken.Corrected = l.Value(words.Moment(c.Sent.In(zone)))
	}
	return paper.AtDesk(l, paid.Attributed(a.Charge.Lines), taken)
}

// vendorPaid is the number of the vendor's payment that an attempt gives back.
func vendorPaid(a ledger.Record) string {
	return strings.TrimPrefix(ledger.TargetPayment(a.Target), dispatch.VendorPayments)
}

// claimOf is the claim from a charge of which an attempt takes something off.
func claimOf(a ledger.Record) string {
	if a.Kind != payment.KindAdjust || len(a.Charge.Lines) == 0 {
		return ""
	}
	return a.Charge.Lines[0].Number
}

// copiesAfter is how long it is known that a receipt was handed out.
const copiesAfter = 400 * 24 * time.Hour

// Receipt is POST /desk/patients/{patient}/payments/{attempt}/receipt: the receipt,
// on the paper that was asked for. The first one is the original and all others are
// copies, whoever asks.
func (s *Take) Receipt(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	a, err := s.receiptOf(r, sess)
	if err != nil {
		return err
	}
	if answered, err := s.untold(w, r, sess, a); answered {
		return err
	}
	err = s.Ledger.Once(r.Context(), a.Portal, "receipt:"+a.ID, s.Now().Add(copiesAfter))
	if err != nil && !errors.Is(err, ledger.ErrReplayed) {
		return err
	}
	return s.print(w, r, sess, a, f.Token(web.FieldPaper), err != nil)
}

// ShowReceipt is GET of the same address: a copy.
func (s *Take) ShowReceipt(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := s.receiptOf(r, sess)
	if err != nil {
		return err
	}
	if answered, err := s.untold(w, r, sess, a); answered {
		return err
	}
	return s.print(w, r, sess, a, r.URL.Query().Get(web.FieldPaper), true)
}

// receiptOf is the attempt of a path, if money was taken by it.
func (s *Take) receiptOf(r *http.Request, sess session.Session) (ledger.Record, error) {
	a, err := session.AttemptForPatient(r, s.Ledger, sess)
	if err == nil && (a.State != payment.Succeeded || !a.Kind.PaysBills() && a.Kind != payment.KindRefund && a.Kind != payment.KindAdjust) {
		err = ledger.ErrNotFound
	}
	return a, err
}

// untold answers whoever asks for a receipt of which the amount is not told to them.
func (s *Take) untold(w http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record) (answered bool, err error) {
	hidden, err := s.Blind.HidesOn(r.Context(), sess, a)
	if err != nil || !hidden {
		return err != nil, err
	}
	v, err := s.result(r, sess, a)
	if err != nil {
		return true, err
	}
	return true, s.renderResult(w, r, http.StatusForbidden, sess, v, problem("receipt_blind", ""))
}

func (s *Take) print(w http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record, on string, copied bool) error {
	c, err := s.correction(r.Context(), a)
	if err != nil {
		return err
	}
	d := s.document(r, sess, a, c, copied)
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	if on == web.PaperPDF {
		body, err := receipt.PDF(s.Layout.Of(sess).Language, d, s.Now())
		if err != nil {
			return err
		}
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "receipt-" + a.SupportCode() + ".pdf"}))
		return middleware.WriteCompressed(w, r, http.StatusOK, body)
	}
	l := s.Layout.Of(sess).Language
	body, style, err := receipt.Print(d, receipt.Sheet{Narrow: on == web.Paper80, Script: s.PrintScript.Path, Integrity: s.PrintScript.Integrity,
		Back: s.Layout.Of(sess).At(resultPath(a)), BackText: l.Text("taken.back"), Language: l.Tag(), Direction: l.Dir()})
	if err != nil {
		return err
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+style+"'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
	return middleware.WriteCompressed(w, r, http.StatusOK, body)
}

// resultPath is the page of what became of an attempt.
func resultPath(a ledger.Record) string {
	if a.Kind.PaysBills() {
		return web.TakenPath(a.Patient.ID, a.ID)
	}
	return web.UndonePath(a.Patient.ID, a.ID)
}

// Email is POST /desk/patients/{patient}/payments/{attempt}/email: the practice's
// system mails the receipt of a card payment to one address, once for each form. Pressed
// twice, it says what became of the first press, and no more than is known of that.
func (s *Take) Email(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	a, err := s.receiptOf(r, sess)
	if err != nil {
		return err
	}
	v, err := s.result(r, sess, a)
	if err != nil {
		return err
	}
	if !a.Kind.Charges() || a.Reference == "" {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	v.Mailable = true
	refuse := func(status int, p payment.Problem) error {
		v.Email = f.Shown(payment.FieldEmail)
		return s.renderResult(w, r, status, sess, v, []payment.Problem{p})
	}
	to, problem := payment.ReadEmail(f.Text(payment.FieldEmail))
	switch {
	case problem != nil:
		return refuse(http.StatusUnprocessableEntity, *problem)
	case to == "":
		return refuse(http.StatusUnprocessableEntity, payment.Problem{Code: "receipt_email_empty", Field: payment.FieldEmail})
	}
	order := f.Token(web.FieldOrder)
	if order == "" || len(order) > 64 {
		return middleware.StatusError{Status: http.StatusBadRequest}
	}
	address := sha256.Sum256([]byte(to)) // a mended one is another order
	err = s.mails.Once(r.Context(), "mail:"+a.ID+":"+order+":"+hex.EncodeToString(address[:8]), s.Now(), func(key string) error {
		err := s.Ledger.Once(r.Context(), a.Portal, key, s.Now().Add(24*time.Hour))
		if errors.Is(err, ledger.ErrReplayed) {
			return dispatch.ErrMailUnknown // another server has the answer, or one before this
		}
		if err != nil {
			return errors.Join(err, dispatch.ErrNotOrdered)
		}
		return s.Repeatable.Email(context.WithoutCancel(r.Context()), sess.Patient, a.Reference, to)
	})
	at := func(code string) payment.Problem {
		return payment.Problem{Code: code, Field: payment.FieldEmail, Parameters: []any{"email", to}}
	}
	switch {
	case errors.Is(err, dispatch.ErrMailRefused):
		s.Log.WarnContext(r.Context(), "order receipt for staff", "error", err.Error())
		return refuse(http.StatusBadGateway, at("mail_refused"))
	case errors.Is(err, dispatch.ErrMailUnknown):
		s.Log.WarnContext(r.Context(), "order receipt for staff", "error", err.Error())
		return refuse(http.StatusBadGateway, at("mail_unknown"))
	case err != nil:
		return err
	}
	v.Asked = to
	return s.renderResult(w, r, http.StatusOK, sess, v, nil)
}
