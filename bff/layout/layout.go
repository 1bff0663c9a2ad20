// Package layout prints pages: with what every page of a session has around its
// content, and with what an error means for the payer's money.
package layout

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"time"

	"paypane/bff/account"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/static"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// Ledger is what the navigation asks of the ledger.
type Ledger interface {
	// AttemptsOf are a patient's attempts of some kinds, the newest first.
	AttemptsOf(ctx context.Context, p payment.Patient, kinds ...payment.Kind) ([]ledger.Record, error)
}

// Config is what a Layout needs; all of it but Test.
type Config struct {
	Assets      web.Assets
	Portals     portal.Portals
	Binding     session.Binding
	Accounts    *account.Accounts
	Departments *account.Departments
	Ledger      Ledger
	// Test reports whether the upstream is one for trying, which takes no money;
	// nil: it is not.
	Test func() bool
	Log  *slog.Logger
	Now  func() time.Time
}

// Layout is what all pages have in common.
type Layout struct {
	config Config
	Desk   *Desk
}

// New makes a Layout.
func New(c Config) *Layout {
	lay := &Layout{config: c}
	lay.Desk = &Desk{lay: lay}
	return lay
}

// Render writes a page: as a document, or as its View where the browser
// program asks. Its links stay in the session of the request.
func (lay *Layout) Render(w http.ResponseWriter, r *http.Request, status int, v web.View) error {
	v.Site.Pane = session.Pane(r.Context())
	v.Site.Framed = Framed(r)
	v.Site.Test = lay.config.Test != nil && lay.config.Test()
	var b bytes.Buffer
	var err error
	kind := "text/html; charset=utf-8"
	if middleware.WantsJSON(r) {
		kind = "application/json"
		err = web.JSON(&b, v)
	} else {
		err = web.Document(&b, v, lay.config.Assets)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept, Accept-Encoding, Sec-Fetch-Dest")
	return middleware.WriteCompressed(w, r, status, b.Bytes())
}

// Framed reports whether a document is loaded into a frame. Browsers of before 2023
// may not say so; they show the page as in a window of its own.
func Framed(r *http.Request) bool {
	destination := r.Header.Get("Sec-Fetch-Dest")
	return destination == "iframe" || destination == "frame"
}

// Of is what every page of a session's practice shows.
func (lay *Layout) Of(sess session.Session) web.Site {
	site := lay.Public(sess)
	if site.Practice == "" {
		return site
	}
	site.Whose = lay.config.Binding.For(sess)
	if session.AtDesk(sess) { // its page is covered, and asks nothing
		return site
	}
	site.Idle, site.Absolute = int(session.Idle/time.Minute), int(session.Absolute/time.Minute)
	site.Left, site.Ends = int(sess.Left.Idle/time.Second), int(sess.Left.Absolute/time.Second)
	if sess.Several() {
		site.Person = session.NameOf(sess, sess.Current())
	}
	if sess.Role != portal.RoleStaff {
		site.Unreviewed = !words.Reviewed(site.Language)
		site.Languages = others(site.Language, lay.config.Portals.ByID(sess.Portal).Offered())
	}
	return site
}

// others are the languages to change to. English is among them where nobody who
// speaks the one of the page has read it.
func others(now words.Language, offered []words.Language) (list []web.Spoken) {
	english := words.Reviewed(now)
	for _, l := range offered {
		if l.Tag() != now.Tag() {
			list = append(list, web.SpokenOf(l))
			english = english || l == words.Languages[0]
		}
	}
	if !english {
		list = append(list, web.SpokenOf(words.Languages[0]))
	}
	return list
}

// Public is Of for a page that no session belongs to any more.
func (lay *Layout) Public(sess session.Session) web.Site {
	p := lay.config.Portals.Of(sess.Portal, sess.Patient.Practice)
	if p == nil {
		return web.Site{Language: session.Speaks(sess)}
	}
	return web.Site{Language: session.Speaks(sess), Practice: p.Name, Phone: p.Phone, Return: sess.Return, Hosts: sess.Host}
}

// Wanted is the language of a request to which no session belongs: what the page
// around asks for, and what the browser says. portal may be nil.
func Wanted(r *http.Request, p *portal.Portal, wishes ...string) words.Language {
	return words.Choose(p.Offered(), append(wishes, r.URL.Query().Get(web.ParamLocale), r.Header.Get("Accept-Language"))...)
}

// AllowFraming lets the portal of a session frame the answer.
func (lay *Layout) AllowFraming(w http.ResponseWriter, r *http.Request, sess session.Session) {
	if p := lay.config.Portals.ByID(sess.Portal); p != nil {
		middleware.FrameAncestors(w, r, p.Origins)
	}
}

// Enter is the session of a request, and the request as it goes on in that
// session. The answer may be framed by the portal that launched it.
func (lay *Layout) Enter(store *session.Store, w http.ResponseWriter, r *http.Request) (session.Session, *http.Request, error) {
	sess, err := store.Of(r)
	if sess.Language == "" {
		sess.Language = Wanted(r, lay.config.Portals.ByID(sess.Portal)).Tag()
	}
	lay.AllowFraming(w, r, sess)
	return sess, r.WithContext(session.InPane(r.Context(), sess.Pane)), err
}

// Content is the view of a page made of elements.
func (lay *Layout) Content(sess session.Session, page, path string, content web.Content) web.View {
	return web.View{Page: page, Path: path, Site: lay.Of(sess), Content: &content}
}

// Redirect leads to another address of ours, in the session of the request.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	return Lead(w, r, web.Site{Pane: session.Pane(r.Context())}.At(path))
}

// Lead leads to an address: by a redirect, or in words where a form of the desk was
// sent by the program, which loads what it leads to.
func Lead(w http.ResponseWriter, r *http.Request, address string) error {
	if r.Method != http.MethodPost || !atDesk(r) || !middleware.WantsJSON(r) {
		http.Redirect(w, r, address, http.StatusSeeOther)
		return nil
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Vary", "Accept, Accept-Encoding")
	return web.JSON(w, web.Onward(address))
}

// Asset is a file that a document refers to.
func Asset(f *static.Files, name string) web.Asset {
	file := f.Named(name)
	return web.Asset{Path: file.Path, Integrity: file.Integrity}
}

// Assets are the files that a document refers to.
func Assets(f *static.Files) web.Assets {
	asset := func(name string) web.Asset { return Asset(f, name) }
	return web.Assets{Style: asset("paypane.css"), Icon: asset("icon.svg"), Channel: asset("channel.js"), Session: asset("session.js"),
		Loader: asset("loader.js"), Program: asset("app.wasm"), DeskProgram: asset("desk.wasm"), Desk: asset("desk.js"), DeskStyle: asset("desk.css"),
		Take: asset("desk-take.js"), TakeStyle: asset("desk-take.css"), Swipe: asset("swipe.js"), Drawer: asset("desk-drawer.js"), Reader: asset("reader.js"),
		Today: asset("desk-today.js"), Typing: asset("typing.js")}
}
