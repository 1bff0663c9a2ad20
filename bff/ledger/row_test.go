package ledger

import (
	"crypto/rand"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// beside are the fields of a Record that are no column of its row, and where
// they are kept.
var beside = map[string]string{
	"Attempt.Charge.Lines": "in rows of their own, with the event that made the attempt",
	"Attempt.Charge.AsOne": "nowhere: it is the practice's setting of the moment",
	"Attempt.EmailSent":    "in the column mail",
	"consent":              "in a row of its own, with the event of the claim",
}

// leaves are the paths of all fields that hold something themselves.
func leaves(of reflect.Type, path string) (all []string) {
	for i := range of.NumField() {
		f := of.Field(i)
		name := strings.TrimPrefix(path+"."+f.Name, ".")
		if f.Type.Kind() == reflect.Struct && slices.Contains([]string{reflect.TypeFor[payment.Attempt]().PkgPath(), reflect.TypeFor[Staff]().PkgPath()}, f.Type.PkgPath()) && f.Type != reflect.TypeFor[payment.Amount]() {
			all = append(all, leaves(f.Type, name)...)
			continue
		}
		all = append(all, name)
	}
	return all
}

func leaf(a *Record, path string) reflect.Value {
	v := reflect.ValueOf(a).Elem()
	for name := range strings.SplitSeq(path, ".") {
		v = v.FieldByName(name)
	}
	return v
}

// declared are the fields of a Record by their paths, with what row says of each.
func declared(t *testing.T) map[string]field {
	t.Helper()
	found := map[string]field{}
	for _, path := range leaves(reflect.TypeFor[Record](), "") {
		if beside[path] != "" {
			continue
		}
		var a Record
		another(leaf(&a, path))
		for _, f := range row {
			var none Record
			if f.value(&a) != f.value(&none) {
				if other, known := found[path]; known {
					t.Errorf("%s is kept in %s and in %s", path, other.name, f.name)
				}
				found[path] = f
			}
		}
		if _, known := found[path]; !known {
			t.Errorf("%s is in no column: declare it in row, or say in beside where it is kept", path)
		}
	}
	return found
}

// Each field of a Record is in one column, each column holds one, and the list is
// in the order of the phases.
func TestEveryFieldIsDeclared(t *testing.T) {
	t.Parallel()
	found := declared(t)
	columns := map[string]string{}
	for path, f := range found {
		if columns[f.name] != "" && !f.check.object {
			t.Errorf("%s holds %s and %s", f.name, columns[f.name], path)
		}
		columns[f.name] = path
	}
	for path := range beside {
		if !slices.Contains(leaves(reflect.TypeFor[Record](), ""), path) {
			t.Errorf("beside names %s, which there is not", path)
		}
	}
	for i, f := range row {
		if columns[f.name] == "" {
			t.Errorf("the column %s holds no field of a Record", f.name)
		}
		if !f.hashed && !f.told && f.fixed != never {
			t.Errorf("%s is fixed, and no event answers for it", f.name)
		}
		if i > 0 && f.fixed < row[i-1].fixed {
			t.Errorf("%s stands behind a field of a later phase", f.name)
		}
	}
}

// Each hashed field changes the hash of the event that fixes it, and of no other.
func TestEveryHashedFieldIsHashed(t *testing.T) {
	t.Parallel()
	moves := map[phase]struct {
		what     string
		was, now payment.State
	}{
		atCreation: {EventCreated, payment.Created, payment.Created},
		atClaim:    {EventClaimed, payment.Created, payment.Claimed},
		atSending:  {EventSending, payment.Claimed, payment.Sending},
		atOutcome:  {EventSettled, payment.Sending, payment.Succeeded},
	}
	for path, f := range declared(t) {
		for p, move := range moves {
			e := Event{Seq: 4, What: move.what, State: move.now}
			var a, b Record
			another(leaf(&b, path))
			if differs := link([32]byte{}, e, move.was, a) != link([32]byte{}, e, move.was, b); differs != (f.hashed && f.fixed == p) {
				t.Errorf("%s, %s: the hash differs is %v", move.what, path, differs)
			}
		}
	}
}

// testRow has every column of a row filled once, by the step that its phase says,
// and reads it back.
func testRow(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	filled := map[string]phase{}
	note := func(p phase, a Record) {
		read := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, a.Patient, a.ID) })
		for _, f := range row {
			if f.value(&a) != f.value(&read) {
				t.Errorf("%s is %v and was read as %v", f.name, f.value(&a), f.value(&read))
			}
			if _, before := filled[f.name]; !before && !empty(f.value(&read)) {
				filled[f.name] = p
			}
		}
	}
	made := func(a payment.Attempt) Record {
		a.ID, a.PatientName = rand.Text(), "Ada Sample"
		return must(t, func() (Record, error) {
			return l.CreateAttempt(ctx, Record{Attempt: a, Patient: ada, Portal: "harbor", Subject: "user-7",
				Staff: Staff{Name: "Bo Biller", Role: "biller"}, AsOfSeq: 1})
		})
	}
	terms := payment.Terms{Cycle: payment.Cents(100), Start: "2026-12-01"}
	whole := charge("501")
	whole.Lines[0].Amount = whole.Lines[0].Balance
	planned := made(payment.Attempt{Kind: payment.KindPlan, Charge: whole, Target: "plan-501", Terms: terms})
	visit := made(payment.Attempt{Kind: payment.KindAgreeVisit, Target: "visit-880123", Value: payment.Cents(30000)})
	note(atCreation, planned)
	note(atCreation, visit)
	c.advance(time.Second)
	for _, a := range []Record{planned, visit} {
		c.advance(time.Second)
		use := visa
		use.Launch = "j-1"
		note(atClaim, must(t, func() (Record, error) { return l.Claim(ctx, a.Patient, a.ID, use) }))
		c.advance(time.Second)
		note(atSending, must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "9000") }))
	}
	note(atOutcome, must(t, func() (Record, error) {
		return l.Settle(ctx, planned.ID, payment.Outcome{State: payment.Declined, Refusal: payment.RefusedByBank})
	}))
	note(atOutcome, must(t, func() (Record, error) {
		return l.Settle(ctx, visit.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001"})
	}))
	for i, says := range []payment.Attempt{
		{Kind: payment.KindRecord, Charge: charge("511"), Counter: payment.Counter{Method: payment.Cash, Given: payment.Cents(2000), Posted: "2026-10-01", Rest: "copay=12.50"}},
		{Kind: payment.KindVendorPayment, Charge: charge("512"), Counter: payment.Counter{Method: payment.Check, CheckNumber: "1044", VendorReference: "harbor-r-7",
			Terminal: "T1", Deposited: "2026-10-05"}},
		{Kind: payment.KindRefund, Target: "payment-9001", Value: payment.Cents(300), Counter: payment.Counter{ReasonCode: payment.ReasonOther, ReasonText: "moved away", Undoes: visit.ID}},
	} {
		c.advance(DuplicateWithin)
		a := made(says)
		note(atCreation, a)
		must(t, func() (Record, error) { return l.Claim(ctx, ada, a.ID, CardUse{}) })
		must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "9000") })
		note(atOutcome, must(t, func() (Record, error) {
			return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Batch: []string{"318", "", ""}[i]})
		}))
	}
	chained(t, l)
	// The claim is the first moment at which it can have been sent.
	want := map[string]phase{"sent_at": atClaim}
	for _, f := range row {
		if _, other := want[f.name]; !other && f.fixed != never {
			want[f.name] = f.fixed
		}
	}
	maps.DeleteFunc(filled, func(name string, _ phase) bool { _, fixed := want[name]; return !fixed })
	if !maps.Equal(filled, want) {
		t.Errorf("filled are %v, declared are %v", filled, want)
	}
}

// What was chosen before is proposed again if it is the same in all that it is
// made of, but its id, its moment and the event number.
func TestSameChoiceIsProposedAgain(t *testing.T) {
	t.Parallel()
	for path, f := range declared(t) {
		var a, b Record
		another(leaf(&b, path))
		if same := a.proposes(&b); same != (f.own || f.fixed != atCreation) {
			t.Errorf("with another %s it is the same: %v", path, same)
		}
	}
	a, b := Record{}, Record{}
	a.Charge, b.Charge = charge("501"), charge("502")
	if a.proposes(&b) {
		t.Error("with other lines it is the same")
	}
	b.Charge = charge("501")
	if b.Charge.AsOne = true; a.proposes(&b) {
		t.Error("sent as one it is the same")
	}

	c := newClock()
	l := NewMemory(c.now)
	propose := func(p payment.Patient, number string) string {
		c.advance(time.Second)
		_, asOf, err := l.Pending(ctx, p)
		want(t, err, nil)
		return must(t, func() (Record, error) {
			return l.ProposeAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge(number)}, Patient: p, Portal: "harbor", Subject: "user-7", AsOfSeq: asOf})
		}).ID
	}
	first := propose(ada, "501")
	create(t, l, bob, "509") // the event number moves on
	if propose(ada, "501") != first || propose(ada, "502") == first || propose(bob, "501") == first {
		t.Error("the same choice is made anew, or another one is taken for it")
	}
}
