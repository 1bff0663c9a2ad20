package athena

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"paypane/web/payment"
)

// classify says what an answer to collectpayment proves. The answers are
// documented as three fields (athena-api.md 2.1) and otherwise inferred from
// recorded answers of sibling endpoints, so everything that is not exactly
// one of the following is unknown:
//
//	200, an object or an array of one (b)1:
//	  success true and an epaymentid   taken
//	  success false and errortext      declined; but "Unknown" is the
//	                                   processor's own "ask athena" (2.1)
//	400, 401, 404, 409, 429, an object with error (4), which says neither
//	success nor epaymentid: the API or its gateway refused  not sent
//
// Not a proof: 403, which can come after a charge (5.7); errormessage inside a
// 200, which is other endpoints' word (4); every 5xx and redirect.
//
// code is the card's security code, to keep it out of the evidence.
func classify(status int, body, code []byte) payment.Outcome {
	switch status {
	case http.StatusOK:
		return classifySuccess(body, code)
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound,
		http.StatusConflict, http.StatusTooManyRequests:
		return classifyRefusal(status, body, code)
	}
	return unknown(status, "body of %d bytes", len(body))
}

// classifySuccess judges a 200.
func classifySuccess(body, code []byte) payment.Outcome {
	const status = http.StatusOK
	object, err := alone(body)
	if err != nil {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	answer, err := fields(object)
	if err != nil {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	var success flag
	if raw, ok := answer["success"]; !ok || string(raw) == "null" || success.UnmarshalJSON(raw) != nil {
		return unknown(status, "no success in the answer")
	}
	said := plainText(answer["errortext"])
	evidence := fmt.Sprintf(`http 200 success=%t`, success)
	if said != "" {
		evidence += ` errortext="` + evidenceText(said, code) + `"`
	}
	if success {
		var id text
		if raw, ok := answer["epaymentid"]; !ok || id.UnmarshalJSON(raw) != nil || !reference(string(id)) {
			return payment.Outcome{State: payment.Unknown, Evidence: evidence + " without epaymentid"}
		}
		return payment.Outcome{State: payment.Taken, Reference: string(id), Evidence: evidence}
	}
	lower := strings.ToLower(said)
	switch {
	case strings.TrimSpace(said) == "", strings.Contains(lower, "unknown"):
		return payment.Outcome{State: payment.Unknown, Evidence: evidence}
	case strings.Contains(lower, "cvv"), strings.Contains(lower, "security code"):
		return payment.Outcome{State: payment.Declined, Refusal: payment.RefusedCode, Evidence: evidence}
	}
	return payment.Outcome{State: payment.Declined, Refusal: payment.RefusedByBank, Evidence: evidence}
}

// classifyRefusal judges a status that refuses a request before it is acted on.
func classifyRefusal(status int, body, code []byte) payment.Outcome {
	answer, err := fields(bytes.TrimSpace(body))
	if err != nil {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	said := plainText(answer["error"])
	_, id := answer["epaymentid"]
	_, success := answer["success"]
	if strings.TrimSpace(said) == "" || id || success {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	evidence := fmt.Sprintf(`http %d error="%s"`, status, evidenceText(said, code))
	if more := plainText(answer["detailedmessage"]); more != "" {
		evidence += ` detailedmessage="` + evidenceText(more, code) + `"`
	}
	if missing := answer["missingfields"]; len(missing) > 0 {
		evidence += ` missingfields=` + evidenceText(string(missing), code)
	}
	refusal := payment.RefusedByUpstream
	if status == http.StatusTooManyRequests {
		refusal = payment.RefusedBusy
	}
	return notSent(refusal, evidence)
}

func unknown(status int, format string, a ...any) payment.Outcome {
	return payment.Outcome{State: payment.Unknown, Evidence: fmt.Sprintf("http %d ", status) + fmt.Sprintf(format, a...)}
}

// plainText is a JSON text, or nothing where it is something else.
func plainText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
