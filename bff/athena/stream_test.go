package athena

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// longHistory is a patient of the sample patients' practice with settled claims of the
// weight that was seen (2.5 kB each) and ten open ones of $1.00 to $10.00.
func longHistory(settled int) athenatest.Patient {
	p := athenatest.Patient{ID: 40211, Given: "Dana", Family: "Sample", Department: 7}
	day := time.Date(2016, 1, 4, 12, 0, 0, 0, time.UTC)
	for i := range settled {
		c := athenatest.Claim{ID: 1000 + i, Service: day.AddDate(0, 0, i), Description: "PHYSICAL THERAPY", Billed: 14000, Insurance: 12600}
		for part := range 14 {
			c.Paid = append(c.Paid, athenatest.Part{Payment: 1000 + i*14 + part, Cents: 100, Time: day.AddDate(0, 1, i)})
		}
		p.Claims = append(p.Claims, c)
	}
	for i := range 10 {
		p.Claims = append(p.Claims, athenatest.Claim{ID: 900 + i, Service: day.AddDate(10, i, 0), Description: "OFFICE VISIT", Billed: 9000, Insurance: 8900 - int64(i)*100, Owed: 100 + int64(i)*100})
	}
	return p
}

// What is open can be paid whatever the history weighs.
func TestLongHistory(t *testing.T) {
	upstream := athenatest.StartWith(t, athenatest.Options{Patients: []athenatest.Patient{longHistory(2000)}})
	var bytes counting
	c := connect(t, upstream.URL, func(c *Config) { c.Transport, c.ReadDeadline = &bytes, time.Minute })
	start := time.Now()
	s, err := c.Statement(t.Context(), dana)
	t.Logf("%d bytes in %s", bytes.n, time.Since(start))
	if err != nil || s.Due() != payment.Cents(5500) || len(s.Bills) != 10 || bytes.n < 4e6 {
		t.Errorf("due %s of %d bills after %d bytes, %v", s.Due(), len(s.Bills), bytes.n, err)
	}
	if n := upstream.Count("patient"); n != 1 {
		t.Errorf("asked %d times", n)
	}
	o := c.Collect(t.Context(), dana, chargeOf(t, c, dana), cardOf(t, "4111111111111111"))
	if book := upstream.Book(); o.State != payment.Succeeded || len(book) != 1 || book[0].Amount != 5500 {
		t.Fatalf("%+v, book %v", o, book)
	}
	i, err := c.Receipt(t.Context(), dana, o.Reference)
	if err != nil || len(i.Lines) != 10 || i.Lines[9].Paid != payment.Cents(1000) || i.Amount != payment.Cents(5500) {
		t.Errorf("%+v, %v", i, err)
	}
}

// counting counts the bytes of answers.
type counting struct{ n int64 }

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(resp.Body, written(func(n int) { c.n += int64(n) })), resp.Body}
	}
	return resp, err
}

type written func(n int)

func (w written) Write(p []byte) (int, error) { w(len(p)); return len(p), nil }

// history is a body that is made as it is read; heap is the most that was in
// use on the way, the body itself not among it.
type history struct {
	claims, at int
	rest       string
	heap       uint64
}

const settledClaim = `{"claimid":%d,"departmentid":7,"servicedate":"10\/02\/2016","amount":230,"patientbalance":0,"cleanbalance":true,"chargeleveldetail":[` +
	`{"id":1,"procedurecode":"99213","description":"OFFICE VISIT","amount":230,"transactions":[%s{"id":9,"type":"PAYMENT","transfertype":"1","amount":-130}]}]},`

var tenPayments = strings.Repeat(`{"id":7,"date":"11\/01\/2016","type":"PAYMENT","transfertype":"p","description":"Payment by card, with thanks","amount":-10,"epaymentid":61100},`, 10)

func (h *history) Read(p []byte) (int, error) {
	if h.rest == "" {
		switch {
		case h.at == 0:
			h.rest = strings.TrimSuffix(string(patientWith(openBills...)), `]}]}]`) + ","
		case h.at <= h.claims:
			h.rest = fmt.Sprintf(settledClaim, 1000+h.at, tenPayments)
		case h.at == h.claims+1:
			h.rest = openBills[0] + `]}]}]`
		default:
			return 0, io.EOF
		}
		if h.at++; h.at%100 == 50 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			h.heap = max(h.heap, m.HeapAlloc)
		}
	}
	n := copy(p, h.rest)
	h.rest = h.rest[n:]
	return n, nil
}

// What is kept while a history comes by does not grow with it.
func TestHistoryIsNotKept(t *testing.T) {
	for name, reading := range map[string]func(*stream) error{
		"statement": func(s *stream) error {
			found, err := readStatement(s, dana)
			if err == nil && found.Due() != payment.Cents(11266) {
				err = errors.New("due " + found.Due().String())
			}
			return err
		},
		"itemized receipt": func(s *stream) error {
			_, _, err := connect(t, "http://127.0.0.1:1").readCharges(s, dana, []string{"61234"})
			return err
		},
	} {
		most := func(claims int) uint64 {
			h := &history{claims: claims}
			if err := reading(newStream(&measured{r: h, left: maxStream})); err != nil {
				t.Fatalf("%s of %d: %v", name, claims, err)
			}
			return h.heap
		}
		most(200) // what is allocated once
		short, long := most(200), most(4000)
		if long > short+256<<10 { // the input grows by 6 MB
			t.Errorf("%s: %d bytes in use with 200 claims, %d with 4000", name, short, long)
		}
	}
}

// endless repeats a text for ever and counts what was taken of it.
type endless struct {
	head, again, rest string
	taken             int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		e.rest, e.head = e.head, ""
	}
	if e.rest == "" { // as much at once as a connection has
		e.rest = strings.Repeat(e.again, 1+len(p)/len(e.again))
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	e.taken += n
	return n, nil
}

// No answer is read for ever, and none is kept that is of no use.
func TestHostileHistory(t *testing.T) {
	const most, little = 3 << 20, 200 << 10 // the same with less of it
	const group = `[{"patientid":"40211","claimbalancedetails":[{"departmentids":"7","claimdetails":[`
	owing := `{"claimid":1,"patientbalance":5,"cleanbalance":true},`
	for name, test := range map[string]struct {
		head, again string
		atMost      int
	}{
		"settled claims":    {group, `{"claimid":1,"patientbalance":0},`, little},
		"open claims":       {group, owing, most},
		"one description":   {group + `{"claimid":1,"description":"`, "x", maxValue},
		"one claim's lines": {group + `{"claimid":1,"chargeleveldetail":[`, `{"amount":1},`, maxValue},
		"fields":            {group + `{"claimid":1,`, `"x":1,`, little},
		"a name":            {group + `{"`, "x", maxValue},
		"groups":            {`[{"claimbalancedetails":[`, `{"departmentids":"7"},`, little},
		"brackets":          {``, `[`, maxValue},
		"brackets inside":   {group, `[`, maxValue},
		"braces":            {group, `{"x":`, maxValue},
		"brackets aside":    {`[{"insurances":`, `[`, maxValue},
		"white space":       {``, "\n ", maxValue},
		"white space later": {group, "\n ", maxValue},
		"patients":          {`[`, `{"patientid":"40211"},`, little},
		"digits":            {group + `{"patientbalance":-1`, `0`, maxValue},
		"after the end":     {`[{"patientid":"40211"}]`, " ", maxValue},
		"balances":          {`[{"balances":[`, `{"balance":-1,"departmentlist":"7"},`, most},
	} {
		readers := map[string]func(*stream) error{
			"statement": func(s *stream) error { _, err := readStatement(s, dana); return err },
			"receipt": func(s *stream) error {
				_, _, err := connect(t, "http://127.0.0.1:1").readCharges(s, dana, []string{"61234"})
				return err
			},
		}
		if name != "settled claims" && name != "one description" && name != "brackets inside" {
			delete(readers, "receipt") // it holds a claim as a whole
		}
		for reader, read := range readers {
			e := &endless{head: test.head, again: test.again}
			left := int64(most)
			if test.atMost == little { // nothing else ends it
				left = little
			}
			if err := read(newStream(&measured{r: e, left: left})); err == nil || e.taken > test.atMost+len(test.head) {
				t.Errorf("%s of %s: %d bytes, %v", reader, name, e.taken, err)
			}
		}
	}
	receipt := `{"epaymentid":"61234","requestdate":"11\/21\/2026 10:15:02","type":"PURCHASE","amount":"25"},`
	for again, atMost := range map[string]int{receipt: min(most, maxKept*len(receipt)*2), `[`: maxValue, ` `: maxValue, `{},`: little, `7,`: little} {
		e := &endless{head: `[`, again: again}
		left := int64(most)
		if atMost == little {
			left = little
		}
		if _, err := readReceipts(newStream(&measured{r: e, left: left})); err == nil || e.taken > atMost+1 {
			t.Errorf("receipts of %s: %d bytes, %v", again, e.taken, err)
		}
	}
}

// settledAtLength is a claim of which nothing is owed, with much to say: what it
// weighs is read past in one piece.
var settledAtLength = `{"claimid":1,"patientbalance":0,"note":"` + strings.Repeat("x", 100_000) + `"},`

// 300 MB in some 300 kB, numbers that no one owes, and bodies that break off.
func TestHostileAnswers(t *testing.T) {
	bomb := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		z.Write([]byte(`[{"patientid":"40211","claimbalancedetails":[{"departmentids":"7","claimdetails":[`))
		chunk := []byte(settledAtLength)
		for range 3000 {
			if _, err := z.Write(chunk); err != nil {
				return
			}
		}
		z.Close()
	}
	for name, h := range map[string]http.HandlerFunc{
		"gzip":     bomb,
		"−10^19":   answering(200, string(patientWith(`{"claimid":1,"patientbalance":10000000000000000000}`))),
		"exponent": answering(200, string(patientWith(`{"claimid":1,"patientbalance":1e1000000000}`))),
		"depth":    answering(200, `[{"x":`+strings.Repeat("[", 1000000)),
		"cut":      answering(200, string(patientWith(openBills...))[:300]),
		"html":     answering(200, `<html><body>Service Unavailable</body></html>`),
		"two":      answering(200, string(patientWith(openBills...))+"{}"),
	} {
		upstream := record(t, h)
		if s, err := connect(t, upstream.URL).Statement(t.Context(), dana); err == nil {
			t.Errorf("%s: %+v", name, s)
		}
		upstream.Close()
	}
}

// A history that is too much, or does not come by in time, is left alone: what
// is open is asked for by itself.
func TestOpenBillsWithoutTheHistory(t *testing.T) {
	whole := func(body io.Reader) *http.Response {
		return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: io.NopCloser(body)}
	}
	for name, all := range map[string]func() (*http.Response, error){
		"too big": func() (*http.Response, error) {
			return whole(&endless{head: `[{"patientid":"40211","claimbalancedetails":[{"departmentids":"7","claimdetails":[`, again: settledAtLength}), nil
		},
		// The deadline of a read passes, before its answer begins or later.
		"too slow": func() (*http.Response, error) {
			return whole(io.MultiReader(strings.NewReader(`[{"patientid":"40211",`), iotest.ErrReader(context.DeadlineExceeded))), nil
		},
		"silent": func() (*http.Response, error) { return nil, context.DeadlineExceeded },
	} {
		calls := 0
		upstream := roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, tokenPath) {
				return whole(strings.NewReader(`{"access_token":"x","expires_in":"3600"}`)), nil
			}
			calls++
			if r.URL.Query().Get("showallclaims") == "true" {
				return all()
			}
			return whole(bytes.NewReader(patientWith(openBills...))), nil
		})
		s, err := connect(t, "http://127.0.0.1:1", func(c *Config) { c.Transport, c.ReadDeadline = upstream, time.Hour }).Statement(t.Context(), dana)
		if err != nil || s.Due() != payment.Cents(11266) || calls != 2 {
			t.Errorf("%s: %+v, %v after %d calls", name, s, err, calls)
		}
	}
}
