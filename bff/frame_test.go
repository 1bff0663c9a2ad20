package bff

import (
	"html"
	"net/http"
	"strings"
	"testing"
)

// The frame page is whole, whatever the portals file says of the practice: it
// names the practice, and has a link to its phone where one is known.
func TestFramePage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, phone string }{
		{"Harbor Family Medicine", "(617) 555-0100"},
		{"Harbor Family Medicine", ""},
		{`O'Neill & <b>Sons</b> "{{.Phone}}"`, `"><script>(617) 555-0100`},
	} {
		w := newWorld(t, setup{})
		w.portals[0].Name, w.portals[0].Phone = row.name, row.phone
		a := w.browser().get("/embed/v1/frame?portal=harbor")
		if a.status != http.StatusOK || !strings.HasSuffix(strings.TrimSpace(a.body), "</html>") {
			t.Fatalf("%q: %d, and ends with %q", row, a.status, a.body[max(0, len(a.body)-80):])
		}
		text := html.UnescapeString(a.body)
		if !strings.Contains(text, row.name) || strings.Contains(a.body, "<b>") || strings.Contains(a.body, "><script>") {
			t.Errorf("%q: %s", row, a.body)
		}
		link := strings.Contains(a.body, `<a href="tel:`)
		if link != (row.phone != "") || !strings.Contains(text, row.phone) {
			t.Errorf("%q: a link to the phone: %v\n%s", row, link, a.body)
		}
	}
}
