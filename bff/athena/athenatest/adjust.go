package athenatest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// adjustCharges answers POST …/adjustingcharges
// (docs/upstream-api.md#patientpayvendors). The fields inside charges are not
// known: here they are chargeid and adjustmentamount, and each charge is
// adjusted or refused by itself, since the answer has a list of charges and an
// error of the patient.
func (s *Server) adjustCharges(w http.ResponseWriter, r *http.Request) {
	s.atVendor(w, r, []string{"charges"}, func(p *Patient, _ *department, form url.Values) {
		var list []map[string]json.RawMessage
		if json.Unmarshal([]byte(form.Get("charges")), &list) != nil || len(list) == 0 {
			answer(w, map[string]any{"patientid": p.ID, "charges": []any{}, "error": "charges is not a list of charges."})
			return
		}
		rows := []any{}
		for _, item := range list {
			charge := strings.Trim(string(item["chargeid"]), `"`)
			amount, ok := cents(strings.Trim(string(item["adjustmentamount"]), `"`))
			row := map[string]any{"chargeid": charge, "success": "true"}
			c := p.chargeClaim(charge)
			wrong := ""
			switch {
			case c == nil:
				wrong = "The requested ID does not exist."
			case !ok:
				wrong = "An amount is not valid."
			case amount > c.Owed:
				wrong = "The adjustment exceeds the outstanding amount of the charge."
			}
			if wrong != "" {
				row["success"], row["error"] = "false", wrong
			} else {
				c.Owed -= amount
				c.Adjusted += amount
				row["claimstatus"] = c.Status()
			}
			rows = append(rows, row)
		}
		answer(w, map[string]any{"patientid": p.ID, "charges": rows})
	})
}

// chargeClaim is the claim of a charge; each has one.
func (p *Patient) chargeClaim(charge string) *Claim {
	id := atoi(charge)
	if id%10 != 0 || charge != strconv.Itoa(id) {
		return nil
	}
	return p.claimByID(id / 10)
}

// Status is where a claim stands: with the insurance (BILLED), with the
// patient (OPEN), or with nobody (CLOSED).
func (c Claim) Status() string {
	switch {
	case c.Owed > 0:
		return "OPEN"
	case c.Insurance > 0 || c.Adjusted > 0 || len(c.Paid) > 0:
		return "CLOSED"
	}
	return "BILLED"
}
