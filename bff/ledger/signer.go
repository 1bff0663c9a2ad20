package ledger

import (
	"errors"
	"strings"
)

// Why somebody is not the second person of an act.
var (
	// ErrSamePerson says that who asked for a second person would be that person.
	ErrSamePerson = errors.New("the second person is the first one")
	// ErrOtherWay says that it cannot be known if they are two: one person has another
	// name at the desk than in a portal, and in each portal another.
	ErrOtherWay = errors.New("the second person came another way than the first one")
)

// Signer is somebody whose word goes on the record: who they are, and what they
// are called.
type Signer struct{ ID, Name string }

// says is the signer's word as the record keeps it: their name, and what they say.
func (s Signer) says(what string) string {
	return strings.ReplaceAll(typed(s.Name, 80), ": ", " ") + ": " + what
}

// deskWay is the portal of who signed in at the desk.
const deskWay = "desk"

// actor is how the name is kept of who acts ("portal/subject"). Of one that cannot be
// kept the subject is a digest, as with attempts, and the way by which they came stays.
func actor(who string) string {
	portal, subject, named := strings.Cut(who, "/")
	if numberFree(who, 255) || !named || !numberFree(portal, 64) {
		return pseudonym(who)
	}
	return portal + "/" + digest(subject)
}

// isActor reports whether a name that is kept is somebody's; what was written before
// the way stayed is known, too.
func isActor(kept, who string) bool { return kept == actor(who) || kept == pseudonym(who) }

// way is how somebody came, as far as the name that is kept tells: the portal that
// launched them, or the desk with the provider that signed them in; empty: it does not.
func way(kept string) string {
	portal, subject, named := strings.Cut(kept, "/")
	if !named {
		return ""
	}
	if issuer, _, told := strings.Cut(subject, " "); told && portal == deskWay {
		return deskWay + "/" + issuer
	}
	return portal
}

// AtDesk reports whether a name that is kept is that of somebody who signed in at the
// desk.
func AtDesk(kept string) bool { return strings.HasPrefix(kept, deskWay+"/") }

// SameWay reports whether somebody came the same way as who is on the record: only then
// can they be known to be two.
func SameWay(kept, who string) bool { return way(kept) != "" && way(kept) == way(actor(who)) }

// secondOf says why somebody is not the second person after who is on the record; nil:
// they are.
func secondOf(kept, who string) error {
	switch {
	case isActor(kept, who):
		return ErrSamePerson
	case !SameWay(kept, who):
		return ErrOtherWay
	}
	return nil
}
