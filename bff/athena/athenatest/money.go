package athenatest

import "net/http"

// money is what the simulator remembers of money beside the book.
type money struct {
	methods   []Method
	epayments []*epayment // what the receipts list, in order
	cards     []*storedCard
	contracts []*contract
	plans     []*plan
	vendor    []*vendorPayment
	visits    map[int]int    // claims of visits by appointment
	signed    map[int][]byte // signed receipts by epaymentid
	last      map[string]int // the last id of each kind
}

// fill sets what a practice has from the start.
func (m *money) fill(o Options) {
	if m.methods = o.Methods; m.methods == nil {
		m.methods = methods()
	}
}

// firstIDs are where the ids of each kind begin.
var firstIDs = map[string]int{"card": 9001, "contract": 3301, "plan": 77, "batch": 318, "vendor": 5501, "claim": 601}

// next is the next id of a kind.
func (m *money) next(kind string) int {
	if m.last == nil {
		m.last = map[string]int{}
	}
	id, ok := m.last[kind]
	if id++; !ok {
		id = firstIDs[kind]
	}
	m.last[kind] = id
	return id
}

// moneyRoutes are the routes of stored cards, agreements, plans, recorded
// payments, voids, receipts and vendors. api puts a handler behind bearer
// token and practice.
func (s *Server) moneyRoutes(api func(pattern, name string, h http.HandlerFunc)) {
	const patient = " /v1/{practice}/patients/{id}/"
	const collect = patient + "collectpayment/"
	const vendor = " /v1/{practice}/patientpayvendors/{vendor}/"
	api("POST"+collect+"storedcard", "storedcard", s.storeCard)
	api("GET"+collect+"storedcard", "storedcards", s.listCards)
	api("POST"+collect+"storedcard/{card}", "storedcardpayment", s.payWithCard)
	api("PUT"+collect+"storedcard/{card}", "preferredcard", s.preferCard)
	api("DELETE"+collect+"storedcard/{card}", "deletecard", s.deleteCard)
	api("POST"+collect+"singleappointment/{appointment}", "singleappointment", s.agree(singleAppointment))
	api("GET"+collect+"singleappointment", "singleappointments", s.listContracts(singleAppointment))
	api("GET /v1/{practice}/misc/singleappointmentcontractterms", "singleappointmentterms", terms(singleAppointment))
	api("POST"+collect+"oneyear/{appointment}", "oneyear", s.agree(oneYear))
	api("GET"+collect+"oneyear", "oneyears", s.listContracts(oneYear))
	api("GET"+collect+"oneyear/{appointment}", "oneyears", s.listContracts(oneYear))
	api("POST"+collect+"oneyear/{contract}/emailagreement", "emailagreement", s.emailAgreement)
	api("GET /v1/{practice}/misc/oneyearcontractterms", "oneyearterms", terms(oneYear))
	api("POST"+collect+"paymentplan", "paymentplan", s.makePlan)
	api("GET"+collect+"paymentplan", "paymentplans", s.listPlans)
	api("POST"+patient+"recordpayment", "recordpayment", s.recordPayment)
	api("POST"+patient+"voidpayment/{epayment}", "voidpayment", s.voidPayment)
	api("GET"+patient+"receipts/{epayment}", "receipt", s.readReceipt)
	api("GET"+patient+"receipts/{epayment}/details", "receiptdetails", s.receiptDetails)
	api("POST"+patient+"receipts/{epayment}/signed", "signreceipt", s.signReceipt)
	api("GET"+patient+"receipts/{epayment}/signed", "signedreceipt", s.readSigned)
	api("POST"+vendor+"payments", "vendorpayment", s.vendorPay)
	api("POST"+vendor+"payments/{payment}/refund", "vendorrefund", s.vendorRefund)
	api("POST"+vendor+"adjustingcharges", "adjustingcharges", s.adjustCharges)
}

// apply moves a patient's balances by an order. made says which payment it is.
func (p *Patient) apply(o order, made Part) {
	if expected := p.copay(o.visit); expected != nil {
		*expected -= o.copay
	}
	p.Unapplied += o.other
	for _, line := range o.claims {
		c := p.claimByID(line.claim)
		if c.Owed -= line.cents; line.cents == 0 {
			continue // all of it was too much
		}
		made.Cents = line.cents
		c.Paid = append(c.Paid, made)
	}
}

// unapply puts the balances back where they were before an order.
func (p *Patient) unapply(o order) {
	if expected := p.copay(o.visit); expected != nil {
		*expected += o.copay
	}
	p.Unapplied -= o.other
	for _, line := range o.claims {
		p.claimByID(line.claim).Owed += line.cents
	}
}
