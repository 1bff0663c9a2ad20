package portal

import (
	"bytes"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4/json"
	"golang.org/x/text/language"

	"paypane/bff/staff"
	"paypane/web/payment"
)

// Claims are the claims of a launch token (docs/embedding.md#the-launch-token).
type Claims struct {
	ID      string    // jti
	Expires time.Time // exp
	Subject string    // sub: who is signed in at the portal
	// Practice, Department, Patient and Appointment are whose money it is;
	// Appointment is 0 where the launch is about none.
	Practice, Department, Patient, Appointment int
	// Patients are the people that a payer pays for. With them the three above
	// may be left out, and the first of the list is the beginning.
	Patients []claimedPerson
	Role     string // "" and patient, payer, staff
	// Staff is what somebody whose role is staff may do at the desk; empty: nothing.
	Staff staff.Role

	// Decorations: what is not as it should be is empty.
	Name       string // who pays
	Email      string // fills in the address for the receipt
	View       string // where to begin
	Locale     string // the language that the portal speaks with them: a BCP 47 tag
	ReturnURL  string // on one of the portal's origins
	OfferSave  bool   // the payer may store a card
	SavedCards bool   // the payer may use stored cards

	Dropped []string // the names of the decorations that were not
}

// claimedPerson is an entry of the claim patients.
type claimedPerson struct {
	Department, Patient, Appointment int
	Name                             string
}

// NameLength is the longest name of a person, in bytes.
const NameLength = 255

// claimValues are claims as they stand in a token.
type claimValues map[string]json.RawMessage

// value is a claim's value; nil where it is missing or null, which is how many
// libraries write that there is none.
func (v claimValues) value(name string) json.RawMessage {
	if value := v[name]; string(value) != "null" {
		return value
	}
	return nil
}

// text is a claim that is a text.
func (v claimValues) text(name string) (text string, ok bool) {
	value := v.value(name)
	return text, value != nil && json.Unmarshal(value, &text) == nil
}

// audience is one name, or a list of exactly one: RFC 7519 has both, and what a
// portal's library writes is not up to the portal.
func (v claimValues) audience() string {
	if one, ok := v.text("aud"); ok {
		return one
	}
	var list []string
	if json.Unmarshal(v["aud"], &list) == nil && len(list) == 1 {
		return list[0]
	}
	return ""
}

// id is a number of the practice's system: 0 where there is none. Many systems
// write their numbers as text. What reads as a card number is none, and is not
// kept anywhere.
func (v claimValues) id(name string) (id int, ok bool) {
	value := v.value(name)
	if value == nil {
		return 0, true
	}
	if text, isText := v.text(name); isText {
		value = json.RawMessage(text)
	}
	if len(value) == 0 || value[0] < '1' || value[0] > '9' || len(bytes.Trim(value, "0123456789")) > 0 || payment.HoldsCard(string(value)) {
		return 0, false
	}
	id, err := strconv.Atoi(string(value))
	return id, err == nil
}

// moment is a NumericDate (RFC 7519, 2): seconds since 1970, with a fraction
// and an exponent where a library writes them. It is answered in microseconds,
// as exact as the number can be.
func (v claimValues) moment(name string) (micros int64, ok bool) {
	value := v.value(name)
	if len(value) == 0 || value[0] == '"' {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(string(value), 64)
	if err != nil || math.Abs(seconds) >= 1e11 { // milliseconds, mostly
		return 0, false
	}
	return int64(math.Round(seconds * 1e6)), true
}

// claimReader reads claims one after the other and keeps the first refusal.
type claimReader struct {
	values  claimValues
	err     error
	dropped []string
}

func (r *claimReader) refuse(claim string, why reason) {
	if r.err == nil {
		r.err = Refusal{claim, why}
	}
}

func (r *claimReader) drop(claim string) {
	if !slices.Contains(r.dropped, claim) {
		r.dropped = append(r.dropped, claim)
	}
}

func (r *claimReader) required(name string, most int) string {
	text, ok := r.values.text(name)
	switch {
	case r.values.value(name) == nil || ok && text == "":
		r.refuse(name, whyMissing)
	case !ok:
		r.refuse(name, whyText)
	case len(text) > most:
		r.refuse(name, whyTextLong)
	}
	return text
}

func (r *claimReader) moment(name string, required bool) int64 {
	micros, ok := r.values.moment(name)
	switch {
	case r.values.value(name) == nil && required:
		r.refuse(name, whyMissing)
	case r.values.value(name) != nil && !ok:
		r.refuse(name, whyMoment)
	}
	return micros
}

func (r *claimReader) number(name string) int {
	id, ok := r.values.id(name)
	if !ok {
		r.refuse(name, whyNumber)
	}
	return id
}

// appointment is the visit that a copay would be for. It decides what is
// offered and not whose money it is: without one there is no copay to pay.
func (r *claimReader) appointment(v claimValues, name string) int {
	id, ok := v.id("appointmentid")
	if !ok {
		r.drop(name)
	}
	return id
}

func (r *claimReader) role() (role string, at staff.Role) {
	role, ok := r.values.text("role")
	switch {
	case r.values.value("role") == nil:
	case ok && staffRoles[role] != "":
		return RoleStaff, staffRoles[role]
	case !ok || role != "" && role != "patient" && role != RolePayer:
		r.refuse("role", whyRole)
	}
	return role, ""
}

// people reads for whom the token is.
func (r *claimReader) people(c *Claims) {
	c.Department, c.Patient = r.number("departmentid"), r.number("patientid")
	c.Appointment = r.appointment(r.values, "appointmentid")
	var list []claimValues
	if value := r.values.value("patients"); value != nil && json.Unmarshal(value, &list) != nil {
		r.refuse("patients", whyPeople)
	}
	switch {
	case len(list) == 0 && c.Department == 0:
		r.refuse("departmentid", whyMissing)
	case len(list) == 0 && c.Patient == 0:
		r.refuse("patientid", whyMissing)
	case len(list) == 0:
		return
	case c.Role != RolePayer:
		r.refuse("patients", whyNotPayer)
	case len(list) > MaxPeople:
		r.refuse("patients", whyMany)
	}
	if r.err != nil {
		return
	}
	for _, values := range list {
		p := claimedPerson{Appointment: r.appointment(values, "patients.appointmentid")}
		var ok bool
		if p.Department, ok = values.id("departmentid"); !ok || p.Department == 0 {
			r.refuse("patients.departmentid", whyNumber)
		}
		if p.Patient, ok = values.id("patientid"); !ok || p.Patient == 0 {
			r.refuse("patients.patientid", whyNumber)
		}
		if slices.ContainsFunc(c.Patients, func(q claimedPerson) bool { return q.Patient == p.Patient }) {
			r.refuse("patients.patientid", whyTwice)
		}
		p.Name = r.name(values, "patients.name")
		c.Patients = append(c.Patients, p)
	}
	// What the token says beside the list has to agree with it.
	_, first := c.People()
	if c.Patient != 0 && c.Patient != first.ID {
		r.refuse("patientid", whyNotListed)
	}
	if c.Department != 0 && c.Department != first.Department {
		r.refuse("departmentid", whyNotListed)
	}
	if c.Appointment != 0 && c.Appointment != first.Appointment {
		r.drop("appointmentid")
	}
}

// People are the people of a token, and the one to begin with: the first,
// unless the token names another of them.
func (c Claims) People() (list []Person, first payment.Patient) {
	for _, p := range c.Patients {
		list = append(list, Person{Name: p.Name, Patient: payment.Patient{
			Practice: c.Practice, Department: p.Department, ID: p.Patient, Appointment: p.Appointment}})
	}
	if len(list) == 0 {
		return nil, payment.Patient{Practice: c.Practice, Department: c.Department, ID: c.Patient, Appointment: c.Appointment}
	}
	for _, p := range list {
		if p.Patient.ID == c.Patient {
			return list, p.Patient
		}
	}
	return list, list[0].Patient
}

// decorations reads what the payer can do without.
func (r *claimReader) decorations(c *Claims, portal *Portal) {
	c.Name = r.name(r.values, "name")
	var problem *payment.Problem
	if c.Email, problem = payment.ReadEmail(r.word("email")); problem != nil {
		r.drop("email")
	}
	switch c.View = r.word("view"); {
	case c.View == "":
	case Landing(c.View, c.Role) == "":
		c.View = ""
		r.drop("view")
	}
	if c.Locale = r.word("locale"); c.Locale != "" {
		if _, err := language.Parse(c.Locale); err != nil {
			c.Locale = ""
			r.drop("locale")
		}
	}
	if address := r.word("return_url"); address != "" {
		if c.ReturnURL = portal.page(address); c.ReturnURL == "" {
			r.drop("return_url")
		}
	}
	c.OfferSave, c.SavedCards = r.flag("offer_save"), r.flag("saved_cards")
}

// word is a decoration that is a text.
func (r *claimReader) word(name string) string {
	text, ok := r.values.text(name)
	if !ok && r.values.value(name) != nil {
		r.drop(name)
	}
	return text
}

// flag is a switch: on only where the token says so.
func (r *claimReader) flag(name string) (on bool) {
	switch value := string(r.values.value(name)); value {
	case "true", `"true"`:
		return true
	case "", "false", `"false"`:
	default:
		r.drop(name)
	}
	return false
}

// name is a person's name, as much of it as is kept.
func (r *claimReader) name(values claimValues, claim string) string {
	name, ok := values.text("name")
	if !ok && values.value("name") != nil || len(name) > NameLength {
		r.drop(claim)
	}
	return cut(name, NameLength)
}

// cut shortens a text to so many bytes, between two letters: what joins a
// letter goes with it.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for end := most; end > 0; end-- {
		next, _ := utf8.DecodeRuneInString(text[end:])
		last, _ := utf8.DecodeLastRuneInString(text[:end])
		if utf8.RuneStart(text[end]) && !unicode.IsMark(next) && !joins(next) && !joins(last) {
			return strings.TrimSpace(text[:end])
		}
	}
	return ""
}

// joins reports whether r makes one letter, or one picture, of what stands on
// both sides of it.
func joins(r rune) bool { return r == '\u200d' || r >= 0x1f3fb && r <= 0x1f3ff }

// page is an address of the portal's, as a link can carry it; empty if it is
// not on one of the portal's origins. Only the spelling of the origin may
// differ from how browsers write it.
func (p *Portal) page(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return ""
	}
	u.Host = strings.ToLower(u.Host)
	if port := map[string]string{"https": ":443", "http": ":80"}[u.Scheme]; port != "" {
		u.Host = strings.TrimSuffix(strings.TrimSuffix(u.Host, port), ":")
	}
	if !p.Allows(u.Scheme + "://" + u.Host) {
		return ""
	}
	return u.String()
}
