package athena

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// oneWrite is a write of the client with what it must send and what an answer
// of success looks like.
type oneWrite struct {
	name    string // the endpoint, and which of its forms
	do      func(context.Context, *Client, *payment.Card) payment.Write
	method  string
	path    string
	query   url.Values
	form    url.Values // nil: not a form
	success string     // object; %S is the value of success
	handle  payment.Handle
	// nameless is an answer of success without the handle; empty: it has none.
	nameless string
	// denied is an answer of no success, and why that is refused.
	denied  string
	refusal payment.Refusal
}

const patients = "/v1/195900/patients/40213/"

// writes are all writes of the client; the tests below go through all.
func writes() []oneWrite {
	var (
		declined = `{"success":"false","errortext":"Declined"}`
		failed   = `{"success":"false","errormessage":"Not possible."}` // 4 R
		bank     = payment.RefusedByBank
		api      = payment.RefusedByUpstream
		post     = http.MethodPost
		recorded = time.Date(2026, 11, 21, 11, 0, 0, 0, Eastern())
	)
	return []oneWrite{
		{name: "collectpayment", do: func(ctx context.Context, c *Client, card *payment.Card) payment.Write {
			o := c.Collect(ctx, lee, copayAndClaims, card)
			// The outcome of a charge is a write's in other words.
			w := payment.Write{State: map[payment.State]payment.WriteState{payment.Succeeded: payment.WriteDone, payment.Declined: payment.WriteRefused,
				payment.NotSent: payment.WriteNotSent, payment.Unknown: payment.WriteUnknown}[o.State],
				Refusal: o.Refusal, Handle: payment.Handle{Payment: o.Reference}, Evidence: o.Evidence, Fault: "any"}
			if o.State == payment.NotSent && strings.HasPrefix(o.Evidence, "http 4") {
				w.State = payment.WriteRefused
			}
			return w
		}, method: post, path: patients + "collectpayment",
			form:    cardFields(url.Values{"copayamount": {"25.00"}, "appointmentid": {"880123"}, "claimpayment": {`[{"501":"10.00"},{"502":"5.50"}]`}}),
			success: `{"success":%S,"epaymentid":"61234"}`, handle: payment.Handle{Payment: "61234"}, nameless: `{"success":"true"}`, denied: declined, refusal: bank},
		{name: "storedcard pay", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.CollectStored(ctx, lee, copayAndClaims, "9001", nil)
		}, method: post, path: patients + "collectpayment/storedcard/9001",
			form:    url.Values{"departmentid": {"7"}, "copayamount": {"25.00"}, "appointmentid": {"880123"}, "claimpayment": {`[{"501":"10.00"},{"502":"5.50"}]`}},
			success: `{"success":%S,"epaymentid":61242}`, handle: payment.Handle{Payment: "61242"}, nameless: `{"success":"true"}`, denied: declined, refusal: bank},
		{name: "storedcard pay with code", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.CollectStored(ctx, lee, oneClaim, "9001", []byte("042"))
		}, method: post, path: patients + "collectpayment/storedcard/9001",
			form:    url.Values{"departmentid": {"7"}, "ecommercemode": {"true"}, "cardsecuritycode": {"042"}, "claimpayment": {`[{"501":"10.00"}]`}},
			success: `{"success":%S,"epaymentid":"61242"}`, handle: payment.Handle{Payment: "61242"}, nameless: `{"success":"true"}`,
			denied: `{"success":"false","errortext":"Declined CVV2"}`, refusal: payment.RefusedCode},
		{name: "storedcard store", do: func(ctx context.Context, c *Client, card *payment.Card) payment.Write {
			return c.StoreCard(ctx, lee, card)
		}, method: post, path: patients + "collectpayment/storedcard", form: cardFields(nil),
			success: `{"success":%S,"storedcardid":"9001","epaymentid":"61241"}`, handle: payment.Handle{StoredCard: "9001", Payment: "61241"},
			nameless: `{"success":"true","epaymentid":"61241"}`, denied: declined, refusal: bank},
		{name: "storedcard prefer", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.PreferCard(ctx, lee, "9001", false)
		}, method: http.MethodPut, path: patients + "collectpayment/storedcard/9001",
			form: url.Values{"departmentid": {"7"}, "preferredcard": {"false"}}, success: `{"success":%S}`, denied: failed, refusal: api},
		{name: "storedcard delete", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.DeleteCard(ctx, lee, "9001")
		},
			method: http.MethodDelete, path: patients + "collectpayment/storedcard/9001", query: url.Values{"departmentid": {"7"}},
			success: `{"success":%S}`, denied: failed, refusal: api},
		{name: "singleappointment", do: func(ctx context.Context, c *Client, card *payment.Card) payment.Write {
			return c.AgreeForVisit(ctx, lee, payment.AgreementTerms{Max: payment.Cents(30000), Email: "dana@example.com"}, card)
		}, method: post, path: patients + "collectpayment/singleappointment/880123",
			form:    cardFields(url.Values{"maxamount": {"300.00"}, "email": {"dana@example.com"}}),
			success: `{"success":%S,"epaymentid":"61240"}`, handle: payment.Handle{Payment: "61240"}, nameless: `{"success":"true"}`, denied: declined, refusal: bank},
		{name: "oneyear", do: func(ctx context.Context, c *Client, card *payment.Card) payment.Write {
			return c.AgreeForYear(ctx, lee, payment.AgreementTerms{}, card)
		}, method: post, path: patients + "collectpayment/oneyear/880123", form: cardFields(nil),
			success: `{"success":%S,"epaymentid":"61240"}`, handle: payment.Handle{Payment: "61240"}, nameless: `{"success":"true"}`, denied: declined, refusal: bank},
		{name: "oneyear emailagreement", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.EmailYearAgreement(ctx, lee, "77", "dana+x@example.com")
		}, method: post, path: patients + "collectpayment/oneyear/77/emailagreement",
			form: url.Values{"departmentid": {"7"}, "email": {"dana+x@example.com"}}, success: `{"success":%S}`, denied: failed, refusal: api},
		{name: "paymentplan", do: func(ctx context.Context, c *Client, card *payment.Card) payment.Write {
			return c.CreatePlan(ctx, lee, payment.PlanTerms{Name: "Knee", Claims: []string{"501", "502"}, Cycle: payment.Cents(5000),
				Frequency: payment.Monthly, Start: "2026-12-01", Down: payment.Cents(1000), Email: "dana@example.com"}, card, "2026-11-21")
		}, method: post, path: patients + "collectpayment/paymentplan",
			form: cardFields(url.Values{"claimids": {"[501,502]"}, "cycleamount": {"50.00"}, "billingmethod": {"CREDITCARD"}, "frequency": {"MONTHLY"},
				"startdate": {"12/01/2026"}, "downpaymentamount": {"10.00"}, "paymentplanname": {"Knee"}, "email": {"dana@example.com"}, "appointmentid": {"880123"}}),
			success: `{"success":%S,"paymentplanid":"77","epaymentid":"61243"}`, handle: payment.Handle{Plan: "77", Payment: "61243"},
			nameless: `{"success":"true","epaymentid":"61243"}`, denied: declined, refusal: bank},
		{name: "paymentplan statements", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.CreatePlan(ctx, dana, payment.PlanTerms{Claims: []string{"501"}, Cycle: payment.Cents(5000), Frequency: payment.Weekly}, nil, "2026-11-21")
		}, method: post, path: "/v1/195900/patients/40211/collectpayment/paymentplan",
			form: url.Values{"departmentid": {"7"}, "claimids": {"[501]"}, "cycleamount": {"50.00"}, "billingmethod": {"SENDSTATEMENTS"}, "frequency": {"WEEKLY"}},
			// Without a card there is nothing for an epaymentid to name.
			success: `{"success":%S,"paymentplanid":77}`, handle: payment.Handle{Plan: "77"}, nameless: `{"success":"true"}`, denied: declined, refusal: bank},
		{name: "recordpayment cash", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Charge: copayAndClaims})
		}, method: post, path: patients + "recordpayment",
			form: url.Values{"departmentid": {"7"}, "paymentmethod": {"CASH"}, "copayamount": {"25.00"}, "appointmentid": {"880123"},
				"claimpayment": {`[{"501":"10.00"},{"502":"5.50"}]`}},
			success: `{"success":%S,"paymentbatchid":"5"}`, handle: payment.Handle{Batch: "5"}, nameless: `{"success":"true"}`, denied: failed, refusal: api},
		{name: "recordpayment check", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Check, CheckNumber: "1044", Other: payment.Cents(8000), Today: true, Posted: "2026-11-20"})
		}, method: post, path: patients + "recordpayment",
			form: url.Values{"departmentid": {"7"}, "paymentmethod": {"CHECK"}, "checknumber": {"1044"}, "otheramount": {"80.00"},
				"todayservice": {"Y"}, "postdate": {"11/20/2026"}},
			success: `{"success":%S,"paymentbatchid":318}`, handle: payment.Handle{Batch: "318"}, nameless: `{"success":"true"}`, denied: failed, refusal: api},
		{name: "recordpayment other card", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.RecordPayment(ctx, lee, payment.Booking{Method: "MC/VISA", Last4: "0005", Other: payment.Cents(6000)})
		}, method: post, path: patients + "recordpayment",
			form:    url.Values{"departmentid": {"7"}, "paymentmethod": {"MC/VISA"}, "cardnumberlast4": {"0005"}, "otheramount": {"60.00"}},
			success: `{"success":%S,"paymentbatchid":"318"}`, handle: payment.Handle{Batch: "318"}, nameless: `{"success":"true"}`, denied: failed, refusal: api},
		{name: "recordpayment copay and account", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Charge: payment.Charge{Lines: append(slices.Clone(copayAndClaims.Lines),
				payment.Line{Bill: "other-account", Kind: payment.Unapplied, Number: payment.AccountNumber, Amount: payment.Cents(700), Balance: payment.Cents(700)})}})
		}, method: post, path: patients + "recordpayment",
			form:    url.Values{"departmentid": {"7"}, "paymentmethod": {"CASH"}, "copayamount": {"25.00"}, "appointmentid": {"880123"}, "otheramount": {"22.50"}},
			success: `{"success":%S,"paymentbatchid":"318"}`, handle: payment.Handle{Batch: "318"}, nameless: `{"success":"true"}`, denied: failed, refusal: api},
		{name: "recordpayment today", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Charge: payment.Charge{Lines: []payment.Line{
				{Bill: "today-880123", Kind: payment.Today, Number: "880123", Amount: payment.Cents(8000), Balance: payment.Cents(8000)}}}})
		}, method: post, path: patients + "recordpayment",
			form:    url.Values{"departmentid": {"7"}, "paymentmethod": {"CASH"}, "appointmentid": {"880123"}, "todayservice": {"Y"}, "otheramount": {"80.00"}},
			success: `{"success":%S,"paymentbatchid":"318"}`, handle: payment.Handle{Batch: "318"}, nameless: `{"success":"true"}`, denied: failed, refusal: api},
		{name: "voidpayment", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.VoidPayment(ctx, lee, "61234")
		}, method: post, path: patients + "voidpayment/61234", success: `{"success":%S}`, denied: failed, refusal: api},
		{name: "receipts signed", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.UploadSignedReceipt(ctx, lee, "61234", []byte("%PDF-1.7 signed"))
		}, method: post, path: patients + "receipts/61234/signed", success: `{"success":%S}`, denied: failed, refusal: api},
		{name: "patientpayvendors payments", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.RecordVendorPayment(ctx, lee, payment.VendorBooking{
				Booking:   payment.Booking{Method: "VISA", Last4: "1111", Other: payment.Cents(3000), Posted: "2026-11-20"},
				Reference: "acme-000017", Terminal: "T0042", Deposited: "2026-11-23"})
		}, method: post, path: "/v1/195900/patientpayvendors/ACME/payments",
			form: url.Values{"departmentid": {"7"}, "patientid": {"40213"}, "paymentmethod": {"VISA"}, "externalrefid": {"acme-000017"}, "cardnumberlast4": {"1111"},
				"vendorterminalid": {"T0042"}, "otheramount": {"30.00"}, "postdate": {"11/20/2026"}, "bankdepositdate": {"11/23/2026"}, "movetounappliedifoverpay": {"false"}},
			success: `{"patientpaymentid":"5501","previouslyrecordedyn":%S}`, handle: payment.Handle{VendorPayment: "5501", PreviouslyRecorded: true},
			nameless: `{"previouslyrecordedyn":"false"}`, denied: failed, refusal: api},
		{name: "patientpayvendors refund", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.RefundVendorPayment(ctx, lee, payment.VendorRefund{Payment: "5501", Method: "VISA", Reference: "acme-000017-r", Terminal: "T0042"})
		}, method: post, path: "/v1/195900/patientpayvendors/ACME/payments/5501/refund",
			form: url.Values{"departmentid": {"7"}, "patientid": {"40213"}, "paymentmethod": {"VISA"}, "externalrefid": {"acme-000017-r"},
				"fullrefund": {"true"}, "ispaymentsettled": {"false"}, "vendorterminalid": {"T0042"}},
			success: `{"patientpaymentid":5502,"recordedtime":"11\/21\/2026 11:00:00","success":%S}`, handle: payment.Handle{VendorPayment: "5502", Recorded: recorded},
			nameless: `{"recordedtime":"11\/21\/2026 11:00:00"}`, denied: failed, refusal: api},
		{name: "patientpayvendors adjustingcharges", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.AdjustCharges(ctx, lee, []payment.Adjustment{{Charge: "2001", Amount: payment.Cents(500)}, {Charge: "2002", Amount: payment.Cents(1)}})
		}, method: post, path: "/v1/195900/patientpayvendors/ACME/adjustingcharges",
			form:    url.Values{"patientid": {"40213"}, "charges": {`[{"chargeid":"2001","adjustmentamount":"5.00"},{"chargeid":"2002","adjustmentamount":"0.01"}]`}},
			success: `{"patientid":40213,"charges":[{"chargeid":"2001"},{"success":%S}]}`, nameless: `{"patientid":40213}`, denied: failed, refusal: api},
		{name: "appointments startcheckin", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.StartCheckIn(ctx, lee)
		}, method: post, path: "/v1/195900/appointments/880123/startcheckin", success: `{"success":%S}`, denied: failed, refusal: api},
		{name: "appointments checkin", do: func(ctx context.Context, c *Client, _ *payment.Card) payment.Write {
			return c.CheckIn(ctx, lee)
		}, method: post, path: "/v1/195900/appointments/880123/checkin", success: `{"success":%S,"message":"Checked in."}`, denied: failed, refusal: api},
	}
}

// withVendor configures the vendor of the samples.
func withVendor(c *Config) { c.Vendors = map[int]string{195900: "ACME"} }

func (w oneWrite) says(success string) string { return strings.ReplaceAll(w.success, "%S", success) }

// What each write sends, to the letter, and that it sends it once.
func TestWriteRequests(t *testing.T) {
	for _, w := range writes() {
		upstream := record(t, answering(200, w.says(`"true"`)))
		result := w.do(t.Context(), connect(t, upstream.URL, withVendor), cardOf(t, "4111111111111111"))
		got := upstream.only(t)
		if !result.Done() || result.Handle != w.handle {
			t.Errorf("%s: %+v, want handle %+v", w.name, result, w.handle)
		}
		if got.method != w.method || got.path != w.path || got.query.Encode() != w.query.Encode() {
			t.Errorf("%s: %s %s?%s", w.name, got.method, got.path, got.query.Encode())
		}
		if w.form != nil && fmt.Sprint(got.form) != fmt.Sprint(w.form) {
			t.Errorf("%s sent\n%v\nwant\n%v", w.name, got.form, w.form)
		}
		kind := got.header.Get("Content-Type")
		if w.form != nil && kind != "application/x-www-form-urlencoded" || w.form == nil && kind != "" && !strings.HasPrefix(kind, "multipart/") ||
			got.header.Get("Authorization") != "Bearer a" || got.header.Get("Accept") != "application/json" || got.header.Get("Idempotency-Key") != "" {
			t.Errorf("%s: headers %v", w.name, got.header)
		}
		if got.form.Has("allowduplicatepayments") || got.form.Has("amount") {
			t.Errorf("%s sends %v", w.name, got.form)
		}
	}
}

// The signed copy, as a server reads it (docs/upstream-api.md#receipts).
func TestUploadSignedReceiptBody(t *testing.T) {
	pdf := append([]byte("%PDF-1.7\r\n\x00--paypane"), bytes.Repeat([]byte("x"), 5000)...)
	upstream := record(t, answering(200, `{"success":true}`))
	if w := connect(t, upstream.URL).UploadSignedReceipt(t.Context(), lee, "61234", pdf); !w.Done() {
		t.Fatal(w)
	}
	got := upstream.only(t)
	_, params, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	form, err := multipart.NewReader(bytes.NewReader(got.body), params["boundary"]).ReadForm(1 << 20)
	if err != nil || len(form.File) != 1 || len(form.Value) != 0 {
		t.Fatalf("%+v, %v", form, err)
	}
	file := form.File["attachmentcontents"][0]
	f, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var read bytes.Buffer
	if read.ReadFrom(f); !bytes.Equal(read.Bytes(), pdf) || file.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%d bytes of %d, %v", read.Len(), len(pdf), file.Header)
	}
}
