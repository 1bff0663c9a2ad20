package words

import (
	"testing"
	"time"

	"paypane/web/payment"
)

// What is no sentence is written as it is in the United States.
func TestEnglishValues(t *testing.T) {
	at := time.Date(2026, time.November, 21, 10, 42, 7, 0, time.FixedZone("EST", -5*3600))
	for _, row := range []struct {
		value any
		want  string
	}{
		{payment.Cents(123450), "$1,234.50"}, {payment.Day("2026-10-02"), "October 2, 2026"}, {payment.Day("soon"), ""}, {payment.Day(""), ""},
		{payment.Expiry{Year: 2029, Month: time.March}, "March 2029"}, {payment.Expiry{}, ""}, {7, "7"},
		{Date(at), "November 21, 2026"}, {Clock(at), "10:42 AM EST"}, {Moment(at), "November 21, 2026 at 10:42 AM EST"},
		{Exact(at), "Nov 21, 2026 10:42:07 AM EST"}, {Month(at), "November 2026"}, {Short(at), "November 21"}, {Moment{}, ""},
		{TimeOfDay("14:30"), "2:30 PM"}, {TimeOfDay("00:05"), "12:05 AM"}, {TimeOfDay("noon"), ""},
		{Ordinal(1), "1st"}, {Ordinal(2), "2nd"}, {Ordinal(3), "3rd"}, {Ordinal(4), "4th"}, {Ordinal(11), "11th"}, {Ordinal(12), "12th"}, {Ordinal(13), "13th"}, {Ordinal(21), "21st"}, {Ordinal(31), "31st"},
		{[]payment.Brand{payment.Visa}, "Visa"}, {[]payment.Brand{payment.Visa, payment.Mastercard, payment.Discover}, "Visa, Mastercard or Discover"}, {[]payment.Brand{}, ""},
		{payment.StoredCard{Brand: payment.Visa, Last4: "4242"}, "Visa ending in 4242"}, {payment.StoredCard{Last4: "4242"}, "Card ending in 4242"}, {payment.StoredCard{Brand: payment.Visa}, "Visa"},
	} {
		if got := (Language{}).Value(row.value); got != row.want {
			t.Errorf("%#v: %q, want %q", row.value, got, row.want)
		}
	}
}

// A message is printed with what it chooses, and nothing that a parameter holds
// is read as a message.
func TestText(t *testing.T) {
	l := Language{&book{tag: "en", dir: "ltr", format: englishFormat{}, messages: []Messages{{
		"plain":  "Nothing to choose",
		"named":  "For {name}.",
		"plural": "{n, plural, one {# day} other {# days}} left",
		"select": "Call{phone, select, none {} other { {phone}}}",
		"nested": "{you, select, yes {You have {n, plural, one {# bill} other {# bills}}} other {{name} has none}}",
	}}}}
	for _, row := range []struct {
		want, key  string
		parameters []any
	}{
		{"Nothing to choose", "plain", nil},
		{"For {n} # }{.", "named", []any{"name", "{n} # }{"}},
		{"1 day left", "plural", []any{"n", 1}}, {"0 days left", "plural", []any{"n", 0}}, {"5 days left", "plural", []any{"n", 5}},
		{"Call", "select", []any{"phone", ""}}, {"Call 555", "select", []any{"phone", "555"}}, {"Call none", "select", []any{"phone", "none"}},
		{"You have 2 bills", "nested", []any{"you", true, "n", 2, "name", "Ann"}}, {"Ann has none", "nested", []any{"you", false, "n", 2, "name", "Ann"}},
		{"missing", "missing", nil},
	} {
		if got := l.Text(Key(row.key), row.parameters...); got != row.want {
			t.Errorf("%s with %v: %q, want %q", row.key, row.parameters, got, row.want)
		}
	}
	if around := l.Around("named", "name"); around != (Halves{"For ", "."}) {
		t.Errorf("around the name stand %q and %q", around.Before, around.After)
	}
}
