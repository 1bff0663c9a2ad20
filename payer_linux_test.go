package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// payer is a browser.
type payer struct {
	s      *subject
	client *http.Client
	cookie string
}

// shown is a page, and where it came from.
type shown struct {
	status int
	path   string
	body   []byte
}

// visit is a browser with a session.
func (s *subject) visit(n int, client *http.Client) *payer {
	p := &payer{s: s, client: client}
	w := httptest.NewRecorder()
	s.portal.ServeHTTP(w, httptest.NewRequest("GET", "/pay-token?patient="+strconv.Itoa(60001+n), nil))
	var answer struct{ Token string }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		s.t.Errorf("launch token: %v", err)
	}
	p.ask("POST", "/launch", url.Values{"token": {answer.Token}})
	return p
}

// ask asks as a browser does, and follows where it is led. On a machine that is busy the
// practice's system may not answer in time; nothing was done then, and it asks again.
func (p *payer) ask(method, path string, form url.Values, headers ...string) (got shown) {
	for range 20 {
		var body io.Reader
		if form != nil {
			body = strings.NewReader(form.Encode())
		}
		if got = p.send(method, path, body, headers...); got.status != http.StatusServiceUnavailable || !bytes.Contains(got.body, []byte(">Try again</a>")) {
			break
		}
	}
	return got
}

func (p *payer) send(method, path string, body io.Reader, headers ...string) shown {
	r, err := http.NewRequest(method, "http://"+p.s.addr+path, body)
	if err != nil {
		p.s.t.Error(err)
		return shown{}
	}
	r.Host = strings.TrimPrefix(paySite, "https://")
	p.dress(r)
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	resp, err := p.client.Do(r)
	if err != nil {
		p.s.t.Errorf("%s: %v", path, err)
		return shown{}
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		p.cookie = c.Name + "=" + c.Value
	}
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		p.s.t.Errorf("%s: %v", path, err)
	}
	if to := resp.Header.Get("Location"); to != "" {
		return p.ask("GET", to, nil)
	}
	return shown{resp.StatusCode, path, got}
}

func (p *payer) dress(r *http.Request) {
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Cookie", p.cookie)
	if r.Method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", paySite)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if r.URL.Path == "/launch" {
			r.Header.Set("Origin", portalSite)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
	}
}

// fill fills in the form of a page that has an input of a name: what the page
// carries along, and the given values.
func (p *payer) fill(page shown, input string, values url.Values) (action string, filled url.Values) {
	doc, err := html.Parse(bytes.NewReader(page.body))
	if err != nil {
		p.s.t.Error(err)
	}
	attribute := func(n *html.Node, name string) string {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	for n := range doc.Descendants() {
		if n.Data != "form" {
			continue
		}
		filled, has := url.Values{}, false
		for i := range n.Descendants() {
			has = has || attribute(i, "name") == input
			if i.Data == "input" && attribute(i, "type") == "hidden" {
				filled.Set(attribute(i, "name"), attribute(i, "value"))
			}
		}
		if has {
			for name, v := range values {
				filled[name] = v
			}
			if action = attribute(n, "action"); action == "" {
				action = page.path
			}
			return action, filled
		}
	}
	p.s.t.Errorf("%s: status %d, no form with %s: %s", page.path, page.status, input, problems(page.body))
	return page.path, values
}

// submit sends the form of a page. On a busy machine the answer takes longer than the
// page waits for it: the payer reads the page again, as the page itself would.
func (p *payer) submit(page shown, input string, values url.Values) shown {
	action, filled := p.fill(page, input, values)
	got := p.ask("POST", action, filled)
	for began := time.Now(); bytes.Contains(got.body, []byte(`data-outcome="pending"`)) && time.Since(began) < time.Minute; {
		<-time.After(100 * time.Millisecond)
		got = p.ask("GET", got.path, nil)
	}
	return got
}

// want tells of a page that is another one than it should be.
func (p *payer) want(what string, got shown, attribute string) {
	if !bytes.Contains(got.body, []byte(attribute)) {
		p.s.t.Errorf("%s: status %d at %s, not %s: %s", what, got.status, got.path, attribute, problems(got.body))
	}
}

// problems are what a page says, at its beginning.
func problems(body []byte) string {
	if at := bytes.Index(body, []byte("<main")); at >= 0 {
		body = body[at:]
	}
	text := strings.Join(strings.Fields(tags.ReplaceAllString(string(body), " ")), " ")
	return text[:min(len(text), 300)]
}

var tags = regexp.MustCompile(`<[^>]*>`)

// choose chooses one bill and is at its card form.
func (p *payer) choose(n, claim int) shown {
	return p.submit(p.ask("GET", "/pay", nil), "bill", url.Values{"pay": {"some"}, "bill": {fmt.Sprintf("claim-%d", 10001+10*n+claim)}})
}
