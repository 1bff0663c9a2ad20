package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"paypane/bff/portal"
	"paypane/web/payment"
)

// Upstream is what the practices of the portals file are compared with.
type Upstream interface {
	// Ping is nil where the practice answers and is granted to our key.
	Ping(ctx context.Context, practice int) error
	// Practices are those that our key may use.
	Practices(context.Context) ([]payment.PracticeAccess, error)
	// Departments are those of a practice, also those that patients do not see.
	Departments(ctx context.Context, practice int) ([]payment.Department, error)
}

// Finding is something to know of one practice of the portals file.
type Finding struct {
	Practice int
	// Wrong says that nobody can work like this; otherwise it is for a person to judge.
	Wrong bool
	Text  string
}

func (f Finding) String() string { return fmt.Sprintf("practice %d: %s", f.Practice, f.Text) }

// Survey asks the upstream for every practice of the portals file: whether it answers
// with our key, what it is called there, and whether the departments exist at which a
// desk stands. It reads only.
func Survey(ctx context.Context, up Upstream, all portal.Portals) (found []Finding) {
	names := map[int]string{}
	var practices []int
	for _, p := range all {
		for _, practice := range p.Practices {
			if !slices.Contains(practices, practice) {
				practices = append(practices, practice)
				names[practice] = p.Name
			}
		}
	}
	slices.Sort(practices)
	granted, unlisted := up.Practices(ctx)
	for _, practice := range practices {
		say := func(wrong bool, format string, a ...any) {
			found = append(found, Finding{practice, wrong, fmt.Sprintf(format, a...)})
		}
		if err := up.Ping(ctx, practice); err != nil {
			say(true, "cannot be reached: %v", err)
			continue
		}
		at := slices.IndexFunc(granted, func(g payment.PracticeAccess) bool { return g.ID == practice })
		switch {
		case at >= 0 && strings.EqualFold(granted[at].Name, names[practice]):
			say(false, "answers as %q", granted[at].Name)
		case at >= 0:
			say(false, "answers as %q; payers read %q", granted[at].Name, names[practice])
		case unlisted != nil:
			say(false, "answers; what it is called cannot be read: %v", unlisted)
		default:
			say(true, "answers, and is not among the practices that this key may use")
		}
		desk := all.Desk(practice)
		if desk == nil {
			continue
		}
		departments, err := up.Departments(ctx, practice)
		odd := errors.Is(err, payment.ErrOddRows)
		if err != nil && !odd {
			say(true, "its departments cannot be read: %v", err)
			continue
		}
		for _, id := range desk.Departments {
			at := slices.IndexFunc(departments, func(d payment.Department) bool { return d.ID == id })
			switch {
			case at >= 0 && len(departments[at].Counter)+len(departments[at].Web) == 0:
				say(false, "department %d (%s) of its desk charges no cards: cash, checks and other terminals are recorded there", id, departments[at].Name)
			case at >= 0:
				say(false, "department %d (%s) of its desk is there", id, departments[at].Name)
			case odd:
				say(false, "department %d of its desk is not among those that can be read: %v", id, err)
			default:
				say(true, "department %d of its desk does not exist", id)
			}
		}
	}
	return found
}

// Check is "paypane check": it prints what Survey finds, a line each, and answers the
// exit status: 1 where something is wrong.
func Check(ctx context.Context, up Upstream, all portal.Portals, out io.Writer) int {
	status := 0
	for _, f := range Survey(ctx, up, all) {
		mark := "ok   "
		if f.Wrong {
			mark, status = "WRONG", 1
		}
		fmt.Fprintln(out, mark, f)
	}
	return status
}
