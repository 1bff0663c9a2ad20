package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/demo/idp"
	"paypane/tier"
)

// A second after the answer nothing of a card that was typed, told or swiped at the
// desk is in the memory of the server, whatever became of it and in whatever field
// it stood; and nothing of it is in what the server has written to the disk or its
// log.
func TestNoCardOfTheDeskStays(t *testing.T) {
	tier.Full(t)
	program := built(t)
	patients := byTier(7, 15) // by 70 cards
	s := newSubject(t, program, patients, false)
	var wg sync.WaitGroup
	next := make(chan int)
	for range 4 {
		wg.Go(func() {
			for n := range next {
				s.atDesk(n)
			}
		})
	}
	for n := range patients {
		next <- n
	}
	close(next)
	wg.Wait()
	for n := range patients { // what goes wrong upstream, one after the other
		s.faultAtDesk(n)
	}
	s.idle.CloseIdleConnections()
	s.settled()
	if s.typed() < 66*patients {
		t.Fatalf("%d cards were typed", s.typed())
	}
	if moved, declined := len(s.sim.Book()), int(s.declined.Load()); moved < 8*patients || declined < 3*patients {
		t.Errorf("%d movements of money and %d cards that were declined: too few reached the upstream", moved, declined)
	}
	time.Sleep(time.Second) // no sooner; nothing that would help happens later
	s.look()
	s.lookOnDisk()
}

// lookOnDisk reads what the server has written for every card.
func (s *subject) lookOnDisk() {
	found := map[string]int{}
	look := func(where string, content []byte) {
		for _, card := range s.cards {
			for _, spelled := range card.spellings() {
				if bytes.Contains(content, []byte(spelled)) {
					found[where+": "+card.where]++
				}
			}
		}
	}
	files, err := os.ReadDir(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	size := 0
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(s.dir, f.Name()))
		if err != nil {
			s.t.Fatal(err)
		}
		size += len(content)
		look(f.Name(), content)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	look("log", s.log.Bytes())
	s.t.Logf("%d kB in %d files and %d kB of log were read", size>>10, len(files), s.log.Len()>>10)
	if size < 100<<10 || s.log.Len() < 100<<10 {
		s.t.Error("that is not all of it")
	}
	if len(found) > 0 {
		s.t.Errorf("cards are readable in %v", found)
	}
}

// staffAt is the provider at which the staff of the practice sign in.
func (s *subject) staffAt() (desk string) {
	var provider *idp.Provider
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { provider.ServeHTTP(w, r) }))
	s.t.Cleanup(server.Close)
	provider = idp.New(idp.Config{Issuer: server.URL, ClientID: "paypane-desk", Secret: "hush", Redirect: paySite + "/desk/callback",
		People: []idp.Person{{Subject: "max", Name: "Max Meyer", Roles: []string{"manager"}}}})
	return fmt.Sprintf("[[desk]]\npractice = %d\ndepartments = [7]\nissuer = %q\nclient_id = \"paypane-desk\"\nclient_secret = \"hush\"\nroles_claim = \"roles\"\nroles = { manager = [\"manager\"] }\nswipe = true\n",
		athenatest.Practice, server.URL)
}

// clerk is a browser at the desk.
func (s *subject) clerk(client *http.Client) *payer {
	p := &payer{s: s, client: client}
	begin := p.once("GET", fmt.Sprintf("/desk/sign-in?practice=%d", athenatest.Practice), nil)
	resp, err := s.fresh.PostForm(begin, url.Values{"person": {"max"}})
	if err != nil {
		s.t.Error(err)
		return p
	}
	resp.Body.Close()
	p.once("GET", strings.TrimPrefix(resp.Header.Get("Location"), paySite), nil)
	return p
}

// once asks and answers where it is led.
func (p *payer) once(method, path string, form url.Values) string {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, "http://"+p.s.addr+path, body)
	if err != nil {
		p.s.t.Error(err)
		return ""
	}
	r.Host = strings.TrimPrefix(paySite, "https://")
	p.dress(r)
	resp, err := p.client.Do(r)
	if err != nil {
		p.s.t.Errorf("%s: %v", path, err)
		return ""
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		if c.MaxAge >= 0 {
			p.cookie = c.Name + "=" + c.Value
		}
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		p.s.t.Errorf("%s: %v", path, err)
	}
	return resp.Header.Get("Location")
}

// tracks are what is on the stripe of a card, as a reader types it.
func (c plastic) tracks() (one, two string) {
	return "%B" + c.number + "^SAMPLE/PAT^3412101" + c.code + "000000?", ";" + c.number + "=3412101" + c.code + "0000?"
}

// inHand, told and swiped are the fields of the page on which staff take money.
func (c plastic) inHand(other ...string) url.Values {
	return c.filled(append([]string{"method", "card"}, other...)...)
}

func (c plastic) told(other ...string) url.Values {
	v := url.Values{"method": {"phone"}, "email": {""}}
	for name, value := range c.filled() {
		if name != "email" && name != "card" && name != "consent" {
			v["phone-"+name] = value
		}
	}
	for n := 0; n < len(other); n += 2 {
		v.Set(other[n], other[n+1])
	}
	return v
}

func swiped(track string, other ...string) url.Values {
	v := url.Values{"method": {"card"}, "email": {""}, "trackdata": {track}}
	for n := 0; n < len(other); n += 2 {
		v.Set(other[n], other[n+1])
	}
	return v
}

// atDesk is everything that staff can do with a card for a patient.
func (s *subject) atDesk(n int) {
	client := s.idle
	if n%2 == 0 {
		client = s.fresh
	}
	p := s.clerk(client)
	at := fmt.Sprintf("/desk/patients/%d/take", 60001+n)
	cents := 0
	amount := func() string { // another one each time: equal ones within minutes are asked about
		cents++
		return fmt.Sprintf("%d.%02d", 1+cents/100, cents%100)
	}
	form := p.ask("GET", at, nil) // good until something is sent
	none := url.Values{}
	for claim := range 6 {
		none.Set(fmt.Sprintf("claim-%d", 10001+10*n+claim), "")
	}
	const refused, taken = `data-page="desk-take"`, `data-outcome="taken"`
	take := func(what, want string, v url.Values) {
		if !v.Has("other") {
			v.Set("other", amount())
		}
		for name := range none {
			if !v.Has(name) {
				v.Set(name, "")
			}
		}
		p.want(what, p.submit(form, "method", v), want)
		if want != refused {
			form = p.ask("GET", at, nil)
		}
	}

	// Typed with the card in hand.
	take("in hand, refused", refused, s.card("in hand, refused").inHand("expiry", "never"))
	take("in hand, two methods", refused, s.card("in hand, two methods").inHand("method", "cash"))
	take("in hand, no method", refused, s.card("in hand, no method").inHand("method", ""))
	take("in hand, no amount", refused, s.card("in hand, no amount").inHand("other", ""))
	take("in hand, another mail", refused, s.card("in hand, another mail").inHand("email", "nobody"))
	take("in hand, to divide", refused, s.card("in hand, to divide").inHand("bills", "2.00"))
	take("in hand, moved", refused, s.card("in hand, moved").inHand(fmt.Sprintf("claim-%d", 10001+10*n), "5.00", "seen", fmt.Sprintf("claim-%d=1.00", 10001+10*n)))
	take("in hand", taken, s.card("in hand").inHand())
	take("in hand, without a code", taken, s.card("in hand, without a code").inHand("code", ""))
	take("in hand, a part", taken, s.card("in hand, a part").inHand("part", "0.40", "other", "9."+fmt.Sprintf("%02d", n)))
	take("in hand, declined", `data-outcome="declined"`, s.declines(s.card("in hand, declined")).inHand())

	// Told on the phone.
	take("told, refused", refused, s.card("told, refused").told("phone-code", ""))
	take("told", taken, s.card("told").told())
	take("told, declined", `data-outcome="declined"`, s.declines(s.card("told, declined")).told())

	// Swiped.
	card := s.card("swiped, track 1")
	one, _ := card.tracks()
	take("swiped, track 1", taken, swiped(one))
	_, two := s.card("swiped, track 2").tracks()
	take("swiped, track 2", taken, swiped(two))
	one, two = s.card("swiped").tracks()
	take("swiped", taken, swiped(one+two))
	one, two = s.card("swiped with track 3").tracks()
	take("swiped with track 3", taken, swiped(one+two+"+0000?"))
	one, two = s.declines(s.card("swiped, declined")).tracks()
	take("swiped, declined", `data-outcome="declined"`, swiped(one+two))
	one, _ = s.card("swiped, garbled").tracks()
	take("swiped, garbled", refused, swiped(one[:len(one)-9]))
	one, _ = s.card("swiped, two cards").tracks()
	_, two = s.card("swiped, two cards").tracks()
	take("swiped, two cards", refused, swiped(one+two))
	one, two = s.card("swiped, encrypted").tracks()
	take("swiped, encrypted", refused, swiped(one+two+"0102030405060708FFFF"))
	one, two = s.card("swiped, expired").tracks()
	take("swiped, expired", refused, swiped(strings.ReplaceAll(one+two, "3412", "2101")))
	one, two = s.card("swiped, no amount").tracks()
	take("swiped, no amount", refused, swiped(one+two, "other", ""))
	one, two = s.card("swiped, with another mail").tracks()
	take("swiped, with another mail", refused, swiped(one+two, "email", "nobody"))
	one, two = s.card("swiped, for cash").tracks()
	take("swiped, for cash", refused, swiped(one+two, "method", "cash"))

	// Where no card belongs: typed there by mistake, or by a reader that nobody armed.
	for _, field := range []string{"other", "copay", "today", "bills", "part", "given", "checknumber", "last4", "postdate", "email", "outsidemethod", "seen", fmt.Sprintf("claim-%d", 10001+10*n)} {
		where := "typed as " + field
		v := url.Values{"method": {map[string]string{"checknumber": "check", "last4": "outside", "outsidemethod": "outside"}[field]}, field: {s.card(where).number}}
		if v.Get("method") == "" {
			v.Set("method", "cash")
		}
		p.submit(form, "method", v)
		where = "swiped into " + field
		one, two = s.card(where).tracks()
		v.Set(field, one+two)
		p.submit(form, "method", v)
	}
	for _, path := range []string{"/desk/patients", "/desk/day"} {
		for _, swipe := range []bool{false, true} {
			where := "searched at " + path
			card := s.card(where)
			text := card.number
			if swipe {
				one, two := card.tracks()
				text = one + two
			}
			action, filled := p.fill(p.ask("GET", path, nil), "q", url.Values{"q": {text}})
			p.ask("POST", action, filled)
		}
	}

	// What is no form of ours, or not whole.
	action, filled := p.fill(form, "method", s.card("too large at the desk").inHand("name", strings.Repeat("x", 20<<10)))
	if got := p.ask("POST", action, filled); got.status != http.StatusRequestEntityTooLarge {
		s.t.Errorf("too large: %d", got.status)
	}
	for kind, card := range map[string]plastic{"text/plain": s.card("text at the desk"), "application/json": s.card("JSON at the desk")} {
		if got := p.send("POST", action, strings.NewReader(card.inHand().Encode()), "Content-Type", kind); got.status != http.StatusUnsupportedMediaType {
			s.t.Errorf("%s: %d", kind, got.status)
		}
	}
	p.ask("POST", action, s.card("from elsewhere to the desk").inHand(), "Origin", portalSite, "Sec-Fetch-Site", "cross-site")
	p.ask("POST", "/desk/nowhere", s.card("nowhere at the desk").inHand())
	_, other := p.fill(form, "method", s.card("for another patient").inHand())
	p.ask("POST", fmt.Sprintf("/desk/patients/%d/take", 60001+(n+1)%20), other)
	s.halved(p, action)

	// The page is covered while a card stands in its form, and a form comes when it is
	// covered: both are kept without the card.
	draft := s.card("kept as a draft").inHand("at", at, "given", s.card("kept as cash").number)
	_, two = s.card("kept as tracks").tracks()
	draft.Set("trackdata", two)
	_, late := p.fill(form, "method", s.card("sent when covered").inHand("checknumber", s.card("sent as a check").number))
	p.once("POST", "/desk/lock", draft)
	if got := p.ask("POST", action, late); got.status != http.StatusLocked {
		s.t.Errorf("covered: %d", got.status)
	}
}

// halved sends a swiped card, and only half of it.
func (s *subject) halved(p *payer, action string) {
	one, two := s.card("aborted at the desk").tracks()
	form := swiped(one+two, "other", "5").Encode()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		action, strings.TrimPrefix(paySite, "https://"), paySite, p.cookie, len(form)+100, form)
	conn.(*net.TCPConn).CloseWrite()
	io.Copy(io.Discard, conn) // until the server has closed it
}

// faultAtDesk charges a card while the upstream misbehaves.
func (s *subject) faultAtDesk(n int) {
	p := s.clerk(s.fresh)
	card := s.card("lost at the desk")
	one, two := card.tracks()
	echo := `{"success":false,"errortext":"track ` + one + two + ` no","detail":"` + strings.Repeat(card.number+" ", n*20) + `"}`
	fault := []athenatest.Fault{
		{Do: "cut", When: "before"}, {Do: "cut", When: "after"}, {Do: "headers", When: "after", Status: 200},
		{Do: "status", When: "before", Status: 502}, {Do: "body", When: "after", Body: "<html>nonsense"},
		{Do: "body", When: "before", Body: echo}, {Do: "status", When: "before", Status: 401},
	}[n%7]
	fault.Endpoint = "collectpayment"
	s.sim.Fault(fault)
	form := [][]url.Values{{swiped(one + two)}, {card.inHand()}, {card.told()}}[n%3][0]
	form.Set("other", fmt.Sprintf("77.%02d", n))
	for claim := range 6 {
		form.Set(fmt.Sprintf("claim-%d", 10001+10*n+claim), "")
	}
	got := p.submit(p.ask("GET", fmt.Sprintf("/desk/patients/%d/take", 60001+n), nil), "method", form)
	p.want("lost", got, `data-page="desk-result"`)
	s.sim.ClearFaults()
}

// declines marks a card as one that the bank says no to.
func (s *subject) declines(c plastic) plastic {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bad = append(s.bad, c.number)
	return c
}

// banks puts a card that the simulator knows in the place of one of ours: see tap.
func (s *subject) banks(number []byte) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(s.bad, string(number)) {
		s.declined.Add(1)
		return "4000000000000002"
	}
	return "4111111111111111"
}
