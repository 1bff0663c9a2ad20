package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"

	"paypane/bff/athena/athenatest"
	"paypane/bff/demo/portal"
	"paypane/tier"
	"paypane/web/payment"
)

const (
	paySite    = "https://pay.example"
	portalSite = "https://portal.example"
)

// A second after the answer no card that was typed is in the memory of the
// server, neither its number in any spelling nor its code: whatever the form was
// for, whatever was wrong with it, whatever the upstream made of it.
func TestNoCardStaysInMemory(t *testing.T) {
	tier.Full(t)
	program := filepath.Join(t.TempDir(), "paypane")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for _, tls := range []bool{false, true} {
		t.Run(fmt.Sprintf("upstream with a certificate %t", tls), func(t *testing.T) {
			const payers = 28 // by 21 cards, twice: 1,176
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
			if s.typed() < 500 {
				t.Fatalf("%d cards were typed", s.typed())
			}
			time.Sleep(time.Second) // no sooner; nothing that would help happens later
			s.look()
		})
	}
}

// subject is the server under test, with the simulator behind it.
type subject struct {
	t        *testing.T
	sim      *athenatest.Server
	upstream *httptest.Server
	portal   *portal.Portal
	addr     string
	pid      int
	idle     *http.Client // keeps connections
	fresh    *http.Client

	stored, working atomic.Int32 // cards and requests, upstream

	declined atomic.Int32 // charges that a bank said no to, see declines

	dir string // where the ledger lies

	mu    sync.Mutex
	cards []plastic
	bad   []string     // numbers of those that a bank says no to
	log   bytes.Buffer // what the server says
	wants int          // of them that are stored, some after their payment
}

// plastic is a card that was typed, and where.
type plastic struct{ number, code, where string }

// noLimits lets a payer send more cards than anybody has.
const noLimits = `limits = { session = [], person = [], cards = [], patient = [], patient_cards = [], card = [], card_people = [], bank = [], network = [], circuit = {}, desk_person = [], desk_patient = [], desk_card = [] }
`

func newSubject(t *testing.T, program string, payers int, secure bool) *subject {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s := &subject{t: t, idle: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}, CheckRedirect: stay},
		fresh: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: stay}}
	options := athenatest.Options{TokensPerMinute: -1, CallsPerDay: -1}
	var cast []portal.Person
	for n := range payers {
		p := athenatest.Patient{ID: 60001 + n, Given: "Pat", Family: "Sample", Department: 7,
			Upcoming: []athenatest.Visit{{ID: 970001 + n, In: 10, Time: "09:30", Title: "Office visit"}}}
		for claim := range 6 {
			p.Claims = append(p.Claims, athenatest.Claim{ID: 10001 + 10*n + claim, Service: time.Date(2026, 8, 14, 12, 0, 0, 0, time.UTC),
				Description: "OFFICE VISIT", Billed: 20000, Insurance: 10000, Owed: 10000})
		}
		options.Patients = append(options.Patients, p)
		cast = append(cast, portal.Person{ID: p.ID, Name: p.Name(), Department: 7})
	}
	s.sim = athenatest.New(options)
	env := []string{"HOME=/", "PATH=" + os.Getenv("PATH")}
	dir := t.TempDir()
	s.dir = dir
	put := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if secure {
		s.upstream = httptest.NewTLSServer(http.HandlerFunc(s.tap))
		certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.upstream.Certificate().Raw})
		env = append(env, "SSL_CERT_FILE="+put("upstream.pem", string(certificate)))
	} else {
		s.upstream = httptest.NewServer(http.HandlerFunc(s.tap))
	}
	t.Cleanup(s.upstream.Close)
	key, err := portal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if s.portal, err = portal.New(portal.Config{PayOrigin: paySite, Origin: portalSite, Practice: athenatest.Practice, Cast: cast, Key: key, Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	put("harbor.jwks.json", string(key.JWKS()))
	portals := put("portals.toml", fmt.Sprintf("[[portal]]\nid = \"harbor\"\nname = \"Harbor\"\norigins = [%q]\njwks = \"harbor.jwks.json\"\npractices = [%d]\nplan_minimum = \"25.00\"\n",
		portalSite, athenatest.Practice)+noLimits+s.staffAt())
	s.start(program, append(env, "PAYPANE_ADDR=127.0.0.1:0", "PAYPANE_ORIGIN="+paySite, "PAYPANE_DATABASE=sqlite:"+filepath.Join(dir, "paypane.db"),
		"PAYPANE_ATHENA_URL="+s.upstream.URL, "PAYPANE_ATHENA_CLIENT_ID="+athenatest.ClientID, "PAYPANE_ATHENA_CLIENT_SECRET="+athenatest.ClientSecret,
		"PAYPANE_PORTALS="+portals, "PAYPANE_KEYS="+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{250}, 32))))
	if _, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", s.pid)); err != nil {
		t.Fatalf("the server's memory cannot be read: %v. It forbids that to all but root; the test has to be root or to set PAYPANE_CORE_DUMPS=1.", err)
	}
	return s
}

// tap puts a card that the simulator approves in the place of the one that was
// sent: each of ours is typed once, and the simulator declines what it does not
// know.
func (s *subject) tap(w http.ResponseWriter, r *http.Request) {
	s.working.Add(1)
	defer s.working.Add(-1)
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // it was cut on its way
		}
		body = number.ReplaceAllFunc(body, func(found []byte) []byte {
			parts := number.FindSubmatch(found)
			return append(slices.Clone(parts[1]), s.banks(parts[2])...)
		})
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	s.sim.ServeHTTP(w, r)
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/storedcard") {
		s.stored.Add(1)
	}
}

var number = regexp.MustCompile(`(\baccountnumber=|\btrackdata=%25B|\btrackdata=%3B|%3F%3B)([0-9]+)`)

// start starts a server and waits until it serves. Where only root may look into
// its memory, and we are not root, it allows debuggers.
func (s *subject) start(program string, env []string) {
	if os.Geteuid() != 0 {
		env = append(env, "PAYPANE_CORE_DUMPS=1")
	}
	cmd := exec.Command(program)
	cmd.Env = env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	lines := bufio.NewScanner(stderr)
	for said := ""; s.addr == ""; {
		if !lines.Scan() {
			s.t.Fatalf("it does not serve: %s", said)
		}
		said += lines.Text() + "\n"
		if _, rest, ok := strings.Cut(lines.Text(), "msg=serving addr="); ok {
			s.addr, _, _ = strings.Cut(rest, " ")
		}
	}
	go func() {
		for lines.Scan() {
			s.mu.Lock()
			s.log.Write(lines.Bytes())
			s.mu.Unlock()
		}
	}()
	s.pid = cmd.Process.Pid
}

// card is a card that nobody has typed yet.
func (s *subject) card(where string) plastic {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.cards)
	digits := "4" + sixless(n*7654321+1234567) + sixless(n*3456788+7654321)
	for check := range 10 {
		if number := digits + strconv.Itoa(check); payment.Luhn([]byte(number)) {
			s.cards = append(s.cards, plastic{number, fmt.Sprintf("%03d", (n*37+11)%1000), where})
			return s.cards[n]
		}
	}
	panic("no check digit")
}

// sixless are the last seven digits of a number to the base of nine, written without
// a 6. The simulator's ids begin with a 6, and two of them may lie beside each
// other: eight digits of theirs are never those of a card.
func sixless(n int) string {
	digits := strconv.FormatInt(int64(n), 9)
	return strings.NewReplacer("6", "7", "7", "8", "8", "9").Replace(digits[len(digits)-7:])
}

func (s *subject) typed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.cards)
}

// filled are the fields of a card form.
func (c plastic) filled(other ...string) url.Values {
	number := c.number
	if c.number[15]%2 == 0 { // as people type it and as programs fill it
		number = number[:4] + " " + number[4:8] + " " + number[8:12] + " " + number[12:]
	}
	v := url.Values{"number": {number}, "expiry": {"12/34"}, "name": {"Pat Sample"}, "code": {c.code}, "address": {"12 Elm Street"},
		"zip": {"02139"}, "email": {""}, "consent": {"yes"}, "card": {"new"}}
	for n := 0; n < len(other); n += 2 {
		v.Set(other[n], other[n+1])
	}
	return v
}

// misplaced are fields of a form with the card's number in each.
func (c plastic) misplaced(fields ...string) url.Values {
	form := url.Values{"pay": {"other"}}
	for _, name := range fields {
		form[name] = []string{c.number}
	}
	return form
}

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

// ask asks as a browser does, and follows where it is led.
func (p *payer) ask(method, path string, form url.Values, headers ...string) shown {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	return p.send(method, path, body, headers...)
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

// submit sends the form of a page.
func (p *payer) submit(page shown, input string, values url.Values) shown {
	action, filled := p.fill(page, input, values)
	return p.ask("POST", action, filled)
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

// spellings are how a card can lie in memory.
func (c plastic) spellings() []string {
	n := c.number
	all := []string{n, "cardsecuritycode=" + c.code + "&expirationmonthmm", "&code=" + c.code + "&consent", "=" + c.code + "&email=&", n[:8], n[4:12], n[8:]}
	for _, gap := range []string{" ", "+", "-", "%20", "."} {
		all = append(all, n[:4]+gap+n[4:8]+gap+n[8:12])
	}
	for lead := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", lead) + n))
		all = append(all, encoded[4:len(encoded)-4])
	}
	return all
}
