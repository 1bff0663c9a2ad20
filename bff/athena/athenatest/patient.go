package athenatest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Patient is a patient of the practice. Amounts are cents.
type Patient struct {
	ID         int
	Given      string
	Family     string
	Preferred  string // name the patient goes by; may be empty
	Department int    // where the patient is seen
	// Appointment is today's visit, 0 if none, and Copay what is still expected
	// for it.
	Appointment int
	Copay       int64
	Upcoming    []Visit
	Claims      []Claim
	Unapplied   int64  // money the practice holds
	Unbilled    int64  // owed, and at no claim
	Status      string // of the record: "deleted"; empty: active
	Shows       string
}

// Claim is the bill of one visit. Amounts are cents.
type Claim struct {
	ID          int
	Department  int // 0: the patient's
	Service     time.Time
	Description string // of its one charge, in the upstream's upper case
	Billed      int64
	Insurance   int64 // what the insurance paid
	Owed        int64 // patientbalance
	Arranged    bool  // under a plan, a contract or in collections: not clean
	Adjusted    int64 // what a vendor took off
	Paid        []Part
}

// Part is the part of a payment that was applied to a claim, or of a refund
// that was taken from it again, which is negative.
type Part struct {
	Payment int // epaymentid; 0: not an electronic payment
	Cents   int64
	Time    time.Time
	vendor  int // patientpaymentid
}

// Owed is what the patient can be asked for now at their own department, the
// copay included.
func (p Patient) Owed() int64 {
	sum := p.Copay + p.Unbilled
	for _, c := range p.Claims {
		if !c.Arranged && p.group(c) == departmentOf(p.Department).group {
			sum += c.Owed
		}
	}
	return sum
}

// copay is what is still expected for a visit of the patient, to be read and
// changed: today's where none is named (docs/upstream-api.md#recordpayment).
// nil: there is no such visit.
func (p *Patient) copay(visit int) *int64 {
	if p.Appointment != 0 && (visit == 0 || visit == p.Appointment) {
		return &p.Copay
	}
	for i := range p.Upcoming {
		if v := &p.Upcoming[i]; v.ID == visit && !v.Cancelled {
			return &v.Copay
		}
	}
	return nil
}

// group is the provider group of a claim.
func (p Patient) group(c Claim) int {
	if c.Department == 0 {
		c.Department = p.Department
	}
	return departmentOf(c.Department).group
}

// Patients are the patients as they are now, in the order in which they were given.
func (s *Server) Patients() []Patient {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	return clonePatients(s.patients)
}

func clonePatients(list []Patient) []Patient {
	list = slices.Clone(list)
	for i := range list {
		list[i].Upcoming = slices.Clone(list[i].Upcoming)
		list[i].Claims = slices.Clone(list[i].Claims)
		for j := range list[i].Claims {
			list[i].Claims[j].Paid = slices.Clone(list[i].Claims[j].Paid)
		}
	}
	return list
}

// mustDiffer panics where ids meet twice or a department does not exist.
func mustDiffer(list []Patient) {
	seen := map[string]bool{}
	once := func(kind string, id int) {
		key := fmt.Sprint(kind, " ", id)
		if seen[key] || id <= 0 {
			panic("athenatest: bad or repeated " + key)
		}
		seen[key] = true
	}
	for _, p := range list {
		once("patient", p.ID)
		if p.Appointment != 0 {
			once("appointment", p.Appointment)
		}
		for _, v := range p.Upcoming {
			once("appointment", v.ID)
			if v.Department != 0 && departmentOf(v.Department) == nil {
				panic("athenatest: visit in no department")
			}
		}
		for _, c := range p.Claims {
			once("claim", c.ID)
			if c.Department != 0 && departmentOf(c.Department) == nil {
				panic("athenatest: claim in no department")
			}
		}
		if departmentOf(p.Department) == nil {
			panic("athenatest: patient in no department")
		}
	}
}

// patient is the patient with an id. The caller holds s.mu.
func (s *Server) patient(id int) *Patient {
	i := slices.IndexFunc(s.patients, func(p Patient) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &s.patients[i]
}

// asked reads the patient's id in a path and answers the request itself where
// there is no such patient. The caller holds s.mu.
func (s *Server) asked(w http.ResponseWriter, r *http.Request) *Patient {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		invalid(w, notInteger(r.PathValue("id")))
		return nil
	}
	p := s.patient(id)
	if p == nil {
		noSuch(w)
	}
	return p
}

// readPatient answers GET /patients/{id}: an array of one
// (docs/upstream-api.md#patient).
func (s *Server) readPatient(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.asked(w, r)
	if p == nil {
		return
	}
	q := r.URL.Query()
	if d := q.Get("departmentid"); d != "" {
		if _, err := strconv.Atoi(d); err != nil {
			invalid(w, notInteger(d))
			return
		}
	}
	wire := p.record()
	balances, details := p.balances(flag(q, "showallclaims"))
	s.showAgreements(p, balances)
	wire["balances"] = balances
	if flag(q, "showbalancedetails") {
		wire["claimbalancedetails"] = details
	}
	answer(w, []any{wire})
}

// balances are the two lists of a patient's money by provider group.
func (p Patient) balances(all bool) (balances, details []any) {
	balances, details = []any{}, []any{}
	for group := 1; group <= 2; group++ {
		sum, clean := int64(0), true
		if group == departmentOf(p.Department).group {
			sum += p.Unbilled - p.Unapplied
		}
		claims := []any{}
		for _, c := range p.Claims {
			if p.group(c) != group {
				continue
			}
			sum += c.Owed
			clean = clean && !c.Arranged
			if c.Owed > 0 || all {
				claims = append(claims, p.claim(c))
			}
		}
		balance := any(0) // a number when zero, text otherwise (docs/upstream-api.md#patient)
		if sum != 0 {
			balance = oracle(sum)
		}
		balances = append(balances, map[string]any{
			"balance": balance, "departmentlist": groupList(group), "providergroupid": group, "cleanbalance": clean})
		if len(claims) > 0 {
			details = append(details, map[string]any{
				"providergroupid": group, "departmentids": groupList(group), "claimdetails": claims})
		}
	}
	return balances, details
}

func (p Patient) claim(c Claim) map[string]any {
	if c.Department == 0 {
		c.Department = p.Department
	}
	transactions := []any{}
	add := func(kind, transfer string, id int, cents int64, when time.Time, epayment int) {
		t := map[string]any{
			"id": id, "date": date(when), "type": kind, "transfertype": transfer, "amount": number(cents)}
		if epayment != 0 {
			t["epaymentid"] = epayment
		}
		transactions = append(transactions, t)
	}
	if c.Insurance > 0 {
		adjudicated := c.Service.AddDate(0, 0, adjudication)
		patient := c.Owed + c.Adjusted // the patient's share at that time
		for _, part := range c.Paid {
			patient += part.Cents
		}
		add("PAYMENT", "1", c.ID*100+1, -c.Insurance, adjudicated, 0)
		add("TRANSFEROUT", "1", c.ID*100+2, -patient, adjudicated, 0)
		add("TRANSFERIN", "p", c.ID*100+3, patient, adjudicated, 0)
	}
	for i, part := range c.Paid {
		kind := "PAYMENT"
		if part.Cents < 0 {
			kind = "REFUND" // not known: refunds were never seen
		}
		add(kind, "p", c.ID*100+10+i, -part.Cents, part.Time, part.Payment)
	}
	if c.Adjusted > 0 {
		add("ADJUSTMENT", "p", c.ID*100+4, -c.Adjusted, c.Service.AddDate(0, 0, adjudication), 0)
	}
	return map[string]any{
		"claimid": c.ID, "departmentid": c.Department, "servicedate": date(c.Service),
		"amount": number(c.Billed), "patientbalance": number(c.Owed), "cleanbalance": !c.Arranged,
		"supervisingproviderid": 3,
		"chargeleveldetail": []any{map[string]any{
			"id": c.ID * 10, "procedurecode": "99213", "procedurecodesubmitted": "99213",
			"description": c.Description, "servicedate": date(c.Service), "amount": number(c.Billed),
			"transactions": transactions,
		}},
	}
}
