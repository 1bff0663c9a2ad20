package athena

import (
	"encoding/json"
	"maps"
	"testing"
)

// What fields finds is what encoding/json finds, of all that has no name twice, and stays
// when the object's room is used again.
func FuzzFields(f *testing.F) {
	for _, object := range []string{
		`{}`, ` { } `, `{"a":1}`, `{"a":"1","b":[1,{"c":"}]"}],"d":{"e":{"f":[]}},"g":null}`, "{\"a\" :\t-1.5e+3\r\n,\n\"b\": true }",
		`{"a\"b":"c\\","\u0061":"\"}"}`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"A":1,"a":2}`, `{"":{"":""}}`, `[]`, `"{"`, `1`, ``, ` `, `{`, `{"a":}`, `{"a":1}{`, "{\"\xff\":1}",
	} {
		f.Add([]byte(object))
	}
	f.Fuzz(func(t *testing.T, object []byte) {
		room := append([]byte(nil), object...)
		found, err := fields(room)
		clear(room)
		var want map[string]json.RawMessage
		if json.Unmarshal(object, &want) != nil || want == nil {
			if err == nil {
				t.Fatalf("%q is %q", object, found)
			}
			return
		}
		if err != nil {
			if err.Error() != "a field twice" {
				t.Fatalf("%q: %v", object, err)
			}
			return
		}
		if !maps.EqualFunc(found, want, func(a, b json.RawMessage) bool { return string(a) == string(b) }) {
			t.Fatalf("%q: %q, want %q", object, found, want)
		}
	})
}

func TestAFieldTwiceIsRefused(t *testing.T) {
	for _, object := range []string{`{"a":1,"a":1}`, `{"a":1,"b":2,"\u0061":3}`} {
		if found, err := fields([]byte(object)); err == nil {
			t.Errorf("%s: %q", object, found)
		}
	}
	if found, err := fields([]byte(`{"a":1,"A":1}`)); err != nil || len(found) != 2 {
		t.Errorf("names in another case: %q, %v", found, err)
	}
}
