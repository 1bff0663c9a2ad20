package athena

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// What a patient owes and the visit that the copay is of are asked for at once:
// here neither is answered before both were asked for.
func TestStatementAndVisitAtOnce(t *testing.T) {
	upstream := athenatest.Start(t)
	var both sync.WaitGroup
	both.Add(2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != tokenPath {
			both.Done()
			both.Wait()
		}
		upstream.ServeHTTP(w, r)
	}))
	defer server.Close()
	p := payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 40213, Appointment: 880123}
	s, err := connect(t, server.URL).Statement(t.Context(), p)
	if err != nil || len(s.Bills) != 3 || s.Bills[0].Kind != payment.Copay {
		t.Errorf("%+v, %v", s, err)
	}
}
