package bff

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"paypane/web/payment"
)

// After everything that can happen the log knows routes and nothing of
// anybody.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	token := harborEd.token(w, nil)
	b := w.browser()
	arrive := b.launch(token).to()
	b.get(arrive)
	w.browser().launch(token)
	for _, r := range rogues(w) {
		w.browser().launch(r.token)
	}
	b.get("/pay?card=4111111111111111&x=query-secret")
	b.post("/pay", url.Values{"pay": {"other"}, "amount": {"one-hundred-secret"}})
	id := b.choose(t, one("claim-501"))
	b.get("/pay/" + id)
	b.post("/pay/"+id, card("number", "4111 1111 1111 1112", "email", "dana@mail.example"))
	b.post("/pay/"+id, card("email", "dana@mail.example"))
	w.drain()
	b.get("/payments/" + id)
	b.json("/payments/" + id)
	declined := b.choose(t, one("claim-502"))
	b.post("/pay/"+declined, card("number", "4000 0000 0000 0002"))
	b.post("/payments/"+declined+"/again", nil)
	lost := b.choose(t, one("claim-503"))
	b.post("/pay/"+lost, card("number", "4000 0000 0000 9011"))
	stranger := w.visit(40212)
	stranger.get("/payments/" + id)
	b.get("/payments/4111111111111111")
	b.get("/path-secret/" + id)
	b.get("/pay", "Host", "host-secret.example")
	b.do("METHOD-secret-4111111111111111", "/pay", nil)
	b.post("/pay", everything, "Origin", "https://origin-secret.example")
	w.practice.statement = func() (payment.Statement, error) { return payment.Statement{}, errors.New("down") }
	b.get("/pay")
	w.practice.statement = func() (payment.Statement, error) {
		panic("panic-secret " + id + " 4111111111111111")
	}
	panicked := b.get("/pay")

	log := w.logs.String()
	for _, secret := range []string{"secret", id, "4111111111111111"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
	// Moments and addresses in memory may have any digits.
	lines := regexp.MustCompile(`time=\S+ |stack="(\\.|[^"])*"`).ReplaceAllString(log, "")
	_, cookie, _ := strings.Cut(b.cookie, "=")
	_, code, _ := strings.Cut(arrive, "code=")
	for _, secret := range []string{
		id, declined, lost, id[:8], token, strings.Split(token, ".")[1], cookie, cookie[:20], code, "code=", "Dana", "Robin", "dana", "mail.example",
		"40211", "40212", "5551", "4111", "1111", "0002", "9011", "739", "12/34", "Elm", "02139", "claim-", "52.50", "?",
	} {
		if i := strings.Index(lines, secret); i >= 0 {
			t.Errorf("the log tells %q: …%s", secret, lines[max(0, i-120):min(len(lines), i+60)])
		}
	}
	for _, want := range []string{
		`method=POST route="POST /launch" status=303`, `route="POST /launch" status=403`, `route="POST /launch" status=409`,
		`route="GET /launch/arrive" status=303`, `route="GET /pay" status=200`, `route="POST /pay" status=422`, `route="POST /pay/{attempt}" status=303`,
		`route="GET /payments/{attempt}" status=404`, `route="POST /payments/{attempt}/again" status=303`, `route=/ status=404`,
		`route=none status=421`, `route=none status=403`, `route="GET /pay" status=503`, `route="GET /pay" status=500`, "bytes=", "took=",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q", want)
		}
	}

	// The page of a panic has the id under which the log has its place.
	support := panicked.header.Get("X-Request-Id")
	if panicked.status != http.StatusInternalServerError || support == "" || !strings.Contains(panicked.body, support) || strings.Contains(panicked.body, "secret") {
		t.Errorf("panic: %d %s", panicked.status, panicked.body)
	}
	if !strings.Contains(log, "msg=panic id="+support) || !strings.Contains(log, "access_test.go") {
		t.Error("the log does not tell the panic's place")
	}
}

// Every request has one line and an id of its own, which the answer carries
// and nobody can choose.
func TestRequestID(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	seen := map[string]bool{}
	for range 50 {
		id := b.get("/livez", "X-Request-Id", "mine").header.Get("X-Request-Id")
		if seen[id] || !regexp.MustCompile(`^[A-Z2-7]{12}$`).MatchString(id) {
			t.Errorf("id %q", id)
		}
		seen[id] = true
		if strings.Count(w.logs.String(), "msg=request id="+id+" ") != 1 {
			t.Errorf("%s has not one line", id)
		}
	}
}
