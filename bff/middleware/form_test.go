package middleware

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

	"paypane/web/payment"
)

const formType = "application/x-www-form-urlencoded"

func readBody(body io.Reader, kind string) (*Form, error) {
	r := httptest.NewRequest("POST", "/", body)
	r.Header.Set("Content-Type", kind)
	return ReadForm(httptest.NewRecorder(), r)
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
		if len(body) > MaxBody {
			var failed StatusError
			if !errors.As(err, &failed) || failed.Status != http.StatusRequestEntityTooLarge {
				t.Errorf("%d bytes: %v", len(body), err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			left := got.buffer.Bytes()
			left = left[:cap(left)]
			got.Clear()
			if bytes.Count(left, []byte{0}) != len(left) {
				t.Error("clear leaves something")
			}
		}()
		want, err := url.ParseQuery(body)
		if err != nil {
			return // not well formed: what it means is not for us to say, but we did not fall over
		}
		names := map[string]bool{}
		for _, field := range got.fields {
			names[string(field.name.of(got.buffer.Bytes()))] = true
		}
		for name, values := range want {
			names[name] = true
			for i, value := range values { // a card number is another one, below
				values[i] = payment.Harmless([]byte(value))
			}
			if name != "" && (!slices.Equal(got.Texts(name), values) || got.Text(name) != values[0]) {
				t.Errorf("%q: %q, want %q", name, got.Texts(name), values)
			}
		}
		for name := range names {
			if name != "" && want[name] == nil {
				t.Errorf("a field %q that is not there", name)
			}
		}
	})
}

// A card number in a field that no card belongs into goes no further than the
// form, which can be cleared. It is refused as before: what stands for it is a
// card number, too.
func TestCardNumberInAWrongField(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"5555 5555 5555 4444", "4012-8888-8888-1881", "378282246310005", "my card is 6011111111111117!"} {
		f, err := readBody(strings.NewReader(url.Values{"email": {typed}, "bill": {"claim-10001", typed}}.Encode()), formType)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Text("email"); got == typed || !payment.HoldsCard(got) {
			t.Errorf("%q is %q", typed, got)
		}
		if got := f.Texts("bill"); got[0] != "claim-10001" || got[1] == typed {
			t.Errorf("%q among others: %q", typed, got)
		}
		if got := f.Shown("email"); got != "" {
			t.Errorf("%q is shown as %q", typed, got)
		}
	}
	for _, typed := range []string{"8613812345678@163.com", "120.00", "617-555-0100 617-555-0199", "claim-4111", ""} {
		f, err := readBody(strings.NewReader(url.Values{"email": {typed}}.Encode()), formType)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Text("email"); got != typed {
			t.Errorf("%q is %q", typed, got)
		}
	}
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
		{"as much as there may be", formType, strings.NewReader("a=1&" + strings.Repeat("x", MaxBody-4)), 0},
		{"a byte more", formType, strings.NewReader("a=1&" + strings.Repeat("x", MaxBody-3)), http.StatusRequestEntityTooLarge},
		{"without end", formType, io.MultiReader(strings.NewReader("a=1&"), endless{}), http.StatusRequestEntityTooLarge},
		{"no type", "", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
		{"text, as any form may send", "text/plain", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
		{"multipart, as any form may send", "multipart/form-data; boundary=x", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
		{"JSON", "application/json", strings.NewReader(`{"a":"1"}`), http.StatusUnsupportedMediaType},
		{"two types", formType + ", text/plain", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
		{"a type that is broken", "application/;", strings.NewReader("a=1"), http.StatusUnsupportedMediaType},
	} {
		f, err := readBody(row.body, row.kind)
		var failed StatusError
		if row.status != 0 && (!errors.As(err, &failed) || failed.Status != row.status || f != nil) {
			t.Errorf("%s: %v, want %d", row.name, err, row.status)
		}
		if row.status == 0 && (err != nil || f.Text("a") != "1" || f.Bytes("b") != nil || f.Text("b") != "" || f.Texts("b") != nil) {
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
