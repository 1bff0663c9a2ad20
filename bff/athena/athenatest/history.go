package athenatest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// paymentHistory answers GET /patients/paymenthistory
// (docs/upstream-api.md#paymenthistory). The parameters are documented; the
// fields of the answer are our guess.
func (s *Server) paymentHistory(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	var absent []string
	for _, name := range []string{"patientidlist", "startdate", "enddate"} {
		if strings.TrimSpace(q.Get(name)) == "" {
			absent = append(absent, name)
		}
	}
	if len(absent) > 0 {
		missing(w, absent...)
		return
	}
	ids, ok := integers(w, q, "patientidlist")
	if !ok {
		return
	}
	between, ok := days(w, q, "startdate", "enddate")
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, rows := s.now(), []any{}
	for _, m := range s.book {
		when := m.Time.In(s.eastern)
		day := time.Date(when.Year(), when.Month(), when.Day(), 12, 0, 0, 0, time.UTC)
		if !slices.Contains(ids, m.Patient) || now.Before(m.visible) || !between.holds(day) {
			continue
		}
		row := map[string]any{
			"patientid": strconv.Itoa(m.Patient), "epaymentid": m.ID, "paymentdate": date(when),
			"type": m.Kind, "amount": oracle(m.Amount), "paymentmethod": brandNames[m.brand]}
		if flag(q, "additionalpaymentinfo") {
			row["supervisingproviderid"] = providerID
		}
		rows = append(rows, row)
	}
	answer(w, map[string]any{"paymenthistory": rows, "totalcount": len(rows)})
}
