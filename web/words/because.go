//go:build !js || everyword

package words

import (
	"strings"

	"paypane/web/payment"
)

// Because is why a person has to look at an attempt, from what the record keeps of it:
// sentences by their keys. What is none of these, as in rows of earlier versions, is
// printed as it is.
func Because(l Language, kept string) string {
	var said []string
	known := payment.EachBecause(kept, func(key string, named []any) {
		said = append(said, l.Text(Key(key), named...))
	})
	if !known {
		return kept
	}
	return strings.Join(said, " ")
}
