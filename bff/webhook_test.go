package bff

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"paypane/bff/notify"
	"paypane/web/payment"
)

// hookSecrets sign the webhooks of the world's portal: the new one and the old one.
var hookSecrets = []string{
	"whsec_" + base64.StdEncoding.EncodeToString([]byte("the secret of this month, 32 b..")),
	"whsec_" + base64.StdEncoding.EncodeToString([]byte("the secret of the last month....")),
}

// receiver is the server of a portal that takes webhooks, with the public library of
// Standard Webhooks.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	refuse   func(try int) int // the status of a try; nil or 0: it is taken
	tries    int
	taken    []told
	messages map[string]int // how often each was taken, by its id
	wrong    []string
}

// told is a message as a receiver reads it.
type told struct {
	Type      string
	Timestamp time.Time
	Sequence  int64
	Data      notify.Payment
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{messages: map[string]int{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tries++
	body, err := io.ReadAll(r.Body)
	for _, secret := range hookSecrets {
		checker, _ := standardwebhooks.NewWebhook(secret)
		// The world's clock is not the library's.
		if wrong := checker.VerifyIgnoringTimestamp(body, r.Header); wrong != nil || err != nil {
			v.wrong = append(v.wrong, "not signed: "+wrong.Error())
		}
	}
	if v.refuse != nil {
		if status := v.refuse(v.tries); status != 0 {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			return
		}
	}
	var m told
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || r.Method != http.MethodPost || r.URL.Path != "/hook" || r.Header.Get("Content-Type") != "application/json" {
		v.wrong = append(v.wrong, r.Method+" "+r.URL.Path+" "+string(body))
	}
	for _, secret := range []string{"Dana", "1111", "Elm", "@"} {
		if strings.Contains(string(body), secret) {
			v.wrong = append(v.wrong, secret+" is told: "+string(body))
		}
	}
	id := r.Header.Get("Webhook-Id")
	if v.messages[id]++; v.messages[id] == 1 {
		v.taken = append(v.taken, m)
	}
}

// types are those of all messages, in the order of what they tell.
func (v *receiver) types() (types []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	slices.SortFunc(v.taken, func(a, b told) int { return cmp.Compare(a.Sequence, b.Sequence) })
	for _, m := range v.taken {
		types = append(types, m.Type)
	}
	return types
}

// answers is a practice that does nothing and says something.
func answers(o payment.Outcome) func(context.Context, payment.Charge, *payment.Card) payment.Outcome {
	return func(context.Context, payment.Charge, *payment.Card) payment.Outcome { return o }
}

// tell has the server tell what is due.
func (w *world) tell() {
	for w.webhooks.Turn(w.t.Context(), w.portals.ByID("harbor")) > 0 {
	}
}

// A portal's server is told of each outcome, by a signature that the public library
// takes: of what was taken, refused, and of what nobody knows until somebody does.
func TestPortalsAreTold(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	w := newWorld(t, setup{hook: hook.URL + "/hook"})
	b := w.browser()
	b.launch(harborEd.token(w, func(_, c claimSet) { c["jti"] = "visit-1" }))
	w.practice.collect = answers(payment.Outcome{State: payment.Declined, Refusal: payment.RefusedByBank})
	b.post("/pay/"+b.choose(t, one("claim-501")), card())
	w.drain()
	w.practice.collect = nil
	paid := b.choose(t, one("claim-502"))
	b.post("/pay/"+paid, card("number", "5555 5555 5555 4444"))
	w.drain()
	w.practice.collect = answers(payment.Outcome{State: payment.Unknown, Evidence: "no answer"})
	lost := b.choose(t, one("claim-501"))
	b.post("/pay/"+lost, card("number", "5555 5555 5555 4444"))
	w.drain()
	w.tell()
	if got, want := hook.types(), []string{"payment.declined", "payment.taken", "payment.unknown"}; !slices.Equal(got, want) {
		t.Fatalf("told were %v, not %v; %v", got, want, hook.wrong)
	}
	rec, err := w.ledger.AttemptForPatient(t.Context(), payment.Patient{Practice: 195900, ID: dana}, paid)
	if err != nil {
		t.Fatal(err)
	}
	m := hook.taken[1]
	asked := w.told(t, "visit-1")
	if m.Data.Attempt != paid || m.Data.Reference != rec.Reference || m.Data.Launch != "visit-1" || !m.Timestamp.Equal(rec.Ended) {
		t.Errorf("%+v", m)
	}
	if a := slices.IndexFunc(asked, func(p notify.Payment) bool { return p.Attempt == paid }); a < 0 || asked[a].Status != m.Data.Status || asked[a].Amount != m.Data.Amount {
		t.Errorf("who asks is told %+v", asked)
	}
	// The money of the lost one never moved: in time the receipts prove it.
	w.practice.collect = nil
	for range 60 {
		w.clock.advance(30 * time.Minute)
		w.tend(t.Context())
	}
	w.tell()
	got := hook.types()
	if !slices.Contains(got, "payment.not_sent") || !slices.Contains(got, "payment.settled") {
		t.Errorf("told were %v", got)
	}
	last := map[string]string{} // what each attempt came to
	for _, m := range hook.taken {
		last[m.Data.Attempt] = m.Data.Status
	}
	if last[paid] != "taken" || last[lost] != "not_sent" || len(last) != 3 {
		t.Errorf("in the end told were %v", last)
	}
	if len(hook.wrong) > 0 {
		t.Error(hook.wrong)
	}
}

// What a portal's server does not take comes again, each time later, for three days; what
// it takes comes no more. A redirect is not followed.
func TestPortalsAreToldAgain(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		refuse func(try int) int
		down   bool // it cannot be reached at all
		taken  bool
	}{
		{name: "three times 500", refuse: func(try int) int { return map[int]int{1: 500, 2: 503, 3: 404}[try] }, taken: true},
		{name: "always 500", refuse: func(int) int { return 500 }},
		{name: "a redirect", refuse: func(int) int { return 307 }},
		{name: "nobody there", down: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hook := newReceiver(t)
			hook.refuse = row.refuse
			w := newWorld(t, setup{hook: hook.URL + "/hook"})
			if row.down {
				hook.Close()
			}
			b := w.visit(dana)
			b.post("/pay/"+b.choose(t, everything), card())
			w.drain()
			began, tries := w.clock.now(), []time.Duration{}
			for w.clock.now().Sub(began) < 5*24*time.Hour {
				if w.webhooks.Turn(t.Context(), w.portals.ByID("harbor")) > 0 {
					tries = append(tries, w.clock.now().Sub(began))
				}
				w.clock.advance(15 * time.Second)
			}
			switch last := tries[len(tries)-1]; {
			case row.taken && (len(tries) != 4 || len(hook.taken) != 1):
				t.Errorf("it was tried after %v, and %d were taken", tries, len(hook.taken))
			case !row.taken && (last < 72*time.Hour || last > 85*time.Hour || len(tries) < 10 || len(hook.taken) != 0):
				t.Errorf("it was tried after %v", tries)
			}
			if len(hook.wrong) > 0 {
				t.Error(hook.wrong)
			}
			if row.taken == strings.Contains(w.logs.String(), "webhook given up") || strings.Contains(w.logs.String(), hook.URL) {
				t.Errorf("the log: %s", w.logs)
			}
		})
	}
}
