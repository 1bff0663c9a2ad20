package paper

import (
	"reflect"
	"strings"
	"testing"

	"paypane/web/payment"
	"paypane/web/words"
)

// Only money that was paid and kept is called paid, and nothing is a bill.
func TestStanding(t *testing.T) {
	for _, kind := range []string{"PURCHASE", "VOIDPURCHASE", "VOID", "AUTHORIZATION", "CREDIT", ""} {
		for _, cents := range []int64{0, 4500} {
			r := payment.Receipt{Type: kind, Amount: payment.Cents(cents)}
			s := Receipt(words.Language{}, r).Standing.Text
			if strings.HasPrefix(s, "Paid.") != r.Paid() || strings.HasPrefix(s, "Taken back.") != r.TakenBack() ||
				strings.HasPrefix(s, "No money was taken.") != r.Checked() || !strings.HasSuffix(s, "This is not a bill.") {
				t.Errorf("%s of %d cents: %s", kind, cents, s)
			}
		}
	}
}

// Everything that a receipt lacks is named in a sentence, with who can supply it.
func TestNotes(t *testing.T) {
	lacking := payment.Receipt{Type: "PURCHASE", Amount: payment.Cents(5000), Practice: payment.Letterhead{Phone: "555-0100"}}
	some := lacking.With([]payment.ReceiptLine{{Kind: payment.Claim, Paid: payment.Cents(3000)}, {Kind: payment.Unapplied, Paid: payment.Cents(500)}})
	for _, r := range []payment.Receipt{lacking, some} {
		d := Receipt(words.Language{}, r)
		notes := strings.Join(d.Notes, "\n")
		for _, m := range d.Missing {
			if strings.HasPrefix(m.What, "receipt.") || !strings.Contains(notes, m.What) {
				t.Errorf("%q is not in %q", m.What, notes)
			}
		}
		if len(d.Missing) != len(r.Missing()) || len(d.Notes) != 2 || !strings.HasSuffix(d.Notes[0], "shows this: call 555-0100.") || !strings.Contains(d.Notes[1], "explanation of benefits") {
			t.Errorf("%d of %d: %q", len(d.Missing), len(r.Missing()), d.Notes)
		}
	}
	if notes := Receipt(words.Language{}, some).Notes[0]; !strings.Contains(notes, "what $15.00 of the payment was for") {
		t.Error(notes)
	}
	if d := Receipt(words.Language{}, payment.Receipt{Type: "VOID"}); len(d.Notes) > 0 {
		t.Errorf("taken back: %q", d.Notes)
	}
}

// Every wish is a fact of the receipt, under its own name, or has a reason not to
// be; and no fact of one that nobody wished.
func TestWishesAreFacts(t *testing.T) {
	not := map[string]string{payment.FieldEmail: "the page says where the receipt was sent"}
	var wished payment.Wishes
	v := reflect.ValueOf(&wished).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		v.Field(i).SetString("wish " + name)
	}
	names := func(r payment.Receipt) map[string]string {
		all := map[string]string{}
		for _, fact := range Receipt(words.Language{}, r).Facts {
			all[fact.Name] = fact.Label + ": " + fact.Text
		}
		return all
	}
	plain, all := names(payment.Receipt{Type: "PURCHASE"}), names(payment.Receipt{Type: "PURCHASE", Wishes: wished})
	for _, name := range payment.WishFields() {
		if _, told := plain[name]; told {
			t.Errorf("%s, for which nobody wished, is a fact", name)
		}
		if not[name] == "" && !strings.HasSuffix(all[name], ": wish "+name) {
			t.Errorf("%s is no fact: %q", name, all[name])
		}
	}
}
