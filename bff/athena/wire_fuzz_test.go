package athena

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"paypane/web/payment"
)

// FuzzReply holds the judgement of every write's answer against a second
// reading: done needs a 200 that denies nothing and has the handle, refused a
// text that says no, and nothing of the evidence can be a card.
func FuzzReply(f *testing.F) {
	all := writes()
	for i, w := range all {
		for _, a := range answersTo(w) {
			if len(a.body) < 1000 {
				f.Add(uint8(i), a.status, []byte(a.body))
			}
		}
	}
	kinds := []reply{collectReply, storedCardReply, planReply, recordReply, plainReply, vendorPaymentReply, vendorRefundReply, adjustReply(lee)}
	handles := []string{"epaymentid", "storedcardid", "paymentplanid", "paymentbatchid", "", "patientpaymentid", "patientpaymentid", "charges"}
	f.Fuzz(func(t *testing.T, kind uint8, status int, body []byte) {
		i := int(kind) % len(kinds)
		got := kinds[i].classify(status, body, []byte("042"))
		if longNumber.MatchString(strings.ReplaceAll(got.Evidence+got.Said+got.Bank, " ", "")) || len(got.Evidence) > 3000 {
			t.Errorf("evidence %q", got.Evidence)
		}
		var object map[string]any
		if json.Unmarshal(body, &object) != nil {
			var list []map[string]any
			if json.Unmarshal(body, &list) == nil && len(list) == 1 {
				object = list[0]
			}
		}
		yes := object["success"] == true || object["success"] == "true"
		no := object["success"] == false || object["success"] == "false"
		text := func(names ...string) bool {
			for _, name := range names {
				if s, _ := object[name].(string); s != "" {
					return true
				}
			}
			return false
		}
		proved := got.Evidence != "" && got.Fault != ""
		switch got.State {
		case payment.WriteDone:
			_, has := object[handles[i]]
			proved = status == 200 && !no && !text("error") && !text(kinds[i].messages...) && (yes || !kinds[i].success) && (has || handles[i] == "") && got.Fault == ""
		case payment.WriteRefused:
			proved = proved && ((status == 200 || status == 400) && no && text(kinds[i].messages...) && !text("error") && !text(handles[i]) || status >= 400 && status < 500 && status != 403 && text("error"))
		case payment.WriteNotSent:
			proved = false // an answer is never that
		}
		if !proved || got.State != payment.WriteDone && got.Handle != (payment.Handle{}) {
			t.Errorf("%d %d %q: %+v", i, status, body, got)
		}
	})
}

// FuzzRows feeds every reader of a list or a text.
func FuzzRows(f *testing.F) {
	for _, r := range reads() {
		for body := range r.shown {
			f.Add([]byte(body))
		}
	}
	for _, body := range nonsense {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		listed := false
		if cards, err := readMost("x", body, readStoredCard); err == nil || errors.Is(err, payment.ErrOddRows) {
			listed = true
			for _, c := range cards {
				if !reference(c.ID) || len(c.Last4) != 0 && len(c.Last4) != 4 || longNumber.MatchString(c.Name+c.Address+c.ZIP) {
					t.Errorf("%q: %+v", body, c)
				}
			}
		}
		if all, err := readAll("x", body, func(r *row) payment.Agreement { return readAgreement(r, payment.AgreementYear) }); err == nil {
			for _, a := range all {
				if a.ID == "" && a.Payment == "" {
					t.Errorf("%q: %+v", body, a)
				}
			}
		}
		if plans, err := readAll("x", body, readPlan); err == nil {
			for _, p := range plans {
				if !reference(p.ID) {
					t.Errorf("%q: %+v", body, p)
				}
			}
		}
		if _, err := readAll("x", body, readPastPayment); err == nil {
			listed = true
		}
		readAll("x", body, readClaim)
		readAll("x", body, readTransaction)
		readAll("x", body, readDepartment)
		if listed && !strings.Contains(string(body), "[") {
			t.Errorf("%q is no list", body)
		}
		if d, err := readDetails(body, "61234"); err == nil {
			for name, value := range d.Others {
				if longNumber.MatchString(name) || longNumber.MatchString(value) {
					t.Errorf("%q: %q %q", body, name, value)
				}
			}
		}
		if s, err := soleText(body, termsText); err == nil && strings.TrimSpace(s) == "" {
			t.Errorf("%q: empty terms", body)
		}
	})
}
