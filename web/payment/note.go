//go:build !js || desk

package payment

import "strings"

// ReadNote reads what somebody says about what they have done; nothing, too.
func ReadNote(text string) (note string, problems []Problem) {
	note = strings.TrimSpace(strings.Map(plainRune, text))
	switch {
	case HoldsCard(note):
		return "", []Problem{{Code: "note_card", Field: "note"}}
	case !short(note, longestReason):
		return note, []Problem{{Code: "note_long", Field: "note"}}
	}
	return note, nil
}
