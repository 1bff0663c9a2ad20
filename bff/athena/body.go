package athena

import (
	"io"
	"sync"
)

// onceBody is the body of the money POST: it can be read once, from beginning
// to end, and is overwritten when it is closed. net/http does not know the
// type, so it sets no GetBody and cannot send the request again.
//
// The transport may still be reading when the answer is already there; then
// the rest is refused to it. What it copied before (its write buffer of 4 kB,
// the TLS record) is out of reach; the connection is not kept, so it becomes
// garbage with it.
type onceBody struct {
	mu     sync.Mutex
	form   []byte
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
	case b.next == len(b.form):
		return 0, io.EOF
	}
	b.read = true
	n := copy(p, b.form[b.next:])
	b.next += n
	return n, nil
}

// Close overwrites the body.
func (b *onceBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	clear(b.form)
	return nil
}

// touched reports whether anything of the body has been handed out.
func (b *onceBody) touched() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.read
}
