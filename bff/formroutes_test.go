package bff

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paypane/bff/middleware"
)

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
		huge := card("name", strings.Repeat("x", middleware.MaxBody))
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
		{"too large", card("name", strings.Repeat("x", middleware.MaxBody)), http.StatusRequestEntityTooLarge},
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
