package athenatest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// vendors are the vendor codes that the practice works with.
var vendors = []string{"ACME", "harborpay"}

// duplicateWindow is how long a vendor's payment of the same patient, total
// and reference is the same payment (docs/upstream-api.md#patientpayvendors,
// the portal's page).
const duplicateWindow = 6 * time.Hour

// vendorPayment is a payment or a refund that a vendor has reported.
type vendorPayment struct {
	id, patient int
	vendor, ref string
	order       order
	method      string
	last4       string
	time        time.Time
	refund      bool // is one
	refunded    bool // has one
}

// atVendor reads vendor, form, patient and department of a call that needs
// the fields, and runs h under the lock.
func (s *Server) atVendor(w http.ResponseWriter, r *http.Request, needs []string, h func(p *Patient, d *department, form url.Values)) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(vendors, r.PathValue("vendor")) {
		noSuch(w)
		return
	}
	if absent := missingFields(form, append([]string{"patientid"}, needs...)...); len(absent) > 0 {
		missing(w, absent...)
		return
	}
	if wrongTypes(w, form, []string{"patientid", "departmentid"}, []string{"todayservice", "movetounappliedifoverpay", "fullrefund", "ispaymentsettled"}) {
		return
	}
	if utf8.RuneCountInString(form.Get("externalrefid")) > 32 {
		invalid(w, "externalrefid is longer than 32 characters.")
		return
	}
	d := optionalPlace(w, form)
	if d == nil {
		return
	}
	p := s.patient(atoi(form.Get("patientid")))
	if p == nil {
		noSuch(w)
		return
	}
	h(p, d, form)
}

// vendorPay answers POST /patientpayvendors/{vendorcode}/payments.
func (s *Server) vendorPay(w http.ResponseWriter, r *http.Request) {
	s.atVendor(w, r, []string{"departmentid", "paymentmethod", "externalrefid"}, func(p *Patient, d *department, form url.Values) {
		if s.wrongDates(w, form) {
			return
		}
		total, ok := said(form)
		if id := s.repeated(r.PathValue("vendor"), p, form.Get("externalrefid"), total); ok && id != 0 {
			answer(w, map[string]any{"patientpaymentid": strconv.Itoa(id), "previouslyrecordedyn": "true"})
			return
		}
		o, ok := s.recorded(w, p, d, form, order{overpay: flag(form, "movetounappliedifoverpay")}, "vendorterminalid")
		if !ok {
			return
		}
		v := &vendorPayment{id: s.money.next("vendor"), patient: p.ID, vendor: r.PathValue("vendor"),
			ref: form.Get("externalrefid"), order: o, method: form.Get("paymentmethod"), last4: form.Get("cardnumberlast4"), time: s.now()}
		s.money.vendor = append(s.money.vendor, v)
		s.enter("VENDORPAYMENT", v.id, p, o, form, Part{vendor: v.id})
		answer(w, map[string]any{"patientpaymentid": strconv.Itoa(v.id), "previouslyrecordedyn": "false"})
	})
}

// wrongDates refuses a vendor's call with a value that is no date.
func (s *Server) wrongDates(w http.ResponseWriter, form url.Values) bool {
	for _, name := range []string{"bankdepositdate", "postdate"} {
		text := form.Get(name)
		if _, ok := s.day(text); text != "" && !ok {
			invalid(w, notDate(text))
			return true
		}
	}
	return false
}

// said is the total of a request, whatever the claims need. A repeat has to be
// found before the amounts are compared with balances that it changed.
func said(form url.Values) (total int64, ok bool) {
	add := func(text string) {
		n, fine := cents(text)
		total, ok = total+n, ok && fine
	}
	ok = true
	for _, name := range []string{"copayamount", "otheramount"} {
		if form.Has(name) {
			add(form.Get(name))
		}
	}
	var list []map[string]json.RawMessage
	if form.Has("claimpayment") && json.Unmarshal([]byte(form.Get("claimpayment")), &list) != nil {
		return 0, false
	}
	for _, item := range list {
		for _, amount := range item {
			add(jsonText(amount))
		}
	}
	return total, ok
}

// repeated is the payment that a request repeats, or 0.
func (s *Server) repeated(vendor string, p *Patient, ref string, total int64) int {
	for _, v := range s.money.vendor {
		if v.vendor == vendor && v.patient == p.ID && v.ref == ref && !v.refund &&
			v.order.total() == total && s.now().Sub(v.time) < duplicateWindow {
			return v.id
		}
	}
	return 0
}

// vendorRefund answers POST …/payments/{patientpaymentid}/refund: the whole
// payment or nothing. One that was not settled is as if it had never been; of
// a settled one the claims show payment and refund.
func (s *Server) vendorRefund(w http.ResponseWriter, r *http.Request) {
	needs := []string{"departmentid", "paymentmethod", "externalrefid"}
	s.atVendor(w, r, needs, func(p *Patient, _ *department, form url.Values) {
		id, ok := pathID(w, r, "payment")
		if !ok || s.wrongDates(w, form) {
			return
		}
		i := slices.IndexFunc(s.money.vendor, func(v *vendorPayment) bool {
			return v.id == id && v.patient == p.ID && v.vendor == r.PathValue("vendor")
		})
		if i < 0 {
			noSuch(w)
			return
		}
		method, known := s.method(form.Get("paymentmethod"))
		paid := s.money.vendor[i]
		switch {
		case !known:
			notAmong(w, "paymentmethod", form.Get("paymentmethod"))
		case paid.method != form.Get("paymentmethod"):
			broken(w, "The payment was not made by this method.")
		case method.Card && form.Get("vendorterminalid") == "":
			missing(w, "vendorterminalid")
		case form.Has("fullrefund") && !flag(form, "fullrefund"):
			broken(w, "Only full refunds are allowed.")
		case paid.refund || paid.refunded:
			broken(w, "This payment has already been refunded.")
		case s.openMonth(w, form.Get("postdate")):
			now := s.now()
			back := &vendorPayment{id: s.money.next("vendor"), patient: p.ID, vendor: paid.vendor,
				ref: form.Get("externalrefid"), order: paid.order, method: paid.method, last4: paid.last4, time: now, refund: true}
			paid.refunded = true
			s.money.vendor = append(s.money.vendor, back)
			p.unapply(paid.order)
			s.unpay(p, paid, back, flag(form, "ispaymentsettled"))
			s.book = append(s.book, movement{Movement: Movement{
				ID: strconv.Itoa(back.id), Patient: p.ID, Kind: "VENDORREFUND", Amount: -paid.order.total(), Last4: paid.last4, Time: now,
			}, visible: now})
			answer(w, map[string]any{"patientpaymentid": strconv.Itoa(back.id),
				"recordedtime": now.In(s.eastern).Format("01/02/2006 15:04:05")})
		}
	})
}

// unpay lets the claims show a refund.
func (s *Server) unpay(p *Patient, paid, back *vendorPayment, settled bool) {
	for i := range p.Claims {
		c := &p.Claims[i]
		if !settled {
			c.Paid = slices.DeleteFunc(c.Paid, func(part Part) bool { return part.vendor == paid.id })
			continue
		}
		for _, line := range paid.order.claims {
			if line.claim == c.ID && line.cents > 0 {
				c.Paid = append(c.Paid, Part{Cents: -line.cents, Time: back.time.In(s.eastern), vendor: back.id})
			}
		}
	}
}
