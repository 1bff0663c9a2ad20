package words

import "paypane/web/told"

// inPage is a language as it comes with a page: the program carries English
// alone, and gets the sentences that it prints itself of any other.
type inPage struct {
	Tag      string   `json:"tag"`
	Dir      string   `json:"dir"`
	Messages Messages `json:"messages"`
}

// formats are the messages by which localFormat writes.
var formats = []Key{"format.day", "format.day.abbreviated", "format.month", "format.short", "format.time", "format.clock", "format.moment",
	"format.months", "format.months.abbreviated", "format.halves"}

// IsZero reports whether the language is English, which comes with no page.
func (l Language) IsZero() bool { return l.book == nil || l.book == english }

// UnmarshalJSON reads a language that came with a page. What it lacks is printed
// in English.
func (l *Language) UnmarshalJSON(data []byte) error {
	var page inPage
	if err := told.Read(string(data), &page); err != nil {
		return err
	}
	l.book = &book{tag: page.Tag, dir: page.Dir, format: english.format, messages: append([]Messages{page.Messages}, english.messages...)}
	if page.Messages[formats[0]] != "" {
		l.book.format = localFormat{}
	}
	return nil
}
