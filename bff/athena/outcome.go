package athena

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"paypane/web/payment"
)

// reply is what an endpoint's answer to a write must say to be believed. The
// replies of all endpoints are in assumed.go.
type reply struct {
	// success: the answer must have success, true or false. Without it a
	// success that is there must still be true.
	success bool
	// messages are the fields whose text makes a success of false a refusal, and
	// a success of true unknown.
	messages []string
	// processor: those texts are the card processor's.
	processor bool
	// handle reads the ids of what was created; false where one is missing or not
	// understood. nil: nothing is created that has an id.
	handle func(answer map[string]json.RawMessage, h *payment.Handle) bool
	// missingID names the ids that handle looks for, for the evidence.
	missingID string
}

// classify says what an answer to a write proves. The answers are documented
// as a few fields each and otherwise inferred from recorded answers of sibling
// endpoints and from other people's clients (assumed.go), so everything that is
// not exactly one of the following is unknown:
//
//	200, an object or an array of one (docs/upstream-api.md#collectpayment):
//	  success true and the handle,     done
//	  and no error
//	200 or 400, an object or an array of one:
//	  success false, a text, nothing   refused; by a card processor, unless the
//	  that was created and no error    text tells of doubt (assumed.go)
//	400, 401, 404, 409 or 429, an object:
//	  error, but neither success       refused, by the API or its gateway
//	  nor a handle                     (docs/upstream-api.md#errors)
//
// Not a proof: a 403, which can come after a charge, every 5xx and every
// redirect.
//
// code is the card's security code, to keep it out of the evidence.
func (r reply) classify(status int, body, code []byte) payment.Write {
	switch status {
	case http.StatusOK:
		return r.classifyAnswer(status, body, code)
	case http.StatusBadRequest:
		if ownAnswer(body) {
			return r.classifyAnswer(status, body, code)
		}
		return classifyRefusal(status, body, code)
	case http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests:
		return classifyRefusal(status, body, code)
	}
	return unknown(status, "body of %d bytes", len(body))
}

// ownAnswer reports whether a body is an endpoint's own answer, which has a
// success, and not a refusal of the API or its gateway, which has an error.
func ownAnswer(body []byte) bool {
	object, err := alone(body)
	if err != nil {
		return false
	}
	answer, err := fields(object)
	return err == nil && holds(answer, "success") && !holds(answer, "error")
}

// holds reports whether an answer has a field that is neither null nor empty.
func holds(answer map[string]json.RawMessage, name string) bool {
	raw, there := answer[name]
	return there && string(raw) != "null" && string(raw) != `""`
}

// otherCase reports whether an answer has a field that decides in another case
// than ours: "Success" beside "success", or an "ePaymentId" beside a success of
// false. Which of them to believe nobody knows.
func otherCase(answer map[string]json.RawMessage) bool {
	for name := range answer {
		lower := strings.ToLower(name)
		if name != lower && (slices.Contains(handleFields, lower) || slices.Contains([]string{"error", "errortext", "errormessage"}, lower)) {
			return true
		}
	}
	return false
}

// classifyAnswer judges an endpoint's own answer.
func (r reply) classifyAnswer(status int, body, code []byte) payment.Write {
	object, err := alone(body)
	if err != nil {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	answer, err := fields(object)
	if err != nil || otherCase(answer) {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	success := flag(true)
	raw, there := answer["success"]
	if there = there && string(raw) != "null"; there && success.UnmarshalJSON(raw) != nil || !there && r.success {
		return unknown(status, "no success in the answer")
	}
	var message, evidence string
	for _, name := range r.messages {
		if message = plainText(answer[name]); message != "" {
			evidence = ` ` + name + `="` + evidenceText(message, code) + `"`
			break
		}
	}
	if there {
		evidence = fmt.Sprintf(`success=%t`, success) + evidence
	}
	evidence = strings.TrimSpace(evidence)
	if bool(success) {
		if status != http.StatusOK {
			return unknown(status, "%s", evidence)
		}
		return r.created(answer, evidence, code)
	}
	for _, name := range append([]string{"error", "detailedmessage", "missingfields"}, handleFields...) {
		if name != "success" && holds(answer, name) {
			return unknown(status, "%s beside %s", evidence, name)
		}
	}
	return r.denied(unknown(status, "%s", evidence), message, evidenceText(message, code))
}

// denied judges an answer that says that nothing was done, and why. It returns
// result as it is where that proves nothing. text is the message made fit for
// records.
func (r reply) denied(result payment.Write, message, text string) payment.Write {
	if !words(message) {
		return result
	}
	if !r.processor {
		result.State, result.Refusal, result.Fault, result.Said = payment.WriteRefused, payment.RefusedByUpstream, payment.FaultOurs, text
		return result
	}
	result.Bank = text
	lower := strings.ToLower(message)
	known := has(lower, processorBrand) || has(lower, processorRefusals...)
	if has(lower, processorDoubts...) || !known && has(lower, processorTrouble...) {
		return result
	}
	result.State, result.Refusal, result.Fault = payment.WriteRefused, payment.RefusedByBank, payment.FaultPayer
	if has(lower, processorCode...) && !has(lower, processorBrand) {
		result.Refusal = payment.RefusedCode
	}
	return result
}

// words reports whether a text says something: a number alone, or a dash, is no
// reason.
func words(message string) bool {
	return strings.IndexFunc(message, unicode.IsLetter) >= 0
}

// has reports whether a text has one of the words.
func has(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// created judges an answer that does not deny success: whether it names what
// was created.
func (r reply) created(answer map[string]json.RawMessage, evidence string, code []byte) payment.Write {
	result := unknown(http.StatusOK, "%s", evidence)
	for _, name := range append([]string{"error"}, r.messages...) {
		if !holds(answer, name) {
			continue
		}
		result.Said = evidenceText(plainText(answer[name]), code)
		if !strings.Contains(evidence, " "+name+"=") {
			result.Evidence += fmt.Sprintf(` %s="%s"`, name, result.Said)
		}
		return result
	}
	var h payment.Handle
	if r.handle != nil && !r.handle(answer, &h) {
		result.Evidence += " without " + r.missingID
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
	message := plainText(answer["error"])
	if strings.TrimSpace(message) == "" || createdSomething(answer) {
		return unknown(status, "answer not understood, %d bytes", len(body))
	}
	text := evidenceText(message, code)
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

// createdSomething reports whether an answer has a field that stands only where
// something was done.
func createdSomething(answer map[string]json.RawMessage) bool {
	for name := range answer {
		if slices.Contains(handleFields, strings.ToLower(name)) {
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
	s, plain := asItStands(raw)
	if plain {
		return s
	}
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
