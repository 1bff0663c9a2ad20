package athena

import (
	"encoding/json"
	"fmt"
	"net/http"

	"paypane/web/payment"
)

// Fault says who has to act to make a call work.
type Fault = payment.Fault

const (
	FaultOurs     = payment.FaultOurs
	FaultPractice = payment.FaultPractice
	FaultUpstream = payment.FaultUpstream
	FaultNetwork  = payment.FaultNetwork
)

// Error is a call that failed. Message is the API's own text and may be shown
// to people (docs/upstream-api.md#errors); Detail is for staff and can hold
// values of the request, so it is not part of the error's text.
type Error struct {
	Op      string // "read statement"
	Fault   Fault
	Status  int // of the answer; 0 without one
	Message string
	Detail  string
	err     error
	limited bool // not sent, because of a limit that is known to be used up
}

func (e *Error) Error() string {
	text := e.Op + ": "
	switch {
	case e.Status != 0 && e.Status != http.StatusOK:
		text += fmt.Sprintf("athena answered %d", e.Status)
	case e.Fault == FaultNetwork:
		text += "athena cannot be reached"
	default:
		text += "athena call failed"
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

func (e *Error) Unwrap() error { return e.err }

// Refused reports whether it is known that nothing was done: the upstream said
// no, or was not asked because of a limit.
func (e *Error) Refused() bool {
	return e.limited || e.Status >= 400 && e.Status < 500 && e.Status != http.StatusRequestTimeout
}

// Missing reports whether the upstream says that what was asked for is not there.
func (e *Error) Missing() bool { return e.Status == http.StatusNotFound }

// notGranted is the `error` of a 401 that no new token can mend: the practice
// has not been granted to our key (docs/upstream-api.md#ping).
const notGranted = "Incorrect permissions."

// networkError is a call without an answer. Its text is one of ours: that of
// the error names the patient's address, and may quote the answer.
func networkError(op string, err error) *Error {
	return &Error{Op: op, Fault: FaultNetwork, Message: failure(err), err: err}
}

// upstreamError is an answer that is not what the API promises.
func upstreamError(op string, err error) *Error {
	return &Error{Op: op, Fault: FaultUpstream, Status: http.StatusOK, Message: "answer not understood", Detail: err.Error(), err: err}
}

// answerError is an answer that is not 200. The shapes are those of
// docs/upstream-api.md#errors; a gateway's answer may have no JSON at all.
func answerError(op string, status int, body []byte) *Error {
	e := &Error{Op: op, Status: status}
	var shape struct {
		Error  string `json:"error"`
		Detail string `json:"detailedmessage"`
	}
	if json.Unmarshal(body, &shape) == nil {
		e.Message, e.Detail = evidenceText(shape.Error, nil), evidenceText(shape.Detail, nil)
	}
	switch {
	case status >= 500, status == http.StatusTooManyRequests, status < 400:
		e.Fault = FaultUpstream
	case status == http.StatusPaymentRequired, status == http.StatusForbidden,
		e.Message == notGranted,
		e.Message == "Invalid practice.",
		e.Message == "Practice is not configured correctly.":
		e.Fault = FaultPractice
	default:
		e.Fault = FaultOurs
	}
	return e
}
