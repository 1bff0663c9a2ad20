//go:build !js

package payment

import "encoding/json"

// Fits reports whether the record of a count has room for it.
func (c Counted) Fits() bool {
	text, err := json.Marshal(c)
	return err == nil && len(text) <= longestCount
}
