//go:build !js || desk

package payment

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Person is a patient as a desk finds them: what tells two people of one name
// apart, and nothing else of what the upstream's rows carry.
type Person struct {
	ID            int    `json:",omitzero"`
	Given, Family string `json:",omitzero"`
	Preferred     string `json:",omitzero"` // name they go by; may be empty
	Born          Day    `json:",omitzero"` // empty where it is not known
	Town          string `json:",omitzero"` // may be empty
	Department    int    `json:",omitzero"` // where they are registered; zero where it is not known
	Deleted       bool   `json:",omitzero"` // the record is kept and not used any more
}

// Name is the name that stands in the patient's papers, family name last.
func (p Person) Name() string { return strings.TrimSpace(p.Given + " " + p.Family) }

// EachOnce are the people of a list without those who are deleted, each once,
// by family name, given name and birth date. In practices of several provider
// groups a patient has a row for each of them
// (docs/upstream-api.md#patients, recorded).
func EachOnce(list []Person) []Person {
	found := []Person{}
	seen := map[int]bool{}
	for _, p := range list {
		if !p.Deleted && !seen[p.ID] {
			seen[p.ID] = true
			found = append(found, p)
		}
	}
	slices.SortStableFunc(found, func(a, b Person) int {
		return cmp.Or(
			cmp.Compare(strings.ToLower(a.Family), strings.ToLower(b.Family)),
			cmp.Compare(strings.ToLower(a.Given), strings.ToLower(b.Given)),
			cmp.Compare(a.Born, b.Born),
			cmp.Compare(a.ID, b.ID),
		)
	})
	return found
}

var (
	// ErrTooMany says that so many patients match that the upstream lists none.
	ErrTooMany = errors.New("too many patients match")
	// ErrNoCriteria says that nothing of a search counts for the upstream, which
	// takes a phone number that is none for nothing.
	ErrNoCriteria = errors.New("nothing to look for")
)

// Capitals turns the upper-case name of a place ("BALLSTON SPA") into one as it is
// written.
func Capitals(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s != strings.ToUpper(s) {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		r := []rune(w)
		words[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	return strings.Join(words, " ")
}
