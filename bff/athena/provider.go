package athena

import (
	"context"
	"strings"

	"paypane/web/payment"
)

// Provider is somebody who treats patients: GET /providers/{id}. An array of
// one with first and last name was recorded in 2016, and with the name that
// patients see in 2019 (HTD-Health find_provider.yml, .NET
// Provider/GetById.json).
func (c *Client) Provider(ctx context.Context, practice int, id string) (payment.Provider, error) {
	const op = "read provider"
	if !reference(id) {
		return payment.Provider{}, &Error{Op: op, Fault: FaultOurs, Message: "no provider"}
	}
	body, err := c.get(ctx, op, path(practice, "providers", id), nil)
	if err != nil {
		return payment.Provider{}, err
	}
	p, err := readOne(op, body, readProvider)
	if err == nil && p.ID != id {
		return payment.Provider{}, upstreamError(op, errProvider)
	}
	return p, err
}

func readProvider(r *row) payment.Provider {
	p := payment.Provider{ID: r.must("providerid"), Name: r.text("displayname")}
	if p.Name == "" {
		p.Name = strings.TrimSpace(r.text("firstname") + " " + r.text("lastname"))
	}
	return p
}
