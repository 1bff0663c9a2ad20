package velocity

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Rate is a limit: at most so many within so long. In the portals file it is
// "5/1d", with m, h or d for minutes, hours and days.
type Rate struct {
	Most   int
	Within time.Duration
}

// longest is the longest window: what is counted is kept for as long.
const longest = 90 * day

const day = 24 * time.Hour

// UnmarshalText reads "5/1d".
func (r *Rate) UnmarshalText(text []byte) error {
	count, window, found := strings.Cut(string(text), "/")
	most, err := strconv.Atoi(count)
	if !found || err != nil || most < 1 || most > 99999 || len(window) < 2 {
		return fmt.Errorf("%q is not a limit like 5/1d", text)
	}
	units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': day}
	unit, last := units[window[len(window)-1]], len(window)-1
	n, err := strconv.Atoi(window[:last])
	if err != nil || unit == 0 || n < 1 || n > int(longest/time.Minute) {
		return fmt.Errorf("%q is not a limit like 5/1d", text)
	}
	if r.Most, r.Within = most, time.Duration(n)*unit; r.Within > longest {
		return fmt.Errorf("%q counts for longer than 90d", text)
	}
	return nil
}

// String is the rate as the portals file has it.
func (r Rate) String() string {
	switch {
	case r.Within%day == 0:
		return fmt.Sprintf("%d/%dd", r.Most, r.Within/day)
	case r.Within%time.Hour == 0:
		return fmt.Sprintf("%d/%dh", r.Most, r.Within/time.Hour)
	}
	return fmt.Sprintf("%d/%dm", r.Most, r.Within/time.Minute)
}

// Limits are those of a portal, [portal.limits] of the portals file. An entry that
// is not there is as usual, and one that is empty is no limit.
//
// What is limited are cards that were refused: one that was approved takes its place
// back, and so does one of which nobody knows, because that tells nobody anything.
// Cards and PatientCards count different cards, whatever came of them.
type Limits struct {
	Session      []Rate `toml:"session"`       // refused in one session
	Person       []Rate `toml:"person"`        // refused to one person, as the portal knows them
	Cards        []Rate `toml:"cards"`         // different cards of one person
	Patient      []Rate `toml:"patient"`       // refused for one patient, whoever pays
	PatientCards []Rate `toml:"patient_cards"` // different cards for one patient
	Card         []Rate `toml:"card"`          // refusals of one card: what guesses a code has
	CardPeople   []Rate `toml:"card_people"`   // different people to whom one card was refused
	Bank         []Rate `toml:"bank"`          // refused of one BIN, eight digits
	Network      []Rate `toml:"network"`       // refused from one network of clients

	Circuit *Circuit `toml:"circuit"`

	// At the desk staff type the cards of many people in one place.
	DeskPerson  []Rate `toml:"desk_person"`  // refused to one of the staff
	DeskPatient []Rate `toml:"desk_patient"` // refused for one patient
	DeskCard    []Rate `toml:"desk_card"`    // refusals of one card
}

// Circuit opens when too many of the cards in a portal are refused. It is their share
// that counts, because how many are refused grows with the practice. Cards that
// are known do not count, and people who have paid before are not held up.
type Circuit struct {
	From    int `toml:"from"`    // the least tries in an hour that are judged
	Percent int `toml:"percent"` // of them refused, from which on it opens
	Hours   int `toml:"hours"`   // until it closes, from the last hour that was as bad
	Refused int `toml:"refused"` // that may be refused to others in as long while it is open
}

// Usual are the limits of a portal that says nothing.
func Usual() Limits {
	return Limits{
		Session:      []Rate{{3, time.Hour}},
		Person:       []Rate{{5, day}, {8, 30 * day}},
		Cards:        []Rate{{10, day}, {20, 30 * day}},
		Patient:      []Rate{{10, day}, {20, 30 * day}},
		PatientCards: []Rate{{15, day}, {30, 30 * day}},
		Card:         []Rate{{10, day}, {20, 30 * day}},
		CardPeople:   []Rate{{8, day}},
		Bank:         []Rate{{40, time.Hour}},
		Network:      []Rate{{60, time.Hour}},
		Circuit:      &Circuit{From: 20, Percent: 40, Hours: 6, Refused: 6},
		DeskPerson:   []Rate{{30, time.Hour}},
		DeskPatient:  []Rate{{10, day}},
		DeskCard:     []Rate{{6, day}},
	}
}

// Names are those of the limits, as the portals file and the metrics have them.
func Names() []string {
	var names []string
	for field := range reflect.TypeFor[Limits]().Fields() {
		names = append(names, field.Tag.Get("toml"))
	}
	return names
}

// Filled are the limits with the usual ones where nothing is said, or what is
// wrong with them.
func (l Limits) Filled() (Limits, error) {
	usual := Usual()
	for _, each := range []struct{ said, usual *[]Rate }{
		{&l.Session, &usual.Session}, {&l.Person, &usual.Person}, {&l.Cards, &usual.Cards}, {&l.Patient, &usual.Patient},
		{&l.PatientCards, &usual.PatientCards}, {&l.Card, &usual.Card}, {&l.CardPeople, &usual.CardPeople}, {&l.Bank, &usual.Bank},
		{&l.Network, &usual.Network}, {&l.DeskPerson, &usual.DeskPerson}, {&l.DeskPatient, &usual.DeskPatient}, {&l.DeskCard, &usual.DeskCard},
	} {
		if *each.said == nil {
			*each.said = *each.usual
		}
	}
	if l.Circuit == nil {
		l.Circuit = usual.Circuit
	}
	switch c := *l.Circuit; {
	case c == Circuit{}: // there is none
	case c.From < 2, c.Percent < 1, c.Percent > 100, c.Hours < 1, c.Hours > 24*90, c.Refused < 1:
		return l, errors.New("circuit needs from (2 or more), percent (1 to 100), hours and refused (1 or more), or is {}")
	}
	return l, nil
}
