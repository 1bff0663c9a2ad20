// Package told reads what the server tells the browser's programs: JSON, as
// encoding/json has written it on the server, into the types that it was written
// from.
//
// encoding/json would read it as well, and the tests hold both to the same result. It
// would make the payer's program 7 % heavier, because it brings all that writes JSON.
// What is told holds no number with a fraction, no bytes and nothing of an unknown
// type, so they are refused here.
package told

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Read reads a text into what v points to. Names that v does not have are passed
// over, and what the text does not name stays as it is.
func Read(text string, v any) error {
	r := &reader{text: text}
	if err := r.value(reflect.ValueOf(v).Elem()); err != nil {
		return fmt.Errorf("what was told, at byte %d: %w", r.at, err)
	}
	if r.peek() != 0 || r.at != len(text) {
		return fmt.Errorf("what was told, at byte %d: %w", r.at, errSyntax)
	}
	return nil
}

var (
	errSyntax = errors.New("not JSON")
	errKind   = errors.New("of another kind than it should be")
	errDeep   = errors.New("too deep")
)

// deepest is how far into one another lists and objects may stand; pages are made of
// some ten.
const deepest = 200

type reader struct {
	text     string
	at, deep int
}

// own is a type that reads its JSON itself.
type own interface{ UnmarshalJSON(text []byte) error }

// peek is the next byte after spaces; 0 at the end.
func (r *reader) peek() byte {
	for ; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
		default:
			return r.text[r.at]
		}
	}
	return 0
}

func (r *reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

// value reads the next value into v; into nothing, where v is not valid.
func (r *reader) value(v reflect.Value) error {
	c := r.peek()
	if c == 'n' {
		if v.IsValid() {
			switch v.Kind() {
			case reflect.Pointer, reflect.Map, reflect.Slice:
				v.SetZero()
			}
		}
		return r.literal("null")
	}
	if v.IsValid() && v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return r.value(v.Elem())
	}
	if done, err := r.itself(v, c); done {
		return err
	}
	switch {
	case c == '{':
		return r.object(v)
	case c == '[':
		return r.list(v)
	case c == '"':
		s, err := r.str()
		if err != nil || !v.IsValid() {
			return err
		}
		if v.Kind() != reflect.String {
			return errKind
		}
		v.SetString(s)
		return nil
	case c == 't':
		return r.truth(v, "true")
	case c == 'f':
		return r.truth(v, "false")
	}
	return r.number(v)
}

// itself lets a value read what is its own affair, and reports whether it did.
func (r *reader) itself(v reflect.Value, c byte) (bool, error) {
	if !v.IsValid() || !v.CanAddr() {
		return false, nil
	}
	switch it := v.Addr().Interface().(type) {
	case encoding.TextUnmarshaler:
		if c != '"' {
			return true, errKind
		}
		s, err := r.str()
		if err != nil {
			return true, err
		}
		return true, it.UnmarshalText([]byte(s))
	case own:
		from := r.at
		if err := r.value(reflect.Value{}); err != nil {
			return true, err
		}
		return true, it.UnmarshalJSON([]byte(r.text[from:r.at]))
	}
	return false, nil
}

func (r *reader) literal(word string) error {
	if !strings.HasPrefix(r.text[r.at:], word) {
		return errSyntax
	}
	r.at += len(word)
	return nil
}

func (r *reader) truth(v reflect.Value, word string) error {
	if err := r.literal(word); err != nil || !v.IsValid() {
		return err
	}
	if v.Kind() != reflect.Bool {
		return errKind
	}
	v.SetBool(word == "true")
	return nil
}

// number reads a whole number; passed over, it may be any.
func (r *reader) number(v reflect.Value) error {
	from := r.at
	for r.at < len(r.text) && strings.IndexByte("+-.0123456789Ee", r.text[r.at]) >= 0 {
		r.at++
	}
	if r.at == from {
		return errSyntax
	}
	if !v.IsValid() {
		return nil
	}
	if !v.CanInt() {
		return errKind
	}
	n, err := strconv.ParseInt(r.text[from:r.at], 10, v.Type().Bits())
	if err != nil {
		return err
	}
	v.SetInt(n)
	return nil
}

// sequence reads what stands between the brackets of a list or an object.
func (r *reader) sequence(end byte, each func() error) error {
	r.at++
	if r.deep++; r.deep > deepest {
		return errDeep
	}
	defer func() { r.deep-- }()
	if r.take(end) {
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if r.take(end) {
			return nil
		}
		if !r.take(',') {
			return errSyntax
		}
	}
}

func (r *reader) list(v reflect.Value) error {
	if !v.IsValid() {
		return r.sequence(']', func() error { return r.value(v) })
	}
	if v.Kind() != reflect.Slice {
		return errKind
	}
	list := reflect.MakeSlice(v.Type(), 0, 0)
	err := r.sequence(']', func() error {
		element := reflect.New(v.Type().Elem()).Elem()
		if err := r.value(element); err != nil {
			return err
		}
		list = reflect.Append(list, element)
		return nil
	})
	v.Set(list)
	return err
}

func (r *reader) object(v reflect.Value) error {
	into := func(string) (reflect.Value, func()) { return reflect.Value{}, func() {} }
	if v.IsValid() {
		switch v.Kind() {
		case reflect.Struct:
			named := fieldsOf(v.Type())
			into = func(name string) (reflect.Value, func()) {
				if index, ok := named[name]; ok {
					return field(v, index), func() {}
				}
				return reflect.Value{}, func() {}
			}
		case reflect.Map:
			of := v.Type()
			if of.Key().Kind() != reflect.String {
				return errKind
			}
			if v.IsNil() {
				v.Set(reflect.MakeMap(of))
			}
			into = func(name string) (reflect.Value, func()) {
				element := reflect.New(of.Elem()).Elem()
				return element, func() { v.SetMapIndex(reflect.ValueOf(name).Convert(of.Key()), element) }
			}
		default:
			return errKind
		}
	}
	return r.sequence('}', func() error {
		if r.peek() != '"' {
			return errSyntax
		}
		name, err := r.str()
		if err != nil {
			return err
		}
		if !r.take(':') {
			return errSyntax
		}
		to, put := into(name)
		if err := r.value(to); err != nil {
			return err
		}
		put()
		return nil
	})
}
