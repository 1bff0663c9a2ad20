package proof_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// record is what the judge knows of an attempt, beside the ledger.
type record struct {
	id        string
	number    int
	kind      payment.Kind
	patient   payment.Patient
	target    string
	total     payment.Amount
	lines     []payment.Line
	terms     payment.Terms
	claimed   time.Time // by the ledger; zero: never
	by        *process  // that claimed it
	last4     string
	again     bool // who pays, or records it, confirmed that an equal payment is meant
	before    string
	collects  int
	booked    []*charge
	reference string // that the ledger has
	settled   bool
	lied      bool      // the answer named a wrong payment
	toldNone  time.Time // when a page said that no money was taken
	corrects  string    // the recording that it is to take back
	// correctedAt is when the ledger took it back; zero: it did not.
	correctedAt time.Time
}

func (r *record) name() string {
	if r == nil {
		return "nobody"
	}
	return strconv.Itoa(r.number)
}

// offer is a bill that a page asked money for.
type offer struct {
	patient int
	bill    string
	owed    payment.Amount
	asked   time.Time // when the page was asked for
	shown   time.Time // when it came
}

// reassured is a notice that no money was taken.
type reassured struct {
	patient int
	asked   time.Time
	shown   time.Time
}

func (s *scenario) convict(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.trace("CONVICTED", func() string { return text })
	s.convictions = append(s.convictions, text)
}

func (s *scenario) created(a ledger.Record) {
	if slices.ContainsFunc(s.records, func(r *record) bool { return r.id == a.ID }) {
		return // chosen before, and not paid yet
	}
	r := &record{id: a.ID, number: len(s.records), kind: a.Kind, patient: a.Patient, target: a.Target, total: a.Total(), lines: a.Charge.Lines, terms: a.Terms}
	if a.Corrects() {
		r.corrects = a.Undoes
	}
	s.records = append(s.records, r)
	s.trace("attempt", func() string { return r.name() + " of " + r.total.String() })
}

func (s *scenario) record(id string) *record {
	i := slices.IndexFunc(s.records, func(r *record) bool { return r.id == id })
	return s.records[i]
}

func (s *scenario) claimed(p *process, a ledger.Record, again bool) {
	r := s.record(a.ID)
	s.trace("claimed", r.name)
	if r.claimed.IsZero() {
		r.claimed, r.last4, r.again, r.by = time.Now(), a.Last4, again, p
	}
	if len(s.houses) == 2 {
		s.met(twoServers)
	}
}

func (s *scenario) refused(p *process, id string, err error) {
	var claimed *ledger.ClaimedError
	var overlap *ledger.OverlapError
	var expired *ledger.ExpiredError
	switch {
	case errors.As(err, &claimed):
		s.met(claimRaced)
		if s.record(id).by != p {
			s.met(serversRaced)
		}
	case errors.As(err, &overlap):
		s.met(overlapRefused)
	case errors.As(err, &expired):
		s.met(expiredRefused)
	}
}

func (s *scenario) fenced(a ledger.Record) {
	r := s.record(a.ID)
	r.before = a.ReceiptWatermark
	s.trace("mark sending", func() string { return r.name() + " before " + a.ReceiptWatermark })
	if a.ReceiptWatermark == "" {
		s.met(beforeUnread)
	}
}

func (s *scenario) ended(a ledger.Record) {
	r := s.record(a.ID)
	if a.State == payment.Succeeded {
		r.settled, r.reference = true, a.Reference
	}
	s.trace("ended", func() string { return r.name() + " " + string(a.State) + " " + a.Reference })
}

func (s *scenario) found(a ledger.Record) {
	s.ended(a)
	switch {
	case a.Kind == payment.KindVoid && a.State == payment.NotDone:
		s.met(voidAbsent)
	case a.Kind == payment.KindVoid:
		s.met(voidFound)
	case a.Kind == payment.KindPlan && a.State == payment.NotDone:
		s.met(planAbsent)
	case a.Kind == payment.KindPlan:
		s.met(planFound)
	case a.Kind.Agrees():
		s.met(agreementFound)
	case a.State == payment.NotDone:
		s.met(provedAbsent)
	default:
		s.met(foundInReceipts)
	}
}

func (s *scenario) recovered(notSent, unknown int) {
	if notSent > 0 {
		s.met(recoveredNotSent)
	}
	if unknown > 0 {
		s.met(recoveredUnknown)
	}
}
