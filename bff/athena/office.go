package athena

import (
	"context"
	"strconv"
	"time"

	"paypane/web/payment"
)

// Offices are the practice's departments: GET /departments (athena-api.md
// 2.10d R), page by page.
func (c *Client) Offices(ctx context.Context, practice int) ([]payment.Office, error) {
	return paged(ctx, c, "list departments", path(practice, "departments"), nil, readOffice)
}

// Office is the patient's department as staff see it, with the suggested
// ceilings of agreements: GET /departments/{id} (athena-api.md 2.10d R).
func (c *Client) Office(ctx context.Context, p payment.Patient) (payment.Office, error) {
	const op = "read department"
	body, err := c.get(ctx, op, path(p.Practice, "departments", strconv.Itoa(p.Department)), nil)
	if err != nil {
		return payment.Office{}, err
	}
	return readOne(op, body, readOffice)
}

func readOffice(r *row) payment.Office {
	o := payment.Office{
		Name:    r.text("name", "patientdepartmentname"),
		Web:     brands(r.list("ecommercecreditcardtypes")),
		Counter: brands(r.list("creditcardtypes")),
		Group:   r.text("providergroupid"),
		Zone:    Eastern(),
	}
	o.ID, _ = strconv.Atoi(r.must("departmentid"))
	o.VisitMax, _ = r.amount("singleappointmentcontractmax")
	o.YearMax, _ = r.amount("oneyearcontractmax")
	if name := r.text("timezonename"); name != "" {
		if zone, err := time.LoadLocation(name); err == nil {
			o.Zone = zone
		}
	}
	return o
}
