//go:build !js

package words

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Without is a language as it comes with a page that prints no sentence whose key
// begins with one of these.
func Without(l Language, beginnings ...string) Language {
	if l.IsZero() {
		return l
	}
	lighter := *l.book
	lighter.spared = beginnings
	return Language{&lighter}
}

// MarshalJSON writes the sentences that the program prints itself.
func (l Language) MarshalJSON() ([]byte, error) {
	spared := func(key Key) bool {
		return slices.ContainsFunc(l.open().spared, func(beginning string) bool { return strings.HasPrefix(string(key), beginning) })
	}
	page := inPage{l.Tag(), l.Dir(), Messages{}}
	for _, part := range []Messages{enProgram, enProblems} {
		for key := range maps.Keys(part) {
			if !spared(key) {
				page.Messages[key] = l.message(key)
			}
		}
	}
	if l.open().format == (localFormat{}) {
		for _, key := range formats {
			page.Messages[key] = l.message(key)
		}
	}
	return json.Marshal(page)
}
