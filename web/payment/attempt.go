package payment

import "time"

// State is where an attempt stands. It only ever moves forward; see May.
type State string

const (
	Created State = "created" // made, amount fixed, nothing sent
	Sending State = "sending" // durable before the first byte leaves for the upstream
	// The four outcomes.
	Taken    State = "taken"    // the upstream said it collected the money
	Declined State = "declined" // the upstream said it did not
	NotSent  State = "not_sent" // proved that the charge never reached the upstream
	Unknown  State = "unknown"  // everything else: the money may have moved
)

// May reports whether an attempt in state s may move to state next. Unknown is
// an outcome that later proof can replace; taken, declined and not_sent are
// final; created and not_sent are the only states of which nobody has to fear
// that money moved.
func (s State) May(next State) bool {
	switch s {
	case Created:
		return next == Sending
	case Sending:
		return next == Taken || next == Declined || next == NotSent || next == Unknown
	case Unknown:
		return next == Taken || next == Declined || next == NotSent
	}
	return false
}

// Live reports whether the attempt may still move money, as far as is known.
func (s State) Live() bool { return s == Sending || s == Unknown }

// Final reports whether nothing can change any more.
func (s State) Final() bool { return s == Taken || s == Declined || s == NotSent }

// Shown is the word for the state on the result page (data-outcome).
func (s State) Shown() string {
	if s == Created || s == Sending {
		return "pending"
	}
	return string(s)
}

// Refusal says why a charge was not taken, as far as the payer may know. Bank
// texts are for staff.
type Refusal string

const (
	RefusedByBank     Refusal = "bank"     // declined
	RefusedCode       Refusal = "code"     // the security code did not fit
	RefusedByUpstream Refusal = "upstream" // refused before it reached a bank: our request or the practice's set-up
	RefusedBusy       Refusal = "busy"     // too many calls, not processed
)

// Outcome is the classified answer of the upstream to a charge.
type Outcome struct {
	State State
	// Reference is the upstream's id of the payment (epaymentid), if taken.
	Reference string
	// Refusal is set if declined or, for a payer's wording, not sent.
	Refusal Refusal
	// Evidence is what the classification rests on, for the record and for
	// staff: a status code, an error class, the processor's text. Never
	// anything of the card.
	Evidence string
}

// Attempt is one try of a charge. It is made with its amount fixed and is sent
// at most once.
type Attempt struct {
	ID     string `json:"id"`
	State  State  `json:"state"`
	Charge Charge `json:"charge"`
	// PatientName is for whom, as the practice writes the name.
	PatientName string `json:"patientName,omitempty"`
	// Brand and Last4 are the card's, once it was used.
	Brand Brand  `json:"brand,omitempty"`
	Last4 string `json:"last4,omitempty"`
	// Email is where the payer wants the receipt, and EmailSent whether the
	// upstream took the order to send it.
	Email     string `json:"email,omitempty"`
	EmailSent bool   `json:"emailSent,omitempty"`
	// Reference is the upstream's payment id, once taken.
	Reference string  `json:"reference,omitempty"`
	Refusal   Refusal `json:"refusal,omitempty"`
	// Created, Sent and Ended are moments; Sent and Ended are zero before.
	Created time.Time `json:"created"`
	Sent    time.Time `json:"sent,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
}

// SupportCode is what a payer reads to the practice over the telephone: the
// first characters of the attempt's id, in two groups.
func (a Attempt) SupportCode() string {
	if len(a.ID) < 8 {
		return a.ID
	}
	return a.ID[:4] + "-" + a.ID[4:8]
}

// Patient names whose money it is, in the upstream's numbers. It comes from
// the session and never from a request.
type Patient struct {
	Practice    int
	Department  int
	ID          int
	Appointment int // the visit this is about; 0 if none
}

// Department is the place in a practice that does the collecting.
type Department struct {
	Brands []Brand        // taken on the web; none: it takes no cards there
	Zone   *time.Location // for days and times of day
}
