package middleware

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"

	"paypane/bff/residue"
	"paypane/web/payment"
)

// MaxBody is the most a form of ours can need: a launch token of a few
// kilobytes with room to spare.
const MaxBody = 16 << 10

// Form is a posted form, decoded in one buffer that can be overwritten. The
// standard library's ParseForm would leave copies of a card number in strings
// that nobody can clear (measured: 170 to 200 of 200 still readable after
// garbage collection).
type Form struct {
	buffer payment.Secret
	fields []formField
	files  map[string]payment.Secret // see AllowFile
}

// formField says where in the buffer a field is.
type formField struct{ name, value span }

type span struct{ from, to int }

func (s span) of(b []byte) []byte { return b[s.from:s.to] }

// formKey is where a form that was read before the page's handler lies in the
// request's context.
type formKey struct{}

// WithForm is the request with a form that was read, for whoever reads it next.
func WithForm(r *http.Request, f *Form) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), formKey{}, f))
}

// AllowFile is the request of a form that may bring a file of up to most bytes.
func AllowFile(r *http.Request, most int64) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), mostKey{}, most))
}

// ReadForm reads an application/x-www-form-urlencoded body, and after AllowFile a
// multipart/form-data one.
func ReadForm(w http.ResponseWriter, r *http.Request) (*Form, error) {
	if f, ok := r.Context().Value(formKey{}).(*Form); ok {
		return f, nil
	}
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if most, ok := r.Context().Value(mostKey{}).(int64); ok && err == nil && kind == "multipart/form-data" {
		return parts(w, r, parameters["boundary"], most)
	}
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, StatusError{Status: http.StatusUnsupportedMediaType, Cause: err}
	}
	buffer, err := readWhole(w, r)
	if err != nil {
		clear(buffer)
		return nil, StatusError{Status: http.StatusRequestEntityTooLarge, Cause: err}
	}
	f := &Form{buffer: payment.Keep(buffer)}
	at := 0
	for pair := range bytes.SplitSeq(buffer, []byte("&")) {
		name, value, _ := bytes.Cut(pair, []byte("="))
		valueAt := min(at+len(name)+1, at+len(pair))
		f.fields = append(f.fields, formField{
			span{at, at + len(unescape(name))}, span{valueAt, valueAt + len(unescape(value))}})
		at += len(pair) + 1
	}
	return f, nil
}

// readWhole reads the body: it lies in a buffer of ours already where it came
// over a connection.
func readWhole(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if read, ok := r.Body.(*residue.Body); ok {
		buffer, err := read.Whole()
		if err == nil && len(buffer) > MaxBody {
			err = errors.New("too large")
		}
		return buffer, err
	}
	body := http.MaxBytesReader(w, r.Body, MaxBody)
	buffer := make([]byte, 0, MaxBody+1)
	for {
		n, err := body.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if err == io.EOF {
			return buffer, nil
		}
		if err != nil {
			return buffer, err
		}
	}
}

// unescape decodes percent signs and plus signs in place. What is not properly
// encoded stays as it is and fails in the check of its field.
func unescape(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '+':
			out = append(out, ' ')
		case c == '%' && i+2 < len(b) && hex(b[i+1]) >= 0 && hex(b[i+2]) >= 0:
			out = append(out, byte(hex(b[i+1])<<4|hex(b[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// Bytes is the first value of a field, in the form's own buffer.
func (f *Form) Bytes(name string) []byte {
	b := f.buffer.Bytes()
	for _, field := range f.fields {
		if string(field.name.of(b)) == name {
			return field.value.of(b)
		}
	}
	return nil
}

// Text is the first value of a field that holds nothing of a card. Where
// somebody has typed a card number there by mistake it is another one.
func (f *Form) Text(name string) string { return payment.Harmless(f.Bytes(name)) }

// Token is the first value of a field that nobody types.
func (f *Form) Token(name string) string { return string(f.Bytes(name)) }

// Shown is the first value of a field as it may be printed back into a page:
// nothing where a card number stands in it by mistake.
func (f *Form) Shown(name string) string {
	if !payment.MayShow(name, f.Bytes(name)) {
		return ""
	}
	return f.Text(name)
}

// Names are the names of the fields, each once, in their order.
func (f *Form) Names() (names []string) {
	b := f.buffer.Bytes()
	for _, field := range f.fields {
		if name := payment.Harmless(field.name.of(b)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// Shows are all values of a field that may be printed back into a page, see Shown.
func (f *Form) Shows(name string) (values []string) {
	for _, value := range f.Texts(name) {
		if !payment.MayShow(name, value) {
			value = ""
		}
		values = append(values, value)
	}
	return values
}

// Texts are all values of a field.
func (f *Form) Texts(name string) []string {
	var values []string
	b := f.buffer.Bytes()
	for _, field := range f.fields {
		if string(field.name.of(b)) == name {
			values = append(values, payment.Harmless(field.value.of(b)))
		}
	}
	return values
}

// Clear overwrites the form. Nothing can be read of it afterwards.
func (f *Form) Clear() {
	f.buffer.Clear()
	for _, file := range f.files {
		file.Clear()
	}
	f.fields, f.files = nil, nil
}
