package athenatest

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
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
	{10, 2, "Eastside Telehealth", nil, []string{"DS", "MC", "VI"}, "300 HARBOR AVENUE", "(555) 555-0110"},
	{11, 2, "Eastside Screening Bus", nil, nil, "300 HARBOR AVENUE", "(555) 555-0111"},
}

// hidden is the department that patients' portals do not show: the list has it
// only with showalldepartments (docs/upstream-api.md#departments, documented).
const hidden = 11

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

// wire is a department by fields that were recorded (HTD-Health
// find_department.yml, .NET GetById_ExistingId.json), in a zone. timezone is
// the hours that its clock is ahead of GMT now, in summer one more.
func (d department) wire(zone *time.Location, now time.Time) map[string]any {
	_, seconds := now.In(zone).Zone()
	_, winter := time.Date(now.Year(), 1, 1, 0, 0, 0, 0, zone).Zone()
	_, summer := time.Date(now.Year(), 7, 1, 0, 0, 0, 0, zone).Zone()
	w := map[string]any{
		"departmentid":                 strconv.Itoa(d.id),
		"name":                         d.name,
		"providergroupid":              strconv.Itoa(d.group),
		"singleappointmentcontractmax": "3000",
		"oneyearcontractmax":           "1500",
		"timezone":                     seconds / 3600,
		"timezonename":                 zone.String(),
		"timezoneoffset":               winter / 3600,
		"doesnotobservedst":            winter == summer,
		"placeofservicefacility":       false,
		"ishospitaldepartment":         false,
		"servicedepartment":            d.id != hidden,
		"providergroupname":            groupNames[d.group],
		"patientdepartmentname":        d.name,
		"address":                      d.street,
		"city":                         "BOSTON",
		"state":                        "MA",
		"zip":                          "02139",
		"phone":                        d.phone,
	}
	if d.retail != nil {
		w["creditcardtypes"] = d.retail
	}
	if d.web != nil {
		w["ecommercecreditcardtypes"] = d.web
	}
	return w
}

// zone is the zone of a department.
func (s *Server) zone(department int) *time.Location {
	if zone := s.zones[department]; zone != nil {
		return zone
	}
	return eastern()
}

// eastern is the zone of the practice, as the upstream names it.
var eastern = sync.OnceValue(func() *time.Location { return location("US/Eastern") })

func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic("athenatest: " + err.Error())
	}
	return zone
}

// listDepartments answers GET /departments (docs/upstream-api.md#departments).
// None of them is a hospital's.
func (s *Server) listDepartments(w http.ResponseWriter, r *http.Request) {
	q, rows := r.URL.Query(), []any{}
	for _, d := range departments {
		row := d.wire(s.zone(d.id), s.now())
		if flag(q, "providerlist") {
			row["providerlist"] = []string{strconv.Itoa(providerID)}
		}
		if !flag(q, "hospitalonly") && (d.id != hidden || flag(q, "showalldepartments")) {
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
	answer(w, []any{d.wire(s.zone(d.id), s.now())})
}
