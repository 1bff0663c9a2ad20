package session

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// The life of a payer's session.
const (
	Idle     = 15 * time.Minute // without a request
	Absolute = 60 * time.Minute // since the launch
	// DeskAbsolute is how long somebody works on without signing in again.
	DeskAbsolute = 8 * time.Hour
	// cookieLife is longer than any session, so that a browser still shows us
	// the cookie of one that is over and the page can say so in the frame of
	// the portal it came from.
	cookieLife = 24 * time.Hour
	// TouchEvery spares the disk a write for requests that follow each other at
	// once; the idle limit is that much shorter than it says, at most.
	TouchEvery = 5 * time.Second
)

// Session is what is known of whoever is signed in: who they are, for which
// patient, and from which portal. It is made from a verified launch token, and nothing of it
// changes but which of several people the page is for, and the language.
type Session struct {
	Portal  string          `json:"portal"`
	Host    string          `json:"host"`             // origin of the portal page that launched
	Subject string          `json:"subject"`          // who is signed in at the portal
	Launch  string          `json:"launch,omitempty"` // that it began with, or was renewed with; see ledger.LaunchID
	Role    string          `json:"role"`
	Patient payment.Patient `json:"patient"`
	// People are those whom a payer was launched for; Patient is one of them, and
	// all that changes in a session.
	People []portal.Person `json:"people,omitempty"`
	Name   string          `json:"name,omitempty"` // who pays, as the portal writes it
	Email  string          `json:"email,omitempty"`
	Return string          `json:"return,omitempty"`
	View   string          `json:"view,omitempty"` // where it began
	// Language is the tag of the one that its pages are in. It can be changed.
	Language string `json:"language,omitempty"`
	// OfferSave lets the payer store a card, SavedCards lets them use those that
	// are stored: two switches of the portal, both off unless it says otherwise.
	OfferSave  bool `json:"offerSave,omitempty"`
	SavedCards bool `json:"savedCards,omitempty"`
	// Staff is who works for the practice, where that is who is here; else nobody.
	Staff staff.Person `json:"staff,omitzero"`
	// Departments are those of the practice where the desk stands; Patient has the
	// one that it is at now. Empty: it is at that one only.
	Departments []int `json:"departments,omitempty"`
	// Cover is after how many seconds without anybody a page of the desk is
	// covered, and CoveredAt since when nobody was there, in seconds since 1970; 0:
	// it is not covered.
	Cover     int   `json:"cover,omitempty"`
	CoveredAt int64 `json:"coveredAt,omitempty"`
	// Again says that something waits for who it is to be proved again, Kept what:
	// a form, and Back the page; both are where the person goes on.
	Again bool   `json:"again,omitempty"`
	Kept  string `json:"kept,omitempty"`
	Back  string `json:"back,omitempty"`
	// SID is what the provider calls the session that it has of the person.
	SID string `json:"sid,omitempty"`
	// Hint is where the provider's ID token lies, with which they sign out there.
	Hint string `json:"hint,omitempty"`
	// Pane is the name of the session, where the browser may have several;
	// empty: it has one.
	Pane string `json:"pane,omitempty"`
	// Launched is when the token was used, in seconds since 1970: a session that
	// moves into another window does not live longer for it.
	Launched int64 `json:"launched"`

	// Left is what was left of it when the request came.
	Left Left `json:"-"`
	// Hash is that of the session's id.
	Hash [32]byte `json:"-"`
}

// Left is what is left of a session.
type Left struct {
	Idle     time.Duration // unless somebody does something
	Absolute time.Duration
}

// SeesCards and StoresCards are the two switches of the launch. Staff neither
// use a patient's cards nor agree in their place that one is kept.
func (sess Session) SeesCards() bool   { return sess.SavedCards && sess.Role != portal.RoleStaff }
func (sess Session) StoresCards() bool { return sess.OfferSave && sess.Role != portal.RoleStaff }

// Made reports whether an attempt is the session's own, and not somebody else's who
// may act for the patient.
func (sess Session) Made(a ledger.Record) bool { return a.By(sess.Portal, sess.Subject) }

// Record is an attempt that the session makes, as the ledger is to keep it: whose it is,
// who makes it, and the event that its amounts rest on (ledger.Record.AsOfSeq).
func (sess Session) Record(a payment.Attempt, asOf int64) ledger.Record {
	return ledger.Record{Attempt: a, Patient: sess.Patient, Portal: sess.Portal, Subject: sess.Subject, AsOfSeq: asOf}
}

// Acting is what is kept of a claim, with the session that makes it: under its launch,
// and while it is good.
func (sess Session) Acting(use ledger.CardUse) ledger.CardUse {
	use.Launch, use.Session, use.Idle = sess.Launch, sess.Hash, Idle
	return use
}

// Who is the name under which a session's acts are recorded.
func (sess Session) Who() string { return sess.Portal + "/" + sess.Subject }

// Speaks is the language of its pages. Those of staff are English.
func Speaks(sess Session) words.Language {
	l, ok := words.Named(sess.Language)
	if !ok || sess.Role == portal.RoleStaff {
		return words.Language{}
	}
	return l
}

// AtDesk reports whether somebody has signed in at the desk itself, and not been
// launched by a portal.
func AtDesk(sess Session) bool { return sess.Portal == portal.DeskID }

// lives is how long a session can last.
func (sess Session) lives() time.Duration {
	if AtDesk(sess) {
		return DeskAbsolute
	}
	return Absolute
}

// Landing is the page on which a session begins.
func Landing(sess Session) string {
	return cmp.Or(portal.Landing(sess.View, sess.Role), web.PathAmount)
}

// lesser are the session and what is left of it where the ledger refuses a text,
// the least loss first.
func (sess Session) lesser() []Session {
	mailless, homeless, bare := sess, sess, sess.nameless()
	mailless.Email, homeless.Return = "", ""
	bare.Email, bare.Return = "", ""
	return []Session{sess, mailless, homeless, sess.nameless(), bare, sess.pseudonymous(), sess.nameless().pseudonymous()}
}

// Renewed is the session as a later token of its portal lets it go on: the same
// person, in the same part, for the patient whom the page is about. Of another
// session ok is false.
func Renewed(sess, later Session) (next Session, ok bool) {
	same := func(p payment.Patient) bool {
		return p.Practice == sess.Patient.Practice && p.Department == sess.Patient.Department && p.ID == sess.Patient.ID
	}
	who := later.Subject == sess.Subject || later.pseudonymous().Subject == sess.Subject
	whom := same(later.Patient) || slices.ContainsFunc(later.People, func(p portal.Person) bool { return same(p.Patient) })
	if !who || !whom || AtDesk(sess) || later.Portal != sess.Portal || later.Role != sess.Role || later.Staff.Role != sess.Staff.Role {
		return Session{}, false
	}
	later.Patient, later.Pane, later.View, later.Host, later.Language = sess.Patient, sess.Pane, sess.View, sess.Host, sess.Language
	return later, true
}

// pseudonymous is the session without what comes from the portal's books. Some
// portals number their users, or mark their addresses, with what looks like a
// card number, and the ledger refuses it. The payer can pay without.
func (sess Session) pseudonymous() Session {
	sum := sha256.Sum256([]byte(sess.Subject))
	sess.Email, sess.Return = "", ""
	sess.Subject = base64.RawURLEncoding.EncodeToString(sum[:])
	if sess.Staff.Subject != "" {
		sess.Staff.Subject = sess.Subject
	}
	return sess
}

// nameless is the session without the portal's names, which can be too long for a
// session, or look like a card number: the practice knows names, too.
func (sess Session) nameless() Session {
	sess.Name, sess.Staff.Name, sess.People = "", "", slices.Clone(sess.People)
	for i := range sess.People {
		sess.People[i].Name = ""
	}
	return sess
}

// Among reports whether a session belongs to an audience.
func (sess Session) Among(who web.Audience) bool {
	switch who {
	case web.ForPublic, web.ForPayer:
		return true
	case web.ForPatient:
		return sess.Role != portal.RoleStaff
	case web.ForStaff:
		return sess.Role == portal.RoleStaff
	}
	return false
}
