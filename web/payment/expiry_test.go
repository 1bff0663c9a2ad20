package payment

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The rows of card-validator 10's tests of expiration dates, and what people
// type besides.
func TestExpiryInAllUsualForms(t *testing.T) {
	for typed, want := range map[string]string{
		"04/29": "04/29", "4/29": "04/29", "04 / 29": "04/29", "04 29": "04/29", "04-29": "04/29", "04.29": "04/29",
		"0429": "04/29", "429": "04/29", "042029": "04/29", "42029": "04/29", "04/2029": "04/29", "04 / 2029": "04/29",
		"4 / 2029": "04/29", "2029-04": "04/29", "2029-4": "04/29", "2029/04": "04/29", "１２／２９": "12/29", "1229": "12/29",
		"202904": "04/29", "203012": "12/30", "203001": "01/30", "20294": "04/29", "2904": "04/29", "3012": "12/30", "3001": "01/30", "122030": "12/30", "1230": "12/30",
		"２０２９０４": "04/29", " 202904 ": "04/29", "42030": "04/30", "22029": "02/29", "12029": "01/29", "102029": "10/29",
		"122029": "12/29", "04–29": "04/29", "129": "01/29", "11/26": "11/26", " 04/29\u200b": "04/29",
		"29/04": "04/29", "29 - 04": "04/29", "29/12": "12/29", "26 12": "12/26", "०४/२९": "04/29", "๐๔๒๙": "04/29",
	} {
		e, p := readExpiry(typed, today)
		if p != nil || e.String() != want {
			t.Errorf("%q is read as %v, %v; want %s", typed, e, p, want)
		}
	}
	for typed, code := range map[string]string{
		"": "expiry_empty", "/": "expiry_empty", "00/29": "expiry_month", "13 / 29": "expiry_month", "29/00": "expiry_month", "29/13": "expiry_month", "00/12": "expiry_month", "31/4": "expiry_form", "25/04": "expiry_past", "29.4a": "expiry_form", "2029-00": "expiry_month",
		"11 / 11": "expiry_past", "01/1999": "expiry_form", "01 / 2100": "expiry_form", "10/26": "expiry_past",
		"10/123": "expiry_form", "04": "expiry_form", "4": "expiry_form", "04/29/30": "expiry_form", "April 29": "expiry_form", "202913": "expiry_month", "202900": "expiry_month", "2913": "expiry_month", "132027": "expiry_month", "002027": "expiry_month",
		"0012": "expiry_month", "202504": "expiry_past", "2504": "expiry_past", "2202": "expiry_past", "1111": "expiry_past", "1202": "expiry_past",
		"011999": "expiry_form", "012100": "expiry_form", "204912": "expiry_form", "01201": "expiry_month", "0120197": "expiry_form", "29044": "expiry_form", "04/2": "expiry_form",
	} {
		if e, p := readExpiry(typed, today); p == nil || p.Code != code {
			t.Errorf("%q: %v, %v; want %s", typed, e, p, code)
		}
	}
}

func TestCardIsGoodUntilTheLastDayOfItsMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Expiry{Year: rapid.IntRange(2020, 2040).Draw(t, "year"), Month: time.Month(rapid.IntRange(1, 12).Draw(t, "month"))}
		last := time.Date(e.Year, e.Month+1, 0, 23, 59, 59, 0, time.UTC)
		if e.Before(last) || !e.Before(last.Add(time.Second)) {
			t.Fatalf("%v is not good exactly until %v", e, last)
		}
	})
}
