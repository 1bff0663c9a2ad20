package payment

import "time"

// WriteState is what is known of a write: something the upstream was asked to
// do, at most once.
type WriteState string

const (
	WriteDone    WriteState = "done"     // the upstream said so and named what it made
	WriteRefused WriteState = "refused"  // the upstream answered that it did not do it
	WriteNotSent WriteState = "not_sent" // proved that the request never reached the upstream
	WriteUnknown WriteState = "unknown"  // everything else: it may have been done
)

// Fault says who has to act to make something work.
type Fault string

const (
	FaultOurs     Fault = "ours"     // our request, our credentials or our limits
	FaultPractice Fault = "practice" // the practice has not set it up or not granted it to us
	FaultUpstream Fault = "upstream" // the upstream failed, is busy or answered something else than it promises
	FaultNetwork  Fault = "network"  // no answer came
	FaultPayer    Fault = "payer"    // the card or what was typed: the bank said no
)

// Handle is what the upstream calls the thing that a write made. Each write
// sets the fields of its own kind; ids are whole numbers as text.
type Handle struct {
	Payment       string // epaymentid: a charge, or what a stored card or an agreement was made with
	StoredCard    string // storedcardid
	Plan          string // paymentplanid
	Batch         string // paymentbatchid: all that names a recorded payment
	VendorPayment string // patientpaymentid of a vendor's payment or refund
	// PreviouslyRecorded says that a vendor's payment was not booked again:
	// VendorPayment is the earlier one's.
	PreviouslyRecorded bool
	// Recorded is when a vendor's refund was booked, as far as the upstream says.
	Recorded time.Time
}

// words are what the write made besides a payment, for the record.
func (h Handle) words() string {
	text := ""
	for _, made := range []struct{ what, id string }{{"stored card", h.StoredCard}, {"plan", h.Plan}, {"batch", h.Batch}, {"vendor's payment", h.VendorPayment}} {
		if made.id != "" {
			text += made.what + " " + made.id + ". "
		}
	}
	return text
}

// Write is the classified answer of the upstream to a write.
type Write struct {
	// Op names the act: "void payment".
	Op    string
	State WriteState
	// Handle is set if done.
	Handle Handle
	// Refusal and Fault say why and whose fault, if not done.
	Refusal Refusal
	Fault   Fault
	// Said is the API's own text and Bank the card processor's, cleaned.
	Said string
	Bank string
	// Evidence is what the classification rests on, for the record and for
	// staff. Never anything of the card.
	Evidence string
}

// Done reports whether the upstream said that it did what it was asked.
func (w Write) Done() bool { return w.State == WriteDone }

// Outcome is the write as the outcome of an attempt: what an API refuses
// before a bank sees it counts as not sent.
func (w Write) Outcome() Outcome {
	o := Outcome{State: Unknown, Refusal: w.Refusal, Evidence: w.Evidence}
	switch w.State {
	case WriteDone:
		o.State, o.Reference, o.Batch = Succeeded, w.Handle.Payment, w.Handle.Batch
		o.Evidence = w.Handle.words() + o.Evidence
	case WriteRefused:
		o.State = NotSent
		if w.Refusal == RefusedByBank || w.Refusal == RefusedCode {
			o.State = Declined
		}
	case WriteNotSent:
		o.State = NotSent
	}
	return o
}

// Problem is what the payer is told of a write that was not done, or of which it
// is not known, under a code of the caller's. It repeats nothing that the
// upstream said. It is zero if done: what was done the page knows better.
func (w Write) Problem(code string) Problem {
	p := Problem{Code: code, Key: "write_unreachable"}
	switch w.State {
	case WriteDone:
		return Problem{}
	case WriteRefused, WriteNotSent:
	default:
		p.Key = "write_unknown"
		return p
	}
	switch w.Refusal {
	case RefusedByBank, RefusedCode: // one text: which it was would teach a thief
		p.Key = "write_bank"
	case RefusedBusy:
		p.Key = "write_busy"
	case RefusedByUpstream:
		p.Key = "write_upstream"
	}
	return p
}

// ForStaff is one line for the practice's staff: what was asked, what is
// known, what the bank and the API said.
func (w Write) ForStaff() string {
	text := w.Op + ": "
	switch w.State {
	case WriteDone:
		text += "done"
	case WriteRefused:
		text += "refused"
	case WriteNotSent:
		text += "not sent"
	default:
		text += "not known; check before doing it again"
	}
	if w.Fault != "" && !w.Done() {
		text += " (" + w.Fault.words() + ")"
	}
	if w.Bank != "" {
		text += `. The bank said "` + w.Bank + `"`
	}
	if w.Said != "" {
		text += `. athenahealth said "` + w.Said + `"`
	}
	return text
}

// words say whose fault it is.
func (f Fault) words() string {
	switch f {
	case FaultOurs:
		return "Paypane's request or access"
	case FaultPractice:
		return "the practice's set-up"
	case FaultUpstream:
		return "athenahealth"
	case FaultNetwork:
		return "network"
	case FaultPayer:
		return "card"
	}
	return string(f)
}
