package athena

import (
	"context"
	"encoding/json"
	"errors"
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

// paged reads a list that the upstream gives in pages (athena-api.md 1:
// totalcount, next, limit, offset). Of next only its being there counts: its
// address is not followed.
func paged[T any](ctx context.Context, c *Client, op, path string, query url.Values, one func(*row) T) ([]T, error) {
	all := []T{}
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("limit", strconv.Itoa(pageSize))
	for range maxPages {
		if len(all) > 0 {
			query.Set("offset", strconv.Itoa(len(all)))
		}
		body, err := c.get(ctx, op, path, query)
		if err != nil {
			return nil, err
		}
		page, err := readAll(op, body, one)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		var more struct {
			Next text `json:"next"`
		}
		if len(page) == 0 || json.Unmarshal(body, &more) != nil || more.Next == "" {
			return all, nil
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
