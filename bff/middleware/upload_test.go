package middleware

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A form with a file is read where that is allowed: its fields as those of other forms,
// the file up to one byte more than there may be. What is broken is refused.
func TestFormWithAFile(t *testing.T) {
	const most = 100
	part := func(head, content string) string {
		return "--x\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n"
	}
	read := func(kind, body string, allowed bool) (*Form, error) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		if allowed {
			r = AllowFile(r, most)
		}
		return ReadForm(httptest.NewRecorder(), r)
	}
	const kind = "multipart/form-data; boundary=x"
	person, end := part(`name="person"`, "mark 1"), "--x--\r\n"
	f, err := read(kind, person+part(`name="signed"; filename="a.pdf"`, strings.Repeat("y", most))+end, true)
	if err != nil || f.Token("person") != "mark 1" || len(f.File("signed")) != most || f.File("person") != nil || len(f.Names()) != 1 {
		t.Fatalf("%+v, %v", f, err)
	}
	if f.Clear(); f.Token("person") != "" || f.File("signed") != nil {
		t.Error("it can be read after it was cleared")
	}
	if f, err := read(kind, person+part(`name="signed"; filename="a.pdf"`, strings.Repeat("y", 3*most))+end, true); err != nil || len(f.File("signed")) != most+1 || f.Token("person") != "mark 1" {
		t.Errorf("too large a file: %+v, %v", f, err)
	}
	if f, err := read(kind, person+part(`name="signed"; filename=""`, "")+end, true); err != nil || len(f.File("signed")) != 0 {
		t.Errorf("no file: %+v, %v", f, err)
	}
	if f, err := read("application/x-www-form-urlencoded", "person=mark", true); err != nil || f.Token("person") != "mark" {
		t.Errorf("a form without one: %+v, %v", f, err)
	}
	for _, body := range []string{"", "--z--\r\n", "text"} { // it says nothing, not even for whom it is
		if f, err := read(kind, body, true); err == nil && len(f.Names())+len(f.File("signed")) > 0 {
			t.Errorf("%q: %+v", body, f)
		}
	}
	for name, row := range map[string]struct {
		kind, body string
		allowed    bool
		status     int
	}{
		"not allowed":    {kind, person + end, false, http.StatusUnsupportedMediaType},
		"no boundary":    {"multipart/form-data", person + end, true, http.StatusBadRequest},
		"cut":            {kind, person + part(`name="a"`, "b")[:20], true, http.StatusBadRequest},
		"cut in a file":  {kind, person + "--x\r\nContent-Disposition: form-data; name=\"signed\"; filename=\"a\"\r\n\r\nyy", true, http.StatusBadRequest},
		"two files":      {kind, strings.Repeat(part(`name="signed"; filename="a.pdf"`, "b"), 2) + end, true, http.StatusBadRequest},
		"many parts":     {kind, strings.Repeat(part(`name="a"`, "b"), maxParts+1) + end, true, http.StatusBadRequest},
		"a large field":  {kind, part(`name="a"`, strings.Repeat("b", MaxBody)) + end, true, http.StatusRequestEntityTooLarge},
		"a mixed form":   {"multipart/mixed; boundary=x", person + end, true, http.StatusUnsupportedMediaType},
		"text beside it": {"text/plain", person + end, true, http.StatusUnsupportedMediaType},
	} {
		f, err := read(row.kind, row.body, row.allowed)
		var refused StatusError
		if f != nil || !errors.As(err, &refused) || refused.Status != row.status {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// Whoever sends a file that is far too large reads the answer all the same.
func TestAnswerToAFileThatIsTooLarge(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer Drain(r)
		f, err := ReadForm(w, AllowFile(r, 1000))
		if err != nil || len(f.File("signed")) != 1001 {
			t.Errorf("%v", err)
		}
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	}))
	defer server.Close()
	body := "--x\r\nContent-Disposition: form-data; name=\"signed\"; filename=\"a.pdf\"\r\n\r\n" + strings.Repeat("y", 12<<20) + "\r\n--x--\r\n"
	resp, err := http.Post(server.URL, "multipart/form-data; boundary=x", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Error(resp.Status)
	}
}
