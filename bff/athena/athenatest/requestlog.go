package athenatest

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Request is one that the simulator got. Numbers of cards, their codes and
// secrets are not in it.
type Request struct {
	Time     time.Time         `json:"time"`
	Method   string            `json:"method"`
	Path     string            `json:"path"`
	Endpoint string            `json:"endpoint,omitempty"` // empty: none of ours
	Fields   map[string]string `json:"fields,omitempty"`   // of the query and the form
	Status   int               `json:"status"`             // 0: the connection was cut
	Fault    int               `json:"fault,omitempty"`    // the id of the one that happened
}

const keptRequests = 200

// Requests are the last 200, oldest first, in the order in which they were
// answered.
func (s *Server) Requests() []Request {
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	list := slices.Clone(s.shared.requests)
	if list == nil {
		list = []Request{}
	}
	return list
}

// recorder writes down a request and its answer.
type recorder struct {
	http.ResponseWriter
	Request
	put func(Request) // puts the request down, once
}

func (x *recorder) WriteHeader(status int) {
	if x.Status == 0 {
		x.Status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *recorder) Write(p []byte) (int, error) {
	if x.Status == 0 {
		x.Status = http.StatusOK
	}
	return x.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (x *recorder) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// Hijack gives the connection away; whatever was answered, it is cut now.
func (x *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(x.ResponseWriter).Hijack()
	if err == nil {
		x.Status = 0
		x.put(x.Request) // before the client can see it
	}
	return conn, rw, err
}

// recorded serves a request and puts it down.
func (g *shared) recorded(w http.ResponseWriter, r *http.Request, h http.Handler) {
	// Read to the end before any answer, refusals included: net/http resets a
	// connection with unread data, which can destroy the answer.
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	rest := io.Reader(r.Body)
	if err != nil {
		rest = brokenOff{err}
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), rest), r.Body}
	x := &recorder{ResponseWriter: w, Request: Request{
		Time: g.now().UTC(), Method: r.Method, Path: mask(r.URL.Path), Fields: maskedFields(r, body)}}
	var once sync.Once
	x.put = func(q Request) {
		once.Do(func() {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.requests = append(g.requests, q)
			if extra := len(g.requests) - keptRequests; extra > 0 {
				g.requests = slices.Delete(g.requests, 0, extra)
			}
		})
	}
	defer func() {
		v := recover()
		if v != nil {
			x.Status = 0
		}
		x.put(x.Request)
		if v != nil {
			panic(v)
		}
	}()
	h.ServeHTTP(x, r)
}

// brokenOff is where a body ends that was not sent to its end. net/http says so
// once and calls it the end when it is asked again; whoever believed that would
// charge what a piece of an amount says.
type brokenOff struct{ error }

func (b brokenOff) Read([]byte) (int, error) { return 0, b.error }

// maskedFields are the fields of a query and a form that may be kept.
func maskedFields(r *http.Request, body []byte) map[string]string {
	all := map[string]string{}
	add := func(text string) {
		values, _ := url.ParseQuery(text) // what can be read of it
		for name, list := range values {
			all[mask(name)] = maskField(name, strings.Join(list, ", "))
		}
	}
	add(r.URL.RawQuery)
	switch {
	case len(body) == 0:
	case isForm(r):
		add(string(body))
	default:
		all["(body)"] = strconv.Itoa(len(body)) + " bytes of " + mask(r.Header.Get("Content-Type"))
	}
	return all
}

// isForm reports whether a body is a form, by what it says.
func isForm(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded")
}

// maskField is a field's value as it may be kept.
func maskField(name, value string) string {
	name = strings.ToLower(name)
	for _, secret := range []string{"securitycode", "trackdata", "secret", "token", "assertion", "password"} {
		if strings.Contains(name, secret) {
			return "***"
		}
	}
	if name == "accountnumber" && !longDigits.MatchString(value) {
		return "***" // whatever it is, somebody took it for a card
	}
	if !documented[name] {
		return "***" // who knows what it is
	}
	value = mask(value)
	if cut := []rune(value); len(cut) > 200 {
		value = string(cut[:200]) + "…"
	}
	return value
}

// documented are the names of docs/upstream-api.md's parameters.
var documented = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(`
		grant_type scope limit offset
		departmentid patientid appointmentid providerid
		accountnumber trackdata expirationmonthmm expirationyearyyyy cardsecuritycode
		nameoncard billingaddress billingzip ecommercemode allowduplicatepayments todayservice
		copayamount otheramount amount claimpayment maxamount email preferredcard
		claimids cycleamount billingmethod frequency startdate downpaymentamount percentage
		paymentplanname paymentplanids linkedclaiminfo prepaymentplanids
		paymentmethod checknumber cardnumberlast4 postdate
		customerversion merchantversion termsasjson attachmentcontents
		externalrefid vendorterminalid bankdepositdate movetounappliedifoverpay fullrefund
		ispaymentsettled charges
		showbalancedetails showallclaims ignorerestrictions showinsurance
		showcopay showclaimdetail showpatientdetail
		procedurecodes communicatorbrandid showfamily createdstartdate createdenddate
		servicestartdate serviceenddate claimfilters showcustomfields showservicetypeaddons
		providerlist showalldepartments hospitalonly
		patientidlist enddate additionalpaymentinfo`) {
		names[name] = true
	}
	return names
}()

// longDigits is what could be the number of a card, whatever separates it.
var longDigits = regexp.MustCompile(`\d(?:[\s\p{Z}\p{Pd}.,/_]*\d){11,}`)

// notDigits is what separates them.
var notDigits = regexp.MustCompile(`\D`)

// mask leaves the last four digits of what could be the number of a card, and
// none of a longer run, which may end in its code.
func mask(text string) string {
	return longDigits.ReplaceAllStringFunc(text, func(found string) string {
		found = notDigits.ReplaceAllString(found, "")
		if len(found) > 16 {
			return "************"
		}
		return "************" + lastFour(found)
	})
}
