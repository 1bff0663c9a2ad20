package athenatest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The classes of contracts.
const (
	singleAppointment = "SINGLEAPPOINTMENT"
	oneYear           = "ONEYEAR"
)

const (
	adjudication = 21 // days from a visit until its claim comes back
	notice       = 5  // days from the notice until the charge
	billingHour  = 6  // of the day, Eastern: when money is taken by itself
)

// contract is the leave to charge a card later
// (docs/upstream-api.md#singleappointment, #oneyear).
type contract struct {
	id, epayment, patient, appointment int
	class                              string
	plastic
	email       string
	limit, left int64
	made        time.Time
	visit       time.Time // the day of the appointment
	claim       int       // of the visit, once it has come back
	charge      time.Time // when the claim's rest is charged; zero: not to be
	over        bool      // used up, cancelled or expired
}

// ends is when a contract ends by itself.
func (c *contract) ends() time.Time { return c.made.AddDate(1, 0, 0) }

// agree answers POST collectpayment/singleappointment/{appointmentid} and
// oneyear/{appointmentid}.
func (s *Server) agree(class string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.atDesk(w, r, func(p *Patient, form url.Values) {
			appointment, ok := pathID(w, r, "appointment")
			if !ok {
				return
			}
			d, card, ok := s.readPlastic(w, form)
			if !ok || unsupported(w, form, "claimpayment", "copayamount", "otheramount", "amount") {
				return
			}
			visit, there := s.appointment(appointment)
			if !there || visit.patient != p || visit.Cancelled {
				noSuch(w)
				return
			}
			limit := d.contractMax(class)
			if form.Has("maxamount") {
				if limit, ok = cents(form.Get("maxamount")); !ok {
					invalid(w, "Expecting type number, but value is "+form.Get("maxamount"))
					return
				}
			}
			if form.Has("email") && !mailable(form.Get("email")) {
				invalid(w, "Expecting an email address.")
				return
			}
			if !s.storable(w, d, form, card) {
				return
			}
			c := &contract{
				id: s.money.next("contract"), patient: p.ID, appointment: appointment, class: class, plastic: card,
				email: form.Get("email"), limit: limit, left: limit,
				made: s.now().In(s.eastern), visit: visit.day,
				claim: s.money.visits[appointment], // one that has come back is an older balance
			}
			c.epayment = s.show(p, "AUTHORIZATION", card.number, c)
			s.money.contracts = append(s.money.contracts, c)
			s.created(w, map[string]int{"epaymentid": c.epayment})
		})
	}
}

// contractMax is the ceiling that a department suggests, and the one of a
// contract without its own.
func (d *department) contractMax(class string) int64 {
	name := map[string]string{singleAppointment: "singleappointmentcontractmax", oneYear: "oneyearcontractmax"}[class]
	n, _ := cents(d.wire(eastern(), time.Time{})[name].(string))
	return n
}

// mailable reports whether a text is one address.
func mailable(to string) bool {
	name, host, _ := strings.Cut(to, "@")
	return name != "" && host != "" && !strings.ContainsAny(to, " ,;") && !strings.Contains(host, "@")
}

// listContracts answers GET collectpayment/singleappointment, oneyear and
// oneyear/{appointmentid}: bare arrays. Their fields are not known; these are
// made after the receipts and the patient's contracts[].
func (s *Server) listContracts(class string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.forPatient(w, r, func(p *Patient) {
			appointment := 0
			if r.PathValue("appointment") != "" {
				var ok bool
				if appointment, ok = pathID(w, r, "appointment"); !ok {
					return
				}
			}
			if optionalPlace(w, r.URL.Query()) == nil {
				return
			}
			rows := []any{}
			for _, c := range s.money.contracts {
				if c.patient != p.ID || c.class != class || appointment != 0 && c.appointment != appointment || !c.live(s.now()) {
					continue
				}
				brand := brandOf(c.number)
				row := map[string]any{
					"contractid": strconv.Itoa(c.id), "epaymentid": strconv.Itoa(c.epayment),
					"appointmentid": strconv.Itoa(c.appointment), "contractclass": c.class,
					"maxamount": oracle(c.limit), "availablebalance": oracle(c.left),
					"startdate": date(c.made), "cardnumberlast4digits": lastFour(c.number),
					"cardtypeabbreviation": brand, "cardtypename": brandNames[brand], "billingaddress": c.address,
				}
				if class == oneYear {
					row["expirationdate"] = date(c.ends())
				}
				if c.email != "" {
					row["email"] = c.email
				}
				rows = append(rows, row)
			}
			answer(w, rows)
		})
	}
}

// live reports whether a contract still holds.
func (c *contract) live(now time.Time) bool {
	return !c.over && (c.class != oneYear || now.Before(c.ends()))
}

// terms answers GET /misc/…contractterms. The real wording and the name of
// its field are not known.
func terms(class string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		answer(w, []any{map[string]any{"terms": termsOf(class)}})
	}
}

func termsOf(class string) string {
	if class == oneYear {
		return "I authorize the practice to keep my card on file for one year and to charge it, up to the amount above, for what I owe after my insurance has paid. I will be e-mailed 5 days before each charge."
	}
	return "I authorize the practice to keep my card on file for this appointment and to charge it, up to the amount above, for what I owe after my insurance has paid. I will be e-mailed 5 days before the charge."
}

// emailAgreement answers POST oneyear/{contractid}/emailagreement. The same
// place of the path is an appointmentid in GET and POST
// (docs/upstream-api.md#oneyear).
func (s *Server) emailAgreement(w http.ResponseWriter, r *http.Request) {
	s.atDesk(w, r, func(p *Patient, form url.Values) {
		id, ok := pathID(w, r, "contract")
		if !ok || place(w, form, "email") == nil {
			return
		}
		i := slices.IndexFunc(s.money.contracts, func(c *contract) bool { return c.id == id && c.patient == p.ID && c.class == oneYear })
		switch to := form.Get("email"); {
		case i < 0:
			noSuch(w)
		case !mailable(to):
			invalid(w, "Expecting an email address.")
		default:
			s.mails = append(s.mails, Mail{strconv.Itoa(s.money.contracts[i].epayment), to, "AGREEMENT"})
			s.done(w)
		}
	})
}

// showAgreements adds to balances[] what the patient has agreed to
// (docs/upstream-api.md#oneyear, #patient). The caller holds s.mu.
func (s *Server) showAgreements(p *Patient, balances []any) {
	for _, b := range balances {
		balance := b.(map[string]any)
		group := balance["providergroupid"].(int)
		contracts := []any{}
		for _, c := range s.money.contracts {
			if c.patient == p.ID && c.class == oneYear && c.live(s.now()) && departmentOf(p.Department).group == group {
				contracts = append(contracts, map[string]any{
					"availablebalance": oracle(c.left), "contractclass": c.class, "maxamount": oracle(c.limit)})
			}
		}
		if len(contracts) > 0 {
			balance["contracts"] = contracts
		}
		planned := int64(0)
		for _, plan := range s.money.plans {
			for _, id := range plan.claims {
				if c := p.claimByID(id); plan.patient == p.ID && p.group(*c) == group {
					planned += c.Owed
				}
			}
		}
		if planned > 0 {
			balance["paymentplanbalance"] = oracle(planned)
		}
	}
}
