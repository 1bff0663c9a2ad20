package ledger

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"

	"paypane/web/payment"
)

// field is one column of an attempt's row. The list row is all that is written
// down about it: how rows are read, inserted, updated and compared, what their
// events are hashed over and what Verify refuses is made of it. The migrations
// repeat it, because what they did must never change; tests hold the columns,
// their checks and the guards of both databases to it.
type field struct {
	name  string // of the column
	check check  // what the column takes
	// fixed is from when on the field does not change any more.
	fixed phase
	// hashed says that the event that fixes the field answers for it; told, that
	// the events say it themselves. Verify finds every change of either.
	hashed, told bool
	// late is the word before the field in the hash. It came to be kept after the
	// first events, and is left out where all fields of that word are empty, so
	// that older hashes stay as they were.
	late string
	// in are the states in which the field may have a value; none: all.
	in []payment.State
	// own says that the field tells apart two attempts that ask for the same.
	own bool
	form
}

// phase is a part of an attempt's life.
type phase int

const (
	atCreation phase = iota // what it is made of
	atClaim                 // what it is claimed with
	atSending               // what its write-ahead record holds
	atOutcome               // how it ended, which later proof may replace
	never                   // what steers the work
)

// check is what a column takes. The databases check it again.
type check struct {
	longest int      // characters of a text, in which no twelve digits stand in a row
	object  bool     // which is a JSON object
	words   []string // or one of these
	digits  []int    // or digits only, so many
	highest int64    // or a number from 0 to this one
	moment  bool     // or a moment, or none
}

// form is how a field is kept: value is the stored form, into is where it is
// scanned to, and sum adds the field to a hash; lateSum, where there is one, what
// came to be kept in it after the first events.
type form struct {
	value        func(*Record) any
	into         func(*Record) any
	sum, lateSum func(*hasher, *Record)
}

const (
	highestNumber = 99_999_999_999
	highestCents  = 999_999_999
)

var (
	afterClaim   = []payment.State{payment.Claimed, payment.Sending, payment.Succeeded, payment.Declined, payment.NotSent, payment.Unknown, payment.NotDone}
	afterSending = afterClaim[1:]
	afterOutcome = afterClaim[2:]
)

// row is the row of an attempt. Of each phase, what is hashed is hashed in this
// order, so a new field stands behind those of its phase and has a word in late.
var row = []field{
	{name: "id", check: check{longest: 32}, told: true, own: true, form: text(func(a *Record) *string { return &a.ID })},
	{name: "act", check: check{words: words(kinds)}, hashed: true, form: text(func(a *Record) *payment.Kind { return &a.Kind })},
	{name: "target", check: check{longest: 64}, hashed: true, form: text(func(a *Record) *string { return &a.Target })},
	{name: "value_cents", check: check{highest: highestCents}, hashed: true, form: cents(func(a *Record) *payment.Amount { return &a.Value })},
	{name: "practice", check: check{highest: highestNumber}, hashed: true, form: number(func(a *Record) *int { return &a.Patient.Practice })},
	{name: "patient", check: check{highest: highestNumber}, hashed: true, form: number(func(a *Record) *int { return &a.Patient.ID })},
	{name: "department", check: check{highest: highestNumber}, hashed: true, form: number(func(a *Record) *int { return &a.Patient.Department })},
	{name: "appointment", check: check{highest: highestNumber}, hashed: true, form: number(func(a *Record) *int { return &a.Patient.Appointment })},
	{name: "portal", check: check{longest: 64}, hashed: true, form: text(func(a *Record) *string { return &a.Portal })},
	{name: "subject", check: check{longest: 255}, hashed: true, form: text(func(a *Record) *string { return &a.Subject })},
	{name: "patient_name", check: check{longest: 200}, hashed: true, form: text(func(a *Record) *string { return &a.PatientName })},
	{name: "created_at", check: check{moment: true}, hashed: true, own: true, form: instant(func(a *Record) *time.Time { return &a.Created })},
	{name: "basis", check: check{highest: highestNumber}, hashed: true, own: true, form: number(func(a *Record) *int64 { return &a.AsOfSeq })},
	{name: "cycle_cents", check: check{highest: highestCents}, hashed: true, late: "terms", form: cents(func(a *Record) *payment.Amount { return &a.Terms.Cycle })},
	{name: "start_day", check: check{longest: 10}, hashed: true, late: "terms", form: text(func(a *Record) *payment.Day { return &a.Terms.Start })},
	// What staff are and say; see payment.Counter.
	{name: "staff_name", check: check{longest: 200}, hashed: true, late: "desk", form: text(func(a *Record) *string { return &a.Staff.Name })},
	{name: "staff_role", check: check{words: staffRoles}, hashed: true, late: "desk", form: text(func(a *Record) *string { return &a.Staff.Role })},
	{name: "method", check: check{longest: 64}, hashed: true, late: "desk", form: text(func(a *Record) *payment.Method { return &a.Method })},
	{name: "check_number", check: check{longest: 20}, hashed: true, late: "desk", form: text(func(a *Record) *string { return &a.CheckNumber })},
	{name: "given_cents", check: check{highest: highestCents}, hashed: true, late: "desk", form: cents(func(a *Record) *payment.Amount { return &a.Given })},
	{name: "posted_day", check: check{longest: 10}, hashed: true, late: "desk", form: text(func(a *Record) *payment.Day { return &a.Posted })},
	{name: "reason_code", check: check{longest: 32}, hashed: true, late: "desk", form: text(func(a *Record) *string { return &a.ReasonCode })},
	{name: "reason_text", check: check{longest: 300}, hashed: true, late: "desk", form: text(func(a *Record) *string { return &a.ReasonText })},
	{name: "undoes", check: check{longest: 64}, hashed: true, late: "desk", form: text(func(a *Record) *string { return &a.Undoes })},
	{name: "vendor_reference", check: check{longest: 32}, hashed: true, late: "desk", form: longNumber(func(a *Record) *string { return &a.VendorReference })},
	{name: "terminal", check: check{longest: 32}, hashed: true, late: "desk", form: longNumber(func(a *Record) *string { return &a.Terminal })},
	{name: "deposit_day", check: check{longest: 10}, hashed: true, late: "desk", form: text(func(a *Record) *payment.Day { return &a.Deposited })},
	{name: "rest", check: check{longest: 2000}, hashed: true, late: "rest", form: text(func(a *Record) *string { return &a.Rest })},

	{name: "brand", check: check{words: []string{"", "VI", "MC", "AX", "DS"}}, fixed: atClaim, hashed: true, in: afterClaim, form: text(func(a *Record) *payment.Brand { return &a.Brand })},
	{name: "last4", check: check{digits: []int{0, 4}}, fixed: atClaim, hashed: true, in: afterClaim, form: text(func(a *Record) *string { return &a.Last4 })},
	{name: "wishes", check: check{longest: 4000, object: true}, fixed: atClaim, hashed: true, in: afterClaim, form: wishes(func(a *Record) *payment.Wishes { return &a.Wishes })},
	{name: "claimed_seq", check: check{highest: highestNumber}, fixed: atClaim, hashed: true, in: afterClaim, form: number(func(a *Record) *int64 { return &a.ClaimedSeq })},
	{name: "launch", check: check{longest: longestLaunch}, fixed: atClaim, hashed: true, late: "launch", in: afterClaim, form: longNumber(func(a *Record) *string { return &a.Launch })},

	// The claim is the first moment at which it can have been sent.
	{name: "sent_at", check: check{moment: true}, fixed: atSending, hashed: true, in: afterClaim, form: instant(func(a *Record) *time.Time { return &a.Sent })},
	{name: "before_ref", check: check{digits: []int{0, 11}}, fixed: atSending, hashed: true, in: afterSending, form: text(func(a *Record) *string { return &a.ReceiptWatermark })},

	{name: "reference", check: check{longest: 64}, fixed: atOutcome, hashed: true, in: []payment.State{payment.Succeeded}, form: text(func(a *Record) *string { return &a.Reference })},
	{name: "refusal", check: check{longest: 11}, fixed: atOutcome, hashed: true, in: []payment.State{payment.Declined, payment.NotSent}, form: text(func(a *Record) *payment.Refusal { return &a.Refusal })},
	{name: "ended_at", check: check{moment: true}, fixed: atOutcome, hashed: true, in: afterOutcome, form: instant(func(a *Record) *time.Time { return &a.Ended })},
	{name: "batch", check: check{longest: 32}, fixed: atOutcome, hashed: true, late: "batch", in: []payment.State{payment.Succeeded}, form: text(func(a *Record) *string { return &a.Batch })},

	{name: "state", check: check{words: words(append([]payment.State{payment.Created}, afterClaim...))}, fixed: never, told: true, form: text(func(a *Record) *payment.State { return &a.State })},
	{name: "mail", check: check{words: []string{"", "due", "ordered", "sent", "failed"}}, fixed: never, told: true, form: text(func(a *Record) *Mail { return &a.Mail })},
	// Verify does not answer for the rest.
	{name: "looks", check: check{highest: 999}, fixed: never, form: number(func(a *Record) *int { return &a.Checks })},
	{name: "look_at", check: check{moment: true}, fixed: never, form: instant(func(a *Record) *time.Time { return &a.NextCheck })},
	{name: "asked", check: check{highest: 1}, fixed: never, form: flag(func(a *Record) *bool { return &a.NeedsReview })},
	{name: "why", check: check{longest: 500}, fixed: never, form: text(func(a *Record) *string { return &a.Reason })},
}

var kinds = []payment.Kind{payment.KindCharge, payment.KindChargeStored, payment.KindAgreeVisit, payment.KindAgreeYear, payment.KindPlan,
	payment.KindStoreCard, payment.KindRecord, payment.KindVoid, payment.KindVendorPayment, payment.KindRefund, payment.KindAdjust}

func words[T ~string](all []T) (words []string) {
	for _, w := range all {
		words = append(words, string(w))
	}
	return words
}

// columns are those of an attempt, in the order of attemptScanner; changeable are
// those that may change once it is made.
var (
	columns    = strings.Join(names(func(field) bool { return true }), ", ")
	changeable = names(func(f field) bool { return f.fixed != atCreation })
)

func names(which func(field) bool) (names []string) {
	for _, f := range row {
		if which(f) {
			names = append(names, f.name)
		}
	}
	return names
}

// values are the stored form of the fields that are named, in their order.
func (a *Record) values(which func(field) bool) (values []any) {
	for _, f := range row {
		if which(f) {
			values = append(values, f.value(a))
		}
	}
	return values
}

// attemptScanner reads one row after the other, each with its columns in the order of
// columns. A day has thousands, so where the columns go is found once for all.
func attemptScanner() func(rows *sql.Rows) (Record, error) {
	a := new(Record)
	into := make([]any, len(row))
	for i, f := range row {
		into[i] = f.into(a)
	}
	return func(rows *sql.Rows) (Record, error) {
		*a = Record{}
		err := rows.Scan(into...)
		a.EmailSent = a.Mail == MailSent
		return *a, err
	}
}

// unlike names the first field that an attempt has and cannot have in a state.
func (a *Record) unlike(s payment.State) string {
	for _, f := range row {
		if len(f.in) > 0 && !slices.Contains(f.in, s) && !empty(f.value(a)) {
			return f.name
		}
	}
	return ""
}

// proposes reports whether two attempts, neither of which was claimed, ask for
// the same.
func (a *Record) proposes(b *Record) bool {
	for _, f := range row {
		if f.fixed == atCreation && !f.own && f.value(a) != f.value(b) {
			return false
		}
	}
	return a.Charge.AsOne == b.Charge.AsOne && slices.Equal(a.Charge.Lines, b.Charge.Lines)
}

// empty reports whether a stored value is none.
func empty(v any) bool { return v == nil || v == "" || v == "{}" || v == int64(0) }

// hasher is what a hash is made over. Texts have their length before them.
type hasher struct{ b []byte }

func (h *hasher) text(s string) {
	h.number32(len(s))
	h.b = append(h.b, s...)
}

func (h *hasher) number32(n int)     { h.b = binary.BigEndian.AppendUint32(h.b, uint32(n)) }
func (h *hasher) number(n int64)     { h.b = binary.BigEndian.AppendUint64(h.b, uint64(n)) }
func (h *hasher) moment(t time.Time) { h.number(t.UnixMicro()) }

// fields adds what a phase fixes of an attempt, without what came to be kept
// late.
func (h *hasher) fields(p phase, a *Record) {
	for _, f := range row {
		if f.fixed == p && f.hashed && f.late == "" {
			f.sum(h, a)
		}
	}
}

// lateFields adds the rest, word by word.
func (h *hasher) lateFields(p phase, a *Record) {
	word := ""
	for _, f := range row {
		if f.fixed == p && f.hashed && f.lateSum != nil {
			f.lateSum(h, a)
		}
		if f.fixed != p || !f.hashed || f.late == "" || f.late == word {
			continue
		}
		word = f.late
		same := func(g field) bool { return g.fixed == p && g.hashed && g.late == word }
		if !slices.ContainsFunc(row, func(g field) bool { return same(g) && !empty(g.value(a)) }) {
			continue
		}
		h.text(word)
		for _, g := range row {
			if same(g) {
				g.sum(h, a)
			}
		}
	}
}

func text[T ~string](at func(*Record) *T) form {
	return form{
		value: func(a *Record) any { return string(*at(a)) },
		into:  func(a *Record) any { return at(a) },
		sum:   func(h *hasher, a *Record) { h.text(string(*at(a))) },
	}
}

// longNumber is a text in which long numbers are at home, stored by wide.
func longNumber(at func(*Record) *string) form {
	return form{
		value: func(a *Record) any { return wide(*at(a)) },
		into:  func(a *Record) any { return widened{at(a)} },
		sum:   func(h *hasher, a *Record) { h.text(*at(a)) },
	}
}

func number[T ~int | ~int64](at func(*Record) *T) form {
	return form{
		value: func(a *Record) any { return int64(*at(a)) },
		into:  func(a *Record) any { return at(a) },
		sum:   func(h *hasher, a *Record) { h.number(int64(*at(a))) },
	}
}

func cents(at func(*Record) *payment.Amount) form {
	return form{
		value: func(a *Record) any { return at(a).Cents() },
		into:  func(a *Record) any { return (*money)(at(a)) },
		sum:   func(h *hasher, a *Record) { h.number(at(a).Cents()) },
	}
}

// instant is a moment, NULL for none.
func instant(at func(*Record) *time.Time) form {
	return form{
		value: func(a *Record) any { return micros(*at(a)) },
		into:  func(a *Record) any { return scannedMoment{at(a)} },
		sum:   func(h *hasher, a *Record) { h.moment(*at(a)) },
	}
}

// flag is a bool, which not every database has, as 0 or 1.
func flag(at func(*Record) *bool) form {
	value := func(a *Record) int64 {
		if *at(a) {
			return 1
		}
		return 0
	}
	return form{
		value: func(a *Record) any { return value(a) },
		into:  func(a *Record) any { return scannedFlag{at(a)} },
		sum:   func(h *hasher, a *Record) { h.number(value(a)) },
	}
}

// widened scans what wide stored.
type widened struct{ to *string }

func (s widened) Scan(value any) error {
	var stored sql.NullString
	err := stored.Scan(value)
	*s.to = narrow(stored.String)
	return err
}

// scannedMoment scans what micros stored.
type scannedMoment struct{ to *time.Time }

func (s scannedMoment) Scan(value any) error {
	var n sql.NullInt64
	err := n.Scan(value)
	*s.to = moment(n)
	return err
}

// scannedFlag scans 0 or 1.
type scannedFlag struct{ to *bool }

func (s scannedFlag) Scan(value any) error {
	n, ok := value.(int64)
	if !ok {
		return errors.New("a flag is no number")
	}
	*s.to = n != 0
	return nil
}
