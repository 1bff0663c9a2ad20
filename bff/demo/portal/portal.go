// Package portal is a small patient portal that embeds the payment widget, the way a practice's own would.
// It is a demonstration and the honest other side in browser tests: it signs its launch tokens with its own
// key, sends its own strict content security policy and knows the widget only by its public contract.
//
//	GET /            the page with <pay-pane>; ?patient=ID chooses who is signed in
//	GET /plain       the same without any script: a form posted into a named frame, or full-window
//	GET /pay-token   what <pay-pane token-url> fetches: {"token": "…"}
//
// What the token says can be chosen, on all three: ?people=ID,ID pays for
// several, ?view=receipts begins there, ?save=0 and ?cards=0 switch off what is
// on otherwise, that cards may be stored and that stored ones may be used.
//
// There is no sign-in: choosing a patient is the demonstration. Never build a real portal that way.
package portal

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
)

//go:embed assets
var assets embed.FS

// Config says who the portal is and what it embeds. PayOrigin, Origin and Cast are required.
type Config struct {
	ID        string // "harbor" if empty: the issuer of its tokens, its id in the widget's portals file
	Name      string // "Harbor Family Medicine" if empty
	PayOrigin string // the widget, as "https://pay.example"
	Origin    string // this portal itself
	Practice  int
	Cast      []Person // who can be signed in; the first one is, unless a request says otherwise
	Script    Script
	Key       *Key             // a new one if nil
	Now       func() time.Time // time.Now if nil
}

// Person is a patient of the practice who is a member of the portal.
type Person struct {
	ID          int
	Name        string
	Department  int
	Appointment int    // none if 0
	Shows       string // what this person is in the demonstration for
	// Staff says that the desk of the practice is signed in, with this patient's
	// account open.
	Staff bool
}

// Script is the widget's embed script.
type Script struct {
	URL       string // PayOrigin + "/embed/v1/pay-pane.js" if empty
	Integrity string // "sha384-…"; not pinned if empty
}

// Portal is the portal's handler.
type Portal struct {
	config Config
	pages  *template.Template
	routes *http.ServeMux
}

// New makes a portal.
func New(config Config) (*Portal, error) {
	if config.PayOrigin == "" || config.Origin == "" {
		return nil, errors.New("make portal: PayOrigin and Origin are required")
	}
	if len(config.Cast) == 0 {
		return nil, errors.New("make portal: the cast is empty")
	}
	if config.ID == "" {
		config.ID = "harbor"
	}
	if config.Name == "" {
		config.Name = "Harbor Family Medicine"
	}
	if config.Script.URL == "" {
		config.Script.URL = config.PayOrigin + "/embed/v1/pay-pane.js"
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Key == nil {
		key, err := NewKey()
		if err != nil {
			return nil, err
		}
		config.Key = key
	}
	pages, err := template.ParseFS(assets, "assets/*.html")
	if err != nil {
		return nil, fmt.Errorf("read portal pages: %w", err)
	}

	p := &Portal{config: config, pages: pages, routes: http.NewServeMux()}
	p.routes.HandleFunc("GET /{$}", p.page("home.html", scriptedPolicy))
	p.routes.HandleFunc("GET /plain", p.page("plain.html", plainPolicy))
	p.routes.HandleFunc("GET /pay-token", p.payToken)
	for _, name := range []string{"portal.css", "portal.js", "icon.svg"} {
		p.routes.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, assets, "assets/"+name)
		})
	}
	return p, nil
}

// JWKS is what the widget has to know of this portal's key.
func (p *Portal) JWKS() []byte { return p.config.Key.JWKS() }

func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	// Not "no-referrer" nor "same-origin": browsers would then send "Origin: null" with the form to the widget,
	// and the widget could not tell which portal launches it.
	w.Header().Set("Referrer-Policy", "strict-origin")
	w.Header().Set("Cache-Control", "no-store")
	p.routes.ServeHTTP(w, r)
}

// Each page allows what it uses and nothing else. PAY stands for the widget's origin.
const (
	scriptedPolicy = "default-src 'none'; script-src 'self' PAY; connect-src 'self'; frame-src PAY; " + commonPolicy +
		"; require-trusted-types-for 'script'; trusted-types 'none'"
	plainPolicy  = "default-src 'none'; frame-src PAY; " + commonPolicy
	commonPolicy = "style-src 'self'; img-src 'self'; form-action 'self' PAY; base-uri 'none'; frame-ancestors 'none'"
)

// view is what the pages show.
type view struct {
	Portal string
	visit
	Cast   []Person
	Script Script
	Launch string
	Tokens []string // one for each form, as each may be used once
}

func (p *Portal) page(name, policy string) http.HandlerFunc {
	policy = strings.ReplaceAll(policy, "PAY", p.config.PayOrigin)
	return func(w http.ResponseWriter, r *http.Request) {
		visit, ok := p.visit(r)
		if !ok {
			http.Error(w, "nobody in the cast has this number", http.StatusNotFound)
			return
		}
		v := view{
			Portal: p.config.Name, visit: visit, Cast: p.config.Cast,
			Script: p.config.Script, Launch: p.config.PayOrigin + "/launch",
		}
		if name == "plain.html" {
			for range 2 {
				token, err := p.token(visit)
				if err != nil {
					http.Error(w, "the launch token could not be signed", http.StatusInternalServerError)
					return
				}
				v.Tokens = append(v.Tokens, token)
			}
		}
		var page bytes.Buffer
		if err := p.pages.ExecuteTemplate(&page, name, v); err != nil {
			http.Error(w, "the page could not be written", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = page.WriteTo(w)
	}
}

func (p *Portal) payToken(w http.ResponseWriter, r *http.Request) {
	// The address answers to the portal's own pages only; no CORS header lets another site read it anyway.
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		http.Error(w, "for this portal's own pages", http.StatusForbidden)
		return
	}
	visit, ok := p.visit(r)
	if !ok {
		http.Error(w, "nobody in the cast has this number", http.StatusNotFound)
		return
	}
	token, err := p.token(visit)
	if err != nil {
		http.Error(w, "the launch token could not be signed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"token": token})
}
