package athena

import (
	"encoding/json"
	"time"

	"paypane/web/payment"
)

// Everything this package takes for true although athena-api.md marks it as
// inferred (I) or unknown (?) is decided here; the comment names the row. A
// wrong assumption makes an outcome unknown or a read fail; it never makes a
// success or an empty list out of something that is neither.

// collectReply: the fields are documented (2.1 D, P1), their types and the
// HTTP status of a decline are not ((b)1 I). errormessage is other endpoints'
// word for a failure (4 R): from a card processor's endpoint it is not taken
// as a decline. Also the answers of a payment with a stored card (2.5 5b I:
// "as 2.1") and of both agreements (2.2 D by P1; 2.3 I: by analogy).
var collectReply = reply{success: true, processor: true, said: []string{"errortext"}, handle: epayment, lacking: "epaymentid"}

// epayment reads the epaymentid that must be there.
func epayment(answer map[string]json.RawMessage, h *payment.Handle) bool {
	return id(answer, "epaymentid", &h.Payment)
}

// handleFields are the fields that no refusal has: where an error's answer
// has one, something may have been done (4 R shows none in any 4xx).
var handleFields = []string{"success", "epaymentid", "storedcardid", "paymentplanid",
	"paymentbatchid", "patientpaymentid", "previouslyrecordedyn", "recordedtime"}

// id reads an id of the upstream, text or number (1, "types drift").
func id(answer map[string]json.RawMessage, name string, into *string) bool {
	var t text
	raw, there := answer[name]
	if !there || t.UnmarshalJSON(raw) != nil || !reference(string(t)) {
		return false
	}
	*into = string(t)
	return true
}

// moment reads a date and time of the upstream: mm/dd/yyyy hh24:mi:ss, Eastern
// (1 R).
func moment(s string) (time.Time, error) {
	return time.ParseInLocation("01/02/2006 15:04:05", s, Eastern())
}
