//go:build !js

package words

import (
	"encoding/json"
	"maps"
)

// MarshalJSON writes the sentences that the program prints itself.
func (l Language) MarshalJSON() ([]byte, error) {
	page := inPage{l.Tag(), l.Dir(), Messages{}}
	for _, part := range []Messages{enProgram, enProblems} {
		for key := range maps.Keys(part) {
			page.Messages[key] = l.message(key)
		}
	}
	if l.open().format == (localFormat{}) {
		for _, key := range formats {
			page.Messages[key] = l.message(key)
		}
	}
	return json.Marshal(page)
}
