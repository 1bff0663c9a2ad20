package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// ActSignedIn is written down of who signs in at the desk: what they are called, and
// their role.
const ActSignedIn = "signed_in"

// How a shared computer is kept.
const (
	// CoverAfter is how long a page of the desk stays to be read without anybody
	// there, where the practice does not say; CoverLeast and CoverMost are between
	// which it may (docs/security.md#the-desk).
	CoverAfter = 3 * time.Minute
	CoverLeast = time.Minute
	CoverMost  = 10 * time.Minute
	// FreshFor is how long after somebody proved who they are they may do what asks
	// for that: undo, refund, decide, close.
	FreshFor = 5 * time.Minute
	// LaunchedFreshFor is the same for who was launched and cannot sign in here.
	LaunchedFreshFor = 15 * time.Minute
	// clocks is how far a provider's clock may be ahead of ours.
	clocks = time.Minute
)

// Why somebody has to sign in again.
var (
	// ErrCovered says that the page is covered: nobody has been there for a while,
	// or somebody covered it. Only the same person uncovers it.
	ErrCovered = errors.New("the desk is covered")
	// ErrSignInAgain says that what was asked for needs a fresh proof of who does it.
	ErrSignInAgain = errors.New("to be done by who has just signed in")
	// ErrStale says that a sign-in proves nothing new: the provider let somebody
	// through without asking, or does not say when it asked.
	ErrStale = errors.New("the sign-in is from before")
)

// Desk are the sessions of those who sign in at the desk itself. They lie in the
// Store, under a cookie of their own.
type Desk struct{ Store *Store }

// SignedIn is what signing in at the desk says.
type SignedIn struct {
	// Person has the moment at which the provider asked who it is; the zero one
	// proves nothing.
	Person   staff.Person
	Practice int
	// Departments are where the desk stands; at least one.
	Departments []int
	// Cover is after how long the page is covered; 0: CoverAfter.
	Cover time.Duration
	// SID is the provider's name of the session there, if it has told it; Hint where
	// its ID token lies, to sign out with.
	SID, Hint string
}

// Wish is what signing in has to ask for, beside who somebody is.
type Wish struct {
	// Again: the provider has to ask, whoever is signed in there (prompt=login).
	Again bool
	// MaxAge is how old the proof may be; -1: as old as it is.
	MaxAge time.Duration
}

// Wish is what a browser's next sign-in at the desk has to ask for.
func (d Desk) Wish(r *http.Request) Wish {
	sess, err := d.Of(r)
	switch {
	case !AtDesk(sess):
	case errors.Is(err, ErrCovered):
		return Wish{Again: true}
	case err == nil && sess.Again:
		return Wish{MaxAge: FreshFor}
	}
	return Wish{MaxAge: -1}
}

// Of is the session of whoever signed in at the desk. With ErrCovered and ErrOver
// comes the session, which may be used to say who it was for the record, and for
// nothing else.
func (d Desk) Of(r *http.Request) (Session, error) {
	sess, err := d.Store.named(r, deskName)
	sess.Pane, sess.Portal = "", portal.DeskID
	return sess, err
}

// Start begins the session of whoever signed in, and answers where they go on. For
// the same person it goes on with the session that there is, uncovered, under a new
// id; anybody else begins with an empty desk, and the session that there was is
// over. ErrStale: it should have gone on, and the proof is too old for that;
// nothing has changed.
func (d Desk) Start(w http.ResponseWriter, r *http.Request, in SignedIn) (next string, sess Session, err error) {
	if in.Person.Subject == "" || !in.Person.Role.Known() || len(in.Departments) == 0 {
		return "", Session{}, errors.New("sign in at the desk: nobody begins without a name, a role and a department")
	}
	now := d.Store.now()
	in.Person.Subject = Subject(in.Person.Subject)
	was, wasErr := d.Of(r)
	sess = Session{Portal: portal.DeskID, Subject: in.Person.Issuer + " " + in.Person.Subject, Role: portal.RoleStaff, Name: in.Person.Name, Launched: now.Unix()}
	sess.Patient = payment.Patient{Practice: in.Practice, Department: in.Departments[0]}
	goesOn := (wasErr == nil || errors.Is(wasErr, ErrCovered)) && was.Staff.Is(in.Person) && was.Patient.Practice == in.Practice
	if goesOn {
		switch {
		case errors.Is(wasErr, ErrCovered) && in.Person.AuthTime.Before(now.Add(was.Left.Idle-Idle-clocks)),
			was.Again && Fresh(Session{Portal: portal.DeskID, Staff: in.Person}, now) != nil:
			return "", was, ErrStale
		}
		sess.Launched, sess.Kept, sess.Back = was.Launched, was.Kept, was.Back
		if slices.Contains(in.Departments, was.Patient.Department) {
			sess.Patient.Department = was.Patient.Department
		}
	}
	sess.Staff, sess.Departments, sess.SID, sess.Hint = in.Person, in.Departments, in.SID, in.Hint
	sess.Cover = int(min(max(cmpOr(in.Cover, CoverAfter), CoverLeast), CoverMost) / time.Second)
	next = sess.Back
	if sess.Kept != "" && next == "" {
		next = web.PathDeskGoOn
	}
	sess.Back = ""
	if _, err := d.Store.Start(w, r, sess); err != nil {
		return "", sess, err
	}
	return next, sess, nil
}

// Subject is how a person is called here whom the provider calls by a number that
// reads like a card's: providers have such, and the ledger keeps none.
func Subject(sub string) string {
	if !payment.HoldsCard(sub) && !payment.HoldsCardNumber(sub) {
		return sub
	}
	sum := sha256.Sum256([]byte(sub))
	return "number-" + letters(sum[:24])
}

func cmpOr(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// covered reports whether the page of a session has to be covered after some time
// without anybody.
func (sess Session) covered(idle time.Duration) bool {
	return AtDesk(sess) && (sess.CoveredAt != 0 || idle >= time.Duration(sess.Cover)*time.Second)
}

// Lock covers the page of a request, at the address back.
func (d Desk) Lock(r *http.Request, back string) error {
	now := d.Store.now()
	return d.Store.Change(r, func(sess *Session) {
		if sess.CoveredAt == 0 {
			sess.CoveredAt = now.Add(sess.Left.Idle - Idle).Unix()
			sess.Back = back
		}
	})
}

// Fresh is ErrSignInAgain unless whoever is at the desk has proved just now who
// they are. It fails closed: a proof without its moment is none. A handler asks it
// before it acts, and returns the error.
func Fresh(sess Session, now time.Time) error {
	most := FreshFor
	if !AtDesk(sess) {
		most = LaunchedFreshFor
	}
	age := now.Sub(sess.Staff.AuthTime)
	if sess.Staff.AuthTime.IsZero() || age > most || age < -clocks {
		return ErrSignInAgain
	}
	return nil
}

// Kept is a form that somebody sent, for when they have signed in again: without
// what is a card's.
type Kept struct {
	Path   string      `json:"path"`
	Fields [][2]string `json:"fields"`
	// Lost says that there was more, which is a card's and has to be typed again.
	Lost bool `json:"lost,omitempty"`
	// Draft says that it was being typed at Path, and was not sent.
	Draft bool `json:"draft,omitempty"`
}

// cards are the fields that no session keeps.
var cards = []string{payment.FieldNumber, payment.FieldCode, payment.FieldExpiry, payment.FieldTrack, "track"}

// Keep holds the form of a request for the same person, and whether they have to
// sign in again for it, or only to uncover. A draft was not sent yet: draft is the
// page on which it stood.
func (d Desk) Keep(w http.ResponseWriter, r *http.Request, again bool, draft string) error {
	kept := Kept{Path: r.URL.Path, Draft: draft != ""}
	if kept.Draft {
		kept.Path = draft
	}
	if f, err := middleware.ReadForm(w, r); err == nil {
		for _, name := range f.Names() {
			if slices.Contains(cards, strings.TrimPrefix(name, web.PhonePrefix)) {
				kept.Lost = true
				continue
			}
			for _, value := range f.Shows(name) {
				kept.Fields = append(kept.Fields, [2]string{name, value})
			}
		}
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	id := make([]byte, 32)
	rand.Read(id)
	now := d.Store.now()
	if _, err := d.Store.Rows.CreateSession(r.Context(), ledger.Session{Hash: sha256.Sum256(id), Data: data, Expires: now.Add(Idle)}); err != nil && !errors.Is(err, ledger.ErrText) {
		return err
	} else if err != nil {
		id = nil // too long to be kept, or like a card: it has to be typed again
	}
	return d.Store.Change(r, func(sess *Session) {
		if sess.CoveredAt == 0 && !again {
			sess.CoveredAt = now.Add(sess.Left.Idle - Idle).Unix()
		}
		sess.Again = sess.Again || again
		sess.Kept, sess.Back = base64.RawURLEncoding.EncodeToString(id), draft
	})
}

// TakeKept is the form that was kept, once.
func (d Desk) TakeKept(r *http.Request, sess Session) (kept Kept, found bool, err error) {
	id, err := base64.RawURLEncoding.DecodeString(sess.Kept)
	if err != nil || len(id) != 32 {
		return Kept{}, false, nil
	}
	hash := sha256.Sum256(id)
	row, err := d.Store.Rows.Session(r.Context(), hash)
	if Ended(err) || errors.Is(err, ledger.ErrNotFound) {
		return Kept{}, false, nil
	}
	if err == nil {
		err = json.Unmarshal(row.Data, &kept)
	}
	if err == nil {
		err = d.Store.Rows.RevokeSession(r.Context(), hash)
	}
	if err == nil {
		err = d.Store.Change(r, func(sess *Session) { sess.Kept = "" })
	}
	return kept, err == nil, err
}

// ended is the row that says of a person, or of a session at the provider, that
// they were signed out there during one term. No row of the ledger outlives the
// moment that was set when it was made, so there is another one for each term: a
// sign-out late in a day is not forgotten with the first of that day.
func ended(issuer, what, id string, term int64) [32]byte {
	return sha256.Sum256([]byte("desk ended\x00" + issuer + "\x00" + what + "\x00" + id + "\x00" + strconv.FormatInt(term, 10)))
}

// term is the number of the term of a moment. Terms last as long as a session can,
// so that one session reaches into two of them at most.
func term(at time.Time) int64 { return at.Unix() / int64(DeskAbsolute/time.Second) }

// termEnd is when a term is over.
func termEnd(term int64) time.Time { return time.Unix((term+1)*int64(DeskAbsolute/time.Second), 0) }

// signedOut is when a provider ended what somebody did here.
type signedOut struct {
	At time.Time `json:"at"`
}

// EndAt ends the sessions that a person has at the desks of this server, or with a
// sid that session alone: the provider has said so. Requests that are under way go
// on.
func (d Desk) EndAt(ctx context.Context, issuer, sub, sid string) error {
	what, id := "sub", Subject(sub)
	if sid != "" {
		what, id = "sid", sid
	}
	now := d.Store.now()
	hash := ended(issuer, what, id, term(now))
	data, err := json.Marshal(signedOut{now})
	if err != nil {
		return err
	}
	for {
		// It is good until the last session is over that can have begun in its term.
		_, err = d.Store.Rows.CreateSession(ctx, ledger.Session{Hash: hash, Data: data, Expires: termEnd(term(now)).Add(DeskAbsolute)})
		if !errors.Is(err, ledger.ErrConflict) {
			return err
		}
		row, err := d.Store.Rows.Session(ctx, hash)
		if err != nil {
			return err
		}
		row.Data = data
		if _, err = d.Store.Rows.SaveSession(ctx, row); !errors.Is(err, ledger.ErrConflict) {
			return err
		}
	}
}

// gone reports whether the provider has ended a session since it began.
func (s *Store) gone(ctx context.Context, sess Session, began time.Time) (bool, error) {
	var hashes [][32]byte
	for t := term(began); t <= term(s.now()); t++ {
		hashes = append(hashes, ended(sess.Staff.Issuer, "sub", sess.Staff.Subject, t))
		if sess.SID != "" {
			hashes = append(hashes, ended(sess.Staff.Issuer, "sid", sess.SID, t))
		}
	}
	for _, hash := range hashes {
		row, err := s.Rows.Session(ctx, hash)
		if errors.Is(err, ledger.ErrNotFound) || Ended(err) {
			continue
		}
		if err != nil {
			return false, err
		}
		var out signedOut
		if err := json.Unmarshal(row.Data, &out); err != nil {
			return false, err
		}
		if !out.At.Before(began) {
			return true, nil
		}
	}
	return false, nil
}
