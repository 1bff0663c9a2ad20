package desk

import (
	"context"
	"slices"
	"time"

	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web/words"
)

// called are the people of an attempt's events, by the events' numbers: what each was
// called and was at the desk then, as the attempt or their sign-in recorded it. Where
// two have the same name, the one by which they are known stands beside it. Whom nobody
// has called anything keeps that one: a portal's payer, or the server itself.
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
		names[e.Seq] = l.Text("review.person", "name", name, "role", layout.RoleName(l, staff.Role(role)))
		if known := ids[names[e.Seq]]; !slices.Contains(known, e.Who) {
			ids[names[e.Seq]] = append(known, e.Who)
		}
	}
	for _, e := range events {
		switch name := names[e.Seq]; {
		case name == "":
			names[e.Seq] = e.Who
		case len(ids[name]) > 1:
			names[e.Seq] = name + " (" + e.Who + ")"
		}
	}
	return names, nil
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
