package receipt

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paypane/web/payment"
)

// The fields are a promise to who reads them by program.
func TestJSONFields(t *testing.T) {
	got, err := JSON(sample())
	if err != nil {
		t.Fatal(err)
	}
	if want, err := os.ReadFile("testdata/receipt.json"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v\n%s", err, got)
	}
}

// Read back, the receipt says the same: no cent is lost or found, and what is
// not known is not there.
func TestJSONSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawReceipt(t)
		text, err := JSON(i)
		if err != nil {
			t.Fatal(err)
		}
		var d Data
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&d); err != nil {
			t.Fatal(err)
		}
		sum := payment.Amount{}
		for n, l := range d.Lines {
			of := i.Lines[n]
			sum = sum.Plus(l.Paid)
			for _, pair := range []struct {
				said  *payment.Amount
				known payment.Stated
			}{{l.Billed, of.Billed}, {l.Insurance, of.Insurance}, {l.Left, of.Left}} {
				if (pair.said != nil) != pair.known.Known || pair.said != nil && *pair.said != pair.known.Amount {
					t.Fatalf("%+v is not %+v", l, of)
				}
			}
			if l.Service != of.Service || l.Description != of.Description || l.Code != of.Code || l.Provider != of.Provider || l.Paid != of.Paid {
				t.Fatalf("%+v is not %+v", l, of)
			}
		}
		if d.Unassigned != nil {
			sum = sum.Plus(*d.Unassigned)
		}
		if len(d.Lines) != len(i.Lines) || i.Paid() != (d.Status == "paid") || d.Status == "paid" && sum != d.Amount || d.Amount != i.Amount {
			t.Fatalf("%s of %s shows %s in %d lines", d.Status, d.Amount, sum, len(d.Lines))
		}
		if len(d.Missing) != len(i.Missing()) || d.Patient != i.Patient || d.Reference != i.Reference || d.Standing != i.Standing() {
			t.Fatalf("%s", text)
		}
		// No amount is a number: programs that read one lose cents.
		for line := range strings.Lines(string(text)) {
			if _, value, ok := strings.Cut(line, `": `); ok && strings.ContainsAny(value[:1], "0123456789-") {
				t.Fatalf("a number: %s", line)
			}
		}
	})
}
