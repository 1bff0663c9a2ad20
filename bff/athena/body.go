package athena

import (
	"io"
	"sync"

	"paypane/web/payment"
)

// onceBody is the body of the money POST: it can be read once, from beginning
// to end, and is overwritten when it is closed. net/http does not know the
// type, so it sets no GetBody and cannot send the request again.
//
// A foreign transport may still be reading when the answer is already there;
// then the rest is refused to it, and what it copied before is out of reach.
// Our own (exchange) reads it whole, into a buffer that it overwrites.
type onceBody struct {
	mu     sync.Mutex
	form   payment.Secret
	next   int // the first byte not handed out yet
	read   bool
	closed bool
}

func (b *onceBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return 0, io.ErrClosedPipe
	case b.next == len(b.form.Bytes()):
		return 0, io.EOF
	}
	b.read = true
	n := copy(p, b.form.Bytes()[b.next:])
	b.next += n
	return n, nil
}

// Close overwrites the body.
func (b *onceBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.form.Clear()
	return nil
}

// touched reports whether anything of the body has been handed out.
func (b *onceBody) touched() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.read
}
