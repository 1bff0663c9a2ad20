package payment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	today = time.Date(2026, time.November, 21, 10, 0, 0, 0, time.UTC)
	all   = []Brand{Visa, Mastercard, AmericanExpress, Discover}
)

// filled is a form that has nothing wrong with it.
func filled() CardForm {
	return CardForm{
		Number: []byte("4111 1111 1111 1111"), Expiry: []byte("04/29"), Name: []byte("Dana Q. Sample"),
		Code: []byte("042"), Address: []byte("12 Elm St"), ZIP: []byte("02139"),
	}
}

func TestReadCardTakesWhatPeopleAndProgramsFillIn(t *testing.T) {
	for _, c := range []struct{ number, code, brand, last4 string }{
		{"4111111111111111", "123", "VI", "1111"},
		{" 4111-1111-1111-1111 ", "0 4 2", "VI", "1111"},
		{"4111 1111–1111—1111", "123", "VI", "1111"},
		{"４１１１１１１１１１１１１１１１", "１２３", "VI", "1111"},
		{"\u200e4111\u00a01111\u202f1111\u20031111\ufeff", "123", "VI", "1111"},
		{"4111.1111.1111.1111,", "123", "VI", "1111"},
		{"5555555555554444", "123", "MC", "4444"},
		{"2223003122003222", "123", "MC", "3222"},
		{"3782 822463 10005", "1234", "AX", "0005"},
		{"6011111111111117", "123", "DS", "1117"},
	} {
		f := filled()
		f.Number, f.Code = []byte(c.number), []byte(c.code)
		card, problems := ReadCard(f, all, today)
		if card == nil {
			t.Errorf("%q: %v", c.number, problems)
			continue
		}
		if string(card.Brand()) != c.brand || card.Last4() != c.last4 {
			t.Errorf("%q: %s %s", c.number, card.Brand(), card.Last4())
		}
		card.Reveal(func(number, code []byte) {
			if !digits(number) || !digits(code) {
				t.Errorf("%q is handed on as %d characters", c.number, len(number))
			}
		})
	}
}

func TestReadCardSaysWhatIsWrong(t *testing.T) {
	visaOnly := []Brand{Visa, Mastercard, Discover}
	for _, c := range []struct {
		name   string
		change func(*CardForm)
		code   string
		text   string
	}{
		{"nothing", func(f *CardForm) { f.Number = nil }, "number_empty", "Enter your card number"},
		{"separators only", func(f *CardForm) { f.Number = []byte(" - ") }, "number_empty", "Enter your card number"},
		{"one digit short", func(f *CardForm) { f.Number = []byte("411111111111111") }, "number_length", "Check the card number. A Visa number has 16 digits and you entered 15."},
		{"typo", func(f *CardForm) { f.Number = []byte("4111111111111112") }, "number_check", "Check the card number. One or more digits are different from a real card number."},
		{"Amex not taken", func(f *CardForm) { f.Number, f.Code = []byte("378282246310005"), []byte("1234") }, "number_brand", "This practice does not take American Express. Use Visa, Mastercard or Discover."},
		{"letters", func(f *CardForm) { f.Number = []byte("4111 1111 1111 111O") }, "number_letters", ""},
		{"other network", func(f *CardForm) { f.Number = []byte("3530111333300000") }, "number_brand", ""},
		{"number as name", func(f *CardForm) { f.Name = []byte("4111 1111 1111 1111") }, "name_number", "Enter the name on the card, not the card number"},
		{"code as name", func(f *CardForm) { f.Name = []byte("123") }, "name_code", ""},
		{"no name", func(f *CardForm) { f.Name = []byte(" \u200b ") }, "name_empty", ""},
		{"short code", func(f *CardForm) { f.Code = []byte("12") }, "code_length", "The security code has 3 digits for Visa"},
		{"no code", func(f *CardForm) { f.Code = nil }, "code_empty", ""},
		{"no expiry", func(f *CardForm) { f.Expiry = nil }, "expiry_empty", "Enter the expiry date"},
		{"expired", func(f *CardForm) { f.Expiry = []byte("03/26") }, "expiry_past", "This card expired in March 2026. Use another card."},
		{"month 13", func(f *CardForm) { f.Expiry = []byte("13/29") }, "expiry_month", "The month must be between 01 and 12"},
		{"no address", func(f *CardForm) { f.Address = nil }, "address_empty", ""},
		{"no ZIP", func(f *CardForm) { f.ZIP = nil }, "zip_empty", ""},
		{"half a ZIP", func(f *CardForm) { f.ZIP = []byte("021") }, "zip_form", ""},
	} {
		f := filled()
		c.change(&f)
		card, problems := ReadCard(f, visaOnly, today)
		if card != nil || len(problems) != 1 || problems[0].Code != c.code {
			t.Errorf("%s: %v, %v; want %s", c.name, card, problems, c.code)
		} else if c.text != "" && problems[0].Text != c.text {
			t.Errorf("%s: says %q", c.name, problems[0].Text)
		}
	}
	_, problems := ReadCard(CardForm{}, visaOnly, today)
	var fields []string
	for _, p := range problems {
		fields = append(fields, p.Field)
	}
	if got := strings.Join(fields, " "); got != "number expiry name code address zip" {
		t.Errorf("an empty form lists %s", got)
	}
}

// The rows of card-validator 10's tests of expiration dates, and what people
// type besides.
func TestExpiryInAllUsualForms(t *testing.T) {
	for typed, want := range map[string]string{
		"04/29": "04/29", "4/29": "04/29", "04 / 29": "04/29", "04 29": "04/29", "04-29": "04/29", "04.29": "04/29",
		"0429": "04/29", "429": "04/29", "042029": "04/29", "42029": "04/29", "04/2029": "04/29", "04 / 2029": "04/29",
		"4 / 2029": "04/29", "2029-04": "04/29", "2029-4": "04/29", "2029/04": "04/29", "１２／２９": "12/29", "1229": "12/29",
		"122029": "12/29", "04–29": "04/29", "129": "01/29", "11/26": "11/26", " 04/29\u200b": "04/29",
	} {
		e, p := readExpiry(typed, today)
		if p != nil || e.String() != want {
			t.Errorf("%q is read as %v, %v; want %s", typed, e, p, want)
		}
	}
	for typed, code := range map[string]string{
		"": "expiry_empty", "/": "expiry_empty", "00/29": "expiry_month", "13 / 29": "expiry_month", "2029-00": "expiry_month",
		"11 / 11": "expiry_past", "01/1999": "expiry_form", "01 / 2100": "expiry_form", "10/26": "expiry_past",
		"10/123": "expiry_form", "04": "expiry_form", "4": "expiry_form", "04/29/30": "expiry_form", "April 29": "expiry_form", "04/2": "expiry_form",
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

// numbers draws numbers of a brand with the right check digit.
func numbers(t *rapid.T) []byte {
	start := rapid.SampledFrom([]string{"4", "51", "55", "2221", "2720", "34", "37", "6011", "65", "644"}).Draw(t, "prefix")
	n := []byte(start)
	length := BrandOf(n).lengths()
	for want := rapid.SampledFrom(length).Draw(t, "length") - 1; len(n) < want; {
		n = append(n, byte('0'+rapid.IntRange(0, 9).Draw(t, "digit")))
	}
	for d := byte('0'); d <= '9'; d++ {
		if Luhn(append(n, d)) {
			return append(n, d)
		}
	}
	panic("no check digit")
}

func TestAnyNumberSurvivesAnySeparators(t *testing.T) {
	separators := []string{"", " ", "-", "–", " ", "\u200b", ".", "_", "\u200e"}
	rapid.Check(t, func(t *rapid.T) {
		number := numbers(t)
		var typed []byte
		for _, d := range number {
			typed = append(typed, rapid.SampledFrom(separators).Draw(t, "separator")...)
			if rapid.Bool().Draw(t, "full width") {
				typed = append(typed, string(rune(0xFF10+int(d-'0')))...)
			} else {
				typed = append(typed, d)
			}
		}
		got, problem := readNumber(typed, all)
		if problem != nil || !bytes.Equal(got, number) {
			t.Fatalf("%q: %v", typed, problem)
		}
	})
}

func TestOneWrongDigitOrSwapIsNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := numbers(t)
		i := rapid.IntRange(0, len(number)-1).Draw(t, "position")
		wrong := bytes.Clone(number)
		wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if Luhn(wrong) {
			t.Fatalf("a number with digit %d changed passes", i)
		}
	})
}

func TestGroupingOnlyAddsSpaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := numbers(t)
		typed := number[:rapid.IntRange(0, len(number)).Draw(t, "typed so far")]
		grouped, brand := GroupNumber(bytes.Clone(typed))
		if !bytes.Equal(bytes.ReplaceAll(grouped, []byte(" "), nil), typed) {
			t.Fatalf("%q became %q", typed, grouped)
		}
		again, _ := GroupNumber(bytes.Clone(grouped))
		if !bytes.Equal(again, grouped) {
			t.Fatalf("%q is grouped again as %q", grouped, again)
		}
		if brand != BrandOf(typed) {
			t.Fatalf("%q is %s", typed, brand)
		}
	})
	for typed, want := range map[string]string{
		"378282246310005": "3782 822463 10005", "4111111111111111": "4111 1111 1111 1111", "41111": "4111 1", "4111": "4111", "4111-1111": "4111-1111",
	} {
		if got, _ := GroupNumber([]byte(typed)); string(got) != want {
			t.Errorf("%q is grouped as %q", typed, got)
		}
	}
}

// A card, and what was typed for one, gives away brand and last four and
// nothing else, however it is printed, logged or marshalled, alone or inside
// something.
func TestCardCannotPrintItself(t *testing.T) {
	form := filled()
	form.Code = []byte("7391"[:3])
	card, _ := ReadCard(form, all, today)
	type holder struct {
		C    *Card
		Form CardForm
	}
	h := holder{card, form}
	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		for _, v := range []any{card, *card, form, &form, h, &h, []any{card}, map[string]any{"card": card, "form": form}} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
	}
	// Without the time of day, which holds any three digits now and then.
	timeless := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	for _, log := range []slog.Handler{slog.NewTextHandler(&printed, timeless), slog.NewJSONHandler(&printed, timeless)} {
		slog.New(log).Info("x", "card", card, "form", form, "holder", h)
	}
	b, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	printed.Write(b)
	out := printed.String()
	for _, secret := range []string{"4111111", "4111 1111", "739", "34313131", "52 49 49", "[52,49"} {
		if strings.Contains(out, secret) {
			t.Errorf("found %q in what was printed", secret)
		}
	}
	if !strings.Contains(out, "Visa ending in 1111") {
		t.Error("the short form is not printed either")
	}
}

func TestClearLeavesNothing(t *testing.T) {
	form := filled()
	card, _ := ReadCard(form, all, today)
	var number, code []byte
	card.Reveal(func(n, c []byte) { number, code = n, c })
	card.Clear()
	form.Clear()
	for _, b := range [][]byte{number, code, form.Number, form.Code, form.Name} {
		if !bytes.Equal(b, make([]byte, len(b))) {
			t.Errorf("%q is left", b)
		}
	}
}

func FuzzReadCard(f *testing.F) {
	f.Add([]byte("4111 1111 1111 1111"), []byte("04/29"), []byte("Dana"), []byte("123"), []byte("12 Elm"), []byte("02139"))
	f.Fuzz(func(t *testing.T, number, expiry, name, code, address, zip []byte) {
		card, problems := ReadCard(CardForm{Number: number, Expiry: expiry, Name: name, Code: code, Address: address, ZIP: zip}, all, today)
		if (card == nil) == (len(problems) == 0) {
			t.Fatal("neither a card nor a problem, or both")
		}
		if card == nil {
			return
		}
		card.Reveal(func(number, code []byte) {
			if !Luhn(number) || !digits(number) || len(code) != card.Brand().CodeLength() || card.Expiry.Before(today) {
				t.Fatal("a card that cannot be")
			}
		})
	})
}

func TestHoldsCardNumber(t *testing.T) {
	for _, s := range []string{"4111111111111111", "name 4111-1111 1111.1111 x", "４１１１１１１１１１１１１１１１", "411111111111"} {
		if !HoldsCardNumber(s) {
			t.Errorf("%q is not found out", s)
		}
	}
	for _, s := range []string{"", "Dana Sample", "12 Elm St, 02139", "5-3-21 x 100200300", "12345678901"} {
		if HoldsCardNumber(s) {
			t.Errorf("%q is taken for a card number", s)
		}
	}
}

func TestReadEmail(t *testing.T) {
	for typed, want := range map[string]string{"": "", " dana@example.com ": "dana@example.com", "ａ@example.org": "a@example.org"} {
		if got, p := ReadEmail(typed); p != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, p)
		}
	}
	for _, typed := range []string{"dana", "dana@", "@example.com", "dana@example", "dana@example.", "a@b@c.de", "a,b@example.com", "<a@example.com>", "a@example..com"} {
		if got, p := ReadEmail(typed); p == nil {
			t.Errorf("%q is taken as %q", typed, got)
		}
	}
}
