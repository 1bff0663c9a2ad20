package athenatest

import (
	"net/http"
	"slices"
	"strconv"
)

// department is a place that collects money.
type department struct {
	id, group int
	name      string
	retail    []string // brands with the card there
	web       []string // brands without; nil: it cannot do that
	// What patients know it by; the first line of the address and the phone.
	street, phone string
}

// groupNames are the provider groups.
var groupNames = map[int]string{1: "Harbor Medical Group", 2: "Eastside Imaging Associates"}

var departments = []department{
	{7, 1, "Harbor Family Medicine", []string{"DS", "MC", "VI"}, []string{"DS", "MC", "VI"}, "12 ELM STREET", "(555) 555-0107"},
	{8, 1, "Harbor Cardiology", []string{"AX", "DS", "MC", "VI"}, []string{"AX", "DS", "MC", "VI"}, "14 ELM STREET", "(555) 555-0108"},
	{9, 2, "Eastside Imaging", []string{"MC", "VI"}, nil, "300 HARBOR AVENUE", "(555) 555-0109"},
}

// departmentOf is the department with an id, or nil.
func departmentOf(id int) *department {
	i := slices.IndexFunc(departments, func(d department) bool { return d.id == id })
	if i < 0 {
		return nil
	}
	return &departments[i]
}

// groupList is the departments of a provider group: "7,8".
func groupList(group int) string {
	list := ""
	for _, d := range departments {
		if d.group == group {
			if list != "" {
				list += ","
			}
			list += strconv.Itoa(d.id)
		}
	}
	return list
}

// wire is a department by fields that were recorded (R: RB-H
// find_department.yml, NET GetById_ExistingId.json); zone is the hours that its clock is ahead of GMT.
func (d department) wire(zone int) map[string]any {
	w := map[string]any{
		"departmentid":                 strconv.Itoa(d.id),
		"name":                         d.name,
		"providergroupid":              strconv.Itoa(d.group),
		"creditcardtypes":              d.retail,
		"singleappointmentcontractmax": "3000",
		"oneyearcontractmax":           "1500",
		"timezone":                     zone,
		"timezonename":                 "US/Eastern",
		"timezoneoffset":               -5,
		"doesnotobservedst":            false,
		"placeofservicefacility":       false,
		"ishospitaldepartment":         false,
		"servicedepartment":            true,
		"providergroupname":            groupNames[d.group],
		"patientdepartmentname":        d.name,
		"address":                      d.street,
		"city":                         "BOSTON",
		"state":                        "MA",
		"zip":                          "02139",
		"phone":                        d.phone,
	}
	if d.web != nil {
		w["ecommercecreditcardtypes"] = d.web
	}
	return w
}

// zone is the hours that the East is ahead of GMT now: -5, in summer -4.
func (s *Server) zone() int {
	_, seconds := s.now().In(s.eastern).Zone()
	return seconds / 3600
}

// listDepartments answers GET /departments (athena-api.md 2.10d). None of them
// is a hospital's.
func (s *Server) listDepartments(w http.ResponseWriter, r *http.Request) {
	q, rows := r.URL.Query(), []any{}
	for _, d := range departments {
		row := d.wire(s.zone())
		if flag(q, "providerlist") {
			row["providerlist"] = []string{strconv.Itoa(providerID)}
		}
		if !flag(q, "hospitalonly") {
			rows = append(rows, row)
		}
	}
	page(w, r, "departments", rows)
}

// readDepartment answers GET /departments/{id}: an array of one.
func (s *Server) readDepartment(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		invalid(w, notInteger(r.PathValue("id")))
		return
	}
	d := departmentOf(id)
	if d == nil {
		noSuch(w)
		return
	}
	answer(w, []any{d.wire(s.zone())})
}
