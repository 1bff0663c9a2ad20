package session

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
)

// Binding says of a form for which patient it was printed, without naming them:
// the first key marks, all verify. A mark outlives its session, so that a page
// that stood open works on after a new launch for the same patient.
type Binding struct{ keys [][]byte }

// NewBinding makes one of secrets of at least 32 bytes.
func NewBinding(keys [][]byte) (Binding, error) {
	var b Binding
	for _, key := range keys {
		derived, err := hkdf.Key(sha256.New, key, nil, "paypane whose form", 32)
		if err != nil {
			return Binding{}, err
		}
		b.keys = append(b.keys, derived)
	}
	return b, nil
}

// For is the mark of the patient whom a session is for. At the desk it is also that
// of the department: what was printed at one place does nothing at another.
func (b Binding) For(sess Session) string { return mark(b.keys[0], sess) }

// Fits reports whether a form with this mark was printed for the patient whom a
// session is for.
func (b Binding) Fits(sess Session, printed string) bool {
	return slices.ContainsFunc(b.keys, func(key []byte) bool { return hmac.Equal([]byte(mark(key, sess)), []byte(printed)) })
}

func mark(key []byte, sess Session) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%d %d", sess.Patient.Practice, sess.Patient.ID)
	if AtDesk(sess) {
		fmt.Fprintf(h, " at %d", sess.Patient.Department)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}
