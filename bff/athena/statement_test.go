package athena

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"paypane/web/payment"
)

// statementOf reads a statement from a body.
func statementOf(body []byte, p payment.Patient) (payment.Statement, error) {
	return readStatement(newStream(&measured{r: bytes.NewReader(body), left: maxStream}), p)
}

// receiptsOf reads a list of receipts from a body.
func receiptsOf(body []byte) ([]payment.ReceiptSummary, error) {
	return readReceipts(newStream(&measured{r: bytes.NewReader(body), left: maxStream}))
}

// openBills are claims that can be paid, with another group's bill beside them.
var openBills = []string{
	`{"claimid":501,"servicedate":"10\/02\/2026","amount":230,"patientbalance":112.5,"cleanbalance":true,"chargeleveldetail":[{"description":"OFFICE VISIT","amount":230,"transactions":[]}]}`,
	`{"claimid":"502","servicedate":"10\/05\/2026","amount":"80","patientbalance":".16","cleanbalance":"true"}`,
}

// patientWith is dana with claims in her own provider group.
func patientWith(claims ...string) []byte {
	return []byte(`[{"patientid":"40211","firstname":"Dana","lastname":"Sample","balances":[{"balance":"112.66","departmentlist":"7,8"}],` +
		`"claimbalancedetails":[{"departmentids":"7,8","claimdetails":[` + strings.Join(claims, ",") + `]}]}]`)
}

// Rows that owe nothing, each with one odd thing. None costs another row.
var oddSettled = []string{
	`{"claimid":600,"patientbalance":0,"amount":-50}`,
	`{"claimid":600,"patientbalance":0,"amount":"1,240.00"}`,
	`{"claimid":600,"patientbalance":"0","amount":"$50"}`,
	`{"claimid":600,"patientbalance":0.00,"amount":1e9}`,
	`{"claimid":600,"patientbalance":-3,"amount":"?","cleanbalance":7}`,
	`{"claimid":600,"patientbalance":"-.7","servicedate":7,"chargeleveldetail":{}}`,
	`{"claimid":"6-00","patientbalance":0}`, `{"claimid":null,"patientbalance":0}`, `{"patientbalance":0}`,
	`{"claimid":600,"claimid":601,"patientbalance":0}`, `{"claimid":600,"amount":1,"AMOUNT":2,"patientbalance":0}`,
	`{"claimid":600,"patientbalance":0,"cleanbalance":"perhaps"}`,
	`{"claimid":600,"patientbalance":0,"servicedate":"2026-10-02"}`,
	`{"claimid":600,"patientbalance":0,"servicedate":20261002}`,
	`{"claimid":600,"patientbalance":0,"servicedate":null,"amount":null,"chargeleveldetail":null,"cleanbalance":null}`,
	`{"claimid":600,"patientbalance":0,"chargeleveldetail":"none"}`,
	`{"claimid":600,"patientbalance":0,"chargeleveldetail":[7,null,"x",[]]}`,
	`{"claimid":600,"patientbalance":0,"chargeleveldetail":[{"description":99213,"procedurecode":99213,"amount":"x","transactions":[{"amount":"1,2"}]}]}`,
	`{"claimid":600,"patientbalance":0,"chargeleveldetail":[{"description":{"en":"x"},"transactions":{"amount":1}}]}`,
	`{"claimid":600,"patientbalance":0,"chargeleveldetail":[{"description":["x"],"transactions":[null,7,{"type":7,"transfertype":{},"date":7,"amount":null}]}]}`,
	`{"claimid":600,"patientbalance":null,"chargeleveldetail":[{"amount":50,"transactions":[{"amount":"-50"}]}]}`,
	`{"claimid":600,"chargeleveldetail":[{"amount":"50","transactions":[{"amount":-20},{"amount":-31}]}]}`,
	`{"claimid":600,"patientbalance":null,"amount":0}`, `{"claimid":600,"amount":"0.00","chargeleveldetail":[]}`,
}

// Rows that cannot be understood and may owe something.
var oddOwing = []string{
	`{"claimid":600,"patientbalance":"1,240.00"}`, `{"claimid":600,"patientbalance":"about 100"}`, `{"claimid":600,"patientbalance":1e2}`,
	`{"claimid":600,"patientbalance":112.505}`, `{"claimid":600,"patientbalance":true}`, `{"claimid":600,"patientbalance":[1]}`, `{"claimid":600,"patientbalance":{}}`,
	`{"claimid":600,"patientbalance":"$5"}`, `{"claimid":600,"patientbalance":10000000000}`, `{"claimid":600,"patientbalance":"5-"}`, `{"claimid":600,"patientbalance":"(5)"}`,
	`{"claimid":600,"patientbalance":0,"patientbalance":5}`, `{"claimid":600,"patientbalance":0,"PatientBalance":0}`,
	`{"claimid":600,"amount":50}`, `{"claimid":600,"amount":null}`, `{"claimid":600,"amount":""}`, `{"claimid":600,"amount":0,"chargeleveldetail":[{"amount":50}]}`, `{"claimid":600,"patientbalance":null,"amount":50}`, `{"claimid":600,"patientbalance":""}`, `{}`,
	`{"claimid":600,"chargeleveldetail":[{"amount":50,"transactions":[{"amount":-20}]}]}`,
	`{"claimid":600,"chargeleveldetail":[{"amount":50,"transactions":[{"amount":"-5O"}]}]}`,
	`{"claimid":600,"chargeleveldetail":[{"transactions":[{"amount":-20}]}]}`,
	`{"claimid":600,"chargeleveldetail":[7]}`, `{"claimid":600,"chargeleveldetail":[null]}`,
	`{"patientbalance":5,"cleanbalance":true}`, `{"claimid":"6-00","patientbalance":5}`, `{"claimid":600,"claimid":601,"patientbalance":5}`,
	`{"claimid":600,"patientbalance":5,"cleanbalance":"perhaps"}`, `{"claimid":600,"patientbalance":5,"cleanbalance":true,"cleanbalance":false}`,
	`7`, `null`, `"x"`, `[]`,
}

func TestStatementOddRows(t *testing.T) {
	plain, err := statementOf(patientWith(openBills...), dana)
	if err != nil || plain.Due() != payment.Cents(11266) || len(plain.Bills) != 2 {
		t.Fatalf("%+v, %v", plain, err)
	}
	for at := range len(openBills) + 1 {
		among := func(odd string) []byte { return patientWith(slices.Insert(slices.Clone(openBills), at, odd)...) }
		for _, odd := range oddSettled {
			s, err := statementOf(among(odd), dana)
			if err != nil || !reflect.DeepEqual(s.Payable(), plain.Payable()) {
				t.Errorf("%s: %+v, %v", odd, s.Payable(), err)
			}
		}
		for _, odd := range oddOwing {
			if s, err := statementOf(among(odd), dana); !errors.Is(err, payment.ErrBillUnread) {
				t.Errorf("%s: %+v, %v", odd, s.Payable(), err)
			}
		}
	}
	// What is only shown of an open bill costs it nothing.
	for _, odd := range []string{`"amount":-50`, `"amount":"1,240.00"`, `"servicedate":"2026-10-02"`, `"chargeleveldetail":7`,
		`"chargeleveldetail":[{"description":99213,"transactions":[{"type":"PAYMENT","transfertype":"1","amount":"x"}]}]`} {
		s, err := statementOf(patientWith(`{"claimid":501,"patientbalance":5,"cleanbalance":"1",`+odd+`}`), dana)
		if err != nil || s.Due() != payment.Cents(500) || !s.Bills[0].Insurance.IsZero() {
			t.Errorf("%s: %+v, %v", odd, s, err)
		}
	}
	for balances, ok := range map[string]bool{
		`null`: true, `[]`: true, `[{"balance":0,"departmentlist":"7"}]`: true, `[{"balance":"-.7","departmentlist":[7]}]`: true,
		`[{"balance":"CR 5","departmentlist":"9"}]`: true, `[{"balance":"CR 5","departmentlist":"9,7"}]`: false, `[{"departmentlist":"7"}]`: true,
		`7`: false, `[7]`: false,
	} {
		body := strings.Replace(string(patientWith(openBills...)), `[{"balance":"112.66","departmentlist":"7,8"}]`, balances, 1)
		if s, err := statementOf([]byte(body), dana); (err == nil) != ok || ok && s.Due() != plain.Due() {
			t.Errorf("balances %s: %+v, %v", balances, s, err)
		}
	}
}

// The order of a group's fields is not the upstream's promise.
func TestStatementFieldOrder(t *testing.T) {
	body := `{"claimbalancedetails":[{"claimdetails":[` + openBills[0] + `],"departmentids":"7,8"},{"claimdetails":[` + openBills[1] + `],"departmentids":"9"}],"lastname":"Sample","patientid":40211}`
	s, err := statementOf([]byte(body), dana)
	if err != nil || s.Due() != payment.Cents(11250) || s.Bills[1].Hold != payment.HoldElsewhere {
		t.Errorf("%+v, %v", s, err)
	}
	odd := strings.Replace(body, `"departmentids":"7,8"`, `"departmentids":{}`, 1)
	if s, err := statementOf([]byte(odd), dana); !errors.Is(err, payment.ErrBillUnread) {
		t.Errorf("departments that are not understood: %+v, %v", s, err)
	}
}

// FuzzStatement puts any row among open bills: nothing panics, the bills stay
// as they are or the whole statement is refused, and nothing more is asked for
// than the row itself says.
func FuzzStatement(f *testing.F) {
	for _, row := range slices.Concat(oddSettled, oddOwing, openBills) {
		f.Add([]byte(row), uint8(1))
	}
	f.Fuzz(func(t *testing.T, row []byte, at uint8) {
		if !json.Valid(row) {
			return
		}
		s, err := statementOf(patientWith(slices.Insert(slices.Clone(openBills), int(at)%3, string(row))...), dana)
		if err != nil {
			return
		}
		seen := 0
		for _, b := range s.Payable() {
			switch {
			case b.Number == "501" && b.Owed == payment.Cents(11250), b.Number == "502" && b.Owed == payment.Cents(16):
				seen++
			default:
				var claim map[string]any
				json.Unmarshal(row, &claim)
				said := ""
				for name, value := range claim {
					if strings.EqualFold(name, "patientbalance") {
						said = strings.Trim(fmt.Sprint(value), `"`)
					}
				}
				if d, err := decimal.NewFromString(said); err != nil || !d.Equal(decimal.New(b.Owed.Cents(), -2)) {
					t.Errorf("%s: asks for %s", row, b.Owed)
				}
			}
		}
		if id := string(row); seen != 2 && !strings.Contains(id, "50") {
			t.Errorf("%s: %+v", row, s.Payable())
		}
	})
}
