package athena

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// Some answers carry a patient's whole history, of which a page needs little:
// 500 settled claims weigh more than 1 MiB. They are read as a stream, value by
// value, and bounded by what is kept of them.
const (
	maxStream = 16 << 20 // bytes of an answer that come by
	maxValue  = 2 << 20  // bytes of one value in it, which is held as a whole
	maxToken  = 16 << 10 // bytes of a name, with the white space before it
	maxFields = 1000     // fields of one object
	maxKept   = 10000    // things kept of one answer
)

var (
	errShape = errors.New("not the shape of this answer")
	errTwice = errors.New("a field twice")
	errMany  = errors.New("too many of them")
)

// measured is the body of an answer that is read as a stream.
type measured struct {
	r     io.Reader
	left  int64 // bytes of the answer
	value int64 // bytes until the present value has to end
	err   error // why reading ended early
}

func (m *measured) Read(p []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	if m.left <= 0 || m.value <= 0 {
		m.err = errTooBig
		return 0, m.err
	}
	n, err := m.r.Read(p[:min(int64(len(p)), m.left, m.value)])
	m.left -= int64(n)
	m.value -= int64(n)
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

// stream reads JSON value by value. Names of fields are compared in lower case.
type stream struct {
	dec    *json.Decoder
	source *measured
	junk   json.RawMessage
}

func newStream(source *measured) *stream {
	return &stream{dec: json.NewDecoder(source), source: source}
}

// token is the next token.
func (s *stream) token() (json.Token, error) {
	s.source.value = maxToken
	return s.dec.Token()
}

// open takes the beginning of an object or an array.
func (s *stream) open(d json.Delim) error {
	t, err := s.token()
	if err == nil && t != d {
		return errShape
	}
	return err
}

// value reads the next value into raw, whose room is used again.
func (s *stream) value(raw *json.RawMessage) error {
	s.source.value = maxValue
	*raw = (*raw)[:0]
	return s.dec.Decode(raw)
}

// into reads the next value into something that reads itself.
func (s *stream) into(v json.Unmarshaler) error {
	err := s.value(&s.junk)
	if err == nil {
		err = v.UnmarshalJSON(s.junk)
	}
	return err
}

// skip reads past the next value.
func (s *stream) skip() error { return s.value(&s.junk) }

// more reports whether the present object or array goes on.
func (s *stream) more() bool {
	s.source.value = maxToken
	return s.dec.More()
}

// fields reads an object that has been opened, to its end. one reads the value
// of a field. An object that has a field twice is refused.
func (s *stream) fields(one func(name string) error) error {
	return s.each(func(name string, again bool) error {
		if again {
			return errTwice
		}
		return one(name)
	})
}

// each is fields for an object that may have a field twice.
func (s *stream) each(one func(name string, again bool) error) error {
	seen := map[string]bool{}
	for s.more() {
		t, err := s.token()
		if err != nil {
			return err
		}
		name, _ := t.(string)
		name = strings.ToLower(name)
		again := seen[name]
		if seen[name] = true; len(seen) > maxFields {
			return errMany
		}
		if err := one(name, again); err != nil {
			return err
		}
	}
	_, err := s.token()
	return err
}

// objects reads a list of objects; null is an empty one. one reads the fields
// of an object that has been opened.
func (s *stream) objects(one func() error) error {
	return s.list(func() error {
		if err := s.open('{'); err != nil {
			return err
		}
		return one()
	})
}

// list reads a list; null is an empty one. one reads an element.
func (s *stream) list(one func() error) error {
	t, err := s.token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('[') {
		return errShape
	}
	for s.more() {
		if err := one(); err != nil {
			return err
		}
	}
	_, err = s.token()
	return err
}

// alone reads an answer that is one object, or an array of one
// (docs/upstream-api.md#the-wire), to its end.
func (s *stream) alone(one func(name string) error) error {
	t, err := s.token()
	if err != nil {
		return err
	}
	array := t == json.Delim('[')
	switch {
	case array:
		if err := s.open('{'); err != nil {
			return err
		}
	case t != json.Delim('{'):
		return errShape
	}
	if err := s.fields(one); err != nil {
		return err
	}
	if array {
		if err := s.open(']'); err != nil {
			return err
		}
	}
	return s.end()
}

// end is the end of the answer, with nothing behind its value.
func (s *stream) end() error {
	_, err := s.token()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err == nil:
		return errShape
	}
	return err
}
