package pages

import (
	"cmp"
	"context"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/receipt"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/paper"
	"paypane/web/payment"
	"paypane/web/words"
)

// ShowAll is GET /receipts: every payment of the patient.
func (s *Receipts) ShowAll(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	read, err := s.readPayments(r.Context(), sess)
	if err != nil {
		return err
	}
	page := web.ReceiptsView{List: read.rows, Live: read.live(), Odd: read.odd, Years: read.years()}
	if read.odd {
		page.Phone = s.accounts.Phone(r.Context(), sess)
	}
	view := s.layout.Content(sess, web.PageReceipts, web.PathReceipts, web.ReceiptsContent(s.layout.Of(sess).Language, page))
	view.Nav = s.layout.Nav(r.Context(), sess, web.PageReceipts)
	return s.layout.Render(w, r, http.StatusOK, view)
}

// readPayments reads what the upstream lists and what was done here.
func (s *kit) readPayments(ctx context.Context, sess session.Session) (paymentsRead, error) {
	listed, err := s.books.Receipts(ctx, sess.Patient)
	odd := errors.Is(err, payment.ErrOddRows)
	if err != nil && !odd {
		return paymentsRead{}, s.accounts.Unavailable(ctx, sess.Patient, err)
	}
	if odd {
		s.log.WarnContext(ctx, "receipts that are not understood", "error", err.Error())
	}
	own, err := s.ledger.AttemptsOf(ctx, sess.Patient)
	if err != nil {
		return paymentsRead{}, err
	}
	zone := s.departments.Zone(ctx, sess.Patient)
	return paymentsRead{rows: s.allReceipts(listed, own, zone), own: own, zone: zone, odd: odd}, nil
}

// allReceipts are what the upstream lists, and what was done here and is not
// listed yet, the newest first. A card that was only stored is no payment.
func (s *kit) allReceipts(listed []payment.ReceiptSummary, own []ledger.Record, zone *time.Location) []web.ReceiptRow {
	var rows []web.ReceiptRow
	seen := map[string]bool{}
	for _, r := range payment.Standing(listed) {
		seen[r.Reference] = true
		if r.Amount.IsZero() && !r.Agreement() {
			continue
		}
		r.Time = r.Time.In(zone)
		rows = append(rows, web.ReceiptRow{ReceiptSummary: takenBack(r, own)})
	}
	for _, a := range own {
		if r, ok := s.ownReceipt(a, own, zone); ok && !seen[r.Reference] {
			rows = append(rows, web.ReceiptRow{ReceiptSummary: r, Late: true})
		}
	}
	slices.SortStableFunc(rows, func(a, b web.ReceiptRow) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(len(b.Reference), len(a.Reference)), strings.Compare(b.Reference, a.Reference))
	})
	return rows
}

// ownReceipt is the receipt of a charge or an agreement that was done here and
// has the upstream's number, by what the ledger knows of it.
func (s *kit) ownReceipt(a ledger.Record, own []ledger.Record, zone *time.Location) (payment.ReceiptSummary, bool) {
	if a.State != payment.Succeeded || a.Reference == "" || !a.Kind.Charges() && !a.Kind.Agrees() {
		return payment.ReceiptSummary{}, false
	}
	r := payment.ReceiptSummaryOf(a.Attempt)
	r.Time = a.Sent.In(zone)
	return takenBack(r, own), true
}

// takenBack is the row of a payment with what was done here to take it back, or
// may have been: the upstream's list can be late to show it.
func takenBack(r payment.ReceiptSummary, own []ledger.Record) payment.ReceiptSummary {
	if !r.Charge() {
		return r
	}
	for _, b := range own {
		if b.Kind != payment.KindVoid || b.Target != ledger.PaymentTarget(r.Reference) {
			continue
		}
		switch {
		case b.State == payment.Succeeded:
			return r.Voided()
		case b.State == payment.Sending || b.State == payment.Unknown:
			r = r.Unclear()
		}
	}
	return r
}

// isReference reports whether text can be the upstream's number of a payment.
func isReference(text string) bool {
	return text != "" && len(text) <= 18 && text[0] != '0' && strings.Trim(text, "0123456789") == ""
}

// receipt is the receipt that a path names, of the session's patient, and its
// document.
func (s *kit) receipt(r *http.Request, sess session.Session) (web.ReceiptView, error) {
	page, err := s.receiptFacts(r, sess)
	printed := page.Receipt
	if page.Signed != nil {
		printed.Time = time.Time{} // the text that was agreed to has its own
	}
	page.Document = paper.Receipt(page.Site.Language, printed)
	return page, err
}

// receiptFacts is the receipt that a path names, with what is known here of it.
func (s *kit) receiptFacts(r *http.Request, sess session.Session) (web.ReceiptView, error) {
	ctx, reference := r.Context(), r.PathValue("reference")
	if !isReference(reference) {
		return web.ReceiptView{}, middleware.StatusError{Status: http.StatusNotFound}
	}
	all, err := s.ledger.AttemptsOf(ctx, sess.Patient)
	if err != nil {
		return web.ReceiptView{}, err
	}
	zone := s.departments.Zone(ctx, sess.Patient)
	var own *ledger.Record
	var late payment.ReceiptSummary
	for i, a := range all {
		if r, ok := s.ownReceipt(a, all, zone); ok && a.Reference == reference {
			own, late = &all[i], r
		}
	}
	page := web.ReceiptView{Site: s.layout.Of(sess)}
	page.Receipt, err = s.books.Receipt(ctx, sess.Patient, reference)
	if err != nil {
		if err := s.notListed(ctx, sess, reference, err); err != nil {
			return web.ReceiptView{}, err
		}
		if own == nil {
			return web.ReceiptView{}, middleware.StatusError{Status: http.StatusNotFound, Cause: err}
		}
		page.Receipt, page.Late = late.Receipt(), true
		page.Receipt.Patient = own.PatientName
		if office, err := s.departments.Read(ctx, sess.Patient); err == nil {
			page.Receipt.Practice = office.Letterhead()
		}
	}
	page.Receipt.Time = page.Receipt.Time.In(zone)
	page.Receipt.Type = takenBack(payment.ReceiptSummary{Reference: reference, Type: page.Receipt.Type}, all).Type
	page.Receipt = page.Receipt.With(page.Receipt.Lines)
	if page.Receipt.AsOf != "" {
		page.Receipt.AsOf = payment.DayOf(s.now().In(zone))
	}
	page.Receipt.Practice = s.letterhead(sess).Or(page.Receipt.Practice)
	if own == nil {
		return page, nil
	}
	// Who paid is known only of what they paid here.
	if sess.Role == portal.RolePayer && sess.Made(*own) && !strings.EqualFold(sess.Name, page.Receipt.Patient) {
		page.Receipt.Payer = sess.Name
	}
	if sess.Made(*own) {
		page.Receipt.Wishes = own.Wishes
	}
	page.Receipt = page.Receipt.Attributed(own.Charge.Lines)
	if !page.Receipt.Agreement() {
		return page, nil
	}
	page.Signed, err = s.signedText(ctx, sess, *own)
	return page, err
}

// letterhead is the practice's as its portal has it.
func (s *kit) letterhead(sess session.Session) payment.Letterhead {
	p := s.portals.Of(sess.Portal, sess.Patient.Practice)
	if p == nil {
		return payment.Letterhead{}
	}
	return payment.Letterhead{Name: p.Name, Address: p.Address, Phone: p.Phone, NPI: p.NPI, TaxID: p.TaxID}
}

// notListed finds out why a receipt could not be read: nil where the upstream
// does not list the payment, else that it cannot be asked.
func (s *kit) notListed(ctx context.Context, sess session.Session, reference string, cause error) error {
	listed, err := s.books.Receipts(ctx, sess.Patient)
	if err == nil && !slices.ContainsFunc(listed, func(r payment.ReceiptSummary) bool { return r.Reference == reference }) {
		return nil
	}
	return s.accounts.Unavailable(ctx, sess.Patient, cause)
}

// signedText is what was agreed to with an attempt, or nil where nothing was
// kept.
func (s *kit) signedText(ctx context.Context, sess session.Session, a ledger.Record) (*web.SignedText, error) {
	consent, err := s.ledger.Consent(ctx, sess.Patient, a.ID)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	consent.At = consent.At.In(s.departments.Zone(ctx, sess.Patient))
	card := ""
	if a.Last4 != "" {
		card = s.layout.Of(sess).Language.Value(payment.StoredCard{Brand: a.Brand, Last4: a.Last4})
	}
	a.Subject = consent.Subject // who agreed, which is kept as the payer is
	return &web.SignedText{Consent: consent, Card: card, You: sess.Made(a)}, err
}

// Show is GET /receipts/{reference}, of one payment or of a year's.
func (s *Receipts) Show(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if year, ok := yearNamed(r.PathValue("reference")); ok {
		return s.showYear(w, r, sess, year)
	}
	page, err := s.receipt(r, sess)
	if err != nil {
		return err
	}
	page.Order, page.Email = NewAttemptID(), sess.Email
	return s.renderReceipt(w, r, http.StatusOK, sess, page, nil)
}

func (s *kit) renderReceipt(w http.ResponseWriter, r *http.Request, status int, sess session.Session, page web.ReceiptView, problems []payment.Problem) error {
	path := web.PathReceipts + "/" + page.Receipt.Reference
	if !middleware.WantsJSON(r) {
		path = r.URL.Path // after the form too: the program takes the page over where it stands
	}
	view := s.layout.Content(sess, web.PageReceipt, path, page.Content())
	view.Nav, view.Problems = s.layout.Nav(r.Context(), sess, view.Page), problems
	return s.layout.Render(w, r, status, view)
}

func (s *Receipts) PDF(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	sess = ofFile(sess)
	return s.receiptFile(w, r, sess, "pdf", "application/pdf", func(d paper.Document) ([]byte, error) { return receipt.PDF(s.layout.Of(sess).Language, d, s.now()) })
}

func (s *Receipts) HTML(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	sess = ofFile(sess)
	return s.receiptFile(w, r, sess, "html", "text/html; charset=utf-8", func(d paper.Document) ([]byte, error) { return receipt.HTML(s.layout.Of(sess).Language, d) })
}

func (s *Receipts) JSON(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.receiptFile(w, r, sess, "json", "application/json", receipt.JSON)
}

// ofFile is a session as its files are written: they run from left to right, and
// are English where the language does not.
func ofFile(sess session.Session) session.Session {
	if session.Speaks(sess).Dir() == "rtl" {
		sess.Language = words.Language{}.Tag()
	}
	return sess
}

// filePolicy is for a file of ours that a browser shows all the same: it can do
// nothing, and is of no origin.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

// receiptFile answers GET /receipts/{reference}/receipt.{ending} with a file to
// keep. Its name tells of nobody.
func (s *kit) receiptFile(w http.ResponseWriter, r *http.Request, sess session.Session, ending, kind string, compose func(paper.Document) ([]byte, error)) error {
	document, name, err := s.document(r, ofFile(sess))
	if err != nil {
		return err
	}
	body, err := compose(document)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + "." + ending}))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Vary", "Accept-Encoding")
	return middleware.WriteCompressed(w, r, http.StatusOK, body)
}
