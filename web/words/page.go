package words

import (
	"encoding/json"
	"maps"
)

// inPage is a language as it comes with a page: the program carries English
// alone, and gets the sentences that it prints itself of any other.
type inPage struct {
	Tag      string   `json:"tag"`
	Dir      string   `json:"dir"`
	Messages Messages `json:"messages"`
}

// IsZero reports whether the language is English, which comes with no page.
func (l Language) IsZero() bool { return l.book == nil || l.book == english }

// MarshalJSON writes the sentences that the program prints itself.
func (l Language) MarshalJSON() ([]byte, error) {
	page := inPage{l.Tag(), l.Dir(), Messages{}}
	for _, part := range []Messages{enProgram, enProblems} {
		for key := range maps.Keys(part) {
			page.Messages[key] = l.message(key)
		}
	}
	return json.Marshal(page)
}

// UnmarshalJSON reads a language that came with a page. What it lacks is printed
// in English.
func (l *Language) UnmarshalJSON(data []byte) error {
	var page inPage
	if err := json.Unmarshal(data, &page); err != nil {
		return err
	}
	l.book = &book{tag: page.Tag, dir: page.Dir, format: english.format, messages: append([]Messages{page.Messages}, english.messages...)}
	return nil
}
