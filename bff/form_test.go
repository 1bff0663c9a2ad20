package bff

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

const formType = "application/x-www-form-urlencoded"

func readBody(body io.Reader, kind string) (*form, error) {
	r := httptest.NewRequest("POST", "/", body)
	r.Header.Set("Content-Type", kind)
	return readForm(httptest.NewRecorder(), r)
}

// FuzzForm compares with the standard library: what it takes for well formed
// has the same values here.
func FuzzForm(f *testing.F) {
	for _, body := range []string{
		"", "a=1", "a=1&b=2", "a=1&a=2", "a", "a=", "=1", "a==b", "&", "&&a=1&&", "a=%41%2b+%20", "a+b=c+d", "%61=1&a=2",
		"a=%", "a=%4", "a=%zz", "a=%4g", "a=1;b=2", "number=4111+1111+1111+1111&code=739", "a=%C3%A9&b=é", "a=%00%ff", "a=%25%32%35",
		"a=%3d%26&b=1", "amount=%2445.50", strings.Repeat("a=1&", 500), "a=" + strings.Repeat("%41", 5000),
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, err := readBody(strings.NewReader(body), formType)
		if len(body) > maxBody {
			var failed failure
			if !errors.As(err, &failed) || failed.status != http.StatusRequestEntityTooLarge {
				t.Errorf("%d bytes: %v", len(body), err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			got.clear()
			if left := got.buffer[:cap(got.buffer)]; bytes.Count(left, []byte{0}) != len(left) {
				t.Error("clear leaves something")
			}
		}()
		want, err := url.ParseQuery(body)
		if err != nil {
			return // not well formed: what it means is not for us to say, but we did not fall over
		}
		names := map[string]bool{}
		for _, field := range got.fields {
			names[string(field.name)] = true
		}
		for name, values := range want {
			names[name] = true
			if name != "" && (!slices.Equal(got.texts(name), values) || got.text(name) != values[0]) {
				t.Errorf("%q: %q, want %q", name, got.texts(name), values)
			}
		}
		for name := range names {
			if name != "" && want[name] == nil {
				t.Errorf("a field %q that is not there", name)
			}
		}
	})
}

// What is not a form of ours is refused by what it is.
func TestReadFormRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, kind string
		body       io.Reader
		status     int // 0: read
	}{
		{"a form", formType, strings.NewReader("a=1"), 0},
		{"with a charset", formType + "; charset=UTF-8", strings.NewReader("a=1"), 0},
		{"in capitals", "Application/X-WWW-Form-Urlencoded", strings.NewReader("a=1"), 0},
		{"byte by byte", formType, iotest.OneByteReader(strings.NewReader("a=1")), 0},
		{"as much as there may be", formType, strings.NewReader("a=1&" + strings.Repeat("x", maxBody-4)), 0},
		{"a byte more", formType, strings.NewReader("a=1&" + strings.Repeat("x", maxBody-3)), http.StatusRequestEntityTooLarge},
		{"without end", formType, io.MultiReader(strings.NewReader("a=1&"), endless{}), http.StatusRequestEntityTooLarge},
		{"no type", "", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
		{"text, as any form may send", "text/plain", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
		{"multipart, as any form may send", "multipart/form-data; boundary=x", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
		{"JSON", "application/json", strings.NewReader(`{"a":"1"}`), http.StatusUnsupportedMediaType},
		{"two types", formType + ", text/plain", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
		{"a type that is broken", "application/;", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
	} {
		f, err := readBody(row.body, row.kind)
		var failed failure
		if row.status != 0 && (!errors.As(err, &failed) || failed.status != row.status || f != nil) {
			t.Errorf("%s: %v, want %d", row.name, err, row.status)
		}
		if row.status == 0 && (err != nil || f.text("a") != "1" || f.bytes("b") != nil || f.text("b") != "" || f.texts("b") != nil) {
			t.Errorf("%s: %v %v", row.name, f, err)
		}
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// All forms are read this way: each route says so.
func TestFormsOfAllRoutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	for _, path := range []string{"/launch", "/pay", "/pay/" + id} {
		if a := b.post(path, card(), "Content-Type", "multipart/form-data; boundary=x"); a.status != http.StatusUnsupportedMediaType || strings.Contains(a.body, "4111") {
			t.Errorf("%s: %d", path, a.status)
		}
		huge := card("name", strings.Repeat("x", maxBody))
		if a := b.post(path, huge); a.status != http.StatusRequestEntityTooLarge || strings.Contains(a.body, "4111") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if w.practice.collects.Load() != 0 {
		t.Error("something was sent")
	}
}

// peek keeps what the reader of a body read it into.
type peek struct {
	io.Reader
	into [][]byte
}

func (p *peek) Read(b []byte) (int, error) {
	p.into = append(p.into, b)
	return p.Reader.Read(b)
}

// Whatever becomes of a card form, its bytes are gone when the answer is there.
func TestCardFormIsCleared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	for _, row := range []struct {
		name   string
		form   url.Values
		status int
	}{
		{"too large", card("name", strings.Repeat("x", maxBody)), http.StatusRequestEntityTooLarge},
		{"with a mistake", card("zip", ""), http.StatusUnprocessableEntity},
		{"paid", card(), http.StatusSeeOther},
	} {
		body := &peek{Reader: strings.NewReader(row.form.Encode())}
		if a := b.send("POST", "/pay/"+id, body); a.status != row.status {
			t.Errorf("%s: %d", row.name, a.status)
		}
		if len(body.into) == 0 {
			t.Errorf("%s: not read", row.name)
		}
		for _, buffer := range body.into {
			if bytes.Contains(buffer, []byte("4111")) || bytes.Contains(buffer, []byte("739")) {
				t.Errorf("%s: the form is still in memory", row.name)
			}
		}
	}
}

// A card number that stands in a field of another kind is not printed back, on
// any page that prints one back.
func TestCardNumberIsNotPrintedBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, number := range []string{"4111 1111 1111 1111", "4111111111111111", "4111-1111-1111-1111"} {
		for path, form := range map[string]url.Values{
			"/pay":   {"pay": {"other"}, "amount": {number}},
			"/plan":  {"bill": {"claim-501"}, "monthly": {number}, "start": {"2026-11-22"}},
			"/agree": {"agree": {leesVisit}, "limit-" + leesVisit: {number}, "limit-year": {number}},
		} {
			who := dana
			if path == "/agree" {
				who = lee.ID
			}
			if a := w.visit(who).post(path, form); a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, number) {
				t.Errorf("%s with %s: %d %s", path, number, a.status, a.body)
			}
		}
	}
}
