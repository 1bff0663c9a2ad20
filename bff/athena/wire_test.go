package athena

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"paypane/web/payment"
)

// Each row is a form of docs/upstream-api.md or one that must not pass for it.
func TestMoney(t *testing.T) {
	for wire, want := range map[string]string{
		`"13"`: "13", `"9.01"`: "9.01", `"10.1"`: "10.1", `".16"`: "0.16", `".7"`: "0.7", `"0"`: "0", // 1: Oracle style
		`0`: "0", `"-978.7"`: "-978.7", // 2.10a: balance
		`112.5`: "112.5", `-10`: "-10", `230`: "230", `0.16`: "0.16", // (a): claim details
		`"-.5"`: "-0.5", `"10.100"`: "10.1", `"007"`: "7",
		`null`: "none", `""`: "none",
		`"1e3"`: "error", `1e3`: "error", `1E-2`: "error", `"1e1000000000"`: "error", // docs/security.md#amounts
		`"0.001"`: "error", `0.005`: "error", `12.345`: "error", // fractions of a cent
		`"+1"`: "error", `"−1"`: "error", `"1."`: "error", `"."`: "error", `"-"`: "error", `"--1"`: "error",
		`"$13"`: "error", `"1,234.50"`: "error", `" 13"`: "error", `"13 "`: "error", `"１３"`: "error",
		`"9999999999"`: "error", `"NaN"`: "error", `"Infinity"`: "error", `"0x10"`: "error",
		`true`: "error", `{}`: "error", `[13]`: "error",
	} {
		var m money
		got := "error"
		if err := json.Unmarshal([]byte(wire), &m); err == nil {
			got = m.dollars.String()
			if !m.set {
				got = "none"
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", wire, got, want)
		}
	}
}

func TestTextAndFlagAndList(t *testing.T) {
	read := func(wire string, into any) bool { return json.Unmarshal([]byte(wire), into) == nil }
	for wire, want := range map[string]string{
		`"5158"`: "5158", `501`: "501", `"x\/y"`: "x/y", `null`: "", `""`: "", `0`: "0",
		`1.5`: "error", `1e3`: "error", `-1`: "error", `true`: "error", `["1"]`: "error", `9999999999999999999`: "error",
	} {
		var v text
		got := "error"
		if read(wire, &v) {
			got = string(v)
		}
		if got != want {
			t.Errorf("text %s: %q, want %q", wire, got, want)
		}
	}
	for wire, want := range map[string]string{ // 1: "true" in 2016, true since 2019
		`true`: "true", `"true"`: "true", `false`: "false", `"false"`: "false", `null`: "false",
		`"True"`: "error", `"Y"`: "error", `1`: "error", `""`: "error", `[]`: "error",
	} {
		var v flag
		got := "error"
		if read(wire, &v) {
			got = fmt.Sprint(v)
		}
		if got != want {
			t.Errorf("flag %s: %s, want %s", wire, got, want)
		}
	}
	for wire, want := range map[string]string{ // 2.10a: comma list; 2.10d: array
		`"7,8"`: "7|8", `" 7 , 8,"`: "7|8", `7`: "7", `[7,8]`: "7|8", `["VI","MC"]`: "VI|MC", `[]`: "", `""`: "", `null`: "",
		`{}`: "error", `[{}]`: "error", `7.5`: "error",
	} {
		var v list
		got := "error"
		if read(wire, &v) {
			got = strings.Join(v, "|")
		}
		if got != want {
			t.Errorf("list %s: %s, want %s", wire, got, want)
		}
	}
}

// 1: single items are arrays of one, or not.
func TestOne(t *testing.T) {
	for wire, ok := range map[string]bool{
		`{"patientid":"1"}`: true, `[{"patientid":1}]`: true, "\n\n [ {\"patientid\":\"1\"} ]\n": true,
		`[]`: false, `[{},{}]`: false, `null`: false, `[null]`: false, `[[{}]]`: false, `"x"`: false, ``: false, `{`: false,
		`{"patientid":"1"} x`: false,
	} {
		w, err := one[struct{ PatientID text }]([]byte(wire))
		if (err == nil) != ok || ok && w.PatientID != "1" {
			t.Errorf("%q: %+v, %v", wire, w, err)
		}
		patient := payment.Patient{ID: 1}
		if _, err := statementOf([]byte(wire), patient); (err == nil) != ok {
			t.Errorf("%q as it comes by: %v", wire, err)
		}
	}
}

func TestEvidenceText(t *testing.T) {
	for text, want := range map[string]string{
		"Declined":                                     "Declined",
		"say \"no\"\r\n\tnow\x00":                      "say 'no' now",
		"card 4111111111111111 refused":                "card [digits] refused",
		"card 4111-1111 1111.1111!":                    "card [digits]!",
		"4111\u00a01111\u20091111\u20111111":           "[digits]",
		"٤١١١١١١١١١١١١١١١":                             "################",
		"code 042 or 0421, order 1042":                 "code [code] or 0421, order 1042",
		"11 digits 12345678901 stay":                   "11 digits 12345678901 stay",
		strings.Repeat("é", 300):                       strings.Repeat("é", 200),
		strings.Repeat("x", 195) + "41111111111111111": strings.Repeat("x", 195) + "[digi",
	} {
		if got := evidenceText(text, []byte("042")); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzMoney holds the strict reading against the decimal library's.
func FuzzMoney(f *testing.F) {
	for _, seed := range []string{`"13"`, `".16"`, `-978.7`, `"1e9"`, `"-0"`, `null`, `"0.005"`, `"\u0031"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		var m money
		if json.Unmarshal(wire, &m) != nil || !m.set {
			return
		}
		bare := strings.TrimSpace(string(wire))
		if bare[0] == '"' {
			json.Unmarshal(wire, &bare)
		}
		same, err := decimal.NewFromString(bare)
		if err != nil || !same.Equal(m.dollars) {
			t.Errorf("%q: %s, the library reads %s, %v", wire, m.dollars, same, err)
		}
		if !m.dollars.Shift(2).IsInteger() || strings.ContainsAny(bare, "eE+") {
			t.Errorf("%q: %s", wire, m.dollars)
		}
	})
}

// FuzzRead feeds every reader of answers.
func FuzzRead(f *testing.F) {
	f.Add([]byte(danaWire))
	f.Add([]byte(`[{"epaymentid":"61234","requestdate":"11\/21\/2026 10:15:02","type":"PURCHASE","amount":"25"}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if s, err := statementOf(body, dana); err == nil {
			for _, b := range s.Payable() {
				if b.Hold != "" || b.Owed.IsZero() || !reference(b.Number) && b.Number[0] != '0' {
					t.Errorf("%q: %+v", body, b)
				}
			}
		}
		if rows, err := receiptsOf(body); err == nil {
			for _, r := range rows {
				if !reference(r.Reference) || r.Time.IsZero() {
					t.Errorf("%q: %+v", body, r)
				}
			}
		}
	})
}
