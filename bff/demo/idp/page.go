package idp

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// cookie is the session at the provider.
const cookie = "demo-sign-in"

// authorize asks who it is, unless somebody is signed in and that is enough, and
// leads back with a code. What is wrong with the client or its address is told to
// the person, and leads nowhere.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != p.config.ClientID || q.Get("redirect_uri") != p.config.Redirect {
		http.Error(w, "This client, or the address that it wants to be led back to, is not registered here.", http.StatusBadRequest)
		return
	}
	back := url.Values{"state": {q.Get("state")}, "iss": {p.config.Issuer}}
	fail := func(code string) {
		back.Set("error", code)
		p.back(w, r, back)
	}
	prompt := strings.Fields(q.Get("prompt"))
	switch {
	case q.Get("response_type") != "code":
		fail("unsupported_response_type")
		return
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		fail("invalid_request")
		return
	case !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		fail("invalid_scope")
		return
	}
	now := p.config.Now()
	var here *login
	if c, err := r.Cookie(cookie); err == nil {
		p.mu.Lock()
		here = p.sessions[c.Value]
		p.mu.Unlock()
	}
	age := maxAge(q)
	enough := here != nil && !slices.Contains(prompt, "login") && (age < 0 || now.Sub(here.at) <= time.Duration(age)*time.Second)
	switch {
	case r.Method == http.MethodPost && r.PostFormValue("cancel") != "":
		fail("access_denied")
		return
	case r.Method == http.MethodPost:
		person, ok := p.person(r.PostFormValue("person"))
		if !ok {
			http.Error(w, "Nobody is called so here.", http.StatusBadRequest)
			return
		}
		// A session of the same person goes on, asked now; anybody else's has ended.
		sid := random()
		if here != nil && here.person.Subject == person.Subject {
			sid = here.sid
		}
		here = &login{person: person, sid: sid, at: now}
		value := random()
		p.mu.Lock()
		if c, err := r.Cookie(cookie); err == nil {
			delete(p.sessions, c.Value)
		}
		p.sessions[value] = here
		p.mu.Unlock()
		http.SetCookie(w, &http.Cookie{Name: cookie, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	case !enough && slices.Contains(prompt, "none"):
		fail("login_required")
		return
	case !enough:
		p.show(w, http.StatusOK, "Sign in", "Who are you?", r.URL.RequestURI())
		return
	}
	code := random()
	p.mu.Lock()
	p.codes[code] = &grant{login: *here, challenge: q.Get("code_challenge"), nonce: q.Get("nonce"), expires: now.Add(time.Minute)}
	p.mu.Unlock()
	back.Set("code", code)
	p.back(w, r, back)
}

func (p *Provider) back(w http.ResponseWriter, r *http.Request, q url.Values) {
	if f := p.wrong().Back; f != nil {
		f(q)
	}
	http.Redirect(w, r, p.config.Redirect+"?"+q.Encode(), http.StatusSeeOther)
}

// logout signs out who is here, and leads back to the registered address.
func (p *Provider) logout(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(cookie); err == nil {
		p.end(r.Context(), func(value string, _ *login) bool { return value == c.Value })
	}
	http.SetCookie(w, &http.Cookie{Name: cookie, Path: "/", MaxAge: -1})
	if to := r.URL.Query().Get("post_logout_redirect_uri"); to == p.config.Leave && r.URL.Query().Get("client_id") == p.config.ClientID {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	p.show(w, http.StatusOK, "Signed out", "You are signed out here.", "")
}

// home lists who is signed in, to sign them out from here.
func (p *Provider) home(w http.ResponseWriter, _ *http.Request) {
	p.show(w, http.StatusOK, "Demo sign-in", "This page stands for the practice's own sign-in. Whoever is signed in here can be signed out everywhere.", "/")
}

func (p *Provider) everywhere(w http.ResponseWriter, r *http.Request) {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		http.Error(w, "Only this page's own button does that.", http.StatusForbidden)
		return
	}
	p.end(r.Context(), func(_ string, l *login) bool { return l.person.Subject == r.PostFormValue("person") })
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{.Heading}}</title>
<style>
body { margin-inline: auto; max-inline-size: 32rem; padding: 1.5rem 1rem; font: 1rem/1.5 system-ui, sans-serif }
button { display: block; inline-size: 100%; margin-block: .75rem; padding: .75rem 1rem; font: inherit; text-align: start }
small { display: block; opacity: .8 }
</style>
</head>
<body>
<main>
<h1>{{.Heading}}</h1>
<p>{{.Text}}</p>
{{- if .Action}}
<form method="post" action="{{.Action}}">
{{- range .People}}
<button name="person" value="{{.Subject}}">{{.Name}} <small>{{.Shows}}</small></button>
{{- else}}
<p>Nobody is signed in.</p>
{{- end}}
{{- if .Cancel}}
<button name="cancel" value="yes">Cancel</button>
{{- end}}
</form>
{{- end}}
</main>
</body>
</html>
`))

// show prints a page: of the form's people, all who can sign in, or on the home page
// those who are.
func (p *Provider) show(w http.ResponseWriter, status int, heading, text, action string) {
	people := p.config.People
	if action == "/" {
		people = slices.DeleteFunc(slices.Clone(people), func(q Person) bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			for _, l := range p.sessions {
				if l.person.Subject == q.Subject {
					return false
				}
			}
			return true
		})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = page.Execute(w, struct {
		Heading, Text, Action string
		People                []Person
		Cancel                bool
	}{heading, text, action, people, action != "" && action != "/"})
}
