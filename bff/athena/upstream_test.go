package athena

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"paypane/web/payment"
)

// sent is a request as a fake upstream received it.
type sent struct {
	method, path string
	query, form  url.Values
	header       http.Header
	body         []byte
}

// recorder is a small fake upstream: it writes down every API call and gives
// all of them the same answer.
type recorder struct {
	*httptest.Server
	mu    sync.Mutex
	calls []sent
}

// record starts one that answers h.
func record(t *testing.T, h http.HandlerFunc) *recorder {
	t.Helper()
	r := new(recorder)
	r.Server = scripted(t, func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		form, _ := url.ParseQuery(string(body))
		r.mu.Lock()
		r.calls = append(r.calls, sent{req.Method, req.URL.Path, req.URL.Query(), form, req.Header, body})
		r.mu.Unlock()
		h(w, req)
	})
	return r
}

// answers is a handler that says the same to everybody.
func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// only is the one call that was made.
func (r *recorder) only(t *testing.T) sent {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.calls) != 1 {
		t.Fatalf("%d calls, want 1: %+v", len(r.calls), r.calls)
	}
	return r.calls[0]
}

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls)
}

// lee has an appointment.
var lee = payment.Patient{Practice: 195900, Department: 7, ID: 40213, Appointment: 880123}

// copayAndClaims is a charge of $25.00 copay and two claims.
var copayAndClaims = payment.Charge{Lines: []payment.Line{
	{Bill: "copay-880123", Kind: payment.Copay, Number: "880123", Amount: payment.Cents(2500), Balance: payment.Cents(9900)},
	{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(1000), Balance: payment.Cents(9900)},
	{Bill: "claim-502", Kind: payment.Claim, Number: "502", Amount: payment.Cents(550), Balance: payment.Cents(9900)},
}}

// cardFields are those of cardOf(4111…), as they must be sent.
func cardFields(more url.Values) url.Values {
	v := url.Values{
		"departmentid": {"7"}, "ecommercemode": {"true"},
		"accountnumber": {"4111111111111111"}, "cardsecuritycode": {"042"},
		"expirationmonthmm": {"09"}, "expirationyearyyyy": {"2031"},
		"nameoncard":     {"Bartholomew Featherstonehaugh-"}, // 30 characters
		"billingaddress": {"1200 West Élm Street"},           // 20 characters
		"billingzip":     {"02139"},
	}
	for name, value := range more {
		v[name] = value
	}
	return v
}
