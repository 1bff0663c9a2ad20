//go:build !js

package words

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"paypane/web/payment"
)

// ofStaff are the sentences that no payer reads. They are English alone, as the
// desk is.
var ofStaff = regexp.MustCompile(`^(greeting\.staff.*|review\..*|problem\.(launched_long_ago|found_.*|reference_.*|why_.*)|fact\.(now|kind|note|what|who|evidence))$`)

// forPayers are the sentences that payers read. Those of the scripts go into
// files, which are the same for all.
func forPayers() Messages {
	all := Messages{}
	for _, part := range []Messages{enProgram, enProblems, enAmount, enCards, enAgreements, enPlan, enReceipts, enReview, enServerProblems, enNotices, enScripts} {
		maps.Copy(all, part)
	}
	maps.DeleteFunc(all, func(key Key, _ string) bool { return ofStaff.MatchString(string(key)) })
	return all
}

// own are the sentences of a language itself.
func (l Language) own() Messages {
	all := Messages{}
	for _, part := range l.open().messages {
		maps.Copy(all, part)
	}
	return all
}

// Every sentence for payers stands in each language, with the same parameters,
// and nothing else does.
func TestEverySentenceInEveryLanguage(t *testing.T) {
	payers := forPayers()
	if len(payers) < 400 {
		t.Fatalf("only %d sentences", len(payers))
	}
	for _, l := range Languages[1:] {
		own := l.own()
		for key, english := range payers {
			text, ok := own[key]
			if !ok {
				t.Errorf("%s lacks %s", l.Tag(), key)
				continue
			}
			if want, got := parametersOf(english), parametersOf(text); !slices.Equal(want, got) {
				t.Errorf("%s: %s takes %v, not %v", l.Tag(), key, got, want)
			}
		}
		for key := range own {
			if _, ok := payers[key]; !ok && !strings.HasPrefix(string(key), "format.") {
				t.Errorf("%s has %s, which no payer reads", l.Tag(), key)
			}
		}
		for _, key := range formats {
			if own[key] == "" {
				t.Errorf("%s lacks %s", l.Tag(), key)
			}
		}
	}
}

// Every message of a language is well-formed, with the categories that its
// plurals have: those of CLDR for whole numbers below a million.
func TestTranslationsAreWellFormed(t *testing.T) {
	for _, l := range Languages[1:] {
		need := map[string]bool{}
		for n := range 1000 {
			need[l.open().format.plural(l, n)] = true
		}
		for key, text := range l.own() {
			if strings.Count(text, "{") != strings.Count(text, "}") {
				t.Errorf("%s: %s: braces that do not close: %s", l.Tag(), key, text)
			}
			placeholders(text, func(name string, c *choice) {
				if c == nil {
					return
				}
				if _, ok := c.cases["other"]; !ok {
					t.Errorf("%s: %s: a choice has no case other", l.Tag(), key)
				}
				for category := range need {
					if _, ok := c.cases[category]; c.kind == "plural" && !ok {
						t.Errorf("%s: %s: a plural has no case %s", l.Tag(), key, category)
					}
				}
			})
		}
	}
}

// A choice has the same cases in every language, but for the plurals: what a page
// tells apart in one it tells apart in all.
func TestTranslationsTellTheSameApart(t *testing.T) {
	selects := func(text string) []string {
		found := map[string]bool{}
		placeholders(text, func(name string, c *choice) {
			if c != nil && c.kind == "select" {
				for of := range c.cases {
					found[name+" "+of] = true
				}
			}
		})
		return slices.Sorted(maps.Keys(found))
	}
	inOne := map[Key]string{"problem.number_length": "English has an article before American Express"}
	for key, english := range forPayers() {
		for _, l := range Languages[1:] {
			if want, got := selects(english), selects(l.message(key)); !slices.Equal(want, got) && inOne[key] == "" {
				t.Errorf("%s: %s tells apart %v, not %v", l.Tag(), key, got, want)
			}
		}
	}
}

// Plurals go by CLDR.
func TestPlurals(t *testing.T) {
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other"}
	for _, l := range Languages {
		for n := range 2000 {
			want := names[plural.Cardinal.MatchPlural(language.Make(l.Tag()), n, 0, 0, 0, 0)]
			if got := l.open().format.plural(l, n); got != want {
				t.Errorf("%s: %d is %s, want %s", l.Tag(), n, got, want)
			}
		}
	}
}

// What is no sentence is written as each language writes it.
func TestLocalValues(t *testing.T) {
	at := time.Date(2026, time.November, 21, 22, 42, 7, 0, time.FixedZone("EST", -5*3600))
	for _, row := range []struct {
		value  any
		es, ar string
	}{
		{payment.Cents(123450), "$1,234.50", "\u2066$1,234.50\u2069"}, {payment.Day("2026-10-02"), "2 de octubre de 2026", "2 أكتوبر 2026"}, {payment.Day("soon"), "", ""},
		{Abbreviated("2026-10-02"), "2 oct 2026", "2 أكتوبر 2026"}, {payment.Expiry{Year: 2029, Month: time.March}, "marzo de 2029", "مارس 2029"}, {payment.Expiry{}, "", ""}, {7, "7", "7"},
		{Date(at), "21 de noviembre de 2026", "21 نوفمبر 2026"}, {Clock(at), "10:42 p. m. EST", "10:42 م EST"}, {Moment(at), "21 de noviembre de 2026, 10:42 p. m. EST", "21 نوفمبر 2026، 10:42 م EST"},
		{Exact(at), "21 nov 2026, 10:42:07 p. m. EST", "21 نوفمبر 2026، 10:42:07 م EST"}, {Month(at), "noviembre de 2026", "نوفمبر 2026"}, {Short(at), "21 de noviembre", "21 نوفمبر"}, {Moment{}, "", ""},
		{TimeOfDay("00:05"), "12:05 a. m.", "12:05 ص"}, {TimeOfDay("noon"), "", ""}, {Ordinal(21), "21", "21"},
		{[]payment.Brand{payment.Visa, payment.Mastercard, payment.Discover}, "Visa, Mastercard o Discover", "\u2068Visa، Mastercard\u2069 أو \u2068Discover\u2069"}, {List{}, "", ""},
		{payment.StoredCard{Brand: payment.Visa, Last4: "4242"}, "Visa terminada en 4242", "بطاقة \u2066Visa\u2069 تنتهي بالأرقام \u20684242\u2069"}, {payment.StoredCard{Last4: "4242"}, "Tarjeta terminada en 4242", "بطاقة تنتهي بالأرقام \u20684242\u2069"},
		{"Dana", "Dana", "\u2068Dana\u2069"}, {"", "", ""}, {nil, "", ""},
	} {
		for tag, want := range map[string]string{"es": row.es, "ar": row.ar} {
			l, ok := Named(tag)
			if !ok {
				continue
			}
			if got := l.Value(row.value); got != want {
				t.Errorf("%s: %#v: %q, want %q", tag, row.value, got, want)
			}
		}
	}
}

// The first wish that a language fits decides; the practice's first language where
// none does.
func TestChoose(t *testing.T) {
	es, _ := Named("es")
	all := Languages
	for _, row := range []struct {
		offered []Language
		wishes  []string
		want    string
	}{
		{all, nil, "en"}, {all, []string{"", "", ""}, "en"},
		{all, []string{"es"}, "es"}, {all, []string{"es-MX"}, "es"}, {all, []string{"ES-us"}, "es"}, {all, []string{"es-ES"}, "es"}, {all, []string{"es-419"}, "es"},
		{all, []string{"", "es", "en"}, "es"}, {all, []string{"en-GB", "es"}, "en"},
		{all, []string{"", "", "fr-FR,fr;q=0.9,es;q=0.8,en;q=0.7"}, "es"}, {all, []string{"", "", "en;q=0.5,es;q=0.9"}, "es"},
		{all, []string{"vi", "", "es"}, "es"}, {all, []string{"vi"}, "en"}, {all, []string{"zh-Hant"}, "en"},
		{all, []string{"not a tag", "es"}, "es"}, {all, []string{"\xff\x00", "es"}, "es"}, {all, []string{strings.Repeat("en,", 1000), "es"}, "es"},
		{[]Language{{}}, []string{"es"}, "en"}, {[]Language{es, {}}, []string{"vi"}, "es"}, {[]Language{es}, []string{"en"}, "es"},
	} {
		if got := Choose(row.offered, row.wishes...).Tag(); got != row.want {
			t.Errorf("%q of %d languages: %s, want %s", row.wishes, len(row.offered), got, row.want)
		}
	}
}

// A program prints with what it was given as the server does.
func TestALanguageIsGivenToAProgram(t *testing.T) {
	at := Moment(time.Date(2026, time.November, 21, 10, 42, 7, 0, time.UTC))
	for _, l := range Languages[1:] {
		data, err := l.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var given Language
		if err := given.UnmarshalJSON(data); err != nil {
			t.Fatal(err)
		}
		for _, v := range []any{at, payment.Cents(4500), payment.Day("2026-10-02"), payment.StoredCard{Brand: payment.Visa, Last4: "4242"}, "Dana"} {
			if got, want := given.Value(v), l.Value(v); got != want {
				t.Errorf("%s: %q, want %q", l.Tag(), got, want)
			}
		}
		for n := range 120 {
			if got, want := given.Text("page.closes", "idle", n, "absolute", n), l.Text("page.closes", "idle", n, "absolute", n); got != want {
				t.Errorf("%s: %q, want %q", l.Tag(), got, want)
			}
		}
	}
}
