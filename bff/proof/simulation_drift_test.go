package proof_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// The upstream's types drift (docs/upstream-api.md#the-wire): what it writes
// one way today it writes in another tomorrow. So does every answer of the
// scenarios. What is only written in another recorded form says the same; what
// is not recorded at all may cost a person's time, and never money or the
// truth.

// oddly is a row with something in it that is not in its recorded form, as the
// client hands it on.
func oddly(d *stream, r payment.ReceiptSummary) payment.ReceiptSummary {
	switch d.n(5) {
	case 0:
		r.Last4 = ""
	case 1:
		r.Last4 = one(d, r.Last4[1:], "XXXX"+r.Last4, " "+r.Last4, "************"+r.Last4)
	case 2:
		r.Brand = payment.Brand(one(d, "", "vi", "Visa", "XX", strings.ToLower(string(r.Brand))))
	case 3:
		r.Type = one(d, "", "purchase", "Purchase", " PURCHASE", "SALE")
	case 4:
		r.Last4, r.Brand, r.Type = "", "", ""
	}
	return r
}

// shuffled is a list in another order.
func shuffled[T any](d *stream, list []T) []T {
	for i := len(list) - 1; i > 0; i-- {
		j := d.n(i + 1)
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// shapes are the shapes of the simulator's answers to writes, one after the other.
func (s *scenario) shapes() func() athenatest.Shape {
	dice, all := &stream{state: s.seed ^ 0x5ca1ab1e}, athenatest.Shapes()
	return func() athenatest.Shape { return one(dice, all...) }
}

// drift rewrites an answer of the simulator. Whose receipts are then in a form
// that is not recorded is noted for the judge.
func (s *scenario) drift(r *http.Request, a *answer) {
	c, ok := r.Context().Value(callKey{}).(*call)
	if !ok {
		return
	}
	dec := json.NewDecoder(bytes.NewReader(a.body))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil || dec.More() {
		return // a gateway's page
	}
	w := &drifter{d: c.stream, odd: -1}
	if w.d.percent(s.odd) {
		if leaves := leavesOf(v); leaves > 0 {
			w.odd = w.d.n(leaves)
		}
	}
	var b bytes.Buffer
	w.write(&b, v)
	if w.changed {
		s.met(rowDrifted)
		if parts := strings.Split(r.URL.Path, "/"); parts[len(parts)-1] == "receipts" {
			s.drifted[must(strconv.Atoi(parts[len(parts)-2]))] = true
		}
	}
	a.body = b.Bytes()
	a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
}

// leavesOf is how many leaves a value has.
func leavesOf(v any) (n int) {
	switch v := v.(type) {
	case map[string]any:
		for _, item := range v {
			n += leavesOf(item)
		}
		return n
	case []any:
		for _, item := range v {
			n += leavesOf(item)
		}
		return n
	}
	return 1
}

// drifter writes JSON anew: fields and rows in any order, numbers and booleans as
// such or as texts. One leaf at most gets a form that nobody has recorded.
type drifter struct {
	d       *stream
	seen    int // leaves
	odd     int // the leaf; -1: none
	changed bool
}

func (w *drifter) write(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		first := true
		for _, name := range shuffled(w.d, slices.Sorted(maps.Keys(v))) {
			var value bytes.Buffer
			at := w.seen
			w.write(&value, v[name])
			if at == w.odd && w.seen == at+1 { // the leaf is this field
				name = w.d.name(name)
				if value.Len() == 0 {
					continue // is not there
				}
			}
			if !first {
				b.WriteByte(',')
			}
			first = false
			b.Write(must(json.Marshal(name)))
			b.WriteByte(':')
			b.Write(value.Bytes())
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range shuffled(w.d, v) {
			if i > 0 {
				b.WriteByte(',')
			}
			at := b.Len()
			if w.write(b, item); b.Len() == at {
				b.WriteString("null")
			}
		}
		b.WriteByte(']')
	default:
		w.seen++
		if w.seen-1 == w.odd {
			w.changed = true
			b.WriteString(w.d.unrecorded(v))
			return
		}
		b.WriteString(w.d.recorded(v))
	}
}

// name is a field's name, sometimes in capitals.
func (d *stream) name(name string) string {
	if d.percent(10) {
		return strings.ToUpper(name)
	}
	return name
}

// recorded is a leaf in one of the forms in which it was recorded.
func (d *stream) recorded(v any) string {
	switch v := v.(type) {
	case json.Number:
		if d.percent(50) {
			return string(must(json.Marshal(v.String())))
		}
		return v.String()
	case bool:
		return one(d, strconv.FormatBool(v), `"`+strconv.FormatBool(v)+`"`)
	case string:
		text := strings.ReplaceAll(string(must(json.Marshal(v))), "/", `\/`)
		switch whole := v != "" && strings.Trim(v, "0123456789") == "" && len(v) < 18; {
		case v == "true" || v == "false":
			return one(d, v, text)
		case whole && len(v) == 4: // the last digits of a card: as a number they lose their zeros
			return one(d, text, strconv.Itoa(must(strconv.Atoi(v))))
		case whole && v[0] != '0':
			return one(d, text, v)
		}
		return text
	}
	return string(must(json.Marshal(v)))
}

// unrecorded is a leaf in a form that nobody has recorded, "" where it is not
// there at all. What it says is never something else that is recorded.
func (d *stream) unrecorded(v any) string {
	said := ""
	switch v := v.(type) {
	case json.Number:
		said = v.String()
	case bool:
		said = strconv.FormatBool(v)
	case string:
		said = v
	}
	quoted := func(s string) string { return string(must(json.Marshal(s))) }
	swapped := strings.ToLower(said)
	if swapped == said {
		swapped = strings.ToUpper(said)
	}
	return one(d, "", "null", `""`, quoted(" "+said), quoted(said+" "), quoted(swapped), quoted("XXXX"+said), "["+quoted(said)+"]", `{"value":`+quoted(said)+`}`)
}
