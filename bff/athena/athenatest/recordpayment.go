package athenatest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// recordPayment answers POST /patients/{id}/recordpayment
// (docs/upstream-api.md#recordpayment and the portal's Record Payment page).
// Each call is a payment of its own in a batch of its own, repeats too: no
// guard is known.
func (s *Server) recordPayment(w http.ResponseWriter, r *http.Request) {
	s.atDesk(w, r, func(p *Patient, form url.Values) {
		d := place(w, form, "paymentmethod")
		if d == nil {
			return
		}
		if wrongToday(w, form) || notThere(w, p, d) {
			return
		}
		o, ok := s.recorded(w, p, d, form, order{})
		if !ok {
			return
		}
		batch := s.money.next("batch")
		s.enter("RECORDED", batch, p, o, form, Part{})
		answer(w, []any{map[string]any{"success": "true", "paymentbatchid": strconv.Itoa(batch)}}) // recorded
	})
}

// elsewhere are the words for a patient who is not in a department: those of other
// endpoints (docs/upstream-api.md#errors, client); those of recordpayment are not
// known.
const elsewhere = "The specified patient does not exist in that department."

// notThere refuses a patient whom the department's provider group does not know.
func notThere(w http.ResponseWriter, p *Patient, d *department) bool {
	for _, row := range p.registrations() {
		if departmentOf(atoi(row["departmentid"].(string))).group == d.group {
			return false
		}
	}
	refuse(w, http.StatusBadRequest, map[string]any{"detailedmessage": elsewhere, "error": elsewhere})
	return true
}

// enter books money that somebody else moved.
func (s *Server) enter(kind string, id int, p *Patient, o order, form url.Values, made Part) {
	now := s.now()
	made.Time = now.In(s.eastern)
	if text := form.Get("postdate"); text != "" {
		made.Time, _ = s.day(text)
	}
	p.apply(o, made)
	s.book = append(s.book, movement{Movement: Movement{
		ID: strconv.Itoa(id), Patient: p.ID, Kind: kind, Amount: o.total(), Last4: form.Get("cardnumberlast4"), Time: now,
	}, visible: now})
}

// recorded checks what payments that were taken elsewhere have in common, and
// answers where something is wrong. others are fields that a card method
// needs besides the last four digits.
func (s *Server) recorded(w http.ResponseWriter, p *Patient, d *department, form url.Values, o order, others ...string) (order, bool) {
	method, known := s.method(form.Get("paymentmethod"))
	switch code := form.Get("paymentmethod"); {
	case !known && (code == "CASH" || code == "CHECK"):
		broken(w, "Practice is not configured correctly.") // docs/upstream-api.md#errors: a setting is off
		return o, false
	case !known:
		notAmong(w, "paymentmethod", code)
		return o, false
	}
	var absent []string
	switch {
	case method.Card:
		absent = missingFields(form, append([]string{"cardnumberlast4"}, others...)...)
	case method.Code != "CASH":
		absent = missingFields(form, "checknumber")
	}
	if !form.Has("copayamount") && !form.Has("otheramount") && !form.Has("claimpayment") {
		absent = append(absent, "otheramount")
	}
	if len(absent) > 0 {
		missing(w, absent...)
		return o, false
	}
	if wrongTypes(w, form, []string{"appointmentid"}, nil) || unsupported(w, form, "amount") {
		return o, false
	}
	last4 := form.Get("cardnumberlast4")
	switch {
	case form.Has("cardnumberlast4") && (len(last4) != 4 || !digits(last4)):
		invalid(w, "cardnumberlast4 is not four digits.")
	case s.noVisit(w, p, form):
	case s.openMonth(w, form.Get("postdate")):
		wrong := o.readRecorded(p, d, form)
		if wrong != "" {
			broken(w, wrong)
		}
		return o, wrong == ""
	}
	return o, false
}

// wrongToday refuses a todayservice that is neither Y or N, as the workflow page
// has it, nor a boolean, as the parameter's own text has it
// (docs/upstream-api.md#recordpayment).
func wrongToday(w http.ResponseWriter, form url.Values) bool {
	v := form.Get("todayservice")
	wrong := form.Has("todayservice") && !slices.ContainsFunc([]string{"Y", "N", "true", "false"},
		func(known string) bool { return strings.EqualFold(v, known) })
	if wrong {
		notAmong(w, "todayservice", v)
	}
	return wrong
}

// readRecorded reads amounts. A copay goes to today's visit without naming it
// (recorded without an appointmentid), and what the visit does not need is
// held, as the money has been taken already.
func (o *order) readRecorded(p *Patient, d *department, form url.Values) string {
	rest := url.Values{}
	for name, values := range form {
		if name != "copayamount" {
			rest[name] = values
		}
	}
	wrong := o.readAmounts(p, d, rest)
	for i, line := range o.claims { // more than a claim needs only where it may be
		if over := line.cents - p.claimByID(line.claim).Owed; wrong == "" && over > 0 {
			o.claims[i].cents -= over
			o.other += over
		}
	}
	if wrong == "" && form.Has("copayamount") {
		copay, ok := cents(form.Get("copayamount"))
		if !ok {
			return "An amount is not valid."
		}
		o.visit = atoi(form.Get("appointmentid"))
		if expected := p.copay(o.visit); expected != nil {
			o.copay = min(copay, *expected)
		}
		o.other += copay - o.copay
	}
	return wrong
}

// method is the configured one for a code of a request.
func (s *Server) method(code string) (Method, bool) {
	i := slices.IndexFunc(s.money.methods, func(m Method) bool {
		return m.Code == code && code != "CHECKS" || m.Code == "CHECKS" && code == "CHECK"
	})
	if i < 0 {
		return Method{}, false
	}
	return s.money.methods[i], true
}

// openMonth refuses days that money cannot be posted to. Of the past, this
// month and the one before are open and the others closed; that the future
// cannot be posted to is a guess.
func (s *Server) openMonth(w http.ResponseWriter, text string) bool {
	if text == "" {
		return true
	}
	day, ok := s.day(text)
	today := s.today()
	firstOpen := time.Date(today.Year(), today.Month()-1, 1, 0, 0, 0, 0, s.eastern)
	switch {
	case !ok:
		invalid(w, notDate(text))
	case day.Before(firstOpen):
		broken(w, "The month of the post date is closed.")
	case day.After(today):
		broken(w, "The post date is in the future.")
	default:
		return true
	}
	return false
}
