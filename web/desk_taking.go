//go:build !js || desk

package web

import (
	"net/url"
	"strconv"

	"paypane/web/payment"
)

// Taken is what staff typed, as it may be printed back.
type Taken struct {
	payment.Taking
	Method      payment.Way `json:"method,omitempty"`
	Given       string      `json:"given,omitempty"`
	CheckNumber string      `json:"checkNumber,omitempty"`
	Outside     string      `json:"outsideMethod,omitempty"`
	Last4       string      `json:"last4,omitempty"`
	Posted      string      `json:"posted,omitempty"`
	Stored      string      `json:"stored,omitempty"`
	Email       string      `json:"email,omitempty"`
}

// The paths of taking money.
const pathPatients = "/desk/patients/"

// TakePath is the page on which staff take money for a patient.
func TakePath(patient int) string { return pathPatients + strconv.Itoa(patient) + "/take" }

// TakenPath is the page of what became of it.
func TakenPath(patient int, attempt string) string {
	return pathPatients + strconv.Itoa(patient) + "/payments/" + attempt
}

// TakingQuery is a charge as the query of the page that begins with it.
func TakingQuery(c payment.Charge) url.Values {
	q := url.Values{}
	for _, l := range c.Lines {
		switch l.Kind {
		case payment.Copay:
			q.Set(payment.FieldCopay, l.Amount.String())
		case payment.Claim:
			q.Set(l.Bill, l.Amount.String())
		case payment.Unapplied:
			q.Set(payment.FieldOther, l.Amount.String())
		case payment.Today:
			q.Set(payment.FieldToday, l.Amount.String())
		}
	}
	return q
}

// ReadTaking is the taking of a query, or of a form: what held answers under the
// names of the inputs. The bills are those that can be paid.
func ReadTaking(s payment.Statement, held func(name string) string) payment.Taking {
	t := payment.Taking{Copay: held(payment.FieldCopay), Bills: held(payment.FieldBills), Other: held(payment.FieldOther),
		Today: held(payment.FieldToday), Part: held(payment.FieldPart), Claims: map[string]string{}}
	for _, b := range s.Bills {
		if b.Kind == payment.Claim {
			if typed := held(b.ID); typed != "" {
				t.Claims[b.ID] = typed
			}
		}
	}
	return t
}
