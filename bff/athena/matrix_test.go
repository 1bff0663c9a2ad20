package athena

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"paypane/web/payment"
)

// A case is an answer to any write and what it proves.
type answerCase struct {
	name    string
	status  int
	body    string
	state   payment.WriteState
	refusal payment.Refusal
	fault   payment.Fault // empty: not looked at
}

// answersTo are the cases for one write: the same for all, and those made of
// its own answers.
func answersTo(w oneWrite) []answerCase {
	const html = "<html><body>Service Unavailable</body></html>"
	done, refused, lost := payment.WriteDone, payment.WriteRefused, payment.WriteUnknown
	api, busy := payment.RefusedByUpstream, payment.RefusedBusy
	cases := []answerCase{
		// 4: recorded error shapes; 2.12: the gateway's 401.
		{"400", 400, "\n\n" + `{"missingfields":["departmentid"],"error":"Additional fields are required."}`, refused, api, payment.FaultOurs},
		{"400 set-up", 400, `{"error":"Practice is not configured correctly."}`, refused, api, payment.FaultPractice},
		{"401", 401, `{"error":"Invalid Access Token.","detailedmessage":"x"}`, refused, api, payment.FaultOurs},
		{"401 practice", 401, `{"error":"Incorrect permissions.","detailedmessage":"Bad auth."}`, refused, api, payment.FaultPractice},
		{"404", 404, "\n\n" + `{"detailedmessage":"x","error":"The requested ID does not exist."}`, refused, api, payment.FaultOurs},
		{"409", 409, `{"error":"Conflict."}`, refused, api, payment.FaultOurs},
		{"429", 429, `{"error":"Too many requests."}`, refused, busy, payment.FaultUpstream},
		// 5.7: a 403 can come after the act; the rest proves nothing either.
		{"403", 403, `{"error":"x"}`, lost, "", payment.FaultUpstream},
		{"402", 402, `{"error":"x"}`, lost, "", ""},
		{"307", 307, `{"error":"x"}`, lost, "", ""},
		{"500", 500, html, lost, "", payment.FaultUpstream},
		{"502 json", 502, `{"error":"x"}`, lost, "", ""},
		{"503", 503, html, lost, "", ""},
		{"504", 504, "<h1>Gateway Timeout</h1>", lost, "", ""},
		{"400 html", 400, html, lost, "", ""},
		{"401 html", 401, "<h1>Not Authorized</h1>", lost, "", ""},
		{"429 empty", 429, "", lost, "", ""},
		{"200 html", 200, html, lost, "", payment.FaultUpstream},
		{"200 empty", 200, "", lost, "", ""},
		{"200 null", 200, "null", lost, "", ""},
		{"200 {}", 200, "{}", lost, "", ""},
		{"200 []", 200, "[]", lost, "", ""},
		{"200 error", 200, `{"error":"x"}`, lost, "", ""},
		{"200 huge", 200, strings.Repeat(" ", maxAnswer) + w.says("true"), lost, "", ""},
		{"200 no reason", 200, `{"success":"false"}`, lost, "", ""},
		{"201", 201, w.says("true"), lost, "", ""},
		{"200 twice", 200, "[" + w.says("true") + "," + w.says("true") + "]", lost, "", ""},
		{"200 other case", 200, strings.ToUpper(w.says("true")), lost, "", ""},
		{"400 with handle", 400, `{"error":"x",` + strings.TrimPrefix(w.says("true"), "{"), lost, "", ""},
		// docs/upstream-api.md#collectpayment: object or array of one, text or boolean.
		{"text", 200, w.says(`"true"`), done, "", ""},
		{"boolean", 200, w.says(`true`), done, "", ""},
		{"array of one, text", 200, "[" + w.says(`"true"`) + "]", done, "", ""},
		{"array of one, boolean", 200, "\n\n [ " + w.says(`true`) + " ]\n", done, "", ""},
		{"more fields", 200, `{"version":1.5,"more":{"x":[]},` + strings.TrimPrefix(w.says("true"), "{"), done, "", ""},
		{"odd success", 200, w.says(`"perhaps"`), lost, "", ""},
		{"number for success", 200, w.says(`1`), lost, "", ""},
		// 4: failure inside 200.
		{"denied", 200, w.denied, refused, w.refusal, ""},
		{"denied, array of one", 200, "[" + w.denied + "]", refused, w.refusal, ""},
		{"denied, boolean", 200, strings.Replace(w.denied, `"false"`, "false", 1), refused, w.refusal, ""},
		{"denied, array of one, boolean", 200, "[" + strings.Replace(w.denied, `"false"`, "false", 1) + "]", refused, w.refusal, ""},
		{"denied twice", 200, "[" + w.denied + "," + w.denied + "]", lost, "", ""},
		{"denied, and in an array of none", 200, "[[" + w.denied + "]]", lost, "", ""},
		{"denied beside an error", 200, strings.Replace(w.denied, "{", `{"error":"x",`, 1), lost, "", ""},
		// A public client's tests: the same with 400.
		{"denied with 400", 400, w.denied, refused, w.refusal, ""},
		{"denied with 400, array of one", 400, "\n\n[" + w.denied + "]", refused, w.refusal, ""},
		{"denied with 400, boolean", 400, strings.Replace(w.denied, `"false"`, "false", 1), refused, w.refusal, ""},
		{"denied with 400, array of one, boolean", 400, "[" + strings.Replace(w.denied, `"false"`, "false", 1) + "]", refused, w.refusal, ""},
		{"denied with 400, beside an error", 400, strings.Replace(w.denied, "{", `{"error":"x",`, 1), lost, "", ""},
		{"denied with 400, twice", 400, "[" + w.denied + "," + w.denied + "]", lost, "", ""},
		{"denied with 500", 500, w.denied, lost, "", ""},
		{"done with 400", 400, w.says(`"true"`), lost, "", ""},
		{"done with 400, array of one", 400, "[" + w.says(`true`) + "]", lost, "", ""},
	}
	if w.handle != (payment.Handle{}) { // denied, and yet something was made
		made := strings.TrimPrefix(strings.TrimPrefix(w.says("false"), "{"), `"success":false,`)
		for _, status := range []int{200, 400} {
			cases = append(cases, answerCase{fmt.Sprint(status, " denied with a handle"), status, strings.TrimSuffix(w.denied, "}") + "," + made, lost, "", ""})
		}
		cases = append(cases, answerCase{"done, and an error", 200, strings.TrimSuffix(w.says("true"), "}") + `,"errortext":"Declined"}`, lost, "", ""})
	}
	if w.nameless != "" {
		cases = append(cases, answerCase{"no handle", 200, w.nameless, lost, "", ""})
	}
	return cases
}

// Every write by every answer: what is known, whose fault it is, and that it
// was sent once.
func TestWriteMatrix(t *testing.T) {
	for _, w := range writes() {
		for _, a := range answersTo(w) {
			upstream := record(t, func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Location", "/v1/elsewhere")
				rw.Header().Set("Retry-After", "0")
				rw.WriteHeader(a.status)
				io.WriteString(rw, a.body)
			})
			got := w.do(t.Context(), connect(t, upstream.URL, withVendor), cardOf(t, "4111111111111111"))
			upstream.Close()
			if got.State != a.state || got.Refusal != a.refusal || got.Evidence == "" || a.fault != "" && got.Fault != a.fault && got.Fault != "any" {
				t.Errorf("%s, %s: %+v; want %s %q, fault %s", w.name, a.name, got, a.state, a.refusal, a.fault)
			}
			if (got.Handle != payment.Handle{}) != (a.state == payment.WriteDone && w.handle != payment.Handle{}) {
				t.Errorf("%s, %s: handle %+v", w.name, a.name, got.Handle)
			}
			if n := upstream.count(); n != 1 {
				t.Errorf("%s, %s: sent %d times", w.name, a.name, n)
			}
			if got.State != payment.WriteDone && got.Problem("refused").Key == "" {
				t.Errorf("%s, %s: to the payer %q", w.name, a.name, got.Problem("refused").Key)
			}
		}
	}
}

// Every write by everything that can happen to a connection.
func TestWriteConnections(t *testing.T) {
	for _, w := range writes() {
		cut := record(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		if got := w.do(t.Context(), connect(t, cut.URL, withVendor), cardOf(t, "4111111111111111")); got.State != payment.WriteUnknown || cut.count() != 1 {
			t.Errorf("%s, cut: %+v, sent %d times", w.name, got, cut.count())
		}

		// Refused: the token is there, nobody listens any more.
		gone := record(t, answering(200, w.says("true")))
		down := false
		dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
			if down {
				addr = "127.0.0.1:1"
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		}
		c := connect(t, gone.URL, withVendor, func(c *Config) { c.Transport = &http.Transport{DialContext: dial} })
		if _, err := c.tokens.token(t.Context()); err != nil {
			t.Fatal(err)
		}
		down = true
		if got := w.do(t.Context(), c, cardOf(t, "4111111111111111")); got.State != payment.WriteNotSent || got.Refusal != "" || gone.count() != 0 {
			t.Errorf("%s, refused connection: %+v", w.name, got)
		}
		down = false

		// A caller who leaves before it is sent, and one who leaves after.
		ctx, leave := context.WithCancel(t.Context())
		leave()
		if got := w.do(ctx, c, cardOf(t, "4111111111111111")); got.State != payment.WriteNotSent || gone.count() != 0 {
			t.Errorf("%s, left before: %+v", w.name, got)
		}
		ctx, leave = context.WithCancel(t.Context())
		left := record(t, func(rw http.ResponseWriter, r *http.Request) {
			leave()
			answering(200, w.says("true"))(rw, r)
		})
		if got := w.do(ctx, connect(t, left.URL, withVendor), cardOf(t, "4111111111111111")); got.State != payment.WriteDone {
			t.Errorf("%s, left after: %+v", w.name, got)
		}

		// Through a transport that tells of no connection and then fails. A body
		// that was read is no proof, and no body even less.
		mute := connect(t, gone.URL, withVendor, func(c *Config) { c.Transport = muteWrites{http.DefaultTransport} })
		if got := w.do(t.Context(), mute, cardOf(t, "4111111111111111")); got.State != payment.WriteUnknown {
			t.Errorf("%s, mute transport: %+v", w.name, got)
		}

		// The day's calls are used up: an answer to a read said so.
		spent := record(t, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("X-RateLimit-Limit", "50000")
			rw.Header().Set("X-RateLimit-Remaining", "0")
			io.WriteString(rw, w.says("true"))
		})
		c = connect(t, spent.URL, withVendor)
		if err := c.Ping(t.Context(), 195900); err != nil {
			t.Fatal(err)
		}
		if got := w.do(t.Context(), c, cardOf(t, "4111111111111111")); got.State != payment.WriteNotSent || got.Refusal != payment.RefusedBusy || spent.count() != 1 {
			t.Errorf("%s, no calls left: %+v, %d calls", w.name, got, spent.count())
		}
		for _, s := range []*recorder{cut, gone, left, spent} {
			s.Close()
		}
	}
}

// muteWrites is a RoundTripper that reads the body of a write, if any, and
// fails without having told of a connection.
type muteWrites struct{ next http.RoundTripper }

func (m muteWrites) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet || r.URL.Path == tokenPath {
		return m.next.RoundTrip(r)
	}
	if r.Body != nil {
		io.Copy(io.Discard, r.Body)
	}
	return nil, io.ErrUnexpectedEOF
}
