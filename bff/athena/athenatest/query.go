package athenatest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// notEnum is the recorded text for a value that is none of those allowed
// (HTD-Health create_patient_case_wrong_source.yml).
func notEnum(value, name string) string {
	return "The value '" + value + "' did not match any of the enum values for " + strings.ToUpper(name)
}

// integer reports whether a value is a number such as an id.
func integer(v string) bool { return v != "" && len(v) <= 9 && digits(v) }

// list is an array parameter: comma separated, repeated, or with a bracket, as
// public clients write it (docs/upstream-api.md#the-wire and
// #traps-of-clients).
func list(q url.Values, name string) (all []string) {
	for key, values := range q {
		if bare, _, _ := strings.Cut(key, "["); bare != name {
			continue
		}
		for _, v := range values {
			for item := range strings.SplitSeq(v, ",") {
				if item = strings.TrimSpace(item); item != "" {
					all = append(all, item)
				}
			}
		}
	}
	return all
}

// integers is an array of ids. It answers the request where one is none.
func integers(w http.ResponseWriter, q url.Values, name string) (all []int, ok bool) {
	for _, item := range list(q, name) {
		if !integer(item) {
			invalid(w, notInteger(item))
			return nil, false
		}
		all = append(all, atoi(item))
	}
	return all, true
}

// span is days from one to another, both inclusive; a zero end is open.
type span struct{ from, to time.Time }

// holds reports whether a day is in the span. Days are noon in UTC.
func (s span) holds(day time.Time) bool {
	return (s.from.IsZero() || !day.Before(s.from)) && (s.to.IsZero() || day.Before(s.to.AddDate(0, 0, 1)))
}

// days reads two days of a query and answers the request where one is none.
// The official sample writes single digits (docs/upstream-api.md#the-wire).
func days(w http.ResponseWriter, q url.Values, from, to string) (s span, ok bool) {
	for _, end := range []struct {
		name string
		day  *time.Time
	}{{from, &s.from}, {to, &s.to}} {
		name, day := end.name, end.day
		if !q.Has(name) {
			continue
		}
		t, err := time.Parse("1/2/2006", q.Get(name))
		if err != nil {
			invalid(w, "Expecting format date, but value is "+q.Get(name)) // as recorded (docs/upstream-api.md#the-wire)
			return s, false
		}
		*day = t
	}
	return s, true
}

// The sizes of a page (docs/upstream-api.md#the-wire).
const (
	pageDefault = 1500
	pageMost    = 5000
)

// page answers with a part of a list: limit and offset of the query, and links
// to its neighbours in the recorded form, names in upper case but those two.
// What the real one does with a limit out of its range is not known; here it
// is refused.
func page(w http.ResponseWriter, r *http.Request, plural string, rows []any) {
	pageOf(w, r, plural, rows, pageDefault, pageMost)
}

// pageOf is page with sizes of its own.
func pageOf(w http.ResponseWriter, r *http.Request, plural string, rows []any, usual, most int) {
	q := r.URL.Query()
	for _, name := range []string{"limit", "offset"} {
		if v := q.Get(name); q.Has(name) && !integer(v) {
			invalid(w, notInteger(v))
			return
		}
	}
	limit, offset := usual, atoi(q.Get("offset"))
	if q.Has("limit") {
		if limit = atoi(q.Get("limit")); limit < 1 || limit > most {
			invalid(w, "Expecting a limit between 1 and "+strconv.Itoa(most)+", but value is "+q.Get("limit"))
			return
		}
	}
	link := func(offset int) string {
		others := url.Values{}
		for name, values := range q {
			if name != "limit" && name != "offset" {
				others[strings.ToUpper(name)] = values
			}
		}
		text := others.Encode()
		if text != "" {
			text += "&"
		}
		if q.Has("limit") {
			text += "limit=" + strconv.Itoa(limit) + "&"
		}
		return r.URL.EscapedPath() + "?" + text + "offset=" + strconv.Itoa(offset)
	}
	body := map[string]any{"totalcount": len(rows)}
	from, to := min(offset, len(rows)), min(offset+limit, len(rows))
	body[plural] = rows[from:to]
	if to < len(rows) {
		body["next"] = link(to)
	}
	if offset > 0 {
		body["previous"] = link(max(0, offset-limit))
	}
	answer(w, body)
}
