package athena

import (
	"bytes"
	"encoding/json"
	"errors"
)

// fields reads an object by the exact names of its fields and refuses one
// that has a name twice. encoding/json would take the last of two and would
// take "SUCCESS" for "success": too generous where the answer is about money.
//
// A day's list has hundreds of objects with objects in them, and staff wait for it.
// So values are not looked into once it is known that all of it is JSON: where each
// ends is found by its brackets and quotes alone. What is found shares no memory with
// the object, whose room may be used again.
func fields(object []byte) (map[string]json.RawMessage, error) {
	if !json.Valid(object) {
		return nil, errors.New("not JSON")
	}
	return members(object)
}

// members is fields of what is JSON, because it is a part of what was read.
func members(object []byte) (map[string]json.RawMessage, error) {
	rest := bytes.Clone(withoutSpace(object))
	if rest[0] != '{' {
		return nil, errors.New("not an object")
	}
	found := map[string]json.RawMessage{}
	for rest = withoutSpace(rest[1:]); rest[0] != '}'; {
		end := valueEnd(rest)
		name, plain := asItStands(rest[:end])
		if !plain {
			if err := json.Unmarshal(rest[:end], &name); err != nil {
				return nil, err
			}
		}
		rest = withoutSpace(withoutSpace(rest[end:])[1:]) // behind the colon
		end = valueEnd(rest)
		if _, twice := found[name]; twice {
			return nil, errors.New("a field twice")
		}
		found[name] = rest[:end:end]
		if rest = withoutSpace(rest[end:]); rest[0] == ',' {
			rest = withoutSpace(rest[1:])
		}
	}
	return found, nil
}

// asItStands is a JSON text that means what stands between its quotes: most do, and a day
// of visits has tens of thousands. plain is false for others, and for what is no text.
func asItStands(b []byte) (s string, plain bool) {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return "", false
	}
	inner := b[1 : len(b)-1]
	for _, c := range inner {
		if c == '\\' || c == '"' || c < ' ' || c > '~' {
			return "", false
		}
	}
	return string(inner), true
}

// withoutSpace is JSON without the white space before it.
func withoutSpace(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }

// valueEnd is where the value ends with which b begins. It has to be JSON.
func valueEnd(b []byte) int {
	switch b[0] {
	case '"':
		return quoteEnd(b)
	case '{', '[':
		depth := 0
		for i := 0; ; i++ {
			switch b[i] {
			case '"':
				i += quoteEnd(b[i:]) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	return bytes.IndexAny(b, ",} \t\r\n") // a number or a word, in an object
}

// quoteEnd is where the text in quotes ends with which b begins.
func quoteEnd(b []byte) int {
	for i := 1; ; i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}
