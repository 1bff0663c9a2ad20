package athenatest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// plan pays whole claims in cycles (docs/upstream-api.md#paymentplan).
type plan struct {
	id, epayment, patient   int // epayment: 0 without a card
	claims                  []int
	method, frequency, name string
	email                   string
	cycle                   int64
	start, next             time.Time // next: zero when nothing more is charged
	plastic
}

var (
	billingMethods = []string{"SENDSTATEMENTS", "CREDITCARD"}
	frequencies    = []string{"ONETIMEON", "WEEKLY", "BIWEEKLY", "TWICEAMONTH", "MONTHLY", "MONTHLYFIRSTBUSDAY", "MONTHLYLASTBUSDAY"}
)

// rest is what a plan's claims still need.
func (plan *plan) rest(p *Patient) (sum int64) {
	for _, id := range plan.claims {
		sum += p.claimByID(id).Owed
	}
	return sum
}

// share lays an amount on a plan's claims, the first ones first.
func (plan *plan) share(p *Patient, amount int64) (parts []claimPart) {
	for _, id := range plan.claims {
		if n := min(amount, p.claimByID(id).Owed); n > 0 {
			parts = append(parts, claimPart{id, n})
			amount -= n
		}
	}
	return parts
}

// makePlan answers POST collectpayment/paymentplan. What the real one does
// without billingmethod and frequency is not known: here it sends statements,
// and monthly.
func (s *Server) makePlan(w http.ResponseWriter, r *http.Request) {
	s.atTill(w, r, func(p *Patient, form url.Values, unlock func()) {
		plan, d, down, ok := s.readPlan(w, p, form)
		if !ok {
			return
		}
		enter := func(epayment int) {
			plan.id, plan.epayment = s.money.next("plan"), epayment
			s.money.plans = append(s.money.plans, plan)
			for _, id := range plan.claims {
				p.claimByID(id).Arranged = true
			}
		}
		if plan.method != "CREDITCARD" {
			enter(0)
			s.created(w, map[string]int{"paymentplanid": plan.id})
			return
		}
		if !s.storable(w, d, form, plan.plastic) {
			return
		}
		say := func() { s.created(w, map[string]int{"paymentplanid": plan.id, "epaymentid": plan.epayment}) }
		if down == 0 {
			enter(s.show(p, "PURCHASE", plan.number, nil)) // as for a stored card; not known
			say()
			return
		}
		s.deliver(w, r, p, plan.number, unlock, func(hidden time.Duration) func() {
			enter(s.record(p, order{card: plan.number, claims: plan.share(p, down)}, hidden))
			return say
		})
	})
}

// readPlan checks a request for a plan, field after field, and answers it
// where something is wrong.
func (s *Server) readPlan(w http.ResponseWriter, p *Patient, form url.Values) (made *plan, d *department, down int64, ok bool) {
	made = &plan{patient: p.ID, method: "SENDSTATEMENTS", frequency: "MONTHLY",
		name: form.Get("paymentplanname"), email: form.Get("email"), start: s.today().AddDate(0, 0, 1)}
	for _, choice := range []struct {
		name   string
		values []string
		to     *string
	}{{"billingmethod", billingMethods, &made.method}, {"frequency", frequencies, &made.frequency}} {
		switch v := form.Get(choice.name); {
		case v == "":
		case !slices.Contains(choice.values, v):
			notAmong(w, choice.name, v)
			return
		default:
			*choice.to = v
		}
	}
	if made.method == "CREDITCARD" {
		var fine bool
		if d, made.plastic, fine = s.readPlastic(w, form, "claimids", "cycleamount"); !fine {
			return
		}
	} else if d = place(w, form, "claimids", "cycleamount"); d == nil {
		return
	}
	if unsupported(w, form, "percentage", "claimpayment", "copayamount", "otheramount", "amount") ||
		wrongTypes(w, form, []string{"appointmentid"}, nil) {
		return
	}
	if made.email != "" && !mailable(made.email) {
		invalid(w, "Expecting an email address.")
		return
	}
	if text := form.Get("startdate"); text != "" {
		if made.start, ok = s.day(text); !ok {
			invalid(w, notDate(text))
			return
		}
	}
	var fine bool
	if made.cycle, fine = cents(form.Get("cycleamount")); fine && form.Has("downpaymentamount") {
		down, fine = cents(form.Get("downpaymentamount"))
	}
	wrong := ""
	switch {
	case !fine:
		wrong = "An amount is not valid."
	case down > 0 && made.method != "CREDITCARD":
		wrong = "A down payment needs a card."
	case made.start.Before(s.today()):
		wrong = "The plan would start in the past."
	default:
		if wrong = made.readClaims(p, d, form.Get("claimids")); wrong == "" && down > made.rest(p) {
			wrong = "The down payment exceeds the balance of the claims."
		}
	}
	if wrong != "" {
		broken(w, wrong)
		return made, d, down, false
	}
	after := made.start.AddDate(0, 0, -1)
	if made.start.Equal(s.today()) { // not billed today but a month later (docs/upstream-api.md#paymentplan)
		after = addMonth(made.start, made.start.Day()).AddDate(0, 0, -1)
		if made.frequency == "ONETIMEON" {
			made.start = after.AddDate(0, 0, 1)
		}
	}
	made.next = made.cycleAfter(after)
	return made, d, down, true
}

// readClaims reads the claims of a plan: JSON text, each with a clean balance,
// each whole.
func (plan *plan) readClaims(p *Patient, d *department, text string) string {
	var list []json.RawMessage
	if json.Unmarshal([]byte(text), &list) != nil || len(list) == 0 {
		return "claimids is not a list of claims."
	}
	for _, raw := range list {
		id := strings.Trim(string(raw), `"`)
		c := p.claimByID(atoi(id))
		switch {
		case c == nil || !digits(id) || p.group(*c) != d.group:
			return "The claim cannot be paid here."
		case c.Arranged:
			return "The claim does not have a clean balance."
		case c.Owed == 0:
			return "The claim has no balance."
		case slices.Contains(plan.claims, c.ID):
			return "A claim is there twice."
		}
		plan.claims = append(plan.claims, c.ID)
	}
	return ""
}

// listPlans answers GET collectpayment/paymentplan. Its fields are not known:
// these are made after the request and the lists of other nouns.
func (s *Server) listPlans(w http.ResponseWriter, r *http.Request) {
	s.forPatient(w, r, func(p *Patient) {
		q := r.URL.Query()
		if place(w, q) == nil || wrongTypes(w, q, nil, []string{"linkedclaiminfo"}) {
			return
		}
		wanted, bad := idList(q["paymentplanids"])
		if q.Has("paymentplanids") && wanted == nil {
			invalid(w, notInteger(bad))
			return
		}
		rows := []any{}
		for _, plan := range s.money.plans {
			if plan.patient != p.ID || wanted != nil && !slices.Contains(wanted, plan.id) {
				continue
			}
			row := map[string]any{
				"paymentplanid": strconv.Itoa(plan.id), "paymentplanname": plan.name, "billingmethod": plan.method,
				"frequency": plan.frequency, "cycleamount": oracle(plan.cycle), "startdate": date(plan.start),
				"remainingbalance": oracle(plan.rest(p)), "status": "ACTIVE",
			}
			if plan.rest(p) == 0 {
				row["status"] = "COMPLETE"
			} else if !plan.next.IsZero() {
				row["nextcycledate"] = date(plan.next)
			}
			if plan.method == "CREDITCARD" {
				row["cardnumberlast4digits"], row["cardtypeabbreviation"] = lastFour(plan.number), brandOf(plan.number)
			}
			if flag(q, "linkedclaiminfo") {
				claims := []any{}
				for _, id := range plan.claims {
					claims = append(claims, map[string]any{"claimid": strconv.Itoa(id), "balance": oracle(p.claimByID(id).Owed)})
				}
				row["claims"] = claims
			}
			rows = append(rows, row)
		}
		answer(w, map[string]any{"paymentplans": rows, "totalcount": len(rows)})
	})
}
