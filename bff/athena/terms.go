package athena

import (
	"bytes"
	"context"
	"errors"
	"strings"
)

// terms reads a legal text below /misc. Its form is not documented
// (assumed.go); a page of HTML that is no JSON is a gateway's and no terms.
func (c *Client) terms(ctx context.Context, op string, practice int, name string) (string, error) {
	body, err := c.get(ctx, op, path(practice, "misc", name), nil)
	if err != nil {
		return "", err
	}
	text, err := soleText(body, termsText)
	if err != nil {
		return "", upstreamError(op, err)
	}
	return text, nil
}

// soleText is the text in an answer that holds just one: the answer itself, a
// field of one of the names, or the only field with text in it.
func soleText(body []byte, names []string) (string, error) {
	body = bytes.TrimSpace(body)
	if s := plainText(body); strings.TrimSpace(s) != "" {
		return s, nil
	}
	object, err := alone(body)
	if err != nil {
		return "", err
	}
	r, err := rowOf(object)
	if err != nil {
		return "", err
	}
	for _, refusal := range []string{"error", "errortext", "errormessage"} {
		if _, there := r.of[refusal]; there {
			return "", errors.New("an error instead of a text")
		}
	}
	if _, raw, ok := r.pick(names); ok {
		if s := plainText(raw); strings.TrimSpace(s) != "" {
			return s, nil
		}
		return "", errors.New("not a text")
	}
	var found []string
	for _, raw := range r.of {
		if s := plainText(raw); strings.TrimSpace(s) != "" {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return "", errors.New("not one text")
	}
	return found[0], nil
}
