package athena

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strconv"

	"paypane/web/payment"
)

var (
	errMissing = errors.New("missing")
	errNumber  = errors.New("number is not the upstream's")
	errDay     = errors.New("not a day")
	errNotPDF  = errors.New("not a pdf")
	errOther   = errors.New("answer is about another payment")

	errPatient  = errors.New("answer is about another patient")
	errProvider = errors.New("answer is about another provider")
)

// readAll reads a list row by row. One row that cannot be read fails it all.
func readAll[T any](op string, body []byte, one func(*row) T) ([]T, error) {
	found, err := rows(body)
	if err != nil {
		return nil, upstreamError(op, err)
	}
	all := make([]T, 0, len(found))
	for i := range found {
		item := one(&found[i])
		if err := found[i].err; err != nil {
			return nil, upstreamError(op, err)
		}
		all = append(all, item)
	}
	return all, nil
}

// readMost reads a list that comes in one piece, and whose rows are of use without
// the others. Rows that cannot be read are left out, and the error is then
// payment.ErrOddRows: nobody may conclude from such a list that something does not
// exist. A list that says that there is more of it is an error as a whole.
func readMost[T any](op string, body []byte, one func(*row) T) ([]T, error) {
	all, count, err := readSome(op, body, one)
	if err != nil && !errors.Is(err, payment.ErrOddRows) {
		return nil, err
	}
	if object, wrong := fields(bytes.TrimSpace(body)); wrong == nil {
		r := row{of: object}
		total, more := r.plain("totalcount"), r.plain("next")
		if total != "" && total != strconv.Itoa(count) || more != "" {
			return nil, upstreamError(op, errors.New("a list with more behind it"))
		}
	}
	return all, err
}

// readSome is readMost for one page of a list. count is the number of its rows,
// unreadable ones included.
func readSome[T any](op string, body []byte, one func(*row) T) (all []T, count int, err error) {
	found, err := items(body)
	if err != nil {
		return nil, 0, upstreamError(op, err)
	}
	all = make([]T, 0, len(found))
	var odd error
	for _, raw := range found {
		r, err := rowOf(raw)
		if err != nil {
			odd = err
			continue
		}
		item := one(&r)
		if r.err != nil {
			odd = r.err
			continue
		}
		all = append(all, item)
	}
	if odd != nil {
		err = upstreamError(op, fmt.Errorf("%w: %w", payment.ErrOddRows, odd))
	}
	return all, len(found), err
}

// readOne reads a single item, alone or in an array of one.
func readOne[T any](op string, body []byte, one func(*row) T) (item T, err error) {
	object, err := alone(body)
	if err != nil {
		return item, upstreamError(op, err)
	}
	r, err := rowOf(object)
	if err != nil {
		return item, upstreamError(op, err)
	}
	read := one(&r)
	if r.err != nil {
		return item, upstreamError(op, r.err)
	}
	return read, nil
}

const (
	pageSize = 1000
	maxPages = 20
)

// paged is readMost of a list that the upstream gives in pages
// (docs/upstream-api.md#the-wire: totalcount, next, limit, offset). Of next
// only its being there counts: its address is not followed.
func paged[T any](ctx context.Context, c *Client, op, path string, query url.Values, one func(*row) T) ([]T, error) {
	all := []T{}
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("limit", strconv.Itoa(pageSize))
	var odd error
	offset := 0
	for range maxPages {
		if offset > 0 {
			query.Set("offset", strconv.Itoa(offset))
		}
		body, err := c.get(ctx, op, path, query)
		if err != nil {
			return nil, err
		}
		page, count, err := readSome(op, body, one)
		switch {
		case errors.Is(err, payment.ErrOddRows):
			odd = err
		case err != nil:
			return nil, err
		}
		all = append(all, page...)
		offset += count
		var more struct {
			Next label `json:"next"`
		}
		if count == 0 || json.Unmarshal(body, &more) != nil || more.Next == "" {
			return all, odd
		}
	}
	return nil, upstreamError(op, errors.New("a list without end"))
}

// brands are the brands of a list, in our order.
func brands(said []string) []payment.Brand {
	var found []payment.Brand
	for _, b := range []payment.Brand{payment.Visa, payment.Mastercard, payment.AmericanExpress, payment.Discover} {
		for _, s := range said {
			if s == string(b) {
				found = append(found, b)
				break
			}
		}
	}
	return found
}
