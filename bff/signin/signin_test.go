package signin

import (
	"errors"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/demo/idp"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web/words"
)

// sentences are those that somebody reads, as a page has them.
func sentences(t told) (list []string) {
	for _, key := range []words.Key{words.Key(t), next[t]} {
		list = append(list, html.EscapeString(words.Language{}.Text(key)))
	}
	return list
}

// Whoever has a role comes in with it, as the person of the provider's; whoever has
// none does not.
func TestSignIn(t *testing.T) {
	t.Parallel()
	for subject, role := range map[string]staff.Role{"u-1": staff.FrontDesk, "u-2": staff.Biller, "u-3": staff.Manager} {
		s := newStage(t)
		b := s.browser()
		w := b.signIn(subject)
		sess, err := b.session()
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/desk" || err != nil {
			t.Fatalf("%s: %d to %q, %v\n%s", subject, w.Code, w.Header().Get("Location"), err, s.logs)
		}
		if !sess.Staff.Is(staff.Person{Issuer: issuer, Subject: subject}) || sess.Staff.Role != role || !sess.Staff.AuthTime.Equal(s.clock.now()) ||
			sess.Patient.Practice != 195900 || sess.Patient.Department != 7 || sess.Cover != 180 || !session.AtDesk(sess) {
			t.Errorf("%s: %+v", subject, sess)
		}
		if len(s.acts) != 1 || s.acts[0] != subject+" "+string(role)+" signed_in " {
			t.Errorf("written down: %q", s.acts)
		}
		if len(b.jars["pay.example"]) != 1 {
			t.Errorf("the browser has %v", b.jars["pay.example"])
		}
	}
	b := newStage(t).browser()
	b.refused(b.signIn("u-4"), toldNoRole, "no role")
	if len(b.acts) != 1 || b.acts[0] != "u-4  sign_in_refused no role" {
		t.Errorf("written down: %q", b.acts)
	}
}

// What is asked of the provider holds what makes its answer good for nobody else.
func TestAsksTheProvider(t *testing.T) {
	t.Parallel()
	b := newStage(t).browser()
	seen := map[string]bool{}
	for range 3 {
		w := b.send("GET", ours+"/desk/sign-in", "")
		at := must(url.Parse(w.Header().Get("Location")))
		q := at.Query()
		for name, want := range map[string]string{"response_type": "code", "client_id": "paypane-desk", "redirect_uri": ours + "/desk/callback",
			"scope": "openid profile", "code_challenge_method": "S256", "prompt": "login", "max_age": "300"} {
			if q.Get(name) != want {
				t.Errorf("%s is %q", name, q.Get(name))
			}
		}
		for _, name := range []string{"state", "nonce", "code_challenge"} {
			if v := q.Get(name); len(v) != 43 || seen[v] {
				t.Errorf("%s is %q", name, v)
			}
			seen[q.Get(name)] = true
		}
		c := w.Result().Cookies()[0]
		if c.Name != "__Host-Http-paypane-sign-in" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 600 {
			t.Errorf("the cookie is %+v", c)
		}
		for _, secret := range []string{q.Get("state"), q.Get("nonce"), q.Get("code_challenge")} {
			if strings.Contains(c.Value, secret) {
				t.Error("the cookie can be read")
			}
		}
	}
}

// From a form of ours a page leads to the provider: a redirect would not be followed.
func TestLeavesAFormByAPage(t *testing.T) {
	t.Parallel()
	b := newStage(t).browser()
	w := b.send("GET", ours+"/desk/sign-in?leave", "")
	to, _ := strings.CutPrefix(w.Header().Get("Refresh"), "0; url=")
	if w.Code != http.StatusOK || !strings.HasPrefix(to, issuer+"/authorize?") || !strings.Contains(html.UnescapeString(w.Body.String()), `<a href="`+to+`"`) {
		t.Fatalf("%d %q\n%s", w.Code, w.Header().Get("Refresh"), w.Body)
	}
	if w = b.send("GET", b.choose(to, "u-1"), ""); w.Code != http.StatusSeeOther {
		t.Errorf("%d", w.Code)
	}
}

// A covered page asks the provider to ask again, and goes on for the same person
// only; somebody else begins with an empty desk.
func TestSignInAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.browser()
	b.signIn("u-2")
	s.clock.pass(4 * time.Minute)
	was, err := b.session()
	if !errors.Is(err, session.ErrCovered) {
		t.Fatal(err)
	}
	// The provider lets them through without asking: that uncovers nothing.
	s.provider.Do(idp.Faults{Claims: func(c map[string]any) { c["auth_time"] = was.Staff.AuthTime.Unix() }})
	if w := b.signIn("u-2"); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), sentences(toldStale)[0]) {
		t.Errorf("%d", w.Code)
	}
	// Nor does it prove anything where the provider does not say when it asked.
	s.provider.Do(idp.Faults{Claims: func(c map[string]any) { delete(c, "auth_time") }})
	if w := b.signIn("u-2"); w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
	if _, err := b.session(); !errors.Is(err, session.ErrCovered) {
		t.Error(err)
	}
	s.provider.Do(idp.Faults{})
	b.signIn("u-2")
	if sess, err := b.session(); err != nil || sess.Launched != was.Launched {
		t.Errorf("the same person: %v, began %d and %d", err, was.Launched, sess.Launched)
	}
	s.clock.pass(4 * time.Minute)
	b.signIn("u-1")
	if sess, err := b.session(); err != nil || sess.Launched == was.Launched || sess.Staff.Subject != "u-1" || sess.Staff.Role != staff.FrontDesk {
		t.Errorf("another person: %v %+v", err, sess.Staff)
	}
}

// The claim is called as it is configured, or lies at the end of a way; it is a text
// or a list. What is neither is no role.
func TestRolesClaim(t *testing.T) {
	t.Parallel()
	roles := func(v any) map[string]any { return map[string]any{"roles": v} }
	for name, row := range map[string]struct {
		claim  string
		claims map[string]any
		want   staff.Role
	}{
		"a list":                {"roles", roles([]string{"front-desk"}), staff.FrontDesk},
		"a text":                {"roles", roles("manager"), staff.Manager},
		"several":               {"roles", roles([]string{"x", "billing", "front-desk"}), staff.Biller},
		"a name with dots":      {"https://harbor.example/roles", map[string]any{"https://harbor.example/roles": "billing"}, staff.Biller},
		"a name before a way":   {"realm.roles", map[string]any{"realm.roles": "billing", "realm": roles("manager")}, staff.Biller},
		"a way":                 {"realm.access.roles", map[string]any{"realm": map[string]any{"access": roles([]string{"manager"})}}, staff.Manager},
		"a way that ends early": {"realm.access.roles", map[string]any{"realm": "manager"}, ""},
		"a list of all kinds":   {"roles", roles([]any{1, nil, "manager", map[string]any{}}), staff.Manager},
		"a number":              {"roles", roles(1), ""},
		"true":                  {"roles", roles(true), ""},
		"an object":             {"roles", roles(map[string]any{"manager": true}), ""},
		"null":                  {"roles", roles(nil), ""},
		"an empty list":         {"roles", roles([]string{}), ""},
		"a list in a list":      {"roles", roles([]any{[]string{"manager"}}), ""},
		"one text for two":      {"roles", roles("manager,billing"), ""},
		"with capitals":         {"roles", roles("Manager"), ""},
		"our own name of it":    {"roles", roles("front_desk"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, `roles_claim = "roles"`, `roles_claim = "`+row.claim+`"`)
			s.provider.Do(idp.Faults{Claims: func(c map[string]any) {
				delete(c, "roles")
				for k, v := range row.claims {
					c[k] = v
				}
			}, Userinfo: func(c map[string]any) { delete(c, "roles") }})
			b := s.browser()
			w := b.signIn("u-4")
			if row.want == "" {
				b.refused(w, toldNoRole, "no role")
			} else if sess, err := b.session(); err != nil || sess.Staff.Role != row.want {
				t.Errorf("%v, %q and not %q\n%s", err, sess.Staff.Role, row.want, s.logs)
			}
		})
	}
}

// Some providers tell roles and names in userinfo only.
func TestUserinfo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.provider.Do(idp.Faults{Claims: func(c map[string]any) { delete(c, "roles"); delete(c, "name") }})
	b := s.browser()
	b.signIn("u-3")
	if sess, err := b.session(); err != nil || sess.Staff.Role != staff.Manager || sess.Staff.Name != "Mia Manager" {
		t.Errorf("%v %+v", err, sess.Staff)
	}
}

// With the endpoints by hand nothing is discovered.
func TestByHand(t *testing.T) {
	t.Parallel()
	s := newStage(t, "client_id =", `authorization_endpoint = "`+issuer+`/authorize"
token_endpoint = "`+issuer+`/token"
jwks = "`+issuer+`/keys"
client_id =`)
	b := s.browser()
	b.signIn("u-1")
	if _, err := b.session(); err != nil || s.provider.Fetched("/.well-known/openid-configuration") != 0 {
		t.Errorf("%v\n%s", err, s.logs)
	}
}

// Where desks of several practices are, a page asks which.
func TestWhichDesk(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(portalsFile, "[[desk]]")
	s := newStage(t, "practices = [195900]", "practices = [195900, 777]", "[[desk]]", "[[desk]]"+strings.Replace(table, "195900", "777", 1)+"\n[[desk]]")
	b := s.browser()
	w := b.send("GET", ours+"/desk/sign-in", "")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "/desk/sign-in?practice=777") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w = b.send("GET", ours+"/desk/sign-in?practice=1", ""); w.Code != http.StatusInternalServerError { // a StatusError, which the server makes 404
		t.Errorf("another practice: %d", w.Code)
	}
	w = b.send("GET", ours+"/desk/sign-in?practice=777", "")
	b.send("GET", b.choose(w.Header().Get("Location"), "u-1"), "")
	if sess, err := b.session(); err != nil || sess.Patient.Practice != 777 {
		t.Errorf("%v, practice %d", err, sess.Patient.Practice)
	}
	// Who is there already is not asked again.
	if w = b.send("GET", ours+"/desk/sign-in", ""); w.Code != http.StatusSeeOther {
		t.Errorf("%d", w.Code)
	}
}

// A name that cannot be seen or has no end is not kept as it is.
func TestName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Ana\x00\u202eClerk\n": "AnaClerk", strings.Repeat("é", 200): strings.Repeat("é", 80), " \t": "ana@harbor.example",
	} {
		if got := nameIn(map[string]any{"name": name, "email": "ana@harbor.example"}); got != want {
			t.Errorf("%q is %q", name, got)
		}
	}
}
