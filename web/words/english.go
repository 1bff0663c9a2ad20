package words

import (
	"strconv"
	"strings"
	"time"

	"paypane/web/payment"
)

// The ways to write a moment. Its zone is the one that it is to be told in.
type (
	Date   time.Time // "November 21, 2026"
	Clock  time.Time // "10:42 AM EST"
	Moment time.Time // "November 21, 2026 at 10:42 AM EST"
	Exact  time.Time // "Nov 21, 2026 10:42:07 AM EST"
	Month  time.Time // "November 2026"
	Short  time.Time // a day of a year that is known: "November 21"
)

// Abbreviated is a day for the column of a table: "Nov 21, 2026".
type Abbreviated payment.Day

// List is a list for a sentence, of which all count: "a, b and c".
type List []string

// TimeOfDay is a time by the practice's clock, as the upstream writes it:
// "14:30", for "2:30 PM".
type TimeOfDay string

// Ordinal is the place of a day in its month: "21st".
type Ordinal int

// englishFormat writes money and days as they are written in the United States.
type englishFormat struct{}

func (englishFormat) plural(_ Language, n int) string {
	if n == 1 {
		return "one"
	}
	return "other"
}

func (englishFormat) value(l Language, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case payment.Amount:
		return v.Display()
	case payment.Day:
		t, err := time.Parse(time.DateOnly, string(v))
		if err != nil {
			return ""
		}
		return t.Format("January 2, 2006")
	case Abbreviated:
		t, err := time.Parse(time.DateOnly, string(v))
		if err != nil {
			return ""
		}
		return t.Format("Jan 2, 2006")
	case List:
		return l.list("list.and", v)
	case payment.Expiry:
		if v == (payment.Expiry{}) {
			return ""
		}
		return v.Month.String() + " " + strconv.Itoa(v.Year)
	case payment.Brand:
		if v == "" {
			return ""
		}
		return v.Name()
	case []payment.Brand:
		return l.list("list.or", brandNames(v))
	case payment.StoredCard:
		return l.card(v)
	case Date:
		return moment(time.Time(v), "January 2, 2006")
	case Clock:
		return moment(time.Time(v), "3:04 PM MST")
	case Moment:
		return moment(time.Time(v), "January 2, 2006 at 3:04 PM MST")
	case Exact:
		return moment(time.Time(v), "Jan 2, 2006 3:04:05 PM MST")
	case Month:
		return moment(time.Time(v), "January 2006")
	case Short:
		return moment(time.Time(v), "January 2")
	case TimeOfDay:
		t, err := time.Parse("15:04", string(v))
		if err != nil {
			return ""
		}
		return t.Format("3:04 PM")
	case Ordinal:
		return strconv.Itoa(int(v)) + ordinalEnding(int(v))
	}
	return ""
}

func moment(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

func ordinalEnding(n int) string {
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}

func brandNames(brands []payment.Brand) []string {
	names := make([]string, len(brands))
	for i, b := range brands {
		names[i] = b.Name()
	}
	return names
}

// list is a list for a sentence; key joins its last two: "a, b and c".
func (l Language) list(key Key, items []string) string {
	if len(items) == 0 {
		return ""
	}
	last := len(items) - 1
	if last == 0 {
		return items[0]
	}
	return l.Text(key, "first", strings.Join(items[:last], l.Text("list.comma")), "last", items[last])
}

// card names a card without its expiry: "Visa ending in 4242".
func (l Language) card(c payment.StoredCard) string {
	return l.Text("card.name", "brand", c.Brand, "last4", c.Last4)
}
