package payment

import (
	"fmt"
	"io"
	"runtime"
)

// Secret is a number or a code of a card, or a text in which they stand. It
// cannot be printed or encoded, whatever holds it and by whatever verb. Methods
// alone would not do: fmt calls none of what lies in an unexported field, and
// none after a verb that does not fit (%p, %w); there it follows pointers as
// well. It cannot look into a function. A copy of a Secret holds the same bytes.
// The zero value holds none.
type Secret struct{ held func() *[]byte }

// Keep makes a secret of bytes. They are not copied.
func Keep(b []byte) Secret { return Secret{func() *[]byte { return &b }} }

// Bytes are the secret's own: they are overwritten by Clear.
func (s Secret) Bytes() []byte {
	if s.held == nil {
		return nil
	}
	return *s.held()
}

// Clear overwrites the secret, also what it has room for, in all its copies.
func (s Secret) Clear() {
	if s.held != nil {
		b := s.held()
		clear((*b)[:cap(*b)])
		*b = nil
		ClearRegisters()
	}
}

// ClearRegisters overwrites the vector registers, through which copies go. What
// is left in them gets into memory when a signal interrupts the thread, and stays
// there until another one does: of 1,120 cards one was found so.
func ClearRegisters() { copyNothing(256) } // so many bytes go through all sixteen

// copyNothing copies zeros. Its length must not be known to the compiler, which
// would need fewer registers.
//
//go:noinline
func copyNothing(n int) {
	var from, to [256]byte
	copy(to[:n], from[:n])
	runtime.KeepAlive(&to)
	runtime.KeepAlive(&from)
}

const unsaid = "[secret]"

// Format prints a placeholder whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, unsaid) }

// MarshalText is a placeholder, for JSON and XML; there is no way back.
func (Secret) MarshalText() ([]byte, error) { return []byte(unsaid), nil }

// MarshalBinary is a placeholder, for gob.
func (Secret) MarshalBinary() ([]byte, error) { return []byte(unsaid), nil }
