package bff

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"paypane/bff/portal"
	"paypane/bff/session"
)

// What decides whose money it is may be written as libraries write it.
func TestTokenSpellings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	now := w.clock.now().Unix()
	header := func(typ string) string {
		return harborEd.token(w, func(h, _ claimSet) { h["typ"] = typ })
	}
	claim := func(name string, value any) string {
		return harborEd.token(w, func(_, c claimSet) { c[name] = value })
	}
	raw := func(name, value string) string { return claim(name, json.RawMessage(value)) }
	for name, token := range map[string]string{
		"typ in capitals":                   header("PAY-LAUNCH+JWT"),
		"typ as libraries do":               header("Pay-Launch+JWT"),
		"typ in full":                       header("application/pay-launch+jwt"),
		"typ in full, capitals":             header("APPLICATION/PAY-LAUNCH+JWT"),
		"fractional iat":                    raw("iat", fmt.Sprint(now, ".25")),
		"fractional exp":                    raw("exp", fmt.Sprint(now+60, ".999999")),
		"iat with .0":                       raw("iat", fmt.Sprint(now, ".0")),
		"iat with an exponent":              raw("iat", fmt.Sprintf("%.9e", float64(now))),
		"exp with an exponent":              raw("exp", fmt.Sprintf("%dE1", (now+60)/10)),
		"fractional nbf":                    raw("nbf", fmt.Sprint(now, ".5")),
		"nbf null":                          raw("nbf", "null"),
		"iat far in the past nbf":           raw("nbf", "0"),
		"practiceid as text":                claim("practiceid", "195900"),
		"departmentid as text":              claim("departmentid", "7"),
		"patientid as text":                 claim("patientid", "40211"),
		"appointmentid empty":               claim("appointmentid", ""),
		"appointmentid null":                raw("appointmentid", "null"),
		"appointmentid negative":            claim("appointmentid", -1),
		"appointmentid odd":                 claim("appointmentid", claimSet{"id": 1}),
		"appointmentid, a card":             claim("appointmentid", "4111111111111111"),
		"appointmentid, a number of a card": claim("appointmentid", 4111111111111111),
		"role null":                         raw("role", "null"),
		"patients null":                     raw("patients", "null"),
		"patients empty":                    raw("patients", "[]"),
	} {
		b := w.browser()
		a := b.launch(token)
		if a.status != http.StatusSeeOther || !strings.Contains(b.get("/pay").body, "$120.00") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if sess := w.decorated(t, "appointmentid", "880123"); sess.Patient.Appointment != 880123 {
		t.Errorf("appointmentid as text: %+v", sess.Patient)
	}
	b := w.browser()
	b.launch(harborEd.token(w, func(_, c claimSet) {
		delete(c, "patientid")
		delete(c, "departmentid")
		c["role"], c["appointmentid"] = "payer", 4
		c["patients"] = []claimSet{{"patientid": "40211", "departmentid": "7", "name": 5, "appointmentid": -3}, {"patientid": 40212, "departmentid": 7, "name": strings.Repeat("n", 300)}}
	}))
	if a := b.get("/pay"); !strings.Contains(a.body, "$120.00") {
		t.Errorf("people with numbers as text: %d %s", a.status, a.body)
	}
}

// decorated launches with one decoration and answers the visit.
func (w *world) decorated(t testing.TB, name string, value any) session.Session {
	t.Helper()
	b := w.browser()
	if a := b.launch(harborEd.token(w, func(_, c claimSet) { c[name] = value })); a.status != http.StatusSeeOther {
		t.Fatalf("%s %v: %d %s", name, value, a.status, a.body)
	}
	r := must(http.NewRequest("GET", payOrigin+"/pay", nil))
	r.Header.Set("Cookie", b.cookie)
	return must(w.store.Of(r))
}

// A decoration that is not as it should be is dropped, and one that is only
// spelt otherwise is taken. Neither costs anybody the payment.
func TestTokenDecorations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	email := func(sess session.Session) string { return sess.Email }
	page := func(sess session.Session) string { return sess.Return }
	name := func(sess session.Session) string { return sess.Name }
	view := func(sess session.Session) string { return sess.View }
	save := func(sess session.Session) string { return fmt.Sprint(sess.OfferSave) }
	use := func(sess session.Session) string { return fmt.Sprint(sess.SavedCards) }
	long := strings.Repeat("é", 127)
	for _, row := range []struct {
		claim string
		value any
		kept  func(session.Session) string
		want  string
	}{
		{"email", "dana@mail.example", email, "dana@mail.example"},
		{"email", "none", email, ""}, {"email", "N/A", email, ""}, {"email", "-", email, ""}, {"email", "dana@example.com.", email, ""},
		{"email", "dana@mail", email, ""}, {"email", "a@b@c.example", email, ""}, {"email", "<dana@mail.example>", email, ""},
		{"email", "dana@mail.example, robin@mail.example", email, ""}, {"email", "dana@mail.example\r\nBcc: x@y.example", email, ""},
		{"email", "4111111111111111@mail.example", email, ""}, {"email", 1, email, ""}, {"email", []string{"dana@mail.example"}, email, ""},
		{"email", nil, email, ""}, {"email", strings.Repeat("x", 300) + "@mail.example", email, ""},
		{"view", "cards", view, "cards"}, {"view", "charge", view, ""}, {"view", "Pay", view, ""}, {"view", "/pay", view, ""}, {"view", 1, view, ""},
		{"view", "https://evil.example/", view, ""}, {"view", "desk", view, ""}, {"view", claimSet{}, view, ""},
		{"name", "Dana Q", name, "Dana Q"}, {"name", long, name, long}, {"name", "x" + long, name, "x" + long},
		{"name", "xx" + long, name, "xx" + strings.Repeat("é", 126)}, {"name", strings.Repeat("n", 256), name, strings.Repeat("n", 255)},
		{"name", strings.Repeat("e", 254) + "e\u0301tienne", name, strings.Repeat("e", 254)},
		{"name", strings.Repeat("👩\u200d⚕️", 20), name, strings.Repeat("👩\u200d⚕️", 19)},
		{"name", 5, name, ""}, {"name", []string{"Dana"}, name, ""}, {"name", nil, name, ""},
		{"offer_save", true, save, "true"}, {"offer_save", "true", save, "true"}, {"offer_save", "false", save, "false"}, {"offer_save", "yes", save, "false"}, {"offer_save", 1, save, "false"},
		{"saved_cards", true, use, "true"}, {"saved_cards", []bool{true}, use, "false"}, {"saved_cards", nil, use, "false"},
		{"locale", 5, name, "Dana Sample"}, {"locale", "xx-invalid-", name, "Dana Sample"},
		{"return_url", harborOrigin + "/bills?tab=2#x", page, harborOrigin + "/bills?tab=2#x"}, {"return_url", harborOrigin, page, harborOrigin},
		{"return_url", harborOrigin + ":443/bills", page, harborOrigin + "/bills"}, {"return_url", harborOrigin + ":443", page, harborOrigin},
		{"return_url", harborOrigin + ":/bills", page, harborOrigin + "/bills"}, {"return_url", "HTTPS://Portal.Harbor.Example/Bills", page, harborOrigin + "/Bills"},
		{"return_url", "https://intranet.harbor.example:443/?a=b%20c", page, harborSecond + "/?a=b%20c"},
		{"return_url", harborOrigin + ":80/", page, ""}, {"return_url", harborOrigin + ":8443/", page, ""}, {"return_url", harborOrigin + ":0443/", page, ""},
		{"return_url", "https://evil.example/", page, ""}, {"return_url", "https://portal.harbor.example.evil.example/", page, ""},
		{"return_url", "https://evil.example@portal.harbor.example/", page, ""}, {"return_url", "https://portal.harbor.example@evil.example/", page, ""},
		{"return_url", mesaOrigin + "/", page, ""}, {"return_url", "http://portal.harbor.example/", page, ""}, {"return_url", "//portal.harbor.example/", page, ""},
		{"return_url", "/bills", page, ""}, {"return_url", "portal.harbor.example", page, ""}, {"return_url", "javascript:alert(1)", page, ""},
		{"return_url", "JavaScript://portal.harbor.example/%0aalert(1)", page, ""}, {"return_url", "data:text/html,x", page, ""},
		{"return_url", `https:\\portal.harbor.example`, page, ""}, {"return_url", "https:portal.harbor.example", page, ""},
		{"return_url", `https://portal.harbor.example\@evil.example/`, page, ""}, {"return_url", `https://evil.example\.portal.harbor.example/`, page, ""},
		{"return_url", "https://portal.harbor.example\n.evil.example/", page, ""}, {"return_url", "https://portal.harbor.example%2eevil.example/", page, ""},
		{"return_url", 7, page, ""}, {"return_url", nil, page, ""},
	} {
		sess := w.decorated(t, row.claim, row.value)
		if got := row.kept(sess); got != row.want {
			t.Errorf("%s %q: kept %q, want %q", row.claim, row.value, got, row.want)
		}
		if sess.Patient.ID != dana || sess.Subject != "member-5551" {
			t.Errorf("%s %q: another visit: %+v", row.claim, row.value, sess)
		}
	}
	if log := w.logs.String(); !strings.Contains(log, `msg="launch goes on without claims" portal=harbor claims=email`) || strings.Contains(log, "evil") || strings.Contains(log, "@") {
		t.Error("the log does not say what was dropped, or says what stood there")
	}
}

// Whatever stands in the decorations of an honest token, it opens the session
// of the one whom it is for, with nothing that is foreign in it.
func TestDecorationsNeverRefuse(t *testing.T) {
	w := newWorld(t, setup{})
	scalar := rapid.OneOf(rapid.Map(rapid.String(), any_), rapid.Map(rapid.Float64(), any_), rapid.Map(rapid.Int(), any_), rapid.Map(rapid.Bool(), any_),
		rapid.Just[any](nil), rapid.Map(rapid.StringN(200, 700, 1500), any_), rapid.Map(rapid.StringMatching(`[0-9 -]{10,20}(@[a-z]{1,5}\.com)?`), any_),
		rapid.Map(rapid.StringMatching(`https?://(portal|intranet)\.harbor\.example(:[0-9]{0,3})?[/@?#.\\]{0,2}[a-z0-9.%]{0,10}`), any_))
	value := rapid.OneOf(scalar, rapid.Map(rapid.SliceOfN(scalar, 0, 3), any_), rapid.Map(rapid.MapOfN(rapid.StringMatching(`[a-z]{1,8}`), scalar, 0, 3), any_))
	names := []string{"name", "email", "locale", "view", "return_url", "offer_save", "saved_cards", "appointmentid", "colour"}
	rapid.Check(t, func(t *rapid.T) {
		decorations := rapid.MapOf(rapid.SampledFrom(names), value).Draw(t, "decorations")
		b := w.browser()
		a := b.launch(harborEd.token(w, func(_, c claimSet) { maps.Copy(c, decorations) }))
		if a.status != http.StatusSeeOther {
			t.Fatalf("refused: %d %s", a.status, a.body)
		}
		r := must(http.NewRequest("GET", payOrigin+"/pay", nil))
		r.Header.Set("Cookie", b.cookie)
		sess, err := w.store.Of(r)
		if err != nil || sess.Patient.ID != dana || sess.Patient.Practice != 195900 || sess.Patient.Department != 7 || sess.Patient.Appointment < 0 {
			t.Fatalf("%v: %+v", err, sess)
		}
		if sess.Return != "" && !regexp.MustCompile(`^https://(portal|intranet)\.harbor\.example([/?#].*)?$`).MatchString(sess.Return) {
			t.Fatalf("leads back to %q", sess.Return)
		}
		if len(sess.Name) > portal.NameLength || !utf8.ValidString(sess.Name) || sess.View != "" && portal.Landing(sess.View, sess.Role) == "" {
			t.Fatalf("%+v", sess)
		}
	})
}

func any_[T any](v T) any { return v }

// A refusal is logged in fixed words that docs/embedding.md explains, in a short line
// without a byte of the sender's.
func TestRefusalsInTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	explained := string(must(os.ReadFile("../docs/embedding.md")))
	line := regexp.MustCompile(`msg="launch refused" .*`)
	look := func(name string, launch func()) (why, claim string) {
		t.Helper()
		before := len(w.logs.String())
		launch()
		lines := line.FindAllString(w.logs.String()[before:], -1)
		if len(lines) != 1 || len(lines[0]) > 300 || strings.Contains(lines[0], "sender") {
			t.Fatalf("%s: logged as %q", name, lines)
		}
		m := regexp.MustCompile(`reason="?([^"]*?)"?( claim=([a-z0-9_.]+))?( portal=\w+)?( keys="[^"]*")? id=`).FindStringSubmatch(lines[0])
		if m == nil || !strings.Contains(explained, "`"+m[1]+"`") {
			t.Fatalf("%s: docs/embedding.md does not explain %q", name, lines[0])
		}
		return m[1], m[3]
	}
	seen := map[string]bool{}
	for _, r := range rogues(w) {
		why, claim := look(r.name, func() { w.browser().launch(r.token) })
		seen[why+" "+claim] = true
	}
	sender := strings.Repeat("sender ", 800)
	for _, member := range []string{"alg", "kid", "typ", "crit", "b64"} {
		look(member, func() { w.browser().launch(harborEd.token(w, func(h, _ claimSet) { h[member] = sender })) })
	}
	for _, name := range []string{"iss", "aud", "iat", "exp", "nbf", "jti", "sub", "practiceid", "departmentid", "patientid", "role", "patients"} {
		_, claim := look(name, func() { w.browser().launch(harborEd.token(w, func(_, c claimSet) { c[name] = sender })) })
		if claim != name {
			t.Errorf("the log says %q of %q", claim, name)
		}
	}
	look("origin", func() { w.browser().launch(harborEd.token(w, nil), "Origin", "https://sender.example") })
	token := harborEd.token(w, nil)
	w.browser().launch(token)
	if why, claim := look("used", func() { w.browser().launch(token) }); why != "used before" || claim != "jti" {
		t.Errorf("a used token: %s %s", claim, why)
	}
	for _, want := range []string{"expired exp", "in the future iat", "not pay-launch+jwt typ", "not this payment page's origin aud", "not a practice of this portal practiceid",
		"no key of the portal has this id kid", "the signature does not verify ", "none of EdDSA, ES256, RS256 alg", "missing jti", "missing sub", "missing patientid", "none of patient, payer, staff, front_desk, biller, manager role"} {
		if want != "expired exp" && !seen[want] {
			t.Errorf("no refusal says %q: %v", want, slices.Sorted(maps.Keys(seen)))
		}
	}
}

// In a server for developers the page says why, in the same fixed words.
func TestRefusalsOnThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	bad := func() string { return harborEd.token(w, func(_, c claimSet) { c["aud"] = "https://sender.example" }) }
	if a := w.browser().launch(bad()); strings.Contains(a.body, "developer") || strings.Contains(a.body, "aud") {
		t.Errorf("the page tells a stranger: %s", a.body)
	}
	told := newWorld(t, setup{explains: true})
	if a := told.browser().launch(bad()); !strings.Contains(a.body, "For the portal&#39;s developer: launch token: aud: not this payment page&#39;s origin.") || strings.Contains(a.body, "sender") {
		t.Errorf("the page does not tell the developer: %s", a.body)
	}
}
