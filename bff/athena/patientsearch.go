package athena

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"paypane/web/payment"
)

// SearchPatients are the patients of whose names a text is a part, each once, by
// name: GET /patients/search (docs/upstream-api.md#patients, documented). The
// fields of its rows are not known and taken for those of a patient. It depends on
// settings of the practice, so whoever asks has to do without it.
func (c *Client) SearchPatients(ctx context.Context, practice int, words string) (found []payment.Person, more bool, err error) {
	const op = "search patients"
	if words == "" {
		return nil, false, &Error{Op: op, Fault: FaultOurs, Message: "nothing to look for", err: payment.ErrNoCriteria}
	}
	body, err := c.get(ctx, op, path(practice, "patients", "search"), url.Values{
		"searchterm": {words}, "maxresults": {strconv.Itoa(FoundMost + 1)},
	})
	if err != nil {
		return nil, false, err
	}
	found, more, err = people(op, body)
	if len(found) > FoundMost {
		found, more = found[:FoundMost], true
	}
	return found, more, err
}

// MatchPatients are the patients who may be meant by a name and a birth date, the
// likeliest five, each once: GET /patients/enhancedbestmatch
// (docs/upstream-api.md#patients, recorded), by the sound of the names too.
func (c *Client) MatchPatients(ctx context.Context, practice int, s payment.Search) ([]payment.Person, error) {
	const op = "match patients"
	if !s.Whole() {
		return nil, &Error{Op: op, Fault: FaultOurs, Message: "no whole name", err: errors.New("it takes both names and a birth date")}
	}
	body, err := c.get(ctx, op, path(practice, "patients", "enhancedbestmatch"), url.Values{
		"firstname": {s.Given}, "lastname": {s.Family}, "dob": {wireDay(s.Born)}, "returnbestmatches": {"true"}, "usesoundexsearch": {"true"},
	})
	if err != nil {
		return nil, err
	}
	found, _, err := people(op, body)
	return found, err
}
