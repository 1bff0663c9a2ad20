package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"

	"paypane/web/payment"
)

// longestWish is the most characters of one wish: those of an e-mail address.
const longestWish = 254

// wishTexts are the wishes that there are, by the names under which they are kept.
func wishTexts(w payment.Wishes) map[string]string {
	if w == (payment.Wishes{}) {
		return nil
	}
	text, err := json.Marshal(w)
	texts := map[string]string{}
	if err == nil {
		err = json.Unmarshal(text, &texts)
	}
	if err != nil {
		panic(err) // cannot happen: all of them are texts
	}
	return texts
}

// writeWishes is the stored form of wishes but for apart: JSON with sorted names.
// Nothing is escaped that does not have to be, like the databases write JSON.
func writeWishes(w payment.Wishes) string {
	texts := wishTexts(w)
	if len(texts) == 0 {
		return "{}"
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(texts); err != nil {
		panic(err) // cannot happen
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// wishes is one column for all wishes. The e-mail address was there first, in a
// column and in the hash of its own; the others have a word before them.
func wishes(at func(*Record) *payment.Wishes) form {
	return form{
		value: func(a *Record) any { return apart(writeWishes(*at(a))) },
		into:  func(a *Record) any { return scannedWishes{at(a)} },
		sum:   func(h *hasher, a *Record) { h.text(at(a).Email) },
		lateSum: func(h *hasher, a *Record) {
			others := *at(a)
			others.Email = ""
			if others != (payment.Wishes{}) {
				h.text("wishes")
				h.text(writeWishes(others))
			}
		},
	}
}

// scannedWishes scans wishes. A text that the ledger did not write becomes the
// e-mail address, so that nobody can change a row unseen.
type scannedWishes struct{ to *payment.Wishes }

func (s scannedWishes) Scan(value any) error {
	var text string
	if err := (joined{&text}).Scan(value); err != nil {
		return err
	}
	var w payment.Wishes
	if err := json.Unmarshal([]byte(text), &w); err != nil || writeWishes(w) != text {
		w = payment.Wishes{Email: text}
	}
	*s.to = w
	return nil
}

// fitWishes refuses a wish that holds a card number or cannot be kept as it is.
func fitWishes(w payment.Wishes) error {
	for name, text := range wishTexts(w) {
		if typed(text, longestWish) != text || payment.HoldsCard(text) {
			return fmt.Errorf("%s: %w", name, ErrText)
		}
	}
	return nil
}
