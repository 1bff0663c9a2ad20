package bff

import (
	"cmp"
	"context"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"paypane/bff/ledger"
	"paypane/bff/receipt"
	"paypane/web"
	"paypane/web/payment"
)

// Itemizer tells what a payment paid for.
type Itemizer interface {
	// ItemizedReceipt is the receipt of a payment of the patient's. It is an
	// error where they have no such payment, or it is not listed yet.
	ItemizedReceipt(ctx context.Context, p payment.Patient, reference string) (payment.Itemized, error)
}

// showReceipts is GET /receipts: every payment of the patient.
func (s *Server) showReceipts(w http.ResponseWriter, r *http.Request, v Visit) error {
	listed, err := s.practice.Receipts(r.Context(), v.Patient)
	if err != nil {
		return s.upstreamDown(r.Context(), v.Patient, err)
	}
	own, err := s.ledger.AttemptsOf(r.Context(), v.Patient)
	if err != nil {
		return err
	}
	page := web.Receipts{List: s.allReceipts(listed, own)}
	for _, a := range own {
		if a.State.Live() && a.Act.Charges() {
			page.Live = append(page.Live, a.Attempt)
		}
	}
	view := s.sheet(v, web.PageReceipts, web.PathReceipts, web.ReceiptsSheet(page))
	view.Nav = s.nav(r.Context(), v, web.PageReceipts)
	return s.render(w, r, http.StatusOK, view)
}

// allReceipts are what the upstream lists, and what was done here and is not
// listed yet, the newest first. A card that was only stored is no payment.
func (s *Server) allReceipts(listed []payment.Receipt, own []ledger.Attempt) []web.ReceiptRow {
	var rows []web.ReceiptRow
	seen := map[string]bool{}
	for _, r := range listed {
		seen[r.Reference] = true
		if r.Amount.IsZero() && !r.Agreement() {
			continue
		}
		r.Time = r.Time.In(s.zone)
		rows = append(rows, web.ReceiptRow{Receipt: r})
	}
	for _, a := range own {
		if r, ok := s.ownReceipt(a, own); ok && !seen[r.Reference] {
			rows = append(rows, web.ReceiptRow{Receipt: r, Late: true})
		}
	}
	slices.SortStableFunc(rows, func(a, b web.ReceiptRow) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(len(b.Reference), len(a.Reference)), strings.Compare(b.Reference, a.Reference))
	})
	return rows
}

// ownReceipt is the receipt of a charge or an agreement that was done here and
// has the upstream's number, by what the ledger knows of it.
func (s *Server) ownReceipt(a ledger.Attempt, own []ledger.Attempt) (payment.Receipt, bool) {
	if a.State != payment.Taken || a.Reference == "" || !a.Act.Charges() && !a.Act.Agrees() {
		return payment.Receipt{}, false
	}
	r := payment.ReceiptOf(a.Attempt)
	r.Time = s.moment(a)
	back := slices.ContainsFunc(own, func(b ledger.Attempt) bool {
		return b.Act == payment.ActVoid && b.State == payment.Taken && b.Target == ledger.PaymentTarget(a.Reference)
	})
	if back {
		r = r.Voided()
	}
	return r, true
}

// isReference reports whether text can be the upstream's number of a payment.
func isReference(text string) bool {
	return text != "" && len(text) <= 18 && text[0] != '0' && strings.Trim(text, "0123456789") == ""
}

// receipt is the receipt that a path names, of the visit's patient.
func (s *Server) receipt(r *http.Request, v Visit) (web.Receipt, error) {
	ctx, reference := r.Context(), r.PathValue("reference")
	if !isReference(reference) {
		return web.Receipt{}, failure{status: http.StatusNotFound}
	}
	all, err := s.ledger.AttemptsOf(ctx, v.Patient)
	if err != nil {
		return web.Receipt{}, err
	}
	var own *ledger.Attempt
	var late payment.Receipt
	for i, a := range all {
		if r, ok := s.ownReceipt(a, all); ok && a.Reference == reference {
			own, late = &all[i], r
		}
	}
	page := web.Receipt{Site: s.site(v)}
	page.Itemized, err = s.practice.ItemizedReceipt(ctx, v.Patient, reference)
	if err != nil {
		if err := s.notListed(ctx, v, reference, err); err != nil {
			return web.Receipt{}, err
		}
		if own == nil {
			return web.Receipt{}, failure{status: http.StatusNotFound, cause: err}
		}
		page.Itemized, page.Late = late.Itemized(), true
		page.Patient = own.PatientName
		if office, err := s.offices.read(ctx, s.practice, v.Patient, s.now()); err == nil {
			page.Practice = office.Letterhead()
		}
	}
	if p := s.portal(v.Portal); p != nil {
		page.Practice = payment.Letterhead{Name: p.Name, Address: p.Address, Phone: p.Phone, NPI: p.NPI, TaxID: p.TaxID}.Or(page.Practice)
	}
	if own == nil {
		return page, nil
	}
	// Who paid is known only of what they paid here.
	if v.Role == rolePayer && own.Portal == v.Portal && own.Subject == v.Subject && !strings.EqualFold(v.Name, page.Patient) {
		page.Payer = v.Name
	}
	page.Itemized = page.Attributed(own.Charge.Lines)
	if !page.Agreement() {
		return page, nil
	}
	page.Signed, err = s.signedText(ctx, v, *own)
	return page, err
}

// notListed finds out why a receipt could not be read: nil where the upstream
// does not list the payment, else that it cannot be asked.
func (s *Server) notListed(ctx context.Context, v Visit, reference string, cause error) error {
	listed, err := s.practice.Receipts(ctx, v.Patient)
	if err == nil && !slices.ContainsFunc(listed, func(r payment.Receipt) bool { return r.Reference == reference }) {
		return nil
	}
	return s.upstreamDown(ctx, v.Patient, cause)
}

// signedText is what was agreed to with an attempt, or nil where nothing was
// kept.
func (s *Server) signedText(ctx context.Context, v Visit, a ledger.Attempt) (*web.SignedText, error) {
	consent, err := s.ledger.Consent(ctx, v.Patient, a.ID)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	consent.At = consent.At.In(s.zone)
	card := ""
	if a.Last4 != "" {
		card = payment.StoredCard{Brand: a.Brand, Last4: a.Last4}.Short()
	}
	return &web.SignedText{Consent: consent, Card: card, You: a.Portal == v.Portal && consent.Subject == v.Subject}, err
}

// showReceipt is GET /receipts/{reference}.
func (s *Server) showReceipt(w http.ResponseWriter, r *http.Request, v Visit) error {
	page, err := s.receipt(r, v)
	if err != nil {
		return err
	}
	page.Order, page.Email = newAttemptID(), v.Email
	return s.renderReceipt(w, r, http.StatusOK, v, page, nil)
}

func (s *Server) renderReceipt(w http.ResponseWriter, r *http.Request, status int, v Visit, page web.Receipt, problems []payment.Problem) error {
	path := web.PathReceipts + "/" + page.Reference
	if !wantsJSON(r) {
		path = r.URL.Path // after the form too: the program takes the page over where it stands
	}
	view := s.sheet(v, web.PageReceipt, path, page.Sheet())
	view.Nav, view.Problems = s.nav(r.Context(), v, web.PageReceipts), problems
	return s.render(w, r, status, view)
}

func (s *Server) receiptPDF(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.receiptFile(w, r, v, "pdf", "application/pdf", func(i payment.Itemized) ([]byte, error) { return receipt.PDF(i, s.now()) })
}

func (s *Server) receiptHTML(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.receiptFile(w, r, v, "html", "text/html; charset=utf-8", receipt.HTML)
}

func (s *Server) receiptJSON(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.receiptFile(w, r, v, "json", "application/json", receipt.JSON)
}

// filePolicy is for a file of ours that a browser shows all the same: it can do
// nothing, and is of no origin.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

// receiptFile answers GET /receipts/{reference}/receipt.{ending} with a file to
// keep. Its name tells of nobody.
func (s *Server) receiptFile(w http.ResponseWriter, r *http.Request, v Visit, ending, kind string, compose func(payment.Itemized) ([]byte, error)) error {
	page, err := s.receipt(r, v)
	if err != nil {
		return err
	}
	body, err := compose(page.Itemized)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "receipt-" + page.Reference + "." + ending}))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Vary", "Accept-Encoding")
	return write(w, r, http.StatusOK, body)
}
