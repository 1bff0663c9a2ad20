package athenatest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// order is a request to collect money that has passed all checks.
type order struct {
	card        string
	copay       int64
	visit       int // of the copay; 0: today's
	other       int64
	today       bool // other is for today's visit
	claims      []claimPart
	brandsTaken []string
	overpay     bool      // a claim may get more than it needs
	at          time.Time // when the money moves; zero: now
	contract    *contract // the agreement that the money is taken under, if any
}

type claimPart struct {
	claim int
	cents int64
}

// total adds the three up; see the package comment.
func (o order) total() int64 {
	sum := o.copay + o.other
	for _, c := range o.claims {
		sum += c.cents
	}
	return sum
}

// collectPayment answers POST /patients/{id}/collectpayment
// (docs/upstream-api.md#collectpayment).
func (s *Server) collectPayment(w http.ResponseWriter, r *http.Request) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	s.mu.Lock()
	locked := true
	unlock := func() {
		if locked {
			locked = false
			s.mu.Unlock()
		}
	}
	defer unlock()
	p := s.asked(w, r)
	if p == nil {
		return
	}
	o, ok := s.order(w, p, form)
	if !ok {
		return
	}
	s.charge(w, r, p, o, unlock)
}

// cutConnection closes the connection under the answer.
func cutConnection(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler) // net/http's own way to cut
}

// readForm reads the body of a POST, which is a form and nothing else.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if strings.TrimSpace(kind) != "application/x-www-form-urlencoded" {
		refuse(w, http.StatusUnsupportedMediaType, map[string]any{"error": "Unsupported content type."})
		return nil, false
	}
	if err := r.ParseForm(); err != nil {
		invalid(w, "The form cannot be read.")
		return nil, false
	}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if len(r.PostForm[name]) > 1 { // lists are JSON text here
			invalid(w, "A field is there more than once: "+mask(name))
			return nil, false
		}
	}
	return joined(w, r.PostForm)
}

// order checks a request, field after field, and answers it itself where
// something is wrong. The caller holds s.mu.
func (s *Server) order(w http.ResponseWriter, p *Patient, form url.Values) (o order, ok bool) {
	web := flag(form, "ecommercemode")
	if form.Has("trackdata") {
		filled, wrong := swiped(form)
		if wrong != "" {
			invalid(w, wrong)
			return o, false
		}
		form = filled
	}
	required := []string{"departmentid", "accountnumber", "expirationmonthmm", "expirationyearyyyy", "nameoncard", "billingaddress", "billingzip"}
	if web {
		required = append(required, "cardsecuritycode")
	}
	var absent []string
	for _, name := range required {
		if form.Get(name) == "" {
			absent = append(absent, name)
		}
	}
	if !form.Has("copayamount") && !form.Has("otheramount") && !form.Has("amount") && !form.Has("claimpayment") {
		absent = append(absent, "otheramount")
	}
	if len(absent) > 0 {
		missing(w, absent...)
		return o, false
	}
	if wrongCollect(w, form, "departmentid", "expirationmonthmm", "expirationyearyyyy", "cardsecuritycode", "appointmentid") {
		return o, false
	}
	d := departmentOf(atoi(form.Get("departmentid")))
	if d == nil {
		noSuch(w)
		return o, false
	}
	o.card = form.Get("accountnumber")
	o.brandsTaken = d.retail
	if web {
		o.brandsTaken = d.web
	}
	if s.noVisit(w, p, form) {
		return o, false
	}
	if wrong := s.wrongCard(form, web); wrong != "" {
		invalid(w, wrong)
		return o, false
	}
	if wrong := o.readAmounts(p, d, form); wrong != "" {
		refuse(w, http.StatusBadRequest, map[string]any{"error": wrong})
		return o, false
	}
	return o, true
}

// wrongCard says what is wrong with the card's fields. It does not repeat
// their values.
func (s *Server) wrongCard(form url.Values, web bool) string {
	card, code, year := form.Get("accountnumber"), form.Get("cardsecuritycode"), form.Get("expirationyearyyyy")
	month := atoi(form.Get("expirationmonthmm"))
	switch {
	case !digits(card) || len(card) < 13 || len(card) > 19 || !luhn(card) || brandOf(card) == "":
		return "accountnumber is not the number of a card."
	case month < 1 || month > 12 || len(year) != 4:
		return "expirationmonthmm or expirationyearyyyy is out of range."
	case expired(atoi(year), month, s.now().In(s.eastern)):
		return "The card has expired."
	case (web || code != "") && len(code) != codeLength(card):
		return "cardsecuritycode has the wrong length."
	case utf8.RuneCountInString(form.Get("nameoncard")) > 30:
		return "nameoncard is longer than 30 characters."
	case utf8.RuneCountInString(form.Get("billingaddress")) > 20:
		return "billingaddress is longer than 20 characters."
	}
	return ""
}

// readAmounts reads what is to be collected and says what is wrong with it.
func (o *order) readAmounts(p *Patient, d *department, form url.Values) string {
	const bad = "An amount is not valid."
	var ok bool
	if form.Has("copayamount") {
		if o.copay, ok = cents(form.Get("copayamount")); !ok {
			return bad
		}
		o.visit = atoi(form.Get("appointmentid"))
		expected := p.copay(o.visit)
		if expected == nil {
			return "The copay has no appointment."
		}
		if o.copay > *expected {
			return "The amount exceeds the copay."
		}
	}
	if form.Has("otheramount") && form.Has("amount") {
		return "otheramount and amount are the same."
	}
	for _, name := range []string{"otheramount", "amount"} { // amount: deprecated, the same
		if form.Has(name) {
			n, ok := cents(form.Get(name))
			if !ok {
				return bad
			}
			o.other = n
		}
	}
	o.today = o.other > 0 && (flag(form, "todayservice") || strings.EqualFold(form.Get("todayservice"), "Y"))
	if !form.Has("claimpayment") {
		return ""
	}
	var list []map[string]json.RawMessage
	if json.Unmarshal([]byte(form.Get("claimpayment")), &list) != nil || len(list) == 0 {
		return "claimpayment is not a list of claims and amounts."
	}
	for _, item := range list {
		if len(item) != 1 {
			return "claimpayment is not a list of claims and amounts."
		}
		for id, amount := range item {
			n, ok := cents(jsonText(amount))
			if !ok {
				return bad
			}
			if !claimID.MatchString(id) {
				return "claimpayment is not a list of claims and amounts."
			}
			c := p.claimByID(atoi(id))
			switch {
			case c == nil || p.group(*c) != d.group:
				return "The claim cannot be paid here."
			case c.Arranged:
				return "The claim does not have a clean balance."
			case slices.ContainsFunc(o.claims, func(x claimPart) bool { return x.claim == c.ID }):
				return "A claim is there twice."
			case n > c.Owed && !o.overpay:
				return "The amount exceeds the balance of the claim."
			}
			o.claims = append(o.claims, claimPart{c.ID, n})
		}
	}
	return ""
}

// claimID is how a claim is named in claimpayment.
var claimID = regexp.MustCompile(`^[1-9][0-9]*$`)

// jsonText is what a JSON text says, or "" where a value is none.
func jsonText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

// wrongCollect is wrongTypes for the calls that take a card.
func wrongCollect(w http.ResponseWriter, form url.Values, integers ...string) bool {
	return wrongTypes(w, form, integers, []string{"ecommercemode", "todayservice", "allowduplicatepayments"})
}

// noVisit refuses an appointment that is not the patient's, or not at all.
// Money can be taken for one that is still to come (otheramount goes to it "if
// possible", documented), not for one that is cancelled.
func (s *Server) noVisit(w http.ResponseWriter, p *Patient, form url.Values) bool {
	if !form.Has("appointmentid") {
		return false
	}
	id := atoi(form.Get("appointmentid"))
	found := slices.ContainsFunc(s.appointments(p), func(a appointment) bool { return a.ID == id && a.status != "x" })
	if !found {
		noSuch(w)
	}
	return !found
}

// claimByID is the patient's claim with an id, or nil.
func (p *Patient) claimByID(id int) *Claim {
	i := slices.IndexFunc(p.Claims, func(c Claim) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Claims[i]
}

// atoi is the number in s, or 0.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
