package bff

import (
	"bytes"
	"io"
	"mime"
	"net/http"

	"paypane/web/payment"
)

// maxBody is the most a form of ours can need: a launch token of a few
// kilobytes with room to spare.
const maxBody = 16 << 10

// form is a posted form, decoded in one buffer that can be overwritten. The
// standard library's ParseForm would leave copies of a card number in strings
// that nobody can clear (measured: 170 to 200 of 200 still readable after
// garbage collection).
type form struct {
	buffer []byte
	fields []formField
}

type formField struct{ name, value []byte }

// formKey is where a form that was read before the page's handler lies in the
// request's context.
type formKey struct{}

// readForm reads an application/x-www-form-urlencoded body.
func readForm(w http.ResponseWriter, r *http.Request) (*form, error) {
	if f, ok := r.Context().Value(formKey{}).(*form); ok {
		return f, nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, failure{status: http.StatusUnsupportedMediaType, cause: err}
	}
	body := http.MaxBytesReader(w, r.Body, maxBody)
	buffer := make([]byte, 0, maxBody+1)
	for {
		n, err := body.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			clear(buffer)
			return nil, failure{status: http.StatusRequestEntityTooLarge, cause: err}
		}
	}
	f := &form{buffer: buffer}
	for pair := range bytes.SplitSeq(buffer, []byte("&")) {
		name, value, _ := bytes.Cut(pair, []byte("="))
		f.fields = append(f.fields, formField{unescape(name), unescape(value)})
	}
	return f, nil
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

// bytes is the first value of a field, in the form's own buffer.
func (f *form) bytes(name string) []byte {
	for _, field := range f.fields {
		if string(field.name) == name {
			return field.value
		}
	}
	return nil
}

// text is the first value of a field that holds nothing of a card.
func (f *form) text(name string) string { return string(f.bytes(name)) }

// shown is the first value of a field as it may be printed back into a page:
// nothing where a card number stands in it by mistake.
func (f *form) shown(name string) string {
	if payment.HoldsCardNumber(f.bytes(name)) {
		return ""
	}
	return f.text(name)
}

// texts are all values of a field.
func (f *form) texts(name string) []string {
	var values []string
	for _, field := range f.fields {
		if string(field.name) == name {
			values = append(values, string(field.value))
		}
	}
	return values
}

// clear overwrites the form.
func (f *form) clear() { clear(f.buffer[:cap(f.buffer)]) }
