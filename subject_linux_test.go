package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/demo/portal"
)

const (
	paySite    = "https://pay.example"
	portalSite = "https://portal.example"
)

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
		"PAYPANE_DRAIN_DELAY=0s", "PAYPANE_PORTALS="+portals, "PAYPANE_KEYS="+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{250}, 32))))
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
