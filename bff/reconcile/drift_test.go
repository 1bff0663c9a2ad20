package reconcile_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena"
	"paypane/bff/reconcile"
	"paypane/web/payment"

	"pgregory.net/rapid"
)

// listing is an upstream that answers every read with one body. The upstream's
// types drift (docs/upstream-api.md#the-wire), so what is judged here is what
// the real client makes of an answer.
type listing string

func (l listing) RoundTrip(r *http.Request) (*http.Response, error) {
	body := string(l)
	if strings.HasSuffix(r.URL.Path, "/token") {
		body = `{"access_token":"x","expires_in":"3600"}`
	}
	return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// What was sent, and when the list is read: long after it has to show all.
var (
	wasSent = time.Date(2026, 11, 21, 15, 15, 2, 0, time.UTC)
	ada     = payment.Patient{Practice: 195900, Department: 7, ID: 40211}
)

const readLate = 24 * time.Hour

// form is a way to write a field, as JSON, and what the list comes to with it.
// "" is a field that is not there. "unread" is a list that is not understood, of
// which nothing follows.
type form struct{ json, want string }

func forms(want string, values ...string) (all []form) {
	for _, v := range values {
		all = append(all, form{v, want})
	}
	return all
}

// The forms of fields that mean the same in all lists.
var (
	lastFours = slices.Concat(forms("found", `"0002"`, `2`),
		forms("person", `"2"`, `"02"`, `"XXXX0002"`, `"************0002"`, `"xxxx-0002"`, `"0002 "`, `" 0002"`, `"4000000000000002"`, `"ending in 0002"`, `"٠٠٠٢"`,
			`"XXXX0003"`, `"3"`, `2.0`, `-2`, `20002`, `true`, `["0002"]`, `{"last4":"0002"}`, `""`, `null`, ``),
		forms("absent", `"0003"`, `3`))
	ids = slices.Concat(forms("unread", `"061234"`, `" 61234"`, `"61234 "`, `"#61234"`, `"61,234"`, `61234.0`, `6.1234e4`, `-61234`, `0`, `"0"`, `true`, `[61234]`, `""`, `null`, ``))
)

// question is a list, the row in it that the lost write truly made, and every
// form of every field of it.
type query struct {
	name, reference string
	fields          []string // in the recorded form: name and value
	forms           map[string][]form
	judge           func(context.Context, *athena.Client) (reconcile.Decision, error)
}

func (q query) receipts(about reconcile.Query) query {
	q.judge = func(ctx context.Context, c *athena.Client) (reconcile.Decision, error) {
		receipts, err := c.Receipts(ctx, ada)
		about.Sent = wasSent
		return reconcile.Decide(about, reconcile.Evidence{Read: wasSent.Add(readLate), Receipts: receipts}, reconcile.Bounds{}), err
	}
	return q
}

var amounts = slices.Concat(forms("found", `"120"`, `120`, `"120.00"`, `120.0`, `"120.0"`),
	forms("unread", `"$120.00"`, `"120.00 "`, `" 120"`, `"1,20"`, `"1,240.00"`, `"-120"`, `-120`, `"120 USD"`, `1.2e2`, `"120.001"`, `true`, `["120"]`, `""`, `null`, ``),
	forms("absent", `"121"`, `12000`, `".16"`))

var times = slices.Concat(forms("found", `"11/21/2026 10:15:02"`, `"11\/21\/2026 10:15:02"`),
	forms("unread", `"11/21/2026 10:15"`, `"2026-11-21T10:15:02"`, `"2026-11-21 10:15:02"`, `"11/21/26 10:15:02"`, `"11/21/2026 10:15:02 AM"`, `" 11/21/2026 10:15:02"`,
		`"21/11/2026 10:15:02"`, `"11/21/2026"`, `1763738102`, `true`, `""`, `null`, ``))

var questions = []query{
	query{name: "charge", reference: "61234", fields: []string{"epaymentid", `"61234"`, "requestdate", `"11/21/2026 10:15:02"`, "type", `"PURCHASE"`, "amount", `"120"`,
		"cardtypeabbreviation", `"VI"`, "cardnumberlast4digits", `"0002"`},
		forms: map[string][]form{
			"epaymentid":  slices.Concat(ids, forms("found", `61234`), forms("absent", `"61233"`, `61232`)),
			"requestdate": slices.Concat(times, forms("person", `"11/21/2026 13:15:02"`, `"11/21/2025 10:15:02"`)),
			"type": slices.Concat(forms("found", `"PURCHASE"`), forms("person", `"purchase"`, `"Purchase"`, `" PURCHASE"`, `"PURCHASE "`, `"SALE"`, `"P"`, `"VOIDPURCHASE"`, `1`, `true`,
				`["PURCHASE"]`, `""`, `null`, ``)),
			"amount": amounts,
			"cardtypeabbreviation": slices.Concat(forms("found", `"VI"`), forms("person", `"MC"`, `"vi"`, `"Vi"`, `"VISA"`, `"Visa"`, `" VI"`, `"VI "`, `"V"`, `"XX"`, `1`, `true`,
				`["VI"]`, `""`, `null`, ``)),
			"cardnumberlast4digits": lastFours,
		}}.receipts(reconcile.Query{Kind: payment.KindCharge, Amount: payment.Cents(12000), Brand: payment.Visa, Last4: "0002", ReceiptWatermark: "61233"}),
	query{name: "agreement", reference: "61234", fields: []string{"epaymentid", `61234`, "requestdate", `"11/21/2026 10:15:02"`, "type", `"AUTHORIZATION"`, "amount", `"0"`,
		"cardtypeabbreviation", `"VI"`, "cardnumberlast4digits", `"0002"`},
		forms: map[string][]form{
			"requestdate": times,
			"type":        slices.Concat(forms("found", `"AUTHORIZATION"`), forms("person", `"authorization"`, `"AUTH"`, `""`, `null`, ``)),
			"cardnumberlast4digits": slices.DeleteFunc(slices.Clone(lastFours), func(f form) bool {
				return f.want == "absent" // no list proves that nothing was agreed to
			}),
		}}.receipts(reconcile.Query{Kind: payment.KindAgreeVisit, Amount: payment.Cents(12000), Brand: payment.Visa, Last4: "0002", ReceiptWatermark: "61233"}),
	query{name: "void", reference: "61234", fields: []string{"epaymentid", `"61234"`, "requestdate", `"11/21/2026 10:15:02"`, "type", `"VOIDPURCHASE"`, "amount", `"120"`,
		"cardtypeabbreviation", `"VI"`, "cardnumberlast4digits", `"0002"`},
		forms: map[string][]form{
			"epaymentid":            slices.Concat(ids, forms("found", `61234`), forms("person", `"61233"`)),
			"requestdate":           times,
			"type":                  slices.Concat(forms("found", `"VOIDPURCHASE"`), forms("person", `"voidpurchase"`, `"Void purchase"`, `"VOID"`, `"VOIDED"`, `1`, `""`, `null`, ``), forms("absent", `"PURCHASE"`)),
			"cardnumberlast4digits": forms("found", `2`, `"2"`, `"XXXX0002"`, `null`, ``), // its number tells
			"cardtypeabbreviation":  forms("found", `"visa"`, `null`, ``),
		}}.receipts(reconcile.Query{Kind: payment.KindVoid, Amount: payment.Cents(12000), Payment: "61234", ReceiptWatermark: "61240"}),
	{name: "plan", reference: "77", fields: []string{"paymentplanid", `"77"`, "claimids", `["501"]`, "cycleamount", `"50"`, "startdate", `"12/01/2026"`},
		forms: map[string][]form{
			"paymentplanid": slices.Concat(forms("found", `77`), forms("unread", `"077"`, `"P77"`, `7.0`, `""`, `null`, ``)),
			"claimids": slices.Concat(forms("found", `["501"]`, `[501]`, `"501"`, `501`, `[{"claimid":"501"}]`, `["0501"]`),
				forms("person", `["C501"]`, `["501.0"]`, `["5-01"]`, `"#501"`, `["501","502"]`, `["X"]`, `[]`, `""`, `null`, ``),
				forms("unread", `[true]`, `[501.5]`, `[[501]]`, `{"501":"1"}`, `[{"claimid":"C501"}]`), forms("absent", `["502"]`, `502`)),
			"cycleamount": slices.Concat(forms("found", `50`, `"50.00"`, `50.0`), forms("person", `"51"`, `"0"`, `""`, `null`, ``), forms("unread", `"$50"`, `"-50"`, `"50 "`, `true`)),
			"startdate": slices.Concat(forms("found", `"12/01/2026 00:00:00"`, `"12\/01\/2026"`),
				forms("person", `"12/02/2026"`, `"2026-12-01"`, `"12/1/2026"`, `"12/01/26"`, `20261201`, `true`, `""`, `null`, ``)),
		}, judge: func(ctx context.Context, c *athena.Client) (reconcile.Decision, error) {
			plans, err := c.Plans(ctx, ada)
			q := reconcile.PlanQuery{Claims: []string{"501"}, Cycle: payment.Cents(5000), Start: "2026-12-01", Sent: wasSent}
			return reconcile.DecidePlan(q, reconcile.PlanEvidence{Read: wasSent.Add(readLate), Plans: plans}, reconcile.Bounds{}), err
		}},
	{name: "stored card", reference: "9001", fields: []string{"storedcardid", `"9001"`, "cardtypeabbreviation", `"VI"`, "cardnumberlast4digits", `"0002"`},
		forms: map[string][]form{
			"storedcardid":          slices.Concat(forms("found", `9001`), forms("unread", `"09001"`, `"x9001"`, `9001.0`, `true`, `""`, `null`, ``), forms("person", `"9000"`)),
			"cardnumberlast4digits": lastFours,
			// The names of these are not recorded, so a brand may be spelt out.
			"cardtypeabbreviation": slices.Concat(forms("found", `"VI"`, `"Visa"`, `"VISA"`), forms("person", `"vi"`, `"V"`, `1`, `true`, `""`, `null`, ``), forms("absent", `"MC"`)),
		}, judge: func(ctx context.Context, c *athena.Client) (reconcile.Decision, error) {
			cards, err := c.StoredCards(ctx, ada)
			q := reconcile.CardQuery{Brand: payment.Visa, Last4: "0002", Sent: wasSent, Watermark: "9000"}
			return reconcile.DecideCard(q, reconcile.CardEvidence{Read: wasSent.Add(readLate), Cards: cards}, reconcile.Bounds{}), err
		}},
}

// told is what a list comes to.
func (q query) told(ctx context.Context, t interface{ Fatal(...any) }, body string) string {
	c, err := athena.New(athena.Config{URL: "http://127.0.0.1:1", ClientID: "x", ClientSecret: "x", Transport: listing(body)})
	if err != nil {
		t.Fatal(err)
	}
	v, err := q.judge(ctx, c)
	switch {
	case err != nil:
		return "unread"
	case v.Verdict == reconcile.Found && v.Reference != q.reference:
		return "found " + v.Reference
	}
	return string(v.Verdict)
}

// row is the row as JSON, with fields in other forms.
func (q query) row(other map[string]string) string {
	var parts []string
	for i := 0; i < len(q.fields); i += 2 {
		value, changed := other[q.fields[i]]
		if !changed {
			value = q.fields[i+1]
		}
		if value != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", q.fields[i], value))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Each field of each list in each form: what cannot be compared is neither equal
// nor unequal.
func TestFormsOfEveryField(t *testing.T) {
	for _, q := range questions {
		if got := q.told(t.Context(), t, "["+q.row(nil)+"]"); got != "found" {
			t.Errorf("%s in its recorded form: %s", q.name, got)
		}
		for name, forms := range q.forms {
			for _, f := range forms {
				if got := q.told(t.Context(), t, "["+q.row(map[string]string{name: f.json})+"]"); got != f.want {
					t.Errorf("%s, %s: %s: %s, want %s", q.name, name, f.json, got, f.want)
				}
			}
		}
	}
}

// Answers that hold no row, but are no empty list, prove nothing.
func TestListsThatAreNone(t *testing.T) {
	for _, q := range questions {
		want := string(reconcile.NotFound)
		if q.name == "agreement" || q.name == "void" {
			want = string(reconcile.Review)
		}
		if got := q.told(t.Context(), t, "[]"); got != want {
			t.Errorf("%s: an empty list: %s", q.name, got)
		}
		for _, body := range []string{``, `null`, `{}`, `"[]"`, `[null]`, `[{}]`, `[[]]`, `[""]`, `{"error":"x","missingfields":[]}`, `{"errormessage":"x","rows":[]}`,
			`{"success":"false","rows":[]}`, `{"success":false,"rows":[]}`, `{"rows":[],"totalcount":1}`, `{"rows":[],"totalcount":"1"}`, `{"rows":[],"next":"/v1/195900/x?offset=10"}`,
			`{"rows":[],"more":[]}`, `[` + q.row(nil), q.row(nil), `[` + strings.TrimSuffix(q.row(nil), "}") + `,` + q.row(nil)[1:] + `]`} {
			if got := q.told(t.Context(), t, body); got != "unread" {
				t.Errorf("%s: %s: %s", q.name, body, got)
			}
		}
	}
}

// Whatever becomes of the fields of the row that was truly made, and of the order
// of fields and rows and the case of names, it is never called absent and no
// other row is taken for it.
func TestADriftedRowIsNeverAbsent(t *testing.T) {
	met := map[string]int{}
	reconcile.UntilMet(t, 1, met, []string{"found", "person", "unread"}, func(r *rapid.T) {
		q := rapid.SampledFrom(questions).Draw(r, "of")
		drifted := map[string]string{}
		for _, name := range slices.Sorted(maps.Keys(q.forms)) {
			truly := slices.DeleteFunc(slices.Clone(q.forms[name]), func(f form) bool { return f.want == "absent" })
			if rapid.Bool().Draw(r, name) {
				drifted[name] = rapid.SampledFrom(truly).Draw(r, name).json
			}
		}
		var parts []string
		order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := 0; i < len(q.fields); i += 2 {
				if !yield(i) {
					return
				}
			}
		})).Draw(r, "order")
		for _, i := range order {
			name, value := q.fields[i], q.fields[i+1]
			if other, changed := drifted[name]; changed {
				value = other
			}
			if rapid.Bool().Draw(r, "capitals") {
				name = strings.ToUpper(name)
			}
			if value != "" {
				parts = append(parts, fmt.Sprintf("%q:%s", name, value))
			}
		}
		rows := []string{"{" + strings.Join(parts, ",") + "}"}
		if q.name == "charge" { // one of another card and one of another amount stand beside it
			rows = append(rows, strings.NewReplacer("61234", "61235", "0002", "7777").Replace(q.row(nil)), strings.NewReplacer("61234", "61236", `"120"`, `"90"`).Replace(q.row(nil)))
			rows = rapid.Permutation(rows).Draw(r, "rows")
		}
		got := q.told(t.Context(), r, "["+strings.Join(rows, ",")+"]")
		switch {
		case got == string(reconcile.NotFound), got == string(reconcile.TooEarly), strings.HasPrefix(got, "found "):
			r.Fatalf("%s: %s: %s", q.name, rows, got)
		case len(drifted) == 0 && got != "found":
			r.Fatalf("%s as recorded: %s", q.name, got)
		}
		met[got]++
	})
}
