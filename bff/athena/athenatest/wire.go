package athenatest

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// common sets the recorded headers of any answer.
func common(h http.Header) {
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-cache, no-store")
	h.Set("Pragma", "No-cache")
	h.Set("Server", "Apache")
	h["nnCoection"] = []string{"close"} // sic; Set would write Nncoection
	h.Set("X-Request-Id", "rrt-"+strings.ToLower(rand.Text()[:16]))
}

// answer writes a 200 with v as JSON.
func answer(w http.ResponseWriter, v any) { write(w, http.StatusOK, encode(v)) }

// refuse writes an error of the backend: two blank lines, then an object.
func refuse(w http.ResponseWriter, status int, v map[string]any) {
	write(w, status, append([]byte("\n\n"), encode(v)...))
}

// missing refuses a request without fields that it needs.
func missing(w http.ResponseWriter, fields ...string) {
	refuse(w, http.StatusBadRequest, map[string]any{
		"missingfields": fields, "error": "Additional fields are required."})
}

// invalid refuses a value.
func invalid(w http.ResponseWriter, detail string) {
	refuse(w, http.StatusBadRequest, map[string]any{
		"detailedmessage": detail, "error": "The data provided is invalid."})
}

// notInteger is the recorded text for a value that is not a number.
func notInteger(value string) string { return "Expecting type integer, but value is " + value }

// noSuch refuses an id that does not exist.
func noSuch(w http.ResponseWriter) {
	refuse(w, http.StatusNotFound, map[string]any{"error": "The requested ID does not exist."})
}

func write(w http.ResponseWriter, status int, body []byte) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

// encode writes JSON as the upstream does: slashes escaped, angle brackets
// not. A slash occurs in JSON inside of texts only.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // our own values can always be written
	}
	return bytes.ReplaceAll(bytes.TrimSpace(b.Bytes()), []byte("/"), []byte(`\/`))
}

// oracle writes cents in the style of Oracle: "13", "10.1", ".16", "-978.7".
func oracle(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	whole := strconv.FormatInt(cents/100, 10)
	part := strings.TrimRight(fmt.Sprintf("%02d", cents%100), "0")
	switch {
	case part == "":
		return sign + whole
	case whole == "0":
		whole = ""
	}
	return sign + whole + "." + part
}

// number writes cents as a JSON number: 112.5.
func number(cents int64) json.Number {
	s := oracle(cents)
	s = strings.Replace(s, "-.", "-0.", 1)
	if strings.HasPrefix(s, ".") {
		s = "0" + s
	}
	return json.Number(s)
}

// cents reads an amount of a request, "25" or "25.5" or "25.50", more than
// nothing.
func cents(text string) (int64, bool) {
	whole, part, point := strings.Cut(text, ".")
	if whole == "" || len(whole) > 7 || len(part) > 2 || point && part == "" || !digits(whole) || !digits(part) {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	return n, err == nil && n > 0
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// date is the upstream's form of a day.
func date(t time.Time) string { return t.Format("01/02/2006") }
