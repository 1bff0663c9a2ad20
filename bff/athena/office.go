package athena

import (
	"context"
	"strconv"
	"strings"
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

		// All of these were recorded (R: RB-H find_department.yml of 2016, NET
		// GetById_ExistingId.json of 2019); a second line of the address was not.
		GroupName:  r.text("providergroupname"),
		PublicName: r.text("patientdepartmentname"),
		Address:    addressOf(r),
		Phone:      phoneOf(r),
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

// addressOf is an address in lines: "8762 STONERIDGE CT", "ROME, GA 30417".
// One without a street or a town is none.
func addressOf(r *row) []string {
	street, city := r.text("address"), r.text("city")
	if street == "" || city == "" {
		return nil
	}
	town := strings.TrimSpace(r.text("state") + " " + r.text("zip"))
	if town != "" {
		city += ", " + town
	}
	return []string{street, city}
}

// phoneOf is a phone number as it is written, where nothing in it was masked.
func phoneOf(r *row) string {
	said := r.text("phone")
	if strings.Contains(said, "[digits]") {
		return ""
	}
	return said
}
