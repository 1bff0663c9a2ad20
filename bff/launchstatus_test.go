package bff

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"paypane/bff/notify"
	"paypane/web/payment"
)

// asks is a status token of a portal's for a launch, changed.
func (s signer) asks(w *world, jti string, change func(header, claims claimSet)) string {
	h, c := s.good(w)
	h["typ"] = "pay-status+jwt"
	c = claimSet{"iss": c["iss"], "aud": c["aud"], "iat": c["iat"], "exp": c["exp"], "sub": jti}
	if change != nil {
		change(h, c)
	}
	return s.Compact(h.String(), c.String())
}

// became asks the server, as the server of a portal would, what became of a launch.
func (w *world) became(jti, token string) answer {
	w.t.Helper()
	return w.browser().send("GET", "/v1/launches/"+jti, nil, "Authorization", "Bearer "+token, "Accept", "application/json",
		"Origin", "", "Sec-Fetch-Site", "", "Sec-Fetch-Mode", "")
}

// told is what the server of the portal that launched is told.
func (w *world) told(t *testing.T, jti string) []notify.Payment {
	t.Helper()
	a := w.became(jti, harborEd.asks(w, jti, nil))
	var told struct {
		Launch   string
		Payments []notify.Payment
	}
	if err := json.Unmarshal([]byte(a.body), &told); err != nil || a.status != http.StatusOK || told.Launch != jti || told.Payments == nil ||
		a.header.Get("Content-Type") != "application/json" || a.header.Get("Set-Cookie") != "" || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", a.status, a.header, a.body)
	}
	return told.Payments
}

// A portal's server learns what became of what was begun under a launch: while it is on its
// way, when nobody knows, and once it is known; of that launch alone.
func TestPortalsAskWhatBecameOfALaunch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	under := func(jti string) *browser {
		b := w.browser()
		b.launch(harborEd.token(w, func(_, c claimSet) { c["jti"] = jti }))
		return b
	}
	first, second := under("visit-1"), under("visit-2")
	if got := w.told(t, "visit-1"); len(got) != 0 {
		t.Fatalf("before anything was chosen: %v", got)
	}
	id := first.choose(t, one("claim-501"))
	if got := w.told(t, "visit-1"); len(got) != 0 {
		t.Fatalf("chosen, and not paid: %+v", got)
	}
	began, release := w.practice.hold(payment.Outcome{State: payment.Unknown, Evidence: "no answer"})
	defer release()
	after := w.after
	w.after = func(time.Duration) <-chan time.Time { return fired() }
	first.post("/pay/"+id, card())
	<-began
	if got := w.told(t, "visit-1"); len(got) != 1 || got[0].Attempt != id || got[0].Status != "pending" || got[0].Ended != nil {
		t.Fatalf("being sent: %+v", got)
	}
	release()
	w.drain()
	w.after = after
	if got := w.told(t, "visit-1"); len(got) != 1 || got[0].Status != "unknown" || got[0].Reference != "" {
		t.Fatalf("the answer was lost: %+v", got)
	}
	w.practice.collect = nil
	other := second.choose(t, one("claim-502"))
	second.post("/pay/"+other, card())
	w.drain()
	got := w.told(t, "visit-2")
	if len(got) != 1 {
		t.Fatalf("the other launch: %+v", got)
	}
	rec, err := w.ledger.AttemptForPatient(t.Context(), payment.Patient{Practice: 195900, ID: dana}, other)
	if err != nil {
		t.Fatal(err)
	}
	p := got[0]
	if p.Attempt != other || p.SupportCode != rec.SupportCode() || p.Launch != "visit-2" || p.Practice != 195900 || p.Department != 7 || p.Patient != dana ||
		p.Kind != "payment" || p.Status != "taken" || p.Amount != rec.Total().String() || p.Currency != "USD" || p.Reference != rec.Reference || p.Reference == "" ||
		len(p.Lines) != 1 || p.Lines[0] != (notify.Line{Kind: "claim", Number: "502", Amount: rec.Total().String()}) || p.Ended == nil || !p.Ended.Equal(rec.Ended) {
		t.Errorf("%+v", p)
	}
	body := w.became("visit-2", harborEd.asks(w, "visit-2", nil)).body
	for _, secret := range []string{"Dana", "4111", "1111", "Elm", "@"} {
		if strings.Contains(body, secret) {
			t.Errorf("%q is told: %s", secret, body)
		}
	}
	if got := w.told(t, "visit-1"); len(got) != 1 || got[0].Attempt != id {
		t.Errorf("the launches are not apart: %+v", got)
	}
	if got := w.told(t, "visit-3"); len(got) != 0 {
		t.Errorf("a launch that never was: %+v", got)
	}
}

// Who may not ask is told nothing, not even whether there was such a launch; another portal
// that knows the id is told of its own launches.
func TestNobodyElseAsksWhatBecame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	launch := harborEd.token(w, func(_, c claimSet) { c["jti"] = "visit-1" })
	b.launch(launch)
	b.post("/pay/"+b.choose(t, everything), card())
	w.drain()
	h, c := harborEd.good(w)
	now := w.clock.now().Unix()
	set := func(name string, value any) string {
		return harborEd.asks(w, "visit-1", func(_, c claimSet) { c[name] = value })
	}
	drop := func(name string) string {
		return harborEd.asks(w, "visit-1", func(_, c claimSet) { delete(c, name) })
	}
	for name, token := range map[string]string{
		"no token":               "",
		"no JWT":                 "visit-1",
		"the launch token":       launch,
		"a fresh launch token":   harborEd.token(w, nil),
		"of another launch":      harborEd.asks(w, "visit-2", nil),
		"of no launch":           drop("sub"),
		"an empty launch":        harborEd.asks(w, "", nil),
		"typ JWT":                harborEd.asks(w, "visit-1", func(h, _ claimSet) { h["typ"] = "JWT" }),
		"without typ":            harborEd.asks(w, "visit-1", func(h, _ claimSet) { delete(h, "typ") }),
		"an extension":           harborEd.asks(w, "visit-1", func(h, _ claimSet) { h["crit"] = []string{"exp"} }),
		"alg none":               b64([]byte(h.with("alg", "none").String())) + "." + b64([]byte(c.String())) + ".",
		"another's key":          mesaEd.asks(w, "visit-1", func(h, c claimSet) { h["kid"], c["iss"] = "harbor-ed", "harbor" }),
		"for another audience":   set("aud", "https://elsewhere.example"),
		"for two audiences":      set("aud", []string{payOrigin, "https://elsewhere.example"}),
		"no portal":              set("iss", "nobody"),
		"expired":                harborEd.asks(w, "visit-1", func(_, c claimSet) { c["iat"], c["exp"] = now-400, now-100 }),
		"of tomorrow":            harborEd.asks(w, "visit-1", func(_, c claimSet) { c["iat"], c["exp"] = now+86400, now+86460 }),
		"for an hour":            set("exp", now+3600),
		"without exp":            drop("exp"),
		"without iat":            drop("iat"),
		"with a letter too many": harborEd.asks(w, "visit-1", nil) + "A",
	} {
		a := w.became("visit-1", token)
		if a.status != http.StatusUnauthorized || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") || a.body != `{"error":"invalid_token"}`+"\n" || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %v %s", name, a.status, a.header, a.body)
		}
	}
	if a := w.browser().get("/v1/launches/visit-1"); a.status != http.StatusUnauthorized {
		t.Errorf("a browser: %d %s", a.status, a.body)
	}
	if a := b.get("/v1/launches/visit-1"); a.status != http.StatusUnauthorized { // the payer's own cookie opens nothing here
		t.Errorf("the payer's browser: %d %s", a.status, a.body)
	}
	mesa := mesaEd.asks(w, "visit-1", func(_, c claimSet) { c["iss"] = "mesa" })
	if a := w.became("visit-1", mesa); a.status != http.StatusOK || a.body != `{"launch":"visit-1","payments":[]}`+"\n" {
		t.Errorf("another portal: %d %s", a.status, a.body)
	}
	if a := w.browser().launch(harborEd.asks(w, "visit-9", nil)); a.status != http.StatusForbidden {
		t.Errorf("a status token opens a session: %d", a.status)
	}
	// It may be used again while it lasts.
	token := harborEd.asks(w, "visit-1", nil)
	for range 3 {
		if a := w.became("visit-1", token); a.status != http.StatusOK || !strings.Contains(a.body, `"status":"taken"`) {
			t.Errorf("%d %s", a.status, a.body)
		}
		w.clock.advance(30 * time.Second)
	}
}
