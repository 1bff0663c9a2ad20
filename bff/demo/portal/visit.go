package portal

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// visit is what the portal says in a launch token: who is signed in, for whom
// they pay and what they may do. The portal's own addresses carry it.
type visit struct {
	Who         Person
	people      []Person // for whom a payer pays; none: for themselves
	view        string   // where to begin
	save, cards bool     // cards may be stored; stored cards may be used
}

// visit is what the request pretends. Nobody is signed in with a number that
// the cast does not have.
func (p *Portal) visit(r *http.Request) (visit, bool) {
	q := r.URL.Query()
	v := visit{Who: p.config.Cast[0], view: q.Get("view"), save: q.Get("save") != "0", cards: q.Get("cards") != "0"}
	var ok bool
	if q.Has("patient") {
		if v.Who, ok = p.member(q.Get("patient")); !ok {
			return visit{}, false
		}
	}
	v.Who.Staff = q.Get("as") == "staff"
	if q.Get("people") == "" {
		return v, true
	}
	for id := range strings.SplitSeq(q.Get("people"), ",") {
		person, ok := p.member(id)
		if !ok {
			return visit{}, false
		}
		v.people = append(v.people, person)
	}
	return v, true
}

// member is the one of the cast with that number.
func (p *Portal) member(id string) (Person, bool) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return Person{}, false
	}
	for _, person := range p.config.Cast {
		if person.ID == n {
			return person, true
		}
	}
	return Person{}, false
}

// Several is for how many people a payer pays; 0 for themselves.
func (v visit) Several() int { return len(v.people) }

// Query is the query of an address of the portal that pretends the same.
func (v visit) Query() string {
	query := v.As(v.Who.ID)
	add := func(name, value string) { query += "&" + name + "=" + url.QueryEscape(value) }
	if v.Who.Staff {
		add("as", "staff")
	}
	var ids []string
	for _, person := range v.people {
		ids = append(ids, strconv.Itoa(person.ID))
	}
	if len(ids) > 0 {
		query += "&people=" + strings.Join(ids, ",")
	}
	if v.view != "" {
		add("view", v.view)
	}
	if !v.save {
		add("save", "0")
	}
	if !v.cards {
		add("cards", "0")
	}
	return query
}

// As is the query with which somebody is signed in, for themselves, and all
// else as usual.
func (v visit) As(id int) string { return "?patient=" + strconv.Itoa(id) }
