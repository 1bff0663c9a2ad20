package proof

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff"
	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	demoportal "paypane/bff/demo/portal"
	"paypane/bff/ledger"
	"paypane/bff/ledger/ledgertest"
	"paypane/bff/portal"
	"paypane/bff/velocity"
	"paypane/tier"
	"paypane/web/payment"
)

// payments is how many are made for each number of the table.
var payments = flag.Int("payments", 16, "payments for each number of TestThroughput (make throughput)")

const (
	practice     = 195900
	firstPatient = 700001
	firstClaim   = 500001
	cardNumber   = "4111 1111 1111 1111"
)

// TestThroughput pays many bills at once, each of a payer of their own, through
// the server with a ledger of each kind, and through a proxy that writes
// nothing down. A payment is what POST /pay/{attempt} does: session and attempt
// are read, the attempt is claimed, the receipts are read, the write-ahead record is
// written, the charge sent and its outcome written down. Session and attempt
// were made before. Every bill has to be paid once, and every outcome known.
// `make throughput` prints the table.
func TestThroughput(t *testing.T) {
	tier.Full(t)
	table := "\n| at once | proxy only | SQLite | PostgreSQL |\n|---|---|---|---|\n"
	for _, once := range []int{1, 8, 64} {
		proxy := proxied(t, once)
		lite := paid(t, "sqlite:"+filepath.Join(t.TempDir(), "ledger.db"), once)
		postgres := paid(t, ledgertest.Postgres(t), once)
		table += fmt.Sprintf("| %d | %.0f/s | %.0f/s (%.2f) | %.0f/s (%.2f) |\n", once, proxy, lite, lite/proxy, postgres, postgres/proxy)
	}
	t.Log(table)
}

// upstream is a simulator with as many patients as there are payments, who owe
// one bill each.
func upstream(t *testing.T) *athenatest.Server {
	patients := make([]athenatest.Patient, *payments)
	for i := range patients {
		patients[i] = athenatest.Patient{ID: firstPatient + i, Given: "Dana", Family: "Sample", Department: 7,
			Claims: []athenatest.Claim{{ID: firstClaim + i, Service: time.Now().AddDate(0, -1, 0), Description: "OFFICE VISIT",
				Billed: 23000, Insurance: 17750, Owed: 5250}}}
	}
	return athenatest.StartWith(t, athenatest.Options{Patients: patients, TokensPerMinute: -1, CallsPerDay: -1})
}

func client(t *testing.T, address string) *athena.Client {
	c, err := athena.New(athena.Config{URL: address, ClientID: "demo", ClientSecret: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// measure sends the requests, so many at once, and returns how many were
// answered in a second. finish is part of it.
func measure(t *testing.T, requests []*http.Request, once, status int, finish func()) float64 {
	t.Helper()
	browser := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: once},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer browser.CloseIdleConnections()
	var next atomic.Int64
	var group sync.WaitGroup
	begin := time.Now()
	for range once {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(requests)); i = next.Add(1) - 1 {
				resp, err := browser.Do(requests[i])
				if err != nil {
					t.Error(err)
					continue
				}
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != status {
					t.Errorf("%s %v: %.300s", resp.Status, err, body)
				}
			}
		})
	}
	group.Wait()
	finish()
	return float64(len(requests)) / time.Since(begin).Seconds()
}

// onlyOnce checks the simulator's book: every patient has paid, and nobody twice.
func onlyOnce(t *testing.T, practice *athena.Client) {
	t.Helper()
	for i := range *payments {
		receipts, err := practice.Receipts(t.Context(), payer(i))
		if err != nil || len(receipts) != 1 {
			t.Fatalf("patient %d has %d receipts, %v", firstPatient+i, len(receipts), err)
		}
	}
}

func payer(i int) payment.Patient {
	return payment.Patient{Practice: practice, Department: 7, ID: firstPatient + i}
}

// proxied sends what the server would send to the upstream through a proxy
// that only passes it on.
func proxied(t *testing.T, once int) float64 {
	sim := upstream(t)
	model := recorded(t)
	target, err := url.Parse(sim.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: &http.Transport{MaxIdleConnsPerHost: once},
	})
	defer proxy.Close()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"athena/service/Athenanet.MDP.*"}}
	login, err := http.NewRequest(http.MethodPost, sim.URL+"/oauth2/v1/token", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	login.SetBasicAuth("demo", "demo")
	login.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(login)
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	token := regexp.MustCompile(`"access_token": ?"([^"]+)"`).FindSubmatch(answer)
	if token == nil {
		t.Fatalf("no token: %s", answer)
	}
	var requests []*http.Request
	for i := range *payments {
		other := strings.NewReplacer(strconv.Itoa(firstPatient), strconv.Itoa(firstPatient+i), strconv.Itoa(firstClaim), strconv.Itoa(firstClaim+i))
		req, err := http.NewRequest(http.MethodPost, proxy.URL+other.Replace(model.path), strings.NewReader(other.Replace(model.body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = model.header.Clone()
		req.Header.Set("Authorization", "Bearer "+string(token[1]))
		requests = append(requests, req)
	}
	rate := measure(t, requests, once, http.StatusOK, func() {})
	onlyOnce(t, client(t, sim.URL))
	return rate
}

type request struct {
	path, body string
	header     http.Header
}

// recorded is the request with which our client collects a payment.
func recorded(t *testing.T) (r request) {
	sim := upstream(t)
	tap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		if strings.HasSuffix(req.URL.Path, "/collectpayment") {
			r = request{req.URL.Path, string(body), req.Header.Clone()}
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		sim.ServeHTTP(w, req)
	}))
	defer tap.Close()
	card, problems := payment.ReadCard(payment.CardForm{Number: []byte(cardNumber), Expiry: []byte("12/39"), Name: []byte("Dana Sample"),
		Code: []byte("123"), Address: []byte("1 Main Street"), ZIP: []byte("02110")}, []payment.Brand{payment.Visa}, time.Now())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	number := strconv.Itoa(firstClaim)
	charge := payment.Charge{Lines: []payment.Line{{Bill: payment.BillID(payment.Claim, number), Kind: payment.Claim, Number: number,
		Amount: payment.Cents(5250), Balance: payment.Cents(5250)}}}
	if o := client(t, tap.URL).Collect(t.Context(), payer(0), charge, card); o.State != payment.Succeeded {
		t.Fatalf("%+v", o)
	}
	return r
}

// paid pays through the server.
func paid(t *testing.T, database string, once int) float64 {
	sim := upstream(t)
	portalPort, payPort := listen(t, "127.0.0.1:0"), listen(t, "localhost:0")
	origin := fmt.Sprintf("http://localhost:%d", payPort.Addr().(*net.TCPAddr).Port)
	harbor := fmt.Sprintf("http://127.0.0.1:%d", portalPort.Addr().(*net.TCPAddr).Port)
	key, err := demoportal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{"harbor.jwks.json": string(key.JWKS()),
		"portals.toml": "[[portal]]\nid = \"harbor\"\nname = \"Harbor\"\norigins = [\"" + harbor + "\"]\njwks = \"harbor.jwks.json\"\npractices = [195900]\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	portals, err := portal.Read(filepath.Join(dir, "portals.toml"))
	if err != nil {
		t.Fatal(err)
	}
	portals[0].Limits = velocity.Limits{} // everybody has the same card
	book, err := ledger.Open(t.Context(), database, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	office := client(t, sim.URL)
	server, err := bff.New(t.Context(), bff.Config{Origin: origin, Portals: portals, Practice: office, Ledger: book,
		Keys: [][]byte{bytes.Repeat([]byte{7}, 32)}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var cast []demoportal.Person
	for i := range *payments {
		cast = append(cast, demoportal.Person{ID: firstPatient + i, Name: "Dana Sample", Department: 7})
	}
	site, err := demoportal.New(demoportal.Config{PayOrigin: origin, Origin: harbor, Practice: practice, Cast: cast, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	for port, handler := range map[net.Listener]http.Handler{payPort: server, portalPort: site} {
		s := &http.Server{Handler: handler}
		go s.Serve(port)
		defer s.Close()
	}
	requests := make([]*http.Request, *payments)
	var group sync.WaitGroup
	for first := range 8 {
		group.Go(func() {
			for i := first; i < len(requests); i += 8 {
				requests[i] = ready(t, origin, harbor, firstPatient+i)
			}
		})
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
	rate := measure(t, requests, once, http.StatusSeeOther, func() {
		if err := server.Drain(context.Background()); err != nil {
			t.Error(err)
		}
	})
	onlyOnce(t, office)
	for i, req := range requests {
		a, err := book.AttemptForPatient(t.Context(), payer(i), strings.TrimPrefix(req.URL.Path, "/pay/"))
		if err != nil || a.State != payment.Succeeded {
			t.Fatalf("attempt %s: %s, %v", a.ID, a.State, err)
		}
	}
	return rate
}

func listen(t *testing.T, address string) net.Listener {
	l, err := net.Listen("tcp4", address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
