package payment

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"text/template"
)

// encodings are all the ways in which something gets written in Go's standard
// library.
func encodings(t *testing.T, v any) string {
	t.Helper()
	var out bytes.Buffer
	for _, flags := range []string{"", "+", "#", "-", " ", "0", "+#", "# ", "40", ".60"} {
		for verb := 'A'; verb <= 'z'; verb++ {
			fmt.Fprintf(&out, "%"+flags+string(verb)+"\n", v)
		}
	}
	fmt.Fprintln(&out, v, fmt.Errorf("an error: %v", v), fmt.Sprint(v))
	// Without the time of day, which holds any three digits now and then.
	timeless := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	for _, log := range []slog.Handler{slog.NewTextHandler(&out, timeless), slog.NewJSONHandler(&out, timeless)} {
		slog.New(log).With("with", v).Info("x", "value", v, slog.Group("group", "value", v))
	}
	if err := template.Must(template.New("").Parse("{{.}} {{printf \"%v\" .}}\n")).Execute(&out, v); err != nil {
		t.Fatal(err)
	}
	// What cannot be encoded is not written either; what was written up to there
	// is looked at.
	json.NewEncoder(&out).Encode(v)
	xml.NewEncoder(&out).Encode(v)
	gob.NewEncoder(&out).Encode(v)
	return out.String()
}

// spelled are the forms in which bytes get printed.
func spelled(secret string) []string {
	b := []byte(secret)
	list := strings.Trim(fmt.Sprint(b), "[]")
	return []string{secret, fmt.Sprintf("%x", b), fmt.Sprintf("%X", b), fmt.Sprintf("% x", b), list,
		strings.ReplaceAll(list, " ", ","), strings.ReplaceAll(list, " ", ", "), fmt.Sprintf("%#v", b)[7:]}
}

// Nothing that holds a card says more of it than its brand and its last four
// digits, in whatever it is held.
func TestCardCannotBePrintedOrEncoded(t *testing.T) {
	// A code of this length is none. Three digits stand in an address in memory
	// now and then, and addresses may be printed.
	const code = "739173917391"
	form := filled()
	form.Code = []byte(code)
	card := &Card{number: Keep(bytes.Clone(form.Number)), code: Keep(bytes.Clone(form.Code)), Name: "Dana"}
	type open struct {
		Card   *Card
		Value  Card
		Form   CardForm
		Secret Secret
	}
	type closed struct {
		card   *Card
		value  Card
		secret Secret
	}
	type embedded struct{ Card }
	type nested struct{ in closed }
	secret := Keep([]byte("4111111111111111739"))
	for name, v := range map[string]any{
		"card": *card, "*card": card, "form": form, "*form": &form, "secret": secret, "*secret": &secret,
		"fields": open{card, *card, form, secret}, "*fields": &open{card, *card, form, secret},
		"unexported fields": closed{card, *card, secret}, "*unexported fields": &closed{card, *card, secret},
		"list": []any{card, *card, form, secret}, "cards": []Card{*card}, "map": map[string]any{"a": card, "b": form, "c": secret},
		"embedded": embedded{*card}, "nested": nested{closed{card, *card, secret}},
	} {
		out := encodings(t, v)
		out = vetted(out)
		for _, secret := range append(append(spelled("411111111111"), spelled("4111 1111 1111")...), spelled(code)...) {
			if at := strings.Index(out, secret); at >= 0 {
				t.Errorf("%s: %q in %q", name, secret, out[max(0, at-60):min(len(out), at+40)])
			}
		}
	}
	if out := encodings(t, card); strings.Count(out, "Visa ending in 1111") < 10 {
		t.Error("the short form is not printed either")
	}
}

// vetted leaves out what %p and %w make of what is neither a pointer nor an
// error. They print the fields of a CardForm, which are its callers' own slices;
// go vet refuses them there.
func vetted(out string) string {
	var kept []string
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "%!") || !strings.Contains(line, "payment.CardForm") && !strings.Contains(line, "payment.open") && !strings.Contains(line, "interface {}") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// A secret that is overwritten is gone from all its copies and from the room
// behind it.
func TestSecretIsCleared(t *testing.T) {
	b := append(make([]byte, 0, 32), "4111111111111111"...)
	s := Keep(b[:8])
	copied := s
	s.Clear()
	if len(bytes.Trim(b[:32], "\x00")) != 0 || copied.Bytes() != nil {
		t.Errorf("%q is left, %q in the copy", b[:32], copied.Bytes())
	}
	s.Clear()
	Secret{}.Clear()
}
