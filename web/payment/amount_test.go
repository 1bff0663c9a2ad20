package payment

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// wire is the grammar of docs/security.md#amounts, written another way than the parser.
var wire = regexp.MustCompile(`^(0|[1-9][0-9]{0,6})\.[0-9]{2}$`)

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"12.50", "0.00", "00.10", "1e3", "+1.00", "-1.00", "1.5", "1,000.00", "9999999.99", "10000000.00", "１.００", "1.00\n", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAmount(s)
		if (err == nil) != wire.MatchString(s) {
			t.Fatalf("ParseAmount(%q) = %v, %v; the grammar says %v", s, a, err, wire.MatchString(s))
		}
		if err != nil {
			return
		}
		if a.String() != s {
			t.Fatalf("%q came back as %q", s, a)
		}
		if d := decimal.RequireFromString(s); !dollars(a).Equal(d) {
			t.Fatalf("%q is %v as a decimal", s, dollars(a))
		}
	})
}

func FuzzReadAmount(f *testing.F) {
	for _, s := range []string{"45", "45.5", "$1,234.50", " 45.50 ", "45,50", "1,23.00", ".5", "5.", "０４５", "1e5", "--5", "4 5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ReadAmount(s)
		if err != nil {
			return
		}
		if !wire.MatchString(a.String()) {
			t.Fatalf("ReadAmount(%q) made %q", s, a)
		}
		for _, again := range []string{a.String(), a.Display(), " " + a.Display() + "\u200b"} {
			if b, err := ReadAmount(again); err != nil || b != a {
				t.Fatalf("%q read as %v, shown as %q, read again as %v, %v", s, a, again, b, err)
			}
		}
	})
}

func TestReadAmountAsPeopleType(t *testing.T) {
	for typed, want := range map[string]string{
		"45": "45.00", "45.5": "45.50", "$45.50": "45.50", "$ 1,234.5": "1234.50", "1234": "1234.00",
		".50": "0.50", "007": "7.00", "$1,240.00": "1240.00", "1,240": "1240.00", "12,345": "12345.00", "1240": "1240.00", "$45": "45.00", "$ 45": "45.00",
		" 45.00 ": "45.00", "\u200e$45.00\u200e": "45.00", "\t45\n": "45.00", "0.5": "0.50", "１，２４０": "1240.00", "４５．５０": "45.50", "45.": "45.00", "1,000,000": "1000000.00", "٤٥": "45.00",
	} {
		if a, err := ReadAmount(typed); err != nil || a.String() != want {
			t.Errorf("%q is read as %v, %v; want %s", typed, a, err, want)
		}
	}
	for _, typed := range []string{"", "$", "45,50", "1.000,00", "45.505", "-5", "1e3", "forty", "4.5.6", "12,34", ",5", "99999999", "0x10", "5$",
		"1 200", "12 50", "45 50", "0 120", "0,120", "00,120", "012,345", "1'200", "1’200", "1_200", "1.200", "1,20", ",50", "1,2345.00", "1,234,56", "1,234.5,6",
		"1, 200", "1 ,200", "45 .50", "45. 50", "1,,200", "1.234,567", "٤٥٫٥٠", "١٬٢٠٠", "١،٢٠٠", "1，20", "1。20", "1\u00a0200", "1\u202f200", "1\u2009200",
		"1\x00200", "1\n200", "1\t200", "1\u200b200", "1\u00ad200", "12\u202e34", "1\xff200", "1\ufffd200", "45\xff", "4٬5", "$\n45", "$$45", "45 $", "4 5", "1-200", "1/200"} {
		if a, err := ReadAmount(typed); err == nil {
			t.Errorf("%q is read as %v; it is not clear", typed, a)
		}
	}
}

// grouped is the grammar of an amount as people type it, written another way
// than the reader: digits, or digits in groups of three that begin with none
// that is zero, and at most two digits of cents.
var grouped = regexp.MustCompile(`^(\$ *)?([0-9]*|[1-9][0-9]{0,2}(,[0-9]{3})+)(\.[0-9]{0,2})?$`)

// An amount that is read is worth what its digits say, and is never one that
// somebody else would read otherwise.
func TestAmountIsWorthItsDigits(t *testing.T) {
	pieces := []string{"0", "1", "2", "45", "50", "120", "000", ",", ".", " ", "'", "$", "\u00a0", "\u200b", "\x00", "\n", "٫", "٬", "，", "．", "٤", "-", "_", "\xff"}
	rapid.Check(t, func(t *rapid.T) {
		typed := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "typed"), "")
		a, err := ReadAmount(typed)
		plain := strings.NewReplacer("，", ",", "．", ".", "٤", "4", "\u00a0", " ").Replace(strings.Trim(typed, " \u00a0\u200b\x00\n"))
		if clear := grouped.MatchString(plain) && strings.ContainsAny(plain, "0123456789"); clear != (err == nil) {
			whole, _, _ := strings.Cut(strings.ReplaceAll(plain, ",", ""), ".")
			if !clear || len(strings.TrimLeft(whole, "$ 0")) <= 7 {
				t.Fatalf("%q is read as %v, %v; the grammar says %v", typed, a, err, clear)
			}
			return
		}
		if err != nil {
			return
		}
		said := strings.TrimSuffix(strings.ReplaceAll(strings.TrimLeft(plain, "$ "), ",", ""), ".")
		if want := decimal.RequireFromString("0" + said); !dollars(a).Equal(want) {
			t.Fatalf("%q is read as %v, not %v", typed, a, want)
		}
	})
}

func amounts() *rapid.Generator[Amount] {
	return rapid.Map(rapid.Int64Range(0, maxCents), Cents)
}

func TestAmountsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := amounts().Draw(t, "a"), amounts().Draw(t, "b")
		if got := dollars(a.Plus(b)); !got.Equal(dollars(a).Add(dollars(b))) {
			t.Fatalf("%v + %v = %v", a, b, got)
		}
		if a.Plus(b).Minus(b) != a {
			t.Fatalf("%v + %v − %v is not the first again", a, b, b)
		}
		if a.Less(b) && !a.Minus(b).IsZero() {
			t.Fatalf("%v − %v is more than nothing", a, b)
		}
		if strings.ReplaceAll(a.Display(), ",", "") != "$"+a.String() {
			t.Fatalf("%v is shown as %s", a, a.Display())
		}
	})
}

func TestAmountIsTextInJSON(t *testing.T) {
	b, err := json.Marshal(struct{ A Amount }{Cents(1250)})
	if err != nil || string(b) != `{"A":"12.50"}` {
		t.Fatalf("%s, %v", b, err)
	}
	for _, bad := range []string{`{"A":12.5}`, `{"A":1250}`, `{"A":"12.5"}`, `{"A":"1e1"}`, `{"A":"-1.00"}`, `{"A":""}`} {
		var v struct{ A Amount }
		if err := json.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s was read as %v", bad, v.A)
		}
	}
}

// dollars is an amount as the other library writes it.
func dollars(a Amount) decimal.Decimal { return decimal.New(a.Cents(), -2) }
