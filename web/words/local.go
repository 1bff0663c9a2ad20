package words

import (
	"strconv"
	"strings"
	"time"

	"paypane/web/payment"
)

// localFormat writes money and days by the messages format.* of a language, so
// that the browser's program gets them with its sentences and carries none. In a
// language from right to left what is written from left to right is set apart.
type localFormat struct{}

// The characters that set a text apart from the direction around it.
const (
	leftToRight = "\u2066"
	firstStrong = "\u2068"
	apartEnds   = "\u2069"
)

func (localFormat) value(l Language, v any) string {
	switch v := v.(type) {
	case string:
		return l.apart(firstStrong, v)
	case payment.Amount:
		return l.apart(leftToRight, v.Display())
	case payment.Day:
		return l.day("format.day", string(v))
	case Abbreviated:
		return l.day("format.day.abbreviated", string(v))
	case List:
		return l.list("list.and", v)
	case payment.Expiry:
		if v == (payment.Expiry{}) {
			return ""
		}
		return l.date("format.month", time.Date(v.Year, v.Month, 1, 0, 0, 0, 0, time.UTC))
	case []payment.Brand:
		return l.list("list.or", brandNames(v))
	case payment.StoredCard:
		return l.card(v)
	case Date:
		return l.date("format.day", time.Time(v))
	case Clock:
		return l.clock("3:04", time.Time(v))
	case Moment:
		return l.moment("format.day", "3:04", time.Time(v))
	case Exact:
		return l.moment("format.day.abbreviated", "3:04:05", time.Time(v))
	case Month:
		return l.date("format.month", time.Time(v))
	case Short:
		return l.date("format.short", time.Time(v))
	case TimeOfDay:
		t, err := time.Parse("15:04", string(v))
		if err != nil {
			return ""
		}
		return l.time("3:04", t)
	case Ordinal:
		return strconv.Itoa(int(v))
	}
	text := englishFormat{}.value(l, v)
	if _, ok := v.(int); ok {
		return text
	}
	return l.apart(leftToRight, text)
}

// apart is a text as it stands among others of the language.
func (l Language) apart(how, text string) string {
	if text == "" || l.Dir() != "rtl" {
		return text
	}
	return how + text + apartEnds
}

// bare is a text without what sets it apart.
func bare(text string) string { return strings.Trim(text, leftToRight+firstStrong+apartEnds) }

func (l Language) day(key Key, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return l.date(key, t)
}

// date writes the parts of a day as a message has them.
func (l Language) date(key Key, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.filled(key, "day", strconv.Itoa(t.Day()), "month", l.one("format.months", int(t.Month())-1),
		"mon", l.one("format.months.abbreviated", int(t.Month())-1), "year", strconv.Itoa(t.Year()))
}

func (l Language) time(layout string, t time.Time) string {
	return l.filled("format.time", "clock", t.Format(layout), "half", l.one("format.halves", t.Hour()/12))
}

func (l Language) clock(layout string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.filled("format.clock", "time", l.time(layout, t), "zone", t.Format("MST"))
}

func (l Language) moment(day Key, layout string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.filled("format.moment", "date", l.date(day, t), "time", l.clock(layout, t))
}

// one is a text of several.
func (l Language) one(key Key, i int) string {
	list := strings.Split(l.message(key), "|")
	return list[i%len(list)]
}

// filled is a message with names and texts, which stand in it as they are.
func (l Language) filled(key Key, pairs ...string) string {
	text := l.message(key)
	for i := 0; i < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// plural is by the rules of CLDR. Those of Spanish differ from English for whole
// millions, of which there are none here.
func (localFormat) plural(l Language, n int) string {
	if l.Tag() != "ar" {
		return englishFormat{}.plural(l, n)
	}
	switch few := n % 100; {
	case n == 0:
		return "zero"
	case n == 1:
		return "one"
	case n == 2:
		return "two"
	case few >= 3 && few <= 10:
		return "few"
	case few >= 11:
		return "many"
	}
	return "other"
}
