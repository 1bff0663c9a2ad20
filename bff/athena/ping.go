package athena

import (
	"context"
	"net/url"
)

// Ping asks whether the API is up and the practice is granted to us.
// GET /ping. The answer's exact form is not known (docs/upstream-api.md#ping:
// broken quoting, key of either case), so the status alone counts; an API that
// is down does not answer.
func (c *Client) Ping(ctx context.Context, practice int) error {
	_, err := c.get(ctx, "ping", path(practice, "ping"), url.Values{})
	return err
}
