package athena

import (
	"context"
	"strconv"

	"paypane/web/payment"
)

// Practices are the practices that our key may use: GET
// /{anyid}/practiceinfo (docs/upstream-api.md#ping, recorded, with practice 1
// in the path).
func (c *Client) Practices(ctx context.Context) ([]payment.PracticeAccess, error) {
	return paged(ctx, c, "list practices", path(1, "practiceinfo"), nil, func(r *row) payment.PracticeAccess {
		a := payment.PracticeAccess{Name: r.text("name"), Collector: r.flag("hascollector")}
		a.ID, _ = strconv.Atoi(r.must("practiceid"))
		return a
	})
}
