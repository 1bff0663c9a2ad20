package bff

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// jar is a browser that keeps every cookie, as all do.
type jar struct {
	*browser
	names  []string // in the order in which they came
	values map[string]string
}

func (w *world) jar() *jar { return &jar{browser: w.browser(), values: map[string]string{}} }

func (j *jar) do(method, path string, form url.Values, headers ...string) answer {
	var all []string
	for _, name := range j.names {
		all = append(all, name+"="+j.values[name])
	}
	j.browser.cookie = strings.Join(all, "; ")
	a := j.browser.do(method, path, form, headers...)
	j.keep(a)
	return a
}

func (j *jar) keep(a answer) {
	for _, line := range a.header.Values("Set-Cookie") {
		c := must(http.ParseSetCookie(line))
		if c.MaxAge < 0 {
			delete(j.values, c.Name)
			j.names = slices.DeleteFunc(j.names, func(name string) bool { return name == c.Name })
			continue
		}
		if _, ok := j.values[c.Name]; !ok {
			j.names = append(j.names, c.Name)
		}
		j.values[c.Name] = c.Value
	}
}

func (j *jar) get(path string, headers ...string) answer { return j.do("GET", path, nil, headers...) }

func (j *jar) post(path string, form url.Values) answer {
	j.browser.mark = "" // each pane has its own; printed looks it up
	return j.do("POST", path, form)
}

// The parts of names that panes choose.
const (
	leftPane  = "leftleftleftleftleft"
	rightPane = "rightrightrightright"
)

// pane launches as the frame of an element does, up to the first address of the
// flow.
func (j *jar) pane(t testing.TB, w *world, part string, patient int) (begin string) {
	t.Helper()
	return j.arrive(t, j.launches(t, w, part, patient))
}

func (j *jar) launches(t testing.TB, w *world, part string, patient int) (next string) {
	t.Helper()
	a := j.do("POST", "/launch", url.Values{"token": {harborEd.token(w, func(_, c claimSet) { c["patientid"] = patient })}, "host": {harborOrigin}, "pane": {part}},
		"Accept", "application/json", "X-Paypane", "1")
	found := regexp.MustCompile(`^\{"next":"(/launch/arrive\?code=[^"]+)"\}`).FindStringSubmatch(a.body)
	if a.status != http.StatusOK || found == nil {
		t.Fatalf("launch: %d %s", a.status, a.body)
	}
	return strings.ReplaceAll(found[1], `\u0026`, "&")
}

func (j *jar) arrive(t testing.TB, next string) string {
	t.Helper()
	a := j.get(next, framed...)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to(), "/pay?pane=") {
		t.Fatalf("arrive: %d to %q: %s", a.status, a.to(), a.body)
	}
	return a.to()
}

// in is an address in the pane of another one.
func in(begin, path string) string {
	_, query, _ := strings.Cut(begin, "?")
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}
