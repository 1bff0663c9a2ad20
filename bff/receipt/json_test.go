package receipt

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paypane/web/paper"
	"paypane/web/payment"
)

// The fields are a promise to who reads them by program.
func TestJSONFields(t *testing.T) {
	got, err := JSON(document(sample()))
	if err != nil {
		t.Fatal(err)
	}
	if want, err := os.ReadFile("testdata/receipt.json"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v\n%s", err, got)
	}
}

// reader knows the public keys, and no others.
type reader struct {
	Practice struct {
		Name    string   `json:"name"`
		Address []string `json:"address"`
		Phone   string   `json:"phone"`
		NPI     string   `json:"npi"`
		TaxID   string   `json:"taxId"`
	} `json:"practice"`
	Patient   string         `json:"patient"`
	Payer     string         `json:"payer"`
	Reference string         `json:"reference"`
	Time      string         `json:"time"`
	Status    string         `json:"status"`
	Type      string         `json:"type"`
	Standing  string         `json:"standing"`
	Currency  string         `json:"currency"`
	Amount    payment.Amount `json:"amount"`
	Card      struct {
		Brand string `json:"brand"`
		Last4 string `json:"last4"`
	} `json:"card"`
	Lines []struct {
		Kind        payment.BillKind `json:"kind"`
		Service     payment.Day      `json:"dateOfService"`
		Description string           `json:"description"`
		Code        string           `json:"procedureCode"`
		Provider    string           `json:"provider"`
		Billed      *payment.Amount  `json:"billed"`
		Insurance   *payment.Amount  `json:"insurancePaid"`
		Paid        payment.Amount   `json:"paid"`
		Left        *payment.Amount  `json:"leftToPay"`
	} `json:"lines"`
	Unassigned *payment.Amount `json:"unassigned"`
	AsOf       payment.Day     `json:"asOf"`
	Missing    []paper.Missing `json:"missing"`
}

// Read back, the receipt says the same: no cent is lost or found, and what is
// not known is not there.
func TestJSONSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawReceipt(t)
		text, err := JSON(document(i))
		if err != nil {
			t.Fatal(err)
		}
		var d reader
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
		if len(d.Missing) != len(i.Missing()) || d.Patient != i.Patient || d.Reference != i.Reference || d.Standing != document(i).Standing.Text {
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

// The promise names every key that a receipt with all that can be known has.
func TestPromiseNamesEveryKey(t *testing.T) {
	source, err := os.ReadFile("json.go")
	if err != nil {
		t.Fatal(err)
	}
	_, promise, _ := strings.Cut(string(source), "Its keys are a promise:")
	promise, _, _ = strings.Cut(promise, "// Amounts are")
	promise = regexp.MustCompile(`//\t(practice|card) .*`).ReplaceAllString(promise, "$1") // whose keys are not the receipt's
	full := sample()
	wishes := reflect.ValueOf(&full.Wishes).Elem()
	for i := range wishes.NumField() {
		wishes.Field(i).SetString("wished")
	}
	for _, fact := range document(full).Facts {
		if fact.Name != "" && !regexp.MustCompile(`\b`+fact.Name+`\b`).MatchString(promise) {
			t.Errorf("the promise does not name %s", fact.Name)
		}
	}
}
