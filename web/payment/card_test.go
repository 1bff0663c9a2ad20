package payment

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	today = time.Date(2026, time.November, 21, 10, 0, 0, 0, time.UTC)
	all   = []Brand{Visa, Mastercard, AmericanExpress, Discover}
)

// A card number in another field than its own is refused there, and what the
// refusal is about is not the number itself any more: of that no text is made.
func TestCardNumberInAnotherField(t *testing.T) {
	for _, number := range []string{"4111 1111 1111 1111", "5555555555554444", "378282246310005", "6011-1111-1111-1117", "４０１２８８８８８８８８１８８１"} {
		if text := Harmless([]byte(number)); text == number && number != "4111111111111111" || !HoldsCard(text) {
			t.Errorf("%q stays %q", number, text)
		}
		for _, row := range []struct {
			field func(*CardForm) *[]byte
			code  string
		}{
			{func(f *CardForm) *[]byte { return &f.Expiry }, "expiry_form"},
			{func(f *CardForm) *[]byte { return &f.Name }, "name_number"},
			{func(f *CardForm) *[]byte { return &f.Address }, "address_number"},
			{func(f *CardForm) *[]byte { return &f.ZIP }, "zip_form"},
		} {
			form := CardForm{Number: []byte("4111111111111111"), Expiry: []byte("12/34"), Name: []byte("Dana Q Sample"), Code: []byte("123"),
				Address: []byte("12 Elm Street"), ZIP: []byte("02139")}
			*row.field(&form) = []byte(number)
			if _, problems := ReadCard(form, all, today); len(problems) != 1 || problems[0].Code != row.code {
				t.Errorf("%q: %v, want %s", number, problems, row.code)
			}
		}
	}
	for _, text := range []string{"", "12 Elm Street", "Dana Q Sample", "02139-1234", "12/34", "8613812345678@163.com"} {
		if got := Harmless([]byte(text)); got != text {
			t.Errorf("%q is %q", text, got)
		}
	}
}

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
		} else if c.text != "" && ProblemText(problems[0]) != c.text {
			t.Errorf("%s: says %q", c.name, ProblemText(problems[0]))
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

// What is sent as the postal code is what was typed, in capitals, or nothing.
func TestPostalCodesOfAllCountries(t *testing.T) {
	for typed, want := range map[string]string{
		"02139": "02139", " 02139 ": "02139", "０２１３９": "02139", "02139-1234": "02139-1234", "02139–1234": "02139-1234", "02139 1234": "02139 1234",
		"021391234": "02139-1234", "2000": "2000", "8001": "8001", "1234": "1234", "110001": "110001", "110 001": "110 001", "557016": "557016",
		"1000001": "1000001", "100-0001": "100-0001", "01310-100": "01310-100", "01310100": "01310100", "1000-205": "1000-205", "00-950": "00-950",
		"111 22": "111 22", "104 31": "104 31", "SE1 2LN": "SE1 2LN", "se1 2ln": "SE1 2LN", "se1  2ln\u200b": "SE1 2LN", "K1A 0B1": "K1A 0B1", "k1a0b1": "K1A0B1",
		"D02 X285": "D02 X285", "1012 AB": "1012 AB", "GX11 1AA": "GX11 1AA", "C1425": "C1425", "AD500": "AD500", "LV-1010": "LV-1010", "HM 12": "HM 12", "०२१३९": "02139",
	} {
		if got, p := readZIP([]byte(typed)); p != nil || got != want {
			t.Errorf("%q is read as %q, %v; want %q", typed, got, p, want)
		}
	}
	for _, typed := range []string{"---", "-", "02139-", "-02139", "12345,", "12345.", "12345/6789", "12345_6789", "02139--1234", "02139- 1234", "hello world", "hello", "ABC", "12", "123", "1", "A1",
		"02139-1", "02139-12", "02139-12345", "12345 12345", "1234567890", "01234567890123456789", "4111111111111111", "1 2 3 4 5", "02139\x001234x67", "٠٢١٣٩🏠"} {
		if got, p := readZIP([]byte(typed)); p == nil || p.Code != "zip_form" || p.Field != FieldZIP {
			t.Errorf("%q is sent as %q, %v", typed, got, p)
		}
	}
}

func TestNameOnCardIsAName(t *testing.T) {
	for _, typed := range []string{"Dana Q. Sample", "José Ñ", "李小龍", "O'Brien-Smith", "Sample 2nd", "X Æ A-12", "D"} {
		if got, p := readName([]byte(" " + typed + " ")); p != nil || got != typed {
			t.Errorf("%q is read as %q, %v", typed, got, p)
		}
	}
	for typed, code := range map[string]string{
		"4111-1111": "name_number", "4111 1111": "name_number", "41111111": "name_number", "4111.1111": "name_number", "12345": "name_number", "４１１１ １１１１": "name_number",
		"4111 1111 1111 1111": "name_number", "Dana 4111 1111 1111 1111": "name_number", "Dana 4111x1111x1111": "name_number", "411111111111": "name_number",
		"123": "name_code", "1234": "name_code", "1-2-3": "name_code", "12": "name_form", "---": "name_form", "...": "name_form", "!": "name_form", "- -": "name_form", " ": "name_empty",
	} {
		if got, p := readName([]byte(typed)); p == nil || p.Code != code {
			t.Errorf("%q is read as %q, %v; want %s", typed, got, p, code)
		}
	}
}
