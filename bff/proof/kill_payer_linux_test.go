package proof

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// visitor is a person with a browser who wants to pay one amount once. When the
// connection is lost they reload, go back or press Pay again, at any of the
// servers.
type visitor struct {
	st      *stage
	servers []*server
	rng     *rand.Rand
	patient int
	card    string
	email   string
	cents   int
	cookie  string
	// rash payers do not look whether a payment of theirs is under way before
	// they begin anew.
	rash bool
	// patience is how long they wait for an answer.
	patience time.Duration
}

// page is something that a payer saw.
type page struct {
	patient int
	attempt string // empty where the page is of none
	outcome string // data-outcome
	none    bool   // it says that no money was taken
	booked  int    // charges of the attempt at that moment, on a result page
}

// shown is what came back.
type shown struct {
	status int
	to     string
	body   string
}

var browser = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// ask sends a request to one of the servers, as a browser does.
func (p *visitor) ask(ctx context.Context, method, path string, form url.Values) (shown, error) {
	addr, err := p.servers[p.rng.IntN(len(p.servers))].address(ctx)
	if err != nil {
		return shown{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, p.patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://"+addr+path, strings.NewReader(form.Encode()))
	if err != nil {
		return shown{}, err
	}
	r.Host = strings.TrimPrefix(paySite, "https://")
	r.Header.Set("Accept", "text/html")
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", paySite)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if path == "/launch" {
			r.Header.Set("Origin", portalSite)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
	}
	if p.cookie != "" {
		r.Header.Set("Cookie", p.cookie)
	}
	resp, err := browser.Do(r)
	if err != nil {
		return shown{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return shown{}, err
	}
	for _, c := range resp.Cookies() {
		p.cookie = c.Name + "=" + c.Value
	}
	a := shown{resp.StatusCode, resp.Header.Get("Location"), string(body)}
	p.see(a)
	return a, nil
}

var (
	mainTag   = regexp.MustCompile(`<main[^>]*>`)
	outcomeOf = regexp.MustCompile(`data-outcome="([a-z_]*)"`)
	attemptOf = regexp.MustCompile(`data-attempt="([A-Za-z2-7]*)"`)
	resultOf  = regexp.MustCompile(`/payments/([A-Za-z2-7]+)`)
)

func find(r *regexp.Regexp, text string) string {
	if m := r.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func (a shown) outcome() string { return find(outcomeOf, mainTag.FindString(a.body)) }

// see keeps what a page claims, with what is true at that moment.
func (p *visitor) see(a shown) {
	tag := mainTag.FindString(a.body)
	seen := page{patient: p.patient, attempt: find(attemptOf, tag), outcome: find(outcomeOf, tag), none: strings.Contains(a.body, "No money was taken")}
	if seen.outcome == "" && !seen.none {
		return
	}
	p.st.mu.Lock()
	defer p.st.mu.Unlock()
	seen.booked = len(p.st.charges[seen.attempt])
	p.st.pages = append(p.st.pages, seen)
	if seen.outcome == "taken" && seen.booked == 0 {
		p.st.false_ = append(p.st.false_, fmt.Sprintf("a page says that attempt %s was taken before it was", seen.attempt))
	}
	if (seen.outcome == "unknown" || seen.outcome == "pending") && (seen.none || !strings.Contains(a.body, "Do not pay again")) {
		p.st.false_ = append(p.st.false_, fmt.Sprintf("the page of attempt %s is %s and does not say: do not pay again", seen.attempt, seen.outcome))
	}
	if seen.none && seen.outcome == "" {
		for attempt, patient := range p.st.attempts {
			if patient == p.patient && len(p.st.charges[attempt]) > 0 {
				p.st.false_ = append(p.st.false_, fmt.Sprintf("a page says that no money was taken, after attempt %s took some", attempt))
			}
		}
	}
}

// again asks until there is an answer.
func (p *visitor) again(ctx context.Context, method, path string, form url.Values) (shown, error) {
	for {
		a, err := p.ask(ctx, method, path, form)
		if err == nil || ctx.Err() != nil {
			return a, err
		}
	}
}

// arrive opens a session through the portal.
func (p *visitor) arrive(ctx context.Context) error {
	for ctx.Err() == nil {
		a, err := p.ask(ctx, "POST", "/launch", url.Values{"token": {p.st.token(p.patient)}})
		if err == nil && a.status == http.StatusSeeOther && strings.HasPrefix(a.to, "/launch/arrive") {
			if a, err = p.again(ctx, "GET", a.to, nil); err == nil && a.to == "/pay" {
				return nil
			}
		}
		p.rest(ctx)
	}
	return ctx.Err()
}

// choose makes an attempt and answers its id; empty where the page leads
// elsewhere.
func (p *visitor) choose(ctx context.Context) (string, error) {
	a, err := p.again(ctx, "POST", "/pay", url.Values{"pay": {"other"}, "amount": {fmt.Sprintf("%d.%02d", p.cents/100, p.cents%100)}})
	return p.made(a), err
}

func (p *visitor) made(a shown) string {
	id, found := strings.CutPrefix(a.to, "/pay/")
	if !found {
		return ""
	}
	p.st.mu.Lock()
	defer p.st.mu.Unlock()
	p.st.attempts[id] = p.patient
	return id
}

func (p *visitor) form(id string) url.Values {
	return url.Values{"number": {p.card}, "expiry": {"12/34"}, "name": {toName.Replace(id)}, "code": {"739"},
		"address": {"12 Elm Street"}, "zip": {"02139"}, "email": {p.email}}
}

// press presses Pay and goes on as people do until a page tells how it stands;
// it answers that outcome and whose it is. Empty: the payment page says that
// nothing of the kind is under way.
func (p *visitor) press(ctx context.Context, id string) (outcome, attempt string, err error) {
	a, err := p.ask(ctx, "POST", "/pay/"+id, p.form(id))
	for ctx.Err() == nil {
		switch {
		case err == nil && a.status == http.StatusSeeOther && strings.HasPrefix(a.to, "/payments/"):
			a, err = p.ask(ctx, "GET", a.to, nil)
		case err == nil && a.status == http.StatusUnauthorized: // the session is over
			if err = p.arrive(ctx); err == nil {
				a, err = p.ask(ctx, "GET", "/payments/"+id, nil)
			}
		case err == nil && a.outcome() == "pending":
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
			}
			a, err = p.ask(ctx, "GET", "/payments/"+find(attemptOf, a.body), nil)
		case err == nil && a.outcome() != "":
			return a.outcome(), find(attemptOf, a.body), nil
		case p.rash && p.rng.IntN(2) == 0: // begins anew without a look
			return "", "", nil
		default:
			switch p.rng.IntN(4) {
			case 0: // reload of what was being loaded
				a, err = p.ask(ctx, "POST", "/pay/"+id, p.form(id))
			case 1:
				a, err = p.ask(ctx, "GET", "/payments/"+id, nil)
			case 2: // back to the card form: it is there only if nothing was sent
				if a, err = p.ask(ctx, "GET", "/pay/"+id, nil); err == nil && a.status == http.StatusOK {
					a, err = p.ask(ctx, "POST", "/pay/"+id, p.form(id))
				}
			case 3: // back to the beginning, which names what is under way or was paid
				if a, err = p.ask(ctx, "GET", "/pay", nil); err == nil && a.status == http.StatusOK {
					if other := find(resultOf, a.body); other != "" {
						a, err = p.ask(ctx, "GET", "/payments/"+other, nil)
						break
					}
					return "", "", nil
				}
			}
		}
	}
	return "", "", ctx.Err()
}

// pay is the whole visit: it ends when a page says that the money was taken or
// that nobody knows, or when trying was in vain a few times.
func (p *visitor) pay(ctx context.Context) (outcome string, err error) {
	if err := p.arrive(ctx); err != nil {
		return "", err
	}
	id := ""
	for range 6 {
		if id == "" {
			if id, err = p.choose(ctx); err != nil {
				return "", err
			}
			if id == "" {
				continue
			}
		}
		var attempt string
		if outcome, attempt, err = p.press(ctx, id); err != nil {
			return "", err
		}
		id = ""
		switch outcome {
		case "taken", "unknown":
			return outcome, nil
		case "declined", "not_sent":
			p.card = p.second()
			a, err := p.again(ctx, "POST", "/payments/"+attempt+"/again", nil)
			if err != nil {
				return "", err
			}
			id = p.made(a)
		}
	}
	return outcome, nil
}

// second is the card after one that was refused: half of the payers take
// another.
func (p *visitor) second() string {
	if p.rng.IntN(2) == 0 {
		return p.card
	}
	return "4111111111111111"
}

// payer is a patient who wants to pay, patient and careful, by an approved card.
func (st *stage) payer(patient int, seed uint64, servers ...*server) *visitor {
	return &visitor{st: st, servers: servers, rng: rand.New(rand.NewPCG(seed, uint64(patient))), patient: patient,
		card: "4111111111111111", cents: 500 + patient%1000, patience: 8 * time.Second}
}
