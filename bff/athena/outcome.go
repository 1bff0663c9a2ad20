package athena

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"paypane/web/payment"
)

// reply is what an endpoint's answer to a write must say to be believed. The
// replies of all endpoints are in assumed.go.
type reply struct {
	// success: the answer must have success, true or false. Without it a
	// success that is there must still be true.
	success bool
	// said are the fields whose text makes a success of false a refusal.
	said []string
	// processor: those texts are the card processor's.
	processor bool
	// handle reads what was made; false where it is missing or not understood.
	// nil: nothing is made that has a name.
	handle func(answer map[string]json.RawMessage, h *payment.Handle) bool
	// veto is a field that makes a success unknown when it holds a text.
	veto string
	// lacking names the handle, for the evidence.
	lacking string
}

// classify says what an answer to a write proves. The answers are documented
// as a few fields each and otherwise inferred from recorded answers of sibling
// endpoints, so everything that is not exactly one of the following is
// unknown:
//
//	200, an object or an array of one (athena-api.md (b)1):
//	  success true and the handle      done
//	  success false and a text         refused; of a card processor only
//	                                   texts that are known to (assumed.go)
//	400, 401, 404, 409, 429, an object with error (4), which says neither
//	success nor a handle: the API or its gateway refused
//
// Not a proof: 403, which can come after a charge (5.7); every 5xx and
// redirect.
//
// code is the card's security code, to keep it out of the evidence.
func (r reply) classify(status int, body, code []byte) payment.Write {
	switch status {
	case http.StatusOK:
		return r.classifySuccess(body, code)
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound,
		http.StatusConflict, http.StatusTooManyRequests:
		return classifyRefusal(status, body, code)
	}
	return unknown(status, "body of %d bytes", len(body))
}

// classifySuccess judges a 200.
func (r reply) classifySuccess(body, code []byte) payment.Write {
	const status = http.StatusOK
	object, err := alone(body)
	if err != nil {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	answer, err := fields(object)
	if err != nil {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	success := flag(true)
	raw, there := answer["success"]
	if there = there && string(raw) != "null"; there && success.UnmarshalJSON(raw) != nil || !there && r.success {
		return unknown(status, "no success in the answer")
	}
	var said, evidence string
	for _, name := range r.said {
		if said = plainText(answer[name]); said != "" {
			evidence = ` ` + name + `="` + evidenceText(said, code) + `"`
			break
		}
	}
	if there {
		evidence = fmt.Sprintf(`success=%t`, success) + evidence
	}
	evidence = strings.TrimSpace(evidence)
	if bool(success) {
		return r.made(answer, evidence, code)
	}
	result := unknown(status, "%s", evidence)
	text := evidenceText(said, code)
	lower := strings.ToLower(said)
	switch {
	case strings.TrimSpace(said) == "":
		return result
	case !r.processor:
		result.Refusal, result.Fault, result.Said = payment.RefusedByUpstream, payment.FaultOurs, text
	case has(lower, processorDoubts...):
		result.Bank = text
		return result
	case has(lower, processorBrand):
		result.Refusal, result.Fault, result.Bank = payment.RefusedByBank, payment.FaultPayer, text
	case !has(lower, processorRefusals...):
		result.Bank = text
		return result
	case has(lower, processorCode...):
		result.Refusal, result.Fault, result.Bank = payment.RefusedCode, payment.FaultPayer, text
	default:
		result.Refusal, result.Fault, result.Bank = payment.RefusedByBank, payment.FaultPayer, text
	}
	result.State = payment.WriteRefused
	return result
}

// has reports whether a text has one of the words.
func has(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// made judges an answer that does not deny success.
func (r reply) made(answer map[string]json.RawMessage, evidence string, code []byte) payment.Write {
	result := unknown(http.StatusOK, "%s", evidence)
	if raw := answer[r.veto]; r.veto != "" && len(raw) > 0 && string(raw) != "null" && string(raw) != `""` {
		result.Said = evidenceText(plainText(raw), code)
		result.Evidence += fmt.Sprintf(` %s="%s"`, r.veto, result.Said)
		return result
	}
	var h payment.Handle
	if r.handle != nil && !r.handle(answer, &h) {
		result.Evidence += " without " + r.lacking
		return result
	}
	result.State, result.Fault, result.Handle = payment.WriteDone, "", h
	return result
}

// classifyRefusal judges a status that refuses a request before it is acted on.
func classifyRefusal(status int, body, code []byte) payment.Write {
	answer, err := fields(bytes.TrimSpace(body))
	if err != nil {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	said := plainText(answer["error"])
	if strings.TrimSpace(said) == "" || madeSomething(answer) {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	text := evidenceText(said, code)
	evidence := fmt.Sprintf(`http %d error="%s"`, status, text)
	if more := evidenceText(plainText(answer["detailedmessage"]), code); more != "" {
		evidence += ` detailedmessage="` + more + `"`
		text += " " + more
	}
	if missing := answer["missingfields"]; len(missing) > 0 {
		evidence += ` missingfields=` + evidenceText(string(missing), code)
	}
	refusal := payment.RefusedByUpstream
	if status == http.StatusTooManyRequests {
		refusal = payment.RefusedBusy
	}
	return payment.Write{State: payment.WriteRefused, Refusal: refusal,
		Fault: answerError("", status, body).Fault, Said: text, Evidence: evidence}
}

// madeSomething reports whether an answer has a field that only an answer to
// something done would have.
func madeSomething(answer map[string]json.RawMessage) bool {
	for _, name := range handleFields {
		if _, there := answer[name]; there {
			return true
		}
	}
	return false
}

func unknown(status int, format string, a ...any) payment.Write {
	return payment.Write{State: payment.WriteUnknown, Fault: payment.FaultUpstream,
		Evidence: strings.TrimSpace(fmt.Sprintf("http %d ", status) + fmt.Sprintf(format, a...))}
}

// plainText is a JSON text, or nothing where it is something else.
func plainText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
