package athena

import (
	"net/http"
	"strings"
	"testing"

	"paypane/web/payment"
)

// What our own rules stop must not leave the house, and says so.
func TestWritesStoppedHere(t *testing.T) {
	upstream := record(t, answering(200, `{"success":"true"}`))
	c := connect(t, upstream.URL, withVendor)
	bare := connect(t, upstream.URL) // of no vendor
	ctx := t.Context()
	card := cardOf(t, "4111111111111111")
	gone := cardOf(t, "4111111111111111")
	gone.Clear()
	plan := payment.PlanTerms{Claims: []string{"501"}, Cycle: payment.Cents(1), Frequency: payment.Monthly}
	with := func(change func(*payment.PlanTerms)) payment.PlanTerms { p := plan; change(&p); return p }
	cash := payment.Booking{Method: payment.Cash, Other: payment.Cents(1)}
	vendor := payment.VendorBooking{Booking: cash, Reference: "r"}
	long := vendor
	long.Reference = strings.Repeat("é", 33)
	swiped := vendor
	swiped.Booking = payment.Booking{Method: "VISA", Last4: "1111", Other: payment.Cents(1)}
	for name, w := range map[string]payment.Write{
		"stored: none":        c.CollectStored(ctx, lee, oneClaim, "", nil),
		"stored: path":        c.CollectStored(ctx, lee, oneClaim, "../1", nil),
		"stored: code":        c.CollectStored(ctx, lee, oneClaim, "9001", []byte("04x")),
		"stored: charge":      c.CollectStored(ctx, lee, payment.Charge{}, "9001", nil),
		"store: no card":      c.StoreCard(ctx, lee, nil),
		"store: cleared":      c.StoreCard(ctx, lee, gone),
		"prefer: none":        c.PreferCard(ctx, lee, "x", true),
		"delete: none":        c.DeleteCard(ctx, lee, "0"),
		"visit: none":         c.AgreeForVisit(ctx, dana, payment.AgreementTerms{}, card),
		"visit: email":        c.AgreeForVisit(ctx, lee, payment.AgreementTerms{Email: "x"}, card),
		"year: no card":       c.AgreeForYear(ctx, lee, payment.AgreementTerms{}, nil),
		"mail: none":          c.EmailYearAgreement(ctx, lee, "", "a@example.com"),
		"mail: nobody":        c.EmailYearAgreement(ctx, lee, "1", ""),
		"plan: no claims":     c.CreatePlan(ctx, lee, with(func(p *payment.PlanTerms) { p.Claims = nil }), card, "2026-11-21"),
		"plan: twice":         c.CreatePlan(ctx, lee, with(func(p *payment.PlanTerms) { p.Claims = []string{"1", "1"} }), card, "2026-11-21"),
		"plan: injected":      c.CreatePlan(ctx, lee, with(func(p *payment.PlanTerms) { p.Claims = []string{"1],[2"} }), card, "2026-11-21"),
		"plan: today":         c.CreatePlan(ctx, lee, with(func(p *payment.PlanTerms) { p.Start = "2026-11-21" }), card, "2026-11-21"),
		"plan: no day":        c.CreatePlan(ctx, lee, with(func(p *payment.PlanTerms) { p.Start = "2026-13-21" }), card, "2026-11-21"),
		"plan: no cycle":      c.CreatePlan(ctx, lee, with(func(p *payment.PlanTerms) { p.Cycle = payment.Amount{} }), card, "2026-11-21"),
		"plan: frequency":     c.CreatePlan(ctx, lee, with(func(p *payment.PlanTerms) { p.Frequency = "DAILY" }), card, "2026-11-21"),
		"plan: card number":   c.CreatePlan(ctx, lee, with(func(p *payment.PlanTerms) { p.Name = "4111 1111 1111 1111" }), card, "2026-11-21"),
		"record: pasted":      c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Check, CheckNumber: "4111111111111111", Other: payment.Cents(1)}),
		"plan: cleared":       c.CreatePlan(ctx, lee, plan, gone, "2026-11-21"),
		"record: no method":   c.RecordPayment(ctx, lee, payment.Booking{Other: payment.Cents(1)}),
		"record: nothing":     c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash}),
		"record: both":        c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Other: payment.Cents(1), Charge: oneClaim}),
		"record: no number":   c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Check, Other: payment.Cents(1)}),
		"record: number":      c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, CheckNumber: "1", Other: payment.Cents(1)}),
		"record: no last 4":   c.RecordPayment(ctx, lee, payment.Booking{Method: "AMEX", Other: payment.Cents(1)}),
		"record: card number": c.RecordPayment(ctx, lee, payment.Booking{Method: "AMEX", Last4: "4111111111111111", Other: payment.Cents(1)}),
		"record: last 4":      c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Last4: "1111", Other: payment.Cents(1)}),
		"record: today":       c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Charge: oneClaim, Today: true}),
		"record: no day":      c.RecordPayment(ctx, lee, payment.Booking{Method: payment.Cash, Other: payment.Cents(1), Posted: "11/20/2026"}),
		"void: none":          c.VoidPayment(ctx, lee, "61234/x"),
		"upload: no pdf":      c.UploadSignedReceipt(ctx, lee, "61234", []byte("<html>")),
		"upload: none":        c.UploadSignedReceipt(ctx, lee, "", []byte("%PDF-")),
		"vendor: long":        c.RecordVendorPayment(ctx, lee, long),
		"vendor: terminal":    c.RecordVendorPayment(ctx, lee, swiped),
		"vendor: none":        bare.RecordVendorPayment(ctx, lee, vendor),
		"refund: none":        bare.RefundVendorPayment(ctx, lee, payment.VendorRefund{Payment: "1", Method: "VISA", Reference: "r"}),
		"refund: reference":   c.RefundVendorPayment(ctx, lee, payment.VendorRefund{Payment: "1", Method: "VISA"}),
		"adjust: none":        bare.AdjustCharges(ctx, lee, []payment.Adjustment{{Charge: "1", Amount: payment.Cents(1)}}),
		"adjust: nothing":     c.AdjustCharges(ctx, lee, nil),
		"adjust: zero":        c.AdjustCharges(ctx, lee, []payment.Adjustment{{Charge: "1"}}),
		"adjust: injected":    c.AdjustCharges(ctx, lee, []payment.Adjustment{{Charge: `1"`, Amount: payment.Cents(1)}}),
	} {
		if w.State != payment.WriteNotSent || w.Op == "" || w.Evidence == "" || w.Fault != payment.FaultOurs {
			t.Errorf("%s: %+v", name, w)
		}
	}
	if n := upstream.count(); n != 0 {
		t.Errorf("%d calls: %+v", n, upstream.calls)
	}
	for _, code := range []string{"a/b", "a b", "é", "..", "?"} {
		if _, err := New(Config{URL: upstream.URL, ClientID: "i", ClientSecret: "s", Vendors: map[int]string{195900: code}}); err == nil {
			t.Errorf("vendor %q: no error", code)
		}
	}
}

// An adjustment with an error anywhere is not done, nor proved not to be
// (docs/upstream-api.md#patientpayvendors).
func TestAdjustErrors(t *testing.T) {
	for body, want := range map[string]payment.WriteState{
		`{"patientid":"40213","charges":[{"chargeid":2001}],"error":""}`:                payment.WriteDone,
		`{"patientid":40213,"charges":[{"chargeid":2001,"error":null}],"error":null}`:   payment.WriteDone,
		`{"patientid":40213,"charges":[{"error":"too much"}]}`:                          payment.WriteUnknown,
		`{"patientid":40213,"charges":[{"success":"false"}]}`:                           payment.WriteUnknown,
		`{"patientid":40213,"charges":[{}],"error":"not enrolled"}`:                     payment.WriteUnknown,
		`{"patientid":40211,"charges":[{}]}`:                                            payment.WriteUnknown,
		`{"charges":[{}]}`:                                                              payment.WriteUnknown,
		`{"patientid":40213,"charges":[]}`:                                              payment.WriteUnknown,
		`{"patientid":40213,"charges":["2001"]}`:                                        payment.WriteUnknown,
		`{"patientid":40213,"charges":[{"a":1,"A":2}]}`:                                 payment.WriteUnknown,
		`{"patientid":40213,"charges":[{"success":"maybe"}],"error":"","success":true}`: payment.WriteUnknown,
	} {
		w := connect(t, says(t, http.StatusOK, body).URL, withVendor).AdjustCharges(t.Context(), lee, []payment.Adjustment{{Charge: "2001", Amount: payment.Cents(1)}})
		if w.State != want {
			t.Errorf("%s: %+v", body, w)
		}
	}
}

// A vendor's payment that was booked before says so, in every form; one that
// says neither is unknown.
func TestPreviouslyRecorded(t *testing.T) {
	b := payment.VendorBooking{Booking: payment.Booking{Method: payment.Cash, Other: payment.Cents(1)}, Reference: "r"}
	for wire, want := range map[string]string{`"true"`: "true", `true`: "true", `"Y"`: "true", `"false"`: "false", `false`: "false", `"n"`: "false",
		`null`: "unknown", `""`: "unknown", `"maybe"`: "unknown", `1`: "unknown"} {
		w := connect(t, says(t, 200, `{"patientpaymentid":5501,"previouslyrecordedyn":`+wire+`}`).URL, withVendor).RecordVendorPayment(t.Context(), lee, b)
		got := "unknown"
		if w.Done() {
			got = "false"
			if w.Handle.PreviouslyRecorded {
				got = "true"
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", wire, got, want)
		}
	}
}
