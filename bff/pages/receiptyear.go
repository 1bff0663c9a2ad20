package pages

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/paper"
	"paypane/web/payment"
)

// yearNamed is the year of an address that asks for the payments of one.
func yearNamed(name string) (year int, ok bool) {
	text, ok := strings.CutPrefix(name, "year-")
	year, err := strconv.Atoi(text)
	return year, ok && err == nil && year >= 1000 && year <= 9999 && web.ReceiptYear(year) == name
}

// paymentsRead are a patient's payments, read for the pages that list them.
type paymentsRead struct {
	rows []web.ReceiptRow // the newest first
	own  []ledger.Record
	zone *time.Location
	odd  bool // some are not understood
}

// live are the payments whose result is not known.
func (p paymentsRead) live() (live []payment.Attempt) {
	for _, a := range p.own {
		if a.State.Live() && a.Kind.Charges() {
			live = append(live, a.Attempt)
		}
	}
	return live
}

// years are those in which something was paid, the newest first.
func (p paymentsRead) years() (years []int) {
	for _, r := range p.rows {
		if year := r.Time.Year(); r.Receipt().Paid() && !slices.Contains(years, year) {
			years = append(years, year)
		}
	}
	return years
}

// year reads the payments of a year, and what each was for.
func (s *kit) year(r *http.Request, sess session.Session, number int) (web.YearView, error) {
	ctx := r.Context()
	read, err := s.readPayments(ctx, sess)
	if err != nil {
		return web.YearView{}, err
	}
	y := paper.Year{Number: number, Odd: read.odd, Open: len(read.live()) > 0}
	var paid []payment.ReceiptSummary
	for _, row := range slices.Backward(read.rows) {
		switch {
		case row.Time.Year() != number:
		case row.Receipt().Paid():
			paid = append(paid, row.ReceiptSummary)
		case row.Receipt().TakenBack():
			y.Back = true
		}
	}
	receipts, err := s.books.Itemized(session.Waited(ctx), sess.Patient, paid)
	if err != nil {
		s.log.WarnContext(ctx, "a year's payments without what they were for", "error", err.Error())
		y.Unread, receipts = true, nil
		for _, row := range paid {
			receipts = append(receipts, row.Receipt())
		}
	}
	for _, each := range receipts {
		for _, a := range read.own {
			if a.Reference == each.Reference && a.Kind.Charges() {
				each = each.Attributed(a.Charge.Lines)
				y.Patient = a.PatientName
			}
		}
		if each.Patient != "" {
			y.Patient = each.Patient
		}
		y.Receipts = append(y.Receipts, each)
	}
	if office, err := s.departments.Soon(ctx, sess.Patient); err == nil {
		y.Practice = office.Letterhead()
	}
	y.Practice = s.letterhead(sess).Or(y.Practice)
	page := web.YearView{Site: s.layout.Of(sess), Year: number, Years: read.years(), Odd: y.Odd, Open: y.Open}
	if y.Odd {
		page.Phone = s.accounts.Phone(ctx, sess)
	}
	page.Document = paper.OfYear(page.Site.Language, y)
	return page, nil
}

// showYear is GET /receipts/year-2026.
func (s *Receipts) showYear(w http.ResponseWriter, r *http.Request, sess session.Session, number int) error {
	page, err := s.year(r, sess, number)
	if err != nil {
		return err
	}
	view := s.layout.Content(sess, web.PageReceipt, web.PathReceipts+"/"+web.ReceiptYear(number), page.Content())
	view.Nav = s.layout.Nav(r.Context(), sess, view.Page)
	return s.layout.Render(w, r, http.StatusOK, view)
}

// document is what a path asks for as a file, with the file's name.
func (s *kit) document(r *http.Request, sess session.Session) (paper.Document, string, error) {
	number, ok := yearNamed(r.PathValue("reference"))
	if !ok {
		page, err := s.receipt(r, sess)
		return page.Document, "receipt-" + page.Receipt.Reference, err
	}
	page, err := s.year(r, sess, number)
	if err == nil && len(page.Document.Services.Lines) == 0 {
		err = middleware.StatusError{Status: http.StatusNotFound}
	}
	return page.Document, "payments-" + strconv.Itoa(number), err
}
