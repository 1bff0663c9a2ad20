package athena

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"paypane/web/payment"
)

// Departments are the practice's departments: GET /departments
// (docs/upstream-api.md#departments, recorded), page by page. Those that are
// hidden in the patients' portal are among them: money is taken there too.
func (c *Client) Departments(ctx context.Context, practice int) ([]payment.Department, error) {
	return paged(ctx, c, "list departments", path(practice, "departments"), url.Values{"showalldepartments": {"true"}}, readDepartment)
}

// Department is the patient's department, with the suggested ceilings of
// agreements and what a receipt's letterhead says: GET /departments/{id}
// (docs/upstream-api.md#departments, recorded).
func (c *Client) Department(ctx context.Context, p payment.Patient) (payment.Department, error) {
	const op = "read department"
	body, err := c.get(ctx, op, path(p.Practice, "departments", strconv.Itoa(p.Department)), nil)
	if err != nil {
		return payment.Department{}, err
	}
	return readOne(op, body, readDepartment)
}

// readDepartment reads a department. What it offers (cards, ceilings) is left out
// where it is not understood, so that the letterhead of a receipt does not depend
// on it.
func readDepartment(r *row) payment.Department {
	d := payment.Department{
		Name:    r.text("name", "patientdepartmentname"),
		Web:     brands(r.words("ecommercecreditcardtypes")),
		Counter: brands(r.words("creditcardtypes")),
		Group:   r.text("providergroupid"),
		Zone:    zoneNamed(r.text("timezonename")),

		// All of these were recorded (HTD-Health find_department.yml of 2016, .NET
		// GetById_ExistingId.json of 2019); a second line of the address was not.
		GroupName:  r.text("providergroupname"),
		PublicName: r.text("patientdepartmentname"),
		Address:    addressOf(r),
		Phone:      phoneOf(r),
	}
	d.ID, _ = strconv.Atoi(r.must("departmentid"))
	d.VisitMax = r.ceiling("singleappointmentcontractmax")
	d.YearMax = r.ceiling("oneyearcontractmax")
	return d
}

// zoneNamed is the zone of a department by its timezonename, "US/Pacific". The
// numbers beside it (timezone, timezoneoffset, doesnotobservedst) are those of
// one day of the year, and nobody says which. Without a name, or with one that
// is none, a department has the upstream's own zone, which is Eastern: the one
// rule for it.
func zoneNamed(name string) *time.Location {
	name = strings.TrimSpace(name)
	if name == "" || strings.EqualFold(name, "Local") { // which would be this machine's
		return Eastern()
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return Eastern()
	}
	return zone
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

// phoneOf is a phone number, or several, as it is written, where it is none of a
// card.
func phoneOf(r *row) string {
	said := r.text("phone")
	if payment.ShowsCard(said) {
		return ""
	}
	return said
}
