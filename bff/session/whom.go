package session

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"paypane/bff/ledger"
	"paypane/bff/portal"
)

// ErrOtherPatient says that a form was printed for another person than the one
// whom the session is for now.
var ErrOtherPatient = errors.New("the form was printed for another person")

// OthersError says that an attempt is another person's than the one whom the
// session is for now, of those whom it names.
type OthersError struct {
	Attempt ledger.Record
	Name    string
}

func (e OthersError) Error() string {
	return "the attempt is another person's, now " + string(e.Attempt.State)
}

// Several reports whether the session is for more than one person, so that every
// page has to say whose it is.
func (sess Session) Several() bool { return len(sess.People) > 1 }

// Current is the place in People of the one whom the page is for.
func (sess Session) Current() int {
	return slices.IndexFunc(sess.People, func(p portal.Person) bool { return p.Patient == sess.Patient })
}

// NameOf is how a person of the list is called.
func NameOf(sess Session, i int) string {
	if sess.People[i].Name != "" {
		return sess.People[i].Name
	}
	return "person " + strconv.Itoa(i+1) + " of " + strconv.Itoa(len(sess.People))
}

// RememberName keeps the name that the practice gives the person whom the page is for,
// where the portal gave none.
func (s *Store) RememberName(r *http.Request, sess *Session, name string) error {
	i := sess.Current()
	if !sess.Several() || sess.People[i].Name != "" || name == "" {
		return nil
	}
	err := s.Change(r, func(now *Session) { now.People[i].Name = name })
	if errors.Is(err, ledger.ErrText) {
		return nil // too long for the session, or like a card number: they stay a number
	}
	if err == nil {
		sess.People = slices.Clone(sess.People)
		sess.People[i].Name = name
	}
	return err
}
