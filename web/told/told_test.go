package told_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/web/told"
)

type inner struct {
	Name  string `json:"name"`
	Outer string // hidden by the outer one
}

// itself reads its own JSON.
type itself struct{ Text string }

func (i *itself) UnmarshalJSON(text []byte) error {
	i.Text = string(text)
	return nil
}

func (i itself) MarshalJSON() ([]byte, error) { return []byte(`{"a":[1,"}"]}`), nil }

type key string

// Within is embedded by a pointer, which is nil where nothing of it is told.
type Within struct {
	Deep  int `json:"deep,omitempty"`
	Outer int // hidden, too
}

// all has every kind of thing that pages are made of.
type all struct {
	inner
	*Within
	Outer    string
	Yes      bool            `json:"yes,omitempty"`
	Number   int             `json:",omitempty"`
	Long     int64           `json:"long"`
	Small    int8            `json:"small"`
	Texts    []string        `json:"texts"`
	Inside   []inner         `json:"inside,omitempty"`
	Pointer  *inner          `json:"pointer"`
	Counts   map[key]int     `json:"counts"`
	Words    map[string]bool `json:"words,omitempty"`
	When     time.Time       `json:"when"`
	Own      itself          `json:"own"`
	Left     string          `json:"-"`
	unspoken string
}

func anything(t *rapid.T) all {
	text := rapid.String()
	a := all{
		inner: inner{Name: text.Draw(t, "name")}, Outer: text.Draw(t, "outer"), Yes: rapid.Bool().Draw(t, "yes"),
		Number: rapid.Int().Draw(t, "number"), Long: rapid.Int64().Draw(t, "long"), Small: rapid.Int8().Draw(t, "small"),
		Texts: rapid.SliceOf(text).Draw(t, "texts"), Words: rapid.MapOf(text, rapid.Bool()).Draw(t, "words"),
		When: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "when"), 5).UTC(), Left: "left", unspoken: "left",
	}
	if rapid.Bool().Draw(t, "some") {
		a.Within = &Within{Deep: rapid.Int().Draw(t, "deep")}
		a.Pointer = &inner{Name: text.Draw(t, "within")}
		a.Inside = []inner{{Name: text.Draw(t, "first")}, {Outer: text.Draw(t, "second")}}
		a.Counts = map[key]int{key(text.Draw(t, "key")): 1, "": 0}
	}
	return a
}

// What encoding/json wrote is read as encoding/json reads it, with spaces and
// without, and nothing that breaks off is taken for whole.
func TestReadsWhatEncodingJSONReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anything(t)
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		spaced, err := json.MarshalIndent(v, " ", "\t")
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{string(text), string(spaced), " " + string(text) + "\n"} {
			var want, got all
			if err := json.Unmarshal([]byte(text), &want); err != nil {
				t.Fatal(err)
			}
			if err := told.Read(text, &got); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %v\n%+v\n%+v", text, err, got, want)
			}
		}
		cut := rapid.IntRange(0, len(text)-1).Draw(t, "cut")
		if err := told.Read(string(text[:cut]), &all{}); err == nil {
			t.Fatalf("%q was taken for whole", text[:cut])
		}
	})
}

// What stands in a value already stays where nothing is told of it, null empties what
// can be empty, and names nobody knows are passed over whatever they hold.
func TestReadIntoWhatIsThere(t *testing.T) {
	for _, text := range []string{
		`{"name":"new","nobody":{"a":[1,-2.5e3,"]",{"b":null}],"c":false},"long":7}`,
		`{"pointer":null,"counts":null,"texts":null,"yes":null,"Outer":null}`,
		`{"counts":{"x":2},"texts":[],"pointer":{"Outer":"there"}}`,
		`{"Outer":"\u00e9\ud83d\ude00\ud83d-\ude00\ud83dA \/\b\f\n\r\t\\\""}`, `{"Outer":"\ud83d\u0041"}`, `{}`, `null`,
	} {
		var states [2]all
		for i := range states {
			states[i] = all{Outer: "old", Long: 1, Yes: true, Texts: []string{"old"}, Counts: map[key]int{"old": 1}, Pointer: &inner{Name: "old"}}
		}
		if err := json.Unmarshal([]byte(text), &states[0]); err != nil {
			t.Fatal(err)
		}
		if err := told.Read(text, &states[1]); err != nil || !reflect.DeepEqual(states[0], states[1]) {
			t.Errorf("%s: %v\n%+v\n%+v", text, err, states[1], states[0])
		}
	}
}

// What is no JSON, or of another kind than it should be, is refused.
func TestRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "{", "{}x", "{}{}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `[1,]`, `{"Outer":"`, `{"Outer":"\`, `{"Outer":"\x"}`, `{"Outer":"\u12"}`, `{"Outer":"\uzzzz"}`,
		"{\"Outer\":\"a\nb\"}", "tru", `{"yes":tru}`, `{"yes":nul}`, `{"yes":1}`, `{"yes":"true"}`, `{"long":"1"}`, `{"long":1.5}`, `{"long":-}`, `{"small":300}`, `{"long":true}`,
		`{"Outer":1}`, `{"Outer":[]}`, `{"texts":{}}`, `{"texts":"a"}`, `{"pointer":[]}`, `{"counts":{"a":"b"}}`, `{"counts":[]}`, `{"when":1}`, `{"when":"yesterday"}`, `[]`,
		`{"nobody":` + strings.Repeat("[", 1e6),
	} {
		if err := told.Read(text, &all{}); err == nil {
			t.Errorf("%.40q was read", text)
		}
	}
}
