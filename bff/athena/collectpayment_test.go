package athena

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// oneClaim pays $10.00 of Dana's claim 501.
var oneClaim = payment.Charge{Lines: []payment.Line{
	{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(1000), Balance: payment.Cents(9900)},
}}

// chargeOf is a charge of everything a patient can pay now.
func chargeOf(t *testing.T, c *Client, p payment.Patient) payment.Charge {
	t.Helper()
	s, err := c.Statement(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	charge, problems := payment.Choice{Pay: payment.PayAll}.Charge(s)
	if problems != nil {
		t.Fatal(problems)
	}
	return charge
}

// cardOf is a card with texts that are too long for the upstream.
func cardOf(t testing.TB, number string) *payment.Card {
	t.Helper()
	code := "042"
	if strings.HasPrefix(number, "37") {
		code = "0421"
	}
	card, problems := payment.ReadCard(payment.CardForm{
		Number: []byte(number), Expiry: []byte("09/2031"), Name: []byte("Bartholomew Featherstonehaugh-Cholmondeley"),
		Code: []byte(code), Address: []byte("1200 West Élm Street & Co, Apartment 7"), ZIP: []byte("02139"),
	}, []payment.Brand{payment.Visa, payment.Mastercard, payment.AmericanExpress, payment.Discover}, time.Date(2026, 11, 21, 0, 0, 0, 0, Eastern()))
	if problems != nil {
		t.Fatal(problems)
	}
	return card
}

// Every card of docs/demo.md#test-cards. The simulator's book says what really happened.
func TestCollectByCard(t *testing.T) {
	for _, test := range []struct {
		number  string
		state   payment.State
		refusal payment.Refusal
		booked  bool
	}{
		{"4111111111111111", payment.Succeeded, "", true},
		{"5555555555554444", payment.Succeeded, "", true},
		{"6011111111111117", payment.Succeeded, "", true},
		{"378282246310005", payment.Declined, payment.RefusedByBank, false}, // department 7 does not take it
		{"4000000000000002", payment.Declined, payment.RefusedByBank, false},
		{"4000000000000127", payment.Declined, payment.RefusedCode, false},
		{"4000000000000119", payment.Unknown, "", false},
		{"4000000000009011", payment.Unknown, "", true},
		{"4000000000009029", payment.Unknown, "", false},
		{"4000000000009037", payment.Unknown, "", true},
		{"4000000000009045", payment.Unknown, "", true},
		{"4000000000009052", payment.Unknown, "", true},
		{"4000000000009060", payment.Unknown, "", true},
		{"4000000000009078", payment.NotSent, payment.RefusedByUpstream, false},
		{"4000000000009086", payment.NotSent, payment.RefusedBusy, false},
	} {
		t.Run(test.number, func(t *testing.T) {
			t.Parallel()
			upstream := athenatest.Start(t)
			c := connect(t, upstream.URL, func(c *Config) {
				if test.number == "4000000000009037" {
					c.PayDeadline = 300 * time.Millisecond
				}
			})
			card := cardOf(t, test.number)
			outcome := c.Collect(t.Context(), dana, chargeOf(t, c, dana), card)
			book := upstream.Book()
			if outcome.State != test.state || outcome.Refusal != test.refusal || outcome.Evidence == "" {
				t.Errorf("outcome %+v; want %s %s", outcome, test.state, test.refusal)
			}
			if n := upstream.Count("collectpayment"); n != 1 {
				t.Errorf("%d posts", n)
			}
			if test.booked {
				if len(book) != 1 || book[0].Amount != 12000 || book[0].Patient != dana.ID || book[0].Last4 != card.Last4() || book[0].Kind != "PURCHASE" {
					t.Errorf("book %+v", book)
				}
			} else if len(book) != 0 {
				t.Errorf("book %+v, want nothing", book)
			}
			if test.state == payment.Succeeded && outcome.Reference != book[0].ID {
				t.Errorf("reference %q, book %+v", outcome.Reference, book)
			}
		})
	}
}

func TestCollectSecondTryAfter401(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	card := cardOf(t, "4000000000009078")
	c.Collect(t.Context(), dana, chargeOf(t, c, dana), card)
	if outcome := c.Collect(t.Context(), dana, chargeOf(t, c, dana), card); outcome.State != payment.Succeeded || len(upstream.Book()) != 1 {
		t.Errorf("second try %+v, book %+v", outcome, upstream.Book())
	}
}

// A copay and claims in one payment reduce exactly those balances.
func TestCollectCopayAndClaims(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	lee := payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 40213, Appointment: 880123}
	charge := chargeOf(t, c, lee)
	if got := charge.Total().String(); got != "70.94" || len(charge.Lines) != 3 {
		t.Fatalf("charge %+v", charge)
	}
	if outcome := c.Collect(t.Context(), lee, charge, cardOf(t, "4111111111111111")); outcome.State != payment.Succeeded {
		t.Fatalf("outcome %+v", outcome)
	}
	s, err := c.Statement(t.Context(), lee)
	if err != nil || !s.Due().IsZero() {
		t.Errorf("left: %+v, %v", s, err)
	}
	if book := upstream.Book(); len(book) != 1 || book[0].Amount != 7094 {
		t.Errorf("book %+v", book)
	}
}

// What is sent, to the letter.
func TestCollectBody(t *testing.T) {
	var got url.Values
	var raw []byte
	var header http.Header
	var length int64
	upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ = io.ReadAll(r.Body)
		got, _ = url.ParseQuery(string(raw))
		header, length = r.Header, r.ContentLength
		io.WriteString(w, `{"success":"true","epaymentid":"1"}`)
	})
	charge := payment.Charge{Lines: []payment.Line{
		{Bill: "copay-880123", Kind: payment.Copay, Number: "880123", Amount: payment.Cents(2500), Balance: payment.Cents(9900)},
		{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(1000), Balance: payment.Cents(9900)},
		{Bill: "claim-502", Kind: payment.Claim, Number: "502", Amount: payment.Cents(550), Balance: payment.Cents(9900)},
	}}
	outcome := connect(t, upstream.URL).Collect(t.Context(), dana, charge, cardOf(t, "4111111111111111"))
	if outcome.State != payment.Succeeded || outcome.Reference != "1" {
		t.Fatalf("outcome %+v", outcome)
	}
	want := url.Values{
		"departmentid": {"7"}, "ecommercemode": {"true"},
		"accountnumber": {"4111111111111111"}, "cardsecuritycode": {"042"},
		"expirationmonthmm": {"09"}, "expirationyearyyyy": {"2031"},
		"nameoncard":     {"Bartholomew Featherstonehaugh-"}, // 30 characters
		"billingaddress": {"1200 West Élm Street"},           // 20 characters
		"billingzip":     {"02139"},
		"copayamount":    {"25.00"}, "appointmentid": {"880123"},
		"claimpayment": {`[{"501":"10.00"},{"502":"5.50"}]`},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("sent\n%v\nwant\n%v", got, want)
	}
	if header.Get("Content-Type") != "application/x-www-form-urlencoded" || length != int64(len(raw)) || header.Get("Idempotency-Key") != "" {
		t.Errorf("headers %v, length %d", header, length)
	}
	// One kind of line leaves out the fields of the other.
	connect(t, upstream.URL).Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
	for _, absent := range []string{"copayamount", "appointmentid", "otheramount", "amount"} {
		if got.Has(absent) {
			t.Errorf("claims alone send %s", absent)
		}
	}
	copay := payment.Charge{Lines: charge.Lines[:1]}
	connect(t, upstream.URL).Collect(t.Context(), dana, copay, cardOf(t, "4111111111111111"))
	if got.Has("claimpayment") || got.Get("copayamount") != "25.00" {
		t.Errorf("copay alone sends %v", got)
	}
}

// A card in the hand is no ecommerce, and needs no code; one that was swiped is
// its tracks and nothing else, and the simulator takes both.
func TestCollectRequestOfAPresentCard(t *testing.T) {
	var got url.Values
	upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		got, _ = url.ParseQuery(string(raw))
		io.WriteString(w, `{"success":"true","epaymentid":"1"}`)
	})
	const track = "%B4111111111111111^YOUNG/LEE^31091010000000000?;4111111111111111=31091010000000?"
	day := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	present, problems := payment.ReadPresentCard(payment.CardForm{Number: []byte("4111111111111111"), Expiry: []byte("09/31"), Name: []byte("Lee Young"),
		Address: []byte("1 Main St"), ZIP: []byte("02139")}, []payment.Brand{payment.Visa}, day)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	swiped, problem := payment.ReadTrack([]byte(track), []payment.Brand{payment.Visa}, day)
	if problem != nil {
		t.Fatal(problem)
	}
	for _, row := range []struct {
		card *payment.Card
		want url.Values
	}{
		{present, url.Values{"departmentid": {"7"}, "accountnumber": {"4111111111111111"}, "expirationmonthmm": {"09"}, "expirationyearyyyy": {"2031"},
			"nameoncard": {"Lee Young"}, "billingaddress": {"1 Main St"}, "billingzip": {"02139"}, "claimpayment": {`[{"501":"10.00"}]`}}},
		{swiped, url.Values{"departmentid": {"7"}, "trackdata": {track}, "claimpayment": {`[{"501":"10.00"}]`}}},
	} {
		if o := connect(t, upstream.URL).Collect(t.Context(), dana, oneClaim, row.card); o.State != payment.Succeeded || fmt.Sprint(got) != fmt.Sprint(row.want) {
			t.Errorf("%+v, sent\n%v\nwant\n%v", o, got, row.want)
		}
	}
}

// The body is overwritten at the end, and what it outgrew before.
func TestBodyLeavesNothingBehind(t *testing.T) {
	card := cardOf(t, "4111111111111111")
	card.Name, card.Address, card.ZIP = strings.Repeat("é", 200), strings.Repeat("&", 200), "1234567890"
	lines := amountFields{copay: "9999999.99", appointment: "123456789012345678", claims: strings.Repeat(`{"1":"1.00"},`, 1000)}
	outgrown := newForm().department(dana).card(card)
	old := outgrown.b.Bytes()
	outgrown.lines(lines)
	if len(bytes.Trim(old, "\x00")) != 0 {
		t.Error("what the form outgrew is not cleared")
	}
	made := collectForm(payment.Patient{Department: 1 << 40}, lines, card)
	form, body := made.Bytes(), &onceBody{form: made}
	first, err := io.ReadAll(body)
	if err != nil || !bytes.Contains(first, []byte("accountnumber=4111111111111111")) {
		t.Fatalf("read %q, %v", first, err)
	}
	body.Close()
	if len(bytes.Trim(form, "\x00")) != 0 {
		t.Error("form is not cleared")
	}
	if n, err := body.Read(make([]byte, 10)); n != 0 || err == nil || errors.Is(err, io.EOF) {
		t.Errorf("read after close: %d, %v", n, err)
	}
}

// Charges that must not leave the house.
func TestCollectRefusesBadCharges(t *testing.T) {
	upstream := scripted(t, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") })
	c := connect(t, upstream.URL)
	for name, charge := range map[string]payment.Charge{
		"nothing":  {},
		"no cents": {Lines: []payment.Line{{Bill: "claim-501", Kind: payment.Claim, Number: "501"}}},
		"injected": {Lines: []payment.Line{{Bill: `claim-1":"9"`, Kind: payment.Claim, Number: `1":"9"`, Amount: payment.Cents(1)}}},
	} {
		if outcome := c.Collect(t.Context(), dana, charge, cardOf(t, "4111111111111111")); outcome.State != payment.NotSent {
			t.Errorf("%s: %+v", name, outcome)
		}
	}
	card := cardOf(t, "4111111111111111")
	card.Clear()
	for _, card := range []*payment.Card{nil, card} {
		if outcome := c.Collect(t.Context(), dana, oneClaim, card); outcome.State != payment.NotSent {
			t.Errorf("without a card: %+v", outcome)
		}
	}
}

// An upstream that repeats the card in its answer gets it into no record.
func TestEvidenceHoldsNoCard(t *testing.T) {
	const number = "4111111111111111"
	for _, echo := range []string{
		`{"success":"false","errortext":"Declined %s code 042"}`,
		`{"success":"false","errortext":"Declined 4111 1111-1111.1111 (042)"}`,
		`{"success":"false","errortext":"` + strings.Repeat("x", 190) + `%s"}`,
		`{"success":"false","errortext":"Declined. Expecting type integer, but value is 42"}`, // 042, as an integer
		`{"success":"false","errortext":"4\u200b1\u200b1\u200b1\u200b1\u200b1111111\u200b1111"}`,
	} {
		if strings.Contains(echo, "%s") {
			echo = fmt.Sprintf(echo, number)
		}
		upstream := says(t, 200, echo)
		outcome := connect(t, upstream.URL).Collect(t.Context(), dana, oneClaim, cardOf(t, number))
		if outcome.State != payment.Declined && outcome.State != payment.Unknown || strings.Contains(outcome.Evidence, "1111") || strings.Contains(outcome.Evidence, "42") || len(outcome.Evidence) > 300 {
			t.Errorf("evidence %q (%s)", outcome.Evidence, outcome.State)
		}
	}
}

// The upstream's own number of the request is part of the evidence, if it is
// one that can be read out to somebody.
func TestEvidenceNamesTheRequest(t *testing.T) {
	for _, id := range []string{"", "req-7", strings.Repeat("r", 79), strings.Repeat("r", 80)} {
		upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			w.Header().Set("X-Request-Id", id)
			io.WriteString(w, `{"success":"true","epaymentid":"61234"}`)
		})
		want := "http 200 success=true"
		if id != "" && len(id) < 80 {
			want += ` request="` + id + `"`
		}
		got := connect(t, upstream.URL).Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
		if got.State != payment.Succeeded || got.Evidence != want {
			t.Errorf("%+v, want %s", got, want)
		}
	}
}
