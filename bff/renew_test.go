package bff

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// renew posts a token to the session that is there, as the page's script does.
func (b *browser) renew(token string) answer {
	return b.post("/session/renew", url.Values{"token": {token}}, "Accept", "application/json", "X-Paypane", "1")
}

// A new token of the portal's lets a session go on for as long as a new one, also
// beyond its hour, and what was chosen in it stays chosen. The cookie before is
// dead.
func TestSessionIsRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	var attempt string
	for range 9 { // ninety minutes
		attempt = b.choose(t, everything)
		w.clock.advance(10 * time.Minute)
		old := *b
		a := b.renew(harborEd.token(w, nil))
		var left struct{ Left, Ends int }
		if err := json.Unmarshal([]byte(a.body), &left); err != nil || a.status != http.StatusOK || left.Left != 15*60 || left.Ends != 60*60 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if old.get("/pay").status != http.StatusUnauthorized {
			t.Fatal("the cookie before still opens the session")
		}
	}
	if a := b.post("/pay/"+attempt, card()); a.status != http.StatusSeeOther || a.to() != "/payments/"+attempt {
		t.Errorf("the payment that was begun before: %d to %s", a.status, a.to())
	}
}

// Nothing but a fresh token for the same person, part and patient renews a session,
// and what does not leaves it as it was.
func TestSessionIsNotRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	used := harborEd.token(w, nil)
	if a := w.browser().launch(used); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	claim := func(name string, value any) string {
		return harborEd.token(w, func(_, c claimSet) { c[name] = value })
	}
	for _, row := range []struct{ name, token, code string }{
		{"no token", "", "launch_refused"},
		{"used", used, "launch_used"},
		{"too old", harborEd.token(w, func(_, c claimSet) { c["iat"], c["exp"] = w.clock.now().Unix()-600, w.clock.now().Unix()-400 }), "launch_expired"},
		{"somebody else", claim("sub", "another"), "launch_refused"},
		{"another patient", claim("patientid", 40212), "launch_refused"},
		{"another department", claim("departmentid", 1), "launch_refused"},
		{"another part", claim("role", "staff"), "launch_refused"},
		{"another portal", mesaEd.token(w, func(_, c claimSet) { c["iss"], c["practiceid"], c["return_url"] = "mesa", 777, mesaOrigin }), "launch_refused"},
	} {
		b := w.visit(dana)
		cookie := b.cookie
		w.clock.advance(10 * time.Second)
		a := b.renew(row.token)
		if a.status < 400 || !strings.Contains(a.body, `"error":"`+row.code+`"`) || b.cookie != cookie {
			t.Errorf("%s: %d %s", row.name, a.status, a.body)
		}
		if a := b.get("/pay"); a.status != http.StatusOK || !strings.Contains(a.body, "Dana") {
			t.Errorf("%s: the session is over: %d", row.name, a.status)
		}
	}
	if a := w.browser().renew(harborEd.token(w, nil)); a.status != http.StatusUnauthorized {
		t.Errorf("without a session: %d", a.status)
	}
}

// The language that somebody has chosen stays theirs.
func TestARenewedSessionKeepsItsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	b.post("/language", url.Values{"language": {"es"}, "back": {"/pay"}})
	if a := b.renew(harborEd.token(w, func(_, c claimSet) { c["patientid"] = dana })); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := b.get("/pay"); a.speaks() != "es" {
		t.Errorf("%q: %s", a.speaks(), a.body)
	}
}
