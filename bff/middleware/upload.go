package middleware

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"paypane/web/payment"
)

// mostKey is where a request has the most bytes of a file that its form may bring.
type mostKey struct{}

// maxParts is how many parts a form with a file has at most: the file, and what the page
// has put beside it.
const maxParts = 16

// HasFile reports whether a form brings files. None is read but where AllowFile says so,
// and none is kept while somebody signs in.
func HasFile(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Type"))), "multipart/")
}

// parts reads a form that brings a file, of which it reads one byte more than most, so
// that its handler can tell. What comes behind a file that is too large is not read: the
// page puts the file last.
func parts(w http.ResponseWriter, r *http.Request, boundary string, most int64) (*Form, error) {
	body := http.MaxBytesReader(w, r.Body, most+MaxBody)
	reader := multipart.NewReader(body, boundary)
	buffer := make([]byte, 0, MaxBody)
	f := &Form{files: map[string]payment.Secret{}}
	fail := func(status int, cause error) (*Form, error) {
		clear(buffer)
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
			content, err := io.ReadAll(io.LimitReader(part, most+1))
			if f.files[part.FormName()] = payment.Keep(content); int64(len(content)) > most {
				f.buffer = payment.Keep(buffer)
				return f, nil
			}
			if err != nil {
				return fail(http.StatusBadRequest, err)
			}
			continue
		}
		name := span{len(buffer), len(buffer) + len(part.FormName())}
		buffer = append(buffer, part.FormName()...)
		value := span{len(buffer), len(buffer)}
		for {
			if len(buffer) == cap(buffer) {
				return fail(http.StatusRequestEntityTooLarge, errors.New("too large"))
			}
			n, err := part.Read(buffer[len(buffer):cap(buffer)])
			buffer = buffer[:len(buffer)+n]
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fail(http.StatusBadRequest, err)
			}
		}
		value.to = len(buffer)
		f.fields = append(f.fields, formField{name, value})
	}
	return fail(http.StatusBadRequest, errors.New("too many parts"))
}

// File is the file of a field; empty: there is none.
func (f *Form) File(name string) []byte {
	file := f.files[name]
	return file.Bytes()
}
