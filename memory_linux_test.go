package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/tier"
)

// A second after the answer no card that was typed is in the memory of the
// server, neither its number in any spelling nor its code: whatever the form was
// for, whatever was wrong with it, whatever the upstream made of it.
func TestNoCardStaysInMemory(t *testing.T) {
	tier.Full(t)
	program := built(t)
	for _, tls := range []bool{false, true} {
		t.Run(fmt.Sprintf("upstream with a certificate %t", tls), func(t *testing.T) {
			payers := byTier(8, 28) // by 21 cards, twice: 336, and 1,176 in make deep
			s := newSubject(t, program, payers, tls)
			var wg sync.WaitGroup
			next := make(chan int)
			for range 4 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					for n := range next {
						s.everything(n)
					}
				}()
			}
			for n := range payers {
				next <- n
			}
			close(next)
			wg.Wait()
			// What goes wrong upstream, one after the other: the next charge has it.
			for n := range payers {
				s.fault(n)
			}
			s.idle.CloseIdleConnections()
			s.settled()
			if s.typed() < 20*payers {
				t.Fatalf("%d cards were typed", s.typed())
			}
			time.Sleep(time.Second) // no sooner; nothing that would help happens later
			s.look()
		})
	}
}

// byTier is how many people type cards: every kind of fault upstream is there in
// make test too, and make deep types a thousand cards.
func byTier(test, deep int) int {
	if tier.IsDeep() {
		return deep
	}
	return test
}

// everything that a payer can do with a card.
func (s *subject) everything(n int) {
	client := s.idle
	if n%2 == 0 {
		client = s.fresh
	}
	p := s.visit(n, client)
	page := p.choose(n, 0)
	p.want("refused", p.submit(page, "number", s.card("refused").filled("zip", "")), `data-page="card"`)
	p.want("another amount", p.submit(page, "number", s.card("another amount").filled("amount", "1.00")), `data-page="card"`)
	p.want("no date", p.submit(page, "number", s.card("no date").filled("expiry", "never")), `data-page="card"`)
	action, filled := p.fill(page, "number", s.card("too large").filled("name", strings.Repeat("x", 20<<10)))
	if got := p.ask("POST", action, filled); got.status != http.StatusRequestEntityTooLarge {
		s.t.Errorf("too large: %d", got.status)
	}
	for kind, card := range map[string]plastic{"text/plain": s.card("text"), "multipart/form-data; boundary=x": s.card("multipart"), "application/json": s.card("JSON")} {
		if got := p.send("POST", action, strings.NewReader(card.filled().Encode()), "Content-Type", kind); got.status != http.StatusUnsupportedMediaType {
			s.t.Errorf("%s: %d", kind, got.status)
		}
	}
	p.ask("POST", action, s.card("from elsewhere").filled(), "Origin", portalSite, "Sec-Fetch-Site", "cross-site")
	p.ask("POST", "/nowhere", s.card("nowhere").filled())
	p.send("POST", action, io.MultiReader(strings.NewReader(s.card("in chunks").filled("zip", "").Encode())))
	// In fields where no card belongs it is refused, and gone as well.
	p.want("as an e-mail", p.submit(page, "number", s.card("in wrong fields").misplaced("email", "name", "address", "zip")), `data-page="card"`)
	p.submit(p.ask("GET", "/pay", nil), "bill", s.card("as an amount").misplaced("amount"))
	p.submit(p.ask("GET", "/plan", nil), "monthly", s.card("as a monthly amount").misplaced("monthly", "bill"))
	s.broken(p, action)
	p.want("paid", p.submit(page, "number", s.card("paid").filled()), `data-outcome="taken"`)

	s.mu.Lock()
	s.wants += 2
	s.mu.Unlock()
	p.want("paid and saved", p.submit(p.choose(n, 1), "number", s.card("paid and saved").filled("save", "yes")), `data-outcome="taken"`)
	p.want("added", p.submit(p.ask("GET", "/cards/add", nil), "number", s.card("added").filled()), `data-outcome="taken"`)

	page = p.choose(n, 3)
	if m := storedCard.FindSubmatch(page.body); m == nil {
		s.t.Errorf("no stored card to pay with: %s", problems(page.body))
	} else {
		stored := s.card("stored")
		p.want("stored", p.submit(page, "number", url.Values{"card": {string(m[1])}, "code-" + string(m[1]): {stored.code}, "email": {""}}), `data-outcome="taken"`)
	}
	page = p.ask("GET", "/plan", nil)
	start := ""
	if m := firstDay.FindSubmatch(page.body); m != nil {
		start = string(m[1])
	}
	page = p.submit(page, "monthly", url.Values{"bill": {fmt.Sprintf("claim-%d", 10001+10*n+2)}, "monthly": {"50"}, "start": {start}})
	p.want("plan", p.submit(page, "number", s.card("plan").filled()), `data-outcome="taken"`)
	option, act := fmt.Sprintf("visit-%d", 970001+n), "visit"
	if n%3 == 0 {
		option, act = "year", "year"
	}
	page = p.submit(p.ask("GET", "/agree", nil), "agree", url.Values{"agree": {option}, "limit-" + option: {"100"}})
	p.want(act, p.submit(page, "number", s.card(act).filled("email", "pat@example.com")), `data-outcome="taken"`)
}

var storedCard = regexp.MustCompile(`name="code-([0-9]+)"`)

var firstDay = regexp.MustCompile(`<(?:input[^>]*|select[^>]*name="start"[^>]*>\s*<option[^>]*) value="(20[0-9]{2}-[0-9]{2}-[0-9]{2})"`)

// broken sends what no browser sends, or sends only half of it.
func (s *subject) broken(p *payer, action string) {
	host := strings.TrimPrefix(paySite, "https://")
	for name, raw := range map[string]func(form string) string{
		"aborted": func(form string) string {
			return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
				action, host, paySite, p.cookie, len(form)+100, form)
		},
		"without a length": func(form string) string {
			return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n%s",
				action, host, paySite, p.cookie, form)
		},
		"of no protocol": func(form string) string {
			return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nno header\r\n\r\n%s", action, host, form)
		},
	} {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			s.t.Error(err)
			return
		}
		io.WriteString(conn, raw(s.card(name).filled().Encode()))
		conn.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, conn) // until the server has closed it
		conn.Close()
	}
}

// fault pays with a card while the upstream misbehaves, and with a stored one
// and its code.
func (s *subject) fault(n int) {
	p := s.visit(n, s.fresh)
	page := p.choose(n, 4)
	card := s.card("faulty upstream")
	echo := `{"success":false,"errortext":"card ` + card.number + ` with code ` + card.code + ` no","detail":"` + strings.Repeat(card.number+" ", n*20) + `"}`
	fault := []athenatest.Fault{
		{Do: "cut", When: "before"}, {Do: "cut", When: "after"}, {Do: "headers", When: "after", Status: 200},
		{Do: "status", When: "before", Status: 502}, {Do: "status", When: "before", Status: 401},
		{Do: "body", When: "after", Body: "<html>nonsense"}, {Do: "delay", When: "after", Delay: 8 * time.Second},
		{Do: "body", When: "before", Body: echo},
	}[n%8]
	fault.Endpoint = "collectpayment"
	s.sim.Fault(fault)
	p.submit(page, "number", card.filled())
	s.sim.ClearFaults()
}

// settled waits until all that was to be stored is, and the upstream has answered
// everything: so long a card is on its way, whatever the payer was told meanwhile.
func (s *subject) settled() {
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		stored := int(s.stored.Load())
		if stored >= s.wants && s.working.Load() == 0 {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%d cards were stored of %d, %d requests are open", stored, s.wants, s.working.Load())
		}
	}
}

// look reads the server's memory for every card.
func (s *subject) look() {
	var wanted []sought
	for n, card := range s.cards {
		for _, spelled := range card.spellings() {
			wanted = append(wanted, sought{spelled, n})
		}
	}
	// What is there, to see that it would be found.
	const here = "PAYPANE_DATABASE=sqlite:"
	found := search(s.t, s.pid, append(wanted, sought{here, -1}))
	if !slices.ContainsFunc(found, func(h hit) bool { return h.card == -1 }) {
		s.t.Error("the search does not find what is there")
	}
	found = slices.DeleteFunc(found, func(h hit) bool { return h.card == -1 })
	where := map[string]int{}
	cards := map[int]bool{}
	for _, hit := range found {
		cards[hit.card] = true
		where[s.cards[hit.card].where]++
	}
	s.t.Logf("%d of %d cards are readable, in %d places: %v", len(cards), len(s.cards), len(found), where)
	if len(found) > 0 {
		s.t.Errorf("%d of %d cards are readable", len(cards), len(s.cards))
		for n, hit := range found {
			if n < 20 {
				s.t.Logf("%s: %q", s.cards[hit.card].where, hit.around)
			}
		}
	}
}
