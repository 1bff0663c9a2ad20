package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/web"
)

// A portal's page may show two panes for two patients, and a browser has one
// jar of cookies for both. So the session of a pane has a name: it stands in
// every address of the pane, and the session's cookie is called after it.
//
// The name is no secret. What opens the session is the cookie; the name only
// says which one. It has two parts. The first is made of the portal's id, so
// that a page can be framed by that portal also when the cookie is gone. The
// second is the pane's own. The pane chooses it, once, and brings it to each of
// its launches: so a new launch ends exactly the session that the same pane had
// before, and no other pane's. (Would the server choose it, somebody would have
// to bring the former name to the next launch; that would be a second name.)
//
// A launch of the whole window, by a plain form, has no name, and its session
// is the browser's one as long as there were no panes: the next such launch
// ends it. An address without a name means the session launched last.
//
// A name is all letters: the ledger takes long numbers for card numbers.

// paneTag is how long the portal's part of a name is.
const paneTag = 8

// panePart is what a pane may call itself, paneName a whole name.
var (
	panePart = regexp.MustCompile(`^[a-z]{16,32}$`)
	paneName = regexp.MustCompile(`^[a-z]{24,40}$`)
)

// MaxPanes is for how many sessions a browser keeps a cookie. Each time that a
// portal's page is loaded its panes are new ones, and browsers allow a site ten
// kilobytes of cookies in a partition; one of ours takes some 200 bytes.
const MaxPanes = 16

// Tag is the part of a name that stands for a portal.
func Tag(portal string) string {
	sum := sha256.Sum256([]byte("pane of portal " + portal))
	return letters(sum[:paneTag])
}

// letters writes bytes as letters.
func letters(b []byte) string {
	out := make([]byte, len(b))
	for i, c := range b {
		out[i] = 'a' + c%26
	}
	return string(out)
}

// NewPane is the name of the session that a launch begins. Our own frame page
// brings the pane's part of it. A plain form into a frame knows nothing of
// panes and gets a new one; where a browser does not say what it loads, it is
// taken for a window.
func NewPane(r *http.Request, f *middleware.Form, p *portal.Portal) string {
	part := f.Token(web.ParamPane)
	switch {
	case paneName.MatchString(part) && strings.HasPrefix(part, Tag(p.ID)): // of a page that is there already
		return part
	case panePart.MatchString(part):
	case r.Header.Get("Sec-Fetch-Dest") == "iframe" || middleware.WantsJSON(r):
		random := make([]byte, 20)
		rand.Read(random)
		part = letters(random)
	default:
		return ""
	}
	return Tag(p.ID) + part
}

// Gone is what a name says of a session that is not there any more, or never
// was: the portal whose frame its page is in.
func Gone(portals portal.Portals, name string) Session {
	sess := Session{Pane: name}
	for i := range portals {
		if p := &portals[i]; strings.HasPrefix(name, Tag(p.ID)) {
			sess.Portal, sess.Host = p.ID, strings.Join(p.Origins, " ")
		}
	}
	return sess
}

// Framed is what the address of a request says of the session that it was made
// in, without one: a portal only where it names a pane of that portal's.
func Framed(portals portal.Portals, r *http.Request) Session {
	if name := r.URL.Query().Get(web.ParamPane); paneName.MatchString(name) {
		if sess := Gone(portals, name); sess.Portal != "" {
			return sess
		}
	}
	return Session{}
}

// cookieOf is what the cookie of a session is called.
func cookieOf(name string) string {
	if name == "" {
		return CookieName
	}
	return CookieName + "-" + name
}

// paneKey is where the name of the session that a request is served in lies in
// its context.
type paneKey struct{}

// InPane is a context in which the links of pages stay in a session.
func InPane(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, paneKey{}, name)
}

// Pane is the name of the session that a request is served in; empty also at the
// desk, where a browser has one.
func Pane(ctx context.Context) string {
	if name := nameIn(ctx); name != deskName {
		return name
	}
	return ""
}

// deskName is what the session of the desk is called, for its cookie. No pane has
// so short a name, and it stands in no address.
const deskName = "desk"

// InSession is a context in which a session is found again by its name.
func InSession(ctx context.Context, sess Session) context.Context {
	return InPane(ctx, sess.cookieName())
}

func nameIn(ctx context.Context) string {
	name, _ := ctx.Value(paneKey{}).(string)
	return name
}

// cookieName is the name after which the session's cookie is called.
func (sess Session) cookieName() string {
	if AtDesk(sess) {
		return deskName
	}
	return sess.Pane
}

// carried is a session whose cookie a request carries.
type carried struct {
	name string
	hash [32]byte
	row  ledger.Session
	live bool
}

// name is the name of the session that a request is for: that of its address,
// and without one that of the session launched last. A name that is not there
// is nobody else's: the answer is that there is no session.
func (s *Store) name(r *http.Request) (string, error) {
	if q := r.URL.Query(); q.Has(web.ParamPane) {
		name := q.Get(web.ParamPane)
		if !paneName.MatchString(name) {
			return "", ErrNoCookie
		}
		return name, nil
	}
	all := s.carried(r)
	if len(all) == 0 {
		return "", ErrNoCookie
	}
	if len(all) > 1 {
		if err := s.rank(r.Context(), all); err != nil {
			return "", err
		}
	}
	return all[len(all)-1].name, nil
}

// carried are the sessions whose cookies a request carries, in the order of the
// cookies, which is that in which browsers got them.
func (s *Store) carried(r *http.Request) []carried {
	var all []carried
	for _, c := range r.Cookies() {
		name, ok := s.nameOf(c.Name)
		if !ok || slices.ContainsFunc(all, func(other carried) bool { return other.name == name }) {
			continue
		}
		if id, err := s.id(cookieOf(name), s.value(r, cookieOf(name))); err == nil {
			all = append(all, carried{name: name, hash: sha256.Sum256(id)})
		}
	}
	return all
}

// nameOf is the name of the session whose cookie is called so, if it is one.
func (s *Store) nameOf(cookie string) (string, bool) {
	rest, ok := strings.CutPrefix(cookie, CookieName)
	if !ok && s.loopback {
		rest, ok = strings.CutPrefix(cookie, LoopbackName)
	}
	name, dashed := strings.CutPrefix(rest, "-")
	return name, ok && (rest == "" || dashed && paneName.MatchString(name))
}

// rank puts the sessions that are over first, and the one launched last at the
// end.
func (s *Store) rank(ctx context.Context, all []carried) error {
	for i := range all {
		row, err := s.Rows.Session(ctx, all[i].hash)
		if err != nil && !Ended(err) && !errors.Is(err, ledger.ErrNotFound) {
			return err
		}
		all[i].row, all[i].live = row, err == nil && s.now().Sub(row.LastSeen) < Idle
	}
	slices.SortStableFunc(all, func(a, b carried) int {
		if a.live != b.live {
			if a.live {
				return 1
			}
			return -1
		}
		return a.row.Created.Compare(b.row.Created)
	})
	return nil
}

// makeRoom takes the cookies of so many sessions away that one more fits: first
// of those that are over, then the oldest. A session without its cookie is over.
func (s *Store) makeRoom(w http.ResponseWriter, r *http.Request, newest string) error {
	all := slices.DeleteFunc(s.carried(r), func(c carried) bool { return c.name == newest })
	if len(all) < MaxPanes {
		return nil
	}
	if err := s.rank(r.Context(), all); err != nil {
		return err
	}
	for _, c := range all[:len(all)-MaxPanes+1] {
		if err := s.Rows.RevokeSession(r.Context(), c.hash); err != nil {
			return err
		}
		gone := cookieOptions(cookieOf(c.name))
		gone.MaxAge = -1
		s.setCookie(w, cookieOf(c.name), "", gone)
	}
	return nil
}
