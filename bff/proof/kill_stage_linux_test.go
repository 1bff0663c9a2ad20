package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/demo/portal"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

const (
	paySite     = "https://pay.example"
	portalSite  = "https://portal.example"
	firstOfMany = 50001
	billed      = 90000 // cents that each patient owes, on one bill
)

// stage is what lies around the servers: the simulator, whose book is the judge
// of money, a tap on its wire that tells which attempt moved which money, a
// portal that signs in payers, a clock that all share, and a database.
type stage struct {
	t            testing.TB
	sim          *athenatest.Server
	upstream     string // the address of the tap
	portal       *portal.Portal
	dir          string
	database     string
	offset       *atomic.Int64 // of the clock
	payDeadline  time.Duration
	receiptDelay time.Duration
	// lag is how long the upstream works before and after it books a charge.
	lag func() time.Duration
	// booking is called in the tap around the booking of a charge: "arrived"
	// before and "booked" after, while the server waits for the answer.
	booking func(moment string)

	arrived atomic.Int64 // charges

	mu       sync.Mutex
	charges  map[string][]athenatest.Movement // by attempt
	attempts map[string]int                   // those that payers had, with the patient
	pages    []page
	false_   []string
}

// newStage makes a stage with so many patients, who owe one bill each. database
// is empty for a SQLite file.
func newStage(t testing.TB, patients int, database string) *stage {
	t.Helper()
	st := &stage{t: t, dir: t.TempDir(), database: database, payDeadline: 30 * time.Second, receiptDelay: 30 * time.Minute,
		charges: map[string][]athenatest.Movement{}, attempts: map[string]int{}}
	if database == "" {
		st.database = "sqlite:" + filepath.Join(st.dir, "paypane.db")
	}
	var err error
	if st.offset, err = mapOffset(filepath.Join(st.dir, "clock")); err != nil {
		t.Fatal(err)
	}
	options := athenatest.Options{Now: st.now, TokensPerMinute: -1, CallsPerDay: -1}
	var cast []portal.Person
	for i := range patients {
		p := athenatest.Patient{ID: firstOfMany + i, Given: "Pat", Family: "Sample", Department: 7,
			Claims: []athenatest.Claim{{ID: 1001 + i, Service: time.Date(2026, 8, 14, 12, 0, 0, 0, time.UTC),
				Description: "OFFICE VISIT", Billed: 2 * billed, Insurance: billed, Owed: billed}}}
		options.Patients = append(options.Patients, p)
		cast = append(cast, portal.Person{ID: p.ID, Name: p.Name(), Department: 7})
	}
	st.sim = athenatest.New(options)
	tap := httptest.NewServer(http.HandlerFunc(st.tap))
	t.Cleanup(tap.Close)
	st.upstream = tap.URL
	key, err := portal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if st.portal, err = portal.New(portal.Config{PayOrigin: paySite, Origin: portalSite, Practice: athenatest.Practice, Cast: cast, Key: key, Now: st.now}); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"harbor.jwks.json": string(key.JWKS()),
		"portals.toml": fmt.Sprintf("[[portal]]\nid = \"harbor\"\nname = \"Harbor\"\norigins = [%q]\njwks = \"harbor.jwks.json\"\npractices = [%d]\nlimits = { session = [], person = [], cards = [], patient = [], patient_cards = [], card = [], card_people = [], circuit = {} }\n",
			portalSite, athenatest.Practice),
	} {
		if err := os.WriteFile(filepath.Join(st.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return st
}

// now is the time of the stage and of all servers on it.
func (st *stage) now() time.Time { return time.Now().Add(time.Duration(st.offset.Load())) }

// advance moves it, for the simulator too.
func (st *stage) advance(d time.Duration) { st.offset.Add(int64(d)) }

// token is a launch token for a patient.
func (st *stage) token(patient int) string {
	w := httptest.NewRecorder()
	st.portal.ServeHTTP(w, httptest.NewRequest("GET", "/pay-token?patient="+strconv.Itoa(patient), nil))
	var answer struct{ Token string }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		st.t.Errorf("launch token: %v: %s", err, w.Body)
	}
	return answer.Token
}

// The name on the card is the attempt's id, in letters: names have no digits.
// So each charge on the wire tells which attempt it is.
var (
	toName   = strings.NewReplacer("2", "a", "3", "b", "4", "c", "5", "d", "6", "e", "7", "f")
	fromName = strings.NewReplacer("a", "2", "b", "3", "c", "4", "d", "5", "e", "6", "f", "7")
)

// tap stands before the simulator and notes which attempt moved which money,
// before the answer goes back.
func (st *stage) tap(w http.ResponseWriter, r *http.Request) {
	charge := strings.HasSuffix(r.URL.Path, "/collectpayment")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // a request in pieces is none
	}
	if charge {
		st.arrived.Add(1)
		st.pause()
		if st.booking != nil {
			st.booking("arrived")
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	// What has arrived is worked on, whoever hangs up meanwhile.
	r = r.WithContext(context.WithoutCancel(r.Context()))
	answer, cut := httptest.NewRecorder(), false
	run := func() {
		defer func() {
			if p := recover(); p == http.ErrAbortHandler {
				cut = true
			} else if p != nil {
				panic(p)
			}
		}()
		st.sim.ServeHTTP(answer, r)
	}
	if charge {
		form, _ := url.ParseQuery(string(body))
		st.note(fromName.Replace(form.Get("nameoncard")), strings.Split(r.URL.Path, "/")[4], run)
		if st.booking != nil {
			st.booking("booked")
		}
		st.pause()
	} else {
		run()
	}
	if cut {
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

func (st *stage) pause() {
	if st.lag != nil {
		<-time.After(st.lag())
	}
}

// note runs a charge and writes down what it moved.
func (st *stage) note(attempt, patient string, run func()) {
	st.mu.Lock()
	defer st.mu.Unlock()
	before := len(st.sim.Book())
	run()
	moved := st.charges[attempt]
	for _, m := range st.sim.Book()[before:] {
		if strconv.Itoa(m.Patient) != patient {
			st.false_ = append(st.false_, fmt.Sprintf("a charge of attempt %s moved money of another patient: %+v", attempt, m))
		}
		moved = append(moved, m)
	}
	st.charges[attempt] = moved // also without any: it was sent
}

// open opens the ledger beside the servers.
func (st *stage) open() *ledger.Ledger {
	st.t.Helper()
	book, err := ledger.Open(context.Background(), st.database, st.now)
	if err != nil {
		st.t.Fatal(err)
	}
	st.t.Cleanup(func() { book.Close() })
	return book
}

func patientOf(id int) payment.Patient {
	return payment.Patient{Practice: athenatest.Practice, Department: 7, ID: id}
}
