package athena

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

func TestReceiptsAfterCharges(t *testing.T) {
	var clock clock
	upstream := athenatest.StartWith(t, athenatest.Options{Now: clock.now})
	c := connect(t, upstream.URL, func(c *Config) { c.Now = clock.now })
	rows := func() string {
		t.Helper()
		receipts, err := c.Receipts(t.Context(), dana)
		if err != nil || receipts == nil {
			t.Fatal(receipts, err)
		}
		var lines []string
		for _, r := range receipts {
			lines = append(lines, fmt.Sprint(r.Reference, " ", r.Type, " ", r.Amount, " ", r.Brand, " ", r.Last4, " ", r.Time.Sub(clock.now())))
		}
		return strings.Join(lines, "\n")
	}
	if got := rows(); got != "" {
		t.Errorf("before: %s", got)
	}
	c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
	c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4000000000009060"))
	c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4000000000000002"))
	if got, want := rows(), "61234 PURCHASE 10.00 VI 1111 0s"; got != want {
		t.Errorf("at once:\n%s\nwant\n%s", got, want)
	}
	clock.pass(lateRowSeconds * time.Second)
	if got, want := rows(), "61234 PURCHASE 10.00 VI 1111 -20s\n61235 PURCHASE 10.00 VI 9060 -20s"; got != want {
		t.Errorf("after 20 s:\n%s\nwant\n%s", got, want)
	}
	// The row of another patient is not theirs.
	other := dana
	other.ID = 40212
	if receipts, err := c.Receipts(t.Context(), other); err != nil || len(receipts) != 0 {
		t.Errorf("another patient: %v, %v", receipts, err)
	}
}

const lateRowSeconds = 20 // docs/demo.md#test-cards, 9060

// Rows of docs/upstream-api.md#receipts and what it might be, and what must
// fail the whole call: an unreadable list must not look like an empty one.
func TestReceiptsReading(t *testing.T) {
	row := func(change ...string) string {
		return strings.NewReplacer(change...).Replace(`{"epaymentid":"61234","requestdate":"11\/21\/2026 10:15:02","type":"PURCHASE","amount":"25","cardtypeabbreviation":"VI","cardtypename":"Visa","cardnumberlast4digits":"1111"}`)
	}
	for body, want := range map[string]string{
		`[]`:                  "",
		"\n[" + row() + "]\n": "61234 2026-11-21T10:15:02-05:00 PURCHASE 25.00 VI 1111",
		`[` + row(`"61234"`, `61234`, `"25"`, `.16`, `11\/21`, `07\/04`) + `]`:                     "error", // .16 bare is not JSON
		`[` + row(`"61234"`, `61234`, `"25"`, `".16"`, `11\/21`, `07\/04`, `"1111"`, `1111`) + `]`: "61234 2026-07-04T10:15:02-04:00 PURCHASE 0.16 VI 1111",
		`[` + row(`PURCHASE`, `VOIDPURCHASE`) + `]`:                                                "61234 2026-11-21T10:15:02-05:00 VOIDPURCHASE 25.00 VI 1111",
		`[` + row(`PURCHASE`, `REFUND`, `"25"`, `"-25"`) + `]`:                                     "61234 2026-11-21T10:15:02-05:00 REFUND 25.00 VI 1111",
		`[` + row(`"25"`, `"-25"`) + `]`:                                                           "error",
		`[` + row(`"25"`, `"25.001"`) + `]`:                                                        "error",
		`[` + row(`"amount":"25",`, ``) + `]`:                                                      "error",
		`[` + row(`11\/21\/2026`, `2026-11-21`) + `]`:                                              "error",
		`[` + row(`"61234"`, `"x"`) + `]`:                                                          "error",
		`[{}]`:                                                                                     "error",
		`null`:                                                                                     "error",
		`{}`:                                                                                       "error",
		row():                                                                                      "error",
		`{"receipts":[` + row() + `]}`:                                                             "error",
		``:                                                                                         "error",
		`[` + row() + `,`:                                                                          "error",
	} {
		got := "error"
		if receipts, err := receiptsOf([]byte(body)); err == nil {
			got = ""
			for _, r := range receipts {
				got += fmt.Sprint(r.Reference, " ", r.Time.Format(time.RFC3339), " ", r.Type, " ", r.Amount, " ", r.Brand, " ", r.Last4)
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

func TestEmailReceipt(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	outcome := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
	if err := c.EmailReceipt(t.Context(), dana, outcome.Reference, "dana+bills@example.com"); err != nil {
		t.Error(err)
	}
	if mails := upstream.Mails(); len(mails) != 1 || mails[0] != (athenatest.Mail{Payment: outcome.Reference, To: "dana+bills@example.com"}) {
		t.Errorf("mails %v", mails)
	}
	stranger := dana
	stranger.ID = 40212
	for name, err := range map[string]error{
		"another's receipt": c.EmailReceipt(t.Context(), stranger, outcome.Reference, "a@example.com"),
		"no receipt":        c.EmailReceipt(t.Context(), dana, "99", "a@example.com"),
		"a path":            c.EmailReceipt(t.Context(), dana, "../1", "a@example.com"),
		"no address":        c.EmailReceipt(t.Context(), dana, outcome.Reference, ""),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if e, ok := errors.AsType[*Error](err); ok && (name == "a path" || name == "no address") && e.Status != 0 {
			t.Errorf("%s: the upstream was asked: %v", name, err)
		}
	}
	if n := len(upstream.Mails()); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// An order to send mail is not repeated, whatever the answer.
func TestEmailReceiptOnce(t *testing.T) {
	for _, answer := range []struct {
		status int
		body   string
		ok     bool
	}{{200, ``, true}, {200, `{}`, true}, {200, `[{"success":"true"}]`, true}, {200, `{"success":false}`, false}, {401, `{"error":"Invalid Access Token."}`, false}, {502, ``, false}} {
		var posts atomic.Int32
		upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
			posts.Add(1)
			w.WriteHeader(answer.status)
			io.WriteString(w, answer.body)
		})
		err := connect(t, upstream.URL).EmailReceipt(t.Context(), dana, "61234", "a@example.com")
		if (err == nil) != answer.ok || posts.Load() != 1 {
			t.Errorf("%v: %v after %d posts", answer, err, posts.Load())
		}
	}
}

// A token that dies is not used again; one that did not is not thrown away.
func TestEmailReceiptToken(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	outcome := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
	upstream.RevokeTokens()
	for _, want := range []struct {
		ok     bool
		tokens int
		id     string
	}{{false, 1, outcome.Reference}, {true, 2, outcome.Reference}, {false, 2, "99"}, {true, 2, outcome.Reference}} {
		err := c.EmailReceipt(t.Context(), dana, want.id, "a@example.com")
		if (err == nil) != want.ok || upstream.Count("token") != want.tokens {
			t.Errorf("receipt %s: %v with %d tokens, want %+v", want.id, err, upstream.Count("token"), want)
		}
	}
}

// The limit of an agreement stands in its row; what is no amount there costs
// nothing, because no outcome rests on it.
func TestReceiptsLimit(t *testing.T) {
	for limit, want := range map[string]payment.Amount{`"300"`: payment.Cents(30000), `300.5`: payment.Cents(30050), `""`: {}, `null`: {}, `"x"`: {}, `{}`: {}, `"-3"`: {}, `"1e9"`: {}} {
		receipts, err := receiptsOf([]byte(`[{"epaymentid":"61240","requestdate":"11\/21\/2026 10:20:44","type":"AUTHORIZATION","amount":"0","epaymentcontractmaxamount":` + limit + `}]`))
		if err != nil || len(receipts) != 1 || receipts[0].Limit != want || !receipts[0].Agreement() {
			t.Errorf("%s: %+v, %v", limit, receipts, err)
		}
	}
}

// Which agreement is behind a row, and what is left of it, is told where it is as
// recorded, and costs no row where it is not.
func TestReceiptsOfAgreements(t *testing.T) {
	for told, want := range map[string]string{
		`"contractid":"3301","epaymentcontractbalance":"15"`: "3301 15.00 true",
		`"contractid":3301,"epaymentcontractbalance":0`:      "3301 0.00 true",
		`"other":1`: " 0.00 false",
		`"contractid":null,"epaymentcontractbalance":null`:     " 0.00 false",
		`"contractid":{},"epaymentcontractbalance":[]`:         " 0.00 false",
		`"contractid":"x","epaymentcontractbalance":"-1"`:      " 0.00 false",
		`"contractid":"","epaymentcontractbalance":""`:         " 0.00 false",
		`"contractid":"3301","epaymentcontractbalance":"soon"`: "3301 0.00 false",
	} {
		upstream := record(t, answering(200, `[{"epaymentid":"61234","requestdate":"11\/21\/2026 10:15:02","type":"PURCHASE","amount":"25",`+told+`}]`))
		rows, err := connect(t, upstream.URL).Receipts(t.Context(), dana)
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: %v, %v", told, rows, err)
			continue
		}
		if got := fmt.Sprint(rows[0].Contract, " ", rows[0].Left, " ", rows[0].LeftKnown); got != want {
			t.Errorf("%s: %q, want %q", told, got, want)
		}
	}
}
