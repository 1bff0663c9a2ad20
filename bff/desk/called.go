package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web/words"
)

// called are the people of an attempt's events, by the events' numbers: what each was
// called and was at the desk then, as the attempt or their sign-in recorded it. Where
// two have the same name, their accounts stand beside it. Whom nobody has called
// anything is told by what they are: a portal's payer, or this program itself.
func (s *Desk) called(ctx context.Context, l words.Language, a ledger.Record, events []ledger.Event) (map[int64]string, error) {
	names, ids := map[int64]string{}, map[string][]string{}
	for _, e := range events {
		name, role := "", ""
		switch {
		case e.By(a.Portal + "/" + a.Subject):
			name, role = a.Staff.Name, a.Staff.Role
		default:
			in, err := s.signedIn(ctx, a, e)
			if err != nil {
				return nil, err
			}
			name, role = in.Name, in.Role
		}
		if name == "" {
			continue
		}
		names[e.Seq] = l.Text("doubt.person", "name", name, "role", layout.RoleName(l, staff.Role(role)))
		if known := ids[names[e.Seq]]; !slices.Contains(known, e.Who) {
			ids[names[e.Seq]] = append(known, e.Who)
		}
	}
	for _, e := range events {
		switch name := names[e.Seq]; {
		case name == "" && !strings.Contains(e.Who, "/"):
			names[e.Seq] = l.Text("doubt.machine")
		case name == "" && e.By(a.Portal+"/"+a.Subject) && a.Staff.Role == "":
			names[e.Seq] = l.Text("doubt.payer", "account", accountOf(l, e.Who))
		case name == "":
			names[e.Seq] = accountOf(l, e.Who)
		case len(ids[name]) > 1:
			names[e.Seq] = l.Text("doubt.person.account", "name", name, "account", accountOf(l, e.Who))
		}
	}
	return names, nil
}

// accountOf is how somebody is known, for people to read: without the address of the
// provider that signed them in, which is one for all of a practice's desk.
func accountOf(l words.Language, who string) string {
	way, id, _ := strings.Cut(who, "/")
	if _, subject, at := strings.Cut(id, " "); at && ledger.AtDesk(who) {
		id = subject
	}
	return l.Text("doubt.account", "id", id, "way", way)
}

// signedIn is the last sign-in before an event of who acted in it; the zero DeskAct:
// there is none, because it is nobody of the desk.
func (s *Desk) signedIn(ctx context.Context, a ledger.Record, e ledger.Event) (ledger.DeskAct, error) {
	if !ledger.AtDesk(e.Who) {
		return ledger.DeskAct{}, nil
	}
	acts, err := s.ledger.DeskActs(ctx, ledger.ActQuery{Practice: a.Patient.Practice, What: session.ActSignedIn, Since: e.At.Add(-session.DeskAbsolute), Until: e.At.Add(time.Microsecond)})
	for _, in := range acts { // the last one first
		if in.Who == e.Who {
			return in.Desk, err
		}
	}
	return ledger.DeskAct{}, err
}
