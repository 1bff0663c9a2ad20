package athena

import (
	"context"
	"slices"
	"strconv"
	"time"

	"paypane/web/payment"
)

// wireDepartment is GET /departments/{id} (athena-api.md 2.10d).
type wireDepartment struct {
	DepartmentID text `json:"departmentid"`
	// Ecommerce are the brands taken without the card being there. The list is
	// missing where the department cannot do that at all (2.1).
	Ecommerce list `json:"ecommercecreditcardtypes"`
	// ZoneName is like "US/Eastern"; the numeric timezone beside it forgets
	// daylight saving.
	ZoneName text `json:"timezonename"`
}

// Department is which cards the patient's department takes on the web, in our
// order, none where it takes none, and the zone of its days. A zone that is
// missing or unknown is US Eastern, the upstream's own. GET /departments/{id}.
func (c *Client) Department(ctx context.Context, p payment.Patient) (payment.Department, error) {
	const op = "read department"
	body, err := c.get(ctx, op, path(p.Practice, "departments", strconv.Itoa(p.Department)), nil)
	if err != nil {
		return payment.Department{}, err
	}
	w, err := one[wireDepartment](body)
	if err != nil {
		return payment.Department{}, upstreamError(op, err)
	}
	d := payment.Department{Zone: Eastern()}
	if zone, err := time.LoadLocation(string(w.ZoneName)); err == nil && w.ZoneName != "" {
		d.Zone = zone
	}
	for _, b := range []payment.Brand{payment.Visa, payment.Mastercard, payment.AmericanExpress, payment.Discover} {
		if slices.Contains(w.Ecommerce, string(b)) {
			d.Brands = append(d.Brands, b)
		}
	}
	return d, nil
}
