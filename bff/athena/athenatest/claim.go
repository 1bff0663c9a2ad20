package athenatest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// The provider of all visits, and the procedure that each claim charges.
const (
	providerID    = 3
	procedureCode = "99213"
)

// readRoutes are the reads around a payment.
func (s *Server) readRoutes(key, api func(pattern, name string, h http.HandlerFunc)) {
	key("GET /v1/{practice}/practiceinfo", "practiceinfo", s.practiceInfo)
	api("GET /v1/{practice}/configuration/validnonccpcreditcardmethods", "cardmethods", s.listCardMethods)
	api("GET /v1/{practice}/providers/{provider}", "provider", s.readProvider)
	api("GET /v1/{practice}/claims", "claims", s.listClaims)
	api("GET /v1/{practice}/claims/{claim}", "claim", s.readClaim)
	api("GET /v1/{practice}/claims/{claim}/claimtransactions", "claimtransactions", s.listClaimTransactions)
	api("GET /v1/{practice}/patients/{id}/claims/patientoutstanding", "patientoutstanding", s.listOutstanding)
	api("GET /v1/{practice}/patients/{id}/claims/patientoutstandingdetailed", "patientoutstandingdetailed", s.listOutstandingDetailed)
	api("GET /v1/{practice}/patients/{id}/claims/patientclosed", "patientclosed", s.listClosed)
	api("GET /v1/{practice}/patients/paymenthistory", "paymenthistory", s.paymentHistory)
}

// filed is a claim and whose it is.
type filed struct {
	Patient *Patient
	Claim
}

func (f filed) department() int {
	if f.Department != 0 {
		return f.Department
	}
	return f.Patient.Department
}

func (f filed) charge() int { return f.ID * 10 } // its one charge's transaction id

// decided reports whether the insurance has had its say.
func (f filed) decided() bool { return f.Insurance > 0 || f.Owed > 0 || len(f.Paid) > 0 }

// paid is what the patient has paid.
func (f filed) paid() (sum int64) {
	for _, p := range f.Paid {
		sum += p.Cents
	}
	return sum
}

// status is the state of a payer's part: recorded is CLOSED only, BILLED is
// ours.
func status(closed bool) map[string]any {
	if closed {
		return map[string]any{"status": "CLOSED"}
	}
	return map[string]any{"status": "BILLED"}
}

// wire is a claim as GET /claims/301 was recorded (HTD-Health claims.yml):
// amounts and the claim's id are text, the other ids are numbers.
func (f filed) wire(q url.Values) map[string]any {
	charge := strconv.Itoa(f.charge())
	primary := status(f.decided())
	primary["primarypatientinsuranceid"] = f.Patient.ID*10 + 1
	w := map[string]any{
		"claimid": strconv.Itoa(f.ID), "patientid": f.Patient.ID, "departmentid": f.department(),
		"billedproviderid": providerID, "claimcreateddate": date(f.Service), "billedservicedate": date(f.Service),
		"patientpayer": status(f.decided() && f.Owed == 0), "primaryinsurancepayer": primary,
		"diagnoses": []any{}, "transactiondetails": map[string]any{charge: oracle(f.Billed)},
		"procedures": []any{map[string]any{
			"transactionid": charge, "procedurecode": procedureCode,
			"proceduredescription": f.Description, "chargeamount": oracle(f.Billed)}},
	}
	if f.Patient.Appointment != 0 {
		w["appointmentid"] = strconv.Itoa(f.Patient.Appointment)
	}
	if flag(q, "showcustomfields") {
		w["customfields"] = []any{}
	}
	return w
}

// filed are all claims, in order of patients. The caller holds s.mu.
func (s *Server) filed() []filed {
	var all []filed
	for i := range s.patients {
		for _, c := range s.patients[i].Claims {
			all = append(all, filed{&s.patients[i], c})
		}
	}
	return all
}

// listClaims answers GET /claims (docs/upstream-api.md#claims).
func (s *Server) listClaims(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for _, name := range []string{"patientid", "departmentid", "providerid"} {
		if v := q.Get(name); q.Has(name) && !integer(v) {
			invalid(w, notInteger(v))
			return
		}
	}
	created, ok := days(w, q, "createdstartdate", "createdenddate")
	if !ok {
		return
	}
	service, ok := days(w, q, "servicestartdate", "serviceenddate")
	if !ok {
		return
	}
	appointments, ok := integers(w, q, "appointmentid")
	if !ok {
		return
	}
	// No option of this filter is publicly known, so none of them matches.
	for _, option := range list(q, "claimfilters") {
		invalid(w, notEnum(option, "claimfilters"))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := []any{}
	for _, f := range s.filed() {
		switch {
		case q.Has("patientid") && atoi(q.Get("patientid")) != f.Patient.ID,
			q.Has("departmentid") && atoi(q.Get("departmentid")) != f.department(),
			q.Has("providerid") && atoi(q.Get("providerid")) != providerID,
			len(appointments) > 0 && !slices.Contains(appointments, f.Patient.Appointment),
			!created.holds(f.Service), !service.holds(f.Service), !coded(q):
		default:
			rows = append(rows, f.wire(q))
		}
	}
	page(w, r, "claims", rows)
}

// coded reports whether a query wants claims of our procedure.
func coded(q url.Values) bool {
	codes := list(q, "procedurecodes")
	return len(codes) == 0 || slices.Contains(codes, procedureCode)
}

// claimAsked reads the claim's id in a path and answers the request itself
// where there is no such claim. The caller holds s.mu.
func (s *Server) claimAsked(w http.ResponseWriter, r *http.Request) (filed, bool) {
	id := r.PathValue("claim")
	if !integer(id) {
		invalid(w, notInteger(id))
		return filed{}, false
	}
	all := s.filed()
	i := slices.IndexFunc(all, func(f filed) bool { return f.ID == atoi(id) })
	if i < 0 {
		noSuch(w)
		return filed{}, false
	}
	return all[i], true
}

// readClaim answers GET /claims/{id}: a bare object.
func (s *Server) readClaim(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.claimAsked(w, r); ok {
		answer(w, f.wire(r.URL.Query()))
	}
}

// listClaimTransactions answers GET /claims/{id}/claimtransactions: a bare
// array, all numbers (recorded in 2023). Recorded are charges only, none of
// them paid; that payments are above zero here is our guess.
func (s *Server) listClaimTransactions(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.claimAsked(w, r)
	if !ok {
		return
	}
	payer, outstanding := "PATIENT", f.Owed
	if !f.decided() {
		payer, outstanding = "PRIMARY", f.Billed
	}
	payments := f.Insurance + f.paid()
	answer(w, []any{map[string]any{
		"transactionid": f.charge(), "parenttransactionid": f.charge(), "transactiontype": "CHARGE",
		"transactiondate": date(f.Service), "payer": payer, "procedurecode": procedureCode, "units": 1,
		"amount": number(f.Billed), "payments": number(payments),
		"adjustments":       number(f.Billed - payments - outstanding),
		"outstandingamount": number(outstanding),
	}})
}

// patientClaims answers one of the three lists of a patient's claims. Their
// inner names are not known; ours are those of the claims elsewhere.
func (s *Server) patientClaims(w http.ResponseWriter, r *http.Request, wanted func(filed) bool, wire func(filed) map[string]any) {
	q := r.URL.Query()
	if d := q.Get("departmentid"); q.Has("departmentid") && !integer(d) {
		invalid(w, notInteger(d))
		return
	}
	ids, ok := integers(w, q, "claimids")
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.asked(w, r)
	if p == nil {
		return
	}
	rows := []any{}
	for _, c := range p.Claims {
		f := filed{p, c}
		if wanted(f) && coded(q) && (!q.Has("departmentid") || atoi(q.Get("departmentid")) == f.department()) &&
			(len(ids) == 0 || slices.Contains(ids, c.ID)) {
			rows = append(rows, wire(f))
		}
	}
	answer(w, map[string]any{"claims": rows, "totalcount": len(rows)})
}

func outstanding(f filed) bool { return f.Owed > 0 }

// summary is a claim of a patient, short.
func (f filed) summary() map[string]any {
	return map[string]any{
		"claimid": strconv.Itoa(f.ID), "departmentid": f.department(), "servicedate": date(f.Service),
		"procedurecode": procedureCode, "description": f.Description,
		"amount": oracle(f.Billed), "outstandingamount": oracle(f.Owed)}
}

// listOutstanding answers GET /patients/{id}/claims/patientoutstanding.
func (s *Server) listOutstanding(w http.ResponseWriter, r *http.Request) {
	s.patientClaims(w, r, outstanding, filed.summary)
}

// listOutstandingDetailed answers GET …/claims/patientoutstandingdetailed.
func (s *Server) listOutstandingDetailed(w http.ResponseWriter, r *http.Request) {
	s.patientClaims(w, r, outstanding, func(f filed) map[string]any { return f.Patient.claim(f.Claim) })
}

// listClosed answers GET /patients/{id}/claims/patientclosed.
func (s *Server) listClosed(w http.ResponseWriter, r *http.Request) {
	s.patientClaims(w, r, func(f filed) bool { return f.decided() && f.Owed == 0 }, filed.summary)
}
