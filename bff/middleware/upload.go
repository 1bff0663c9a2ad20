package middleware

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"paypane/web/payment"
)

// mostKey is where a request has the most bytes of a file that its form may bring.
type mostKey struct{}

// maxParts is how many parts a form with a file has at most: the file, and what the page
// has put beside it.
const maxParts = 16

// fileWithin is how long a form with a file may take on its way: longer than others,
// and no longer than 4 MB take at half a megabit a second.
const fileWithin = 70 * time.Second

// drained is how many bytes of a form with a file are read that nobody wants any more,
// so that its sender comes to read the answer.
const drained = 32 << 20

// Drain reads what is left of a form with a file.
func Drain(r *http.Request) { _, _ = io.CopyN(io.Discard, r.Body, drained) }

// HasFile reports whether a form brings files. None is read but where AllowFile says so,
// and none is kept while somebody signs in.
func HasFile(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Type"))), "multipart/")
}

// parts reads a form that brings a file, of which it reads one byte more than most, so
// that its handler can tell. What comes behind a file that is too large is not read: the
// page puts the file last.
func parts(w http.ResponseWriter, r *http.Request, boundary string, most int64) (*Form, error) {
	sending := http.NewResponseController(w)
	for _, set := range []func(time.Time) error{sending.SetReadDeadline, sending.SetWriteDeadline} {
		if err := set(time.Now().Add(fileWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return nil, err
		}
	}
	body := io.LimitReader(r.Body, most+MaxBody)
	reader := multipart.NewReader(body, boundary)
	buffer := make([]byte, 0, MaxBody)
	f := &Form{files: map[string]payment.Secret{}}
	fail := func(status int, cause error) (*Form, error) {
		clear(buffer)
		for _, file := range f.files {
			clear(file.Bytes())
		}
		return nil, StatusError{Status: status, Cause: cause}
	}
	for range maxParts {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			f.buffer = payment.Keep(buffer)
			return f, nil
		}
		if err != nil {
			return fail(http.StatusBadRequest, err)
		}
		if part.FileName() != "" {
			if len(f.files) > 0 {
				return fail(http.StatusBadRequest, errors.New("more than one file"))
			}
			content := make([]byte, most+1) // one place, which can be cleared
			n, err := fill(content, part)
			f.files[part.FormName()] = payment.Keep(content[:n])
			switch {
			case err == nil:
				f.buffer = payment.Keep(buffer)
				return f, nil
			case !errors.Is(err, io.EOF):
				return fail(http.StatusBadRequest, err)
			}
			continue
		}
		name := span{len(buffer), len(buffer) + len(part.FormName())}
		buffer = append(buffer, part.FormName()...)
		value := span{len(buffer), len(buffer)}
		n, err := fill(buffer[len(buffer):cap(buffer)], part)
		buffer = buffer[:len(buffer)+n]
		switch {
		case err == nil:
			return fail(http.StatusRequestEntityTooLarge, errors.New("too large"))
		case !errors.Is(err, io.EOF):
			return fail(http.StatusBadRequest, err)
		}
		value.to = len(buffer)
		f.fields = append(f.fields, formField{name, value})
	}
	return fail(http.StatusBadRequest, errors.New("too many parts"))
}

// fill reads until the room is full; io.EOF: there was room for all.
func fill(room []byte, from io.Reader) (n int, err error) {
	for n < len(room) && err == nil {
		var more int
		more, err = from.Read(room[n:])
		n += more
	}
	return n, err
}

// File is the file of a field; empty: there is none.
func (f *Form) File(name string) []byte {
	file := f.files[name]
	return file.Bytes()
}
