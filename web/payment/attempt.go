package payment

import (
	"errors"
	"time"
)

// State is where an attempt stands. It only ever moves forward; see May.
type State string

const (
	Created State = "created" // made, amount fixed, nothing sent
	Claimed State = "claimed" // one server may send it, nobody else pays for the same; no byte has left
	Sending State = "sending" // durable before the first byte leaves for the upstream
	// The outcomes.
	Succeeded State = "taken"    // the upstream said, or its books show, that it was done
	Declined  State = "declined" // the upstream said that it was not
	NotSent   State = "not_sent" // proved that it never reached the upstream
	Unknown   State = "unknown"  // everything else: the money may have moved
	NotDone   State = "absent"   // was unknown; the upstream's books, or a person, say that it was not done
)

// May reports whether an attempt in state s may move to state next. Unknown is
// an outcome that later proof replaces. NotDone rests on what is not in the
// upstream's books, so a late answer that the money was taken still counts, and
// is looked at by a person. Succeeded, declined and not_sent are final.
func (s State) May(next State) bool {
	switch s {
	case Created:
		return next == Claimed
	case Claimed:
		return next == Sending || next == NotSent
	case Sending:
		return next == Succeeded || next == Declined || next == NotSent || next == Unknown
	case Unknown:
		return next == Succeeded || next == Declined || next == NotSent || next == NotDone
	case NotDone:
		return next == Succeeded
	}
	return false
}

// Live reports whether the attempt may still move money, as far as is known.
// Nothing else may be sent for the same then.
func (s State) Live() bool { return s == Claimed || s == Sending || s == Unknown }

// Harmless reports whether it is proved that no money moved: the only states
// in which "No money was taken" is true, and after which the same may be tried
// again.
func (s State) Harmless() bool { return s == Declined || s == NotSent || s == NotDone }

// Ended reports whether the attempt has an outcome.
func (s State) Ended() bool { return s == Succeeded || s == Unknown || s.Harmless() }

// Shown is the word for the state on the result page (data-outcome).
func (s State) Shown() string {
	switch s {
	case Created, Claimed, Sending:
		return "pending"
	case NotDone:
		return string(NotSent)
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
	// Batch is the batch in which a recording was booked.
	Batch string
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
	ID    string `json:"id"`
	State State  `json:"state"`
	// Kind is what is asked for; empty: a charge. Its stored word is act.
	Kind   Kind   `json:"act,omitempty"`
	Charge Charge `json:"charge"`
	// Target names what is at stake where that is not a bill: "visit-880123",
	// "payment-61234"; Value is then the amount it is about.
	Target string `json:"target,omitempty"`
	Value  Amount `json:"value,omitzero"`
	// Terms are a payment plan's; other kinds have none.
	Terms Terms `json:"terms,omitzero"`
	// PatientName is for whom, as the practice writes the name.
	PatientName string `json:"patientName,omitempty"`
	// Brand and Last4 are the card's, once it was used.
	Brand Brand  `json:"brand,omitempty"`
	Last4 string `json:"last4,omitempty"`
	Wishes
	Counter
	// EmailSent says whether the upstream took the order to send the receipt.
	EmailSent bool `json:"emailSent,omitempty"`
	// Batch is the upstream's batch of payments in which money taken elsewhere was
	// booked: all that it names then.
	Batch string `json:"batch,omitempty"`
	// Reference is the upstream's payment id, once taken.
	Reference string  `json:"reference,omitempty"`
	Refusal   Refusal `json:"refusal,omitempty"`
	// NeedsReview says that a person at the practice has to find out: the upstream's
	// books alone do not decide it.
	NeedsReview bool `json:"asked,omitempty"`
	// Created, Sent and Ended are moments; Sent and Ended are zero before.
	Created time.Time `json:"created"`
	Sent    time.Time `json:"sent,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
}

// Total is the amount that the attempt is about.
func (a Attempt) Total() Amount {
	if len(a.Charge.Lines) > 0 {
		return a.Charge.Total()
	}
	return a.Value
}

// Targets are what nobody else may act on while the attempt is live: its bills,
// and its target.
func (a Attempt) Targets() []string {
	var targets []string
	for _, l := range a.Charge.Lines {
		targets = append(targets, l.Bill)
	}
	if a.Target != "" {
		targets = append(targets, a.Target)
	}
	return targets
}

// Validate refuses an attempt that must not be made: a kind that is not known,
// bills where there are none to pay or none where there are, nothing at stake,
// terms that are not a plan's, or what staff cannot say of it.
func (a Attempt) Validate() error {
	if !a.Kind.known() {
		return errors.New("attempt: unknown kind")
	}
	if err := a.validateStake(); err != nil {
		return err
	}
	return a.validateCounter()
}

// validateStake refuses an attempt with nothing at stake, or with what is not.
func (a Attempt) validateStake() error {
	switch {
	case a.Kind == KindPlan:
		return a.validatePlan()
	case a.Terms != (Terms{}):
		return errors.New("attempt: terms of what is no plan")
	case a.Kind == KindStoreCard && (len(a.Charge.Lines) > 0 || !a.Value.IsZero()):
		return errors.New("attempt: an amount for a card that is only kept")
	case len(a.Charge.Lines) > 0 || a.Kind.Charges():
		if err := a.Charge.Validate(); err != nil {
			return err
		}
		if !a.Value.IsZero() {
			return errors.New("attempt: a value beside lines")
		}
	case a.Target == "":
		return errors.New("attempt: nothing at stake")
	}
	return nil
}

// validatePlan refuses a plan over anything but whole claims: the upstream takes
// all that is left of each.
func (a Attempt) validatePlan() error {
	if err := a.Charge.Validate(); err != nil {
		return err
	}
	if !a.Value.IsZero() {
		return errors.New("attempt: a value beside lines")
	}
	for _, l := range a.Charge.Lines {
		if l.Kind != Claim || l.Amount != l.Balance {
			return errors.New("attempt: a plan over what is no whole claim")
		}
	}
	return a.Terms.Validate()
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
