package athena

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"paypane/web/payment"
)

// Answers to collectpayment and what they prove; the comment names the row of
// docs/upstream-api.md.
var answers = []struct {
	status   int
	body     string
	state    payment.State
	refusal  payment.Refusal
	evidence string // contained
}{
	// (a) "keyed, ecommerce": object, array of one, integer id.
	{200, `{"success":"true","epaymentid":"61234"}`, payment.Succeeded, "", "success=true"},
	{200, `[{"success":"true","epaymentid":"61234"}]`, payment.Succeeded, "", ""},
	{200, `{"success":true,"epaymentid":61234}`, payment.Succeeded, "", ""},
	{200, "\n\n" + `[{"epaymentid":61234,"errortext":"","success":true}]` + "\n", payment.Succeeded, "", ""},
	// 2.1: documented output, but not all of it.
	{200, `{"success":"true"}`, payment.Unknown, "", "http 200 success=true without epaymentid"},
	{200, `{"success":"true","epaymentid":""}`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":null}`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":"0"}`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":-1}`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":6.1}`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":1e5}`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":"see receipt"}`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":{"id":1}}`, payment.Unknown, "", ""},
	{200, `{"epaymentid":"61234"}`, payment.Unknown, "", ""},
	{200, `{"success":"yes","epaymentid":"61234"}`, payment.Unknown, "", ""},
	{200, `{"success":1,"epaymentid":"61234"}`, payment.Unknown, "", ""},
	{200, `{"success":null,"epaymentid":"61234"}`, payment.Unknown, "", ""},
	{200, `{"SUCCESS":"true","epaymentid":"61234"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","success":"true","epaymentid":"61234","errortext":"x"}`, payment.Unknown, "", ""},
	{200, `[{"success":"true","epaymentid":"1"},{"success":"true","epaymentid":"2"}]`, payment.Unknown, "", ""},
	// (a) "declined"; help page texts in 2.1.
	{200, `{"success":"false","errortext":"Declined"}`, payment.Declined, payment.RefusedByBank, `http 200 success=false errortext="Declined"`},
	{200, `[{"success":false,"errortext":"Declined"}]`, payment.Declined, payment.RefusedByBank, ""},
	{200, `{"success":"false","errortext":"Declined CVV2"}`, payment.Declined, payment.RefusedCode, ""},
	{200, `{"success":"false","errortext":"Check the Security Code."}`, payment.Declined, payment.RefusedCode, ""},
	{200, `{"success":"false","errortext":"Unknown"}`, payment.Unknown, "", "Unknown"},
	{200, `{"success":"false","errortext":"UNKNOWN error"}`, payment.Unknown, "", ""},
	// A text of which nobody said that it is a refusal proves nothing; one that
	// tells of doubt, whatever else it says, less: money may have moved.
	{200, `{"success":"false","errortext":"Duplicate payment"}`, payment.Unknown, "", "Duplicate"},
	{200, `{"success":"false","errortext":"Duplicate transaction declined"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"Timeout"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"No response from processor"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"Processor communication error"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"Approval pending"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"System error, please retry"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"CVV match, approved offline"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"Approved"}`, payment.Unknown, "", ""},
	{200, `{"success":"true","errortext":"Declined","epaymentid":"61234"}`, payment.Unknown, "", `http 200 success=true errortext="Declined"`},
	{200, `{"success":"false","errortext":"INSUFFICIENT FUNDS"}`, payment.Declined, payment.RefusedByBank, ""},
	{200, `{"success":"false"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":" "}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":["Declined"]}`, payment.Unknown, "", ""},
	// A public Go client's tests: a decline is a 400. The same in the other forms.
	{400, `[{"errortext":"EXPIRED CARD","success":"false"}]`, payment.Declined, payment.RefusedByBank, `http 400 success=false errortext="EXPIRED CARD"`},
	{400, "\n\n" + `{"errortext":"EXPIRED CARD","success":"false"}`, payment.Declined, payment.RefusedByBank, ""},
	{400, `{"success":false,"errortext":"Declined","epaymentid":null}`, payment.Declined, payment.RefusedByBank, ""},
	{400, `[{"success":false,"errortext":"Declined CVV2","epaymentid":""}]`, payment.Declined, payment.RefusedCode, ""},
	{400, `[{"success":"false","errortext":"Card type not accepted"}]`, payment.Declined, payment.RefusedByBank, ""},
	{400, `[{"success":"false","errortext":"Unknown"}]`, payment.Unknown, "", ""},
	{400, `[{"success":"false","errortext":"No reply from host"}]`, payment.Unknown, "", ""},
	// Texts that are in no list of ours.
	{200, `[{"success":"false","errortext":"CALL AUTH CENTER"}]`, payment.Declined, payment.RefusedByBank, ""},
	{400, `[{"success":"false","errortext":"CVV2 MISMATCH"}]`, payment.Declined, payment.RefusedCode, ""},
	{200, `{"success":"false","errortext":"Not approved"}`, payment.Declined, payment.RefusedByBank, ""},
	{200, `{"success":"false","errortext":"Transaction not authorized"}`, payment.Declined, payment.RefusedByBank, ""},
	// A refusal beside a word that elsewhere tells of trouble.
	{400, `[{"success":"false","errortext":"CVV2 FAILURE"}]`, payment.Declined, payment.RefusedCode, ""},
	{200, `{"success":"false","errortext":"The security code is incorrect. Please try again."}`, payment.Declined, payment.RefusedCode, ""},
	{400, `{"success":false,"errortext":"Invalid CVV, try again"}`, payment.Declined, payment.RefusedCode, ""},
	{400, `[{"success":"false","errortext":"AVS failed: ZIP does not match"}]`, payment.Declined, payment.RefusedByBank, ""},
	{200, `{"success":"false","errortext":"Card could not be authorized"}`, payment.Declined, payment.RefusedByBank, ""},
	{200, `{"success":"false","errortext":"CALL FOR AUTHORIZATION"}`, payment.Declined, payment.RefusedByBank, ""},
	{200, `{"success":"false","errortext":"CARD NOT ACCEPTED"}`, payment.Declined, payment.RefusedByBank, ""},
	{200, `{"success":"false","errortext":"CVV service unavailable"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"Authorization failed"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"CVV mismatch, response pending"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"0051"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"-"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":51}`, payment.Unknown, "", ""},
	{200, `{"success":"false","errortext":"Payment accepted, receipt not printed"}`, payment.Unknown, "", ""},
	// Not of that shape: something was made, an error beside it, more than one,
	// nested, said otherwise, or another status.
	{200, `{"success":"false","errortext":"Declined","epaymentid":"61234"}`, payment.Unknown, "", "beside epaymentid"},
	{400, `[{"success":"false","errortext":"Declined","epaymentid":61234}]`, payment.Unknown, "", ""},
	{400, `[{"success":"false","errortext":"Declined","epaymentid":0}]`, payment.Unknown, "", ""},
	{400, `[{"success":"false","errortext":"Declined","storedcardid":"9001"}]`, payment.Unknown, "", ""},
	{400, `[{"success":"true","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{400, `[{"success":"true","epaymentid":"61234"}]`, payment.Unknown, "", ""},
	{400, `[{"errortext":"EXPIRED CARD"}]`, payment.Unknown, "", ""},
	{400, `{"errortext":"EXPIRED CARD"}`, payment.Unknown, "", ""},
	{400, `[{"success":"false"}]`, payment.Unknown, "", ""},
	{400, `[{"success":"false","errortext":""}]`, payment.Unknown, "", ""},
	{400, `[{"success":"no","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{400, `[{"success":"FALSE","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{400, `[{"success":0,"errortext":"Declined"}]`, payment.Unknown, "", ""},
	{400, `[{"success":null,"errortext":"Declined"}]`, payment.Unknown, "", ""},
	{400, `[{"success":"false","error":"x","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{400, `{"success":"false","error":"x","errortext":"Declined"}`, payment.Unknown, "", ""},
	{400, `{"success":"false","detailedmessage":"x","errortext":"Declined"}`, payment.Unknown, "", ""},
	{400, `[{"success":"false","errortext":"Declined"},{"success":"false","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{400, `[[{"success":"false","errortext":"Declined"}]]`, payment.Unknown, "", ""},
	{400, `{"answer":{"success":"false","errortext":"Declined"}}`, payment.Unknown, "", ""},
	{400, `{"SUCCESS":"false","errortext":"Declined"}`, payment.Unknown, "", ""},
	{200, `{"success":"false","Success":"true","errortext":"Declined"}`, payment.Unknown, "", ""},
	{200, `[{"success":"false","errortext":"Declined","ePaymentId":"61234"}]`, payment.Unknown, "", ""},
	{400, `[{"success":false,"errortext":"Declined","EPAYMENTID":61234}]`, payment.Unknown, "", ""},
	{400, `[{"success":false,"errortext":"Declined","StoredCardID":"9001"}]`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":"61234","ErrorText":"Declined"}`, payment.Unknown, "", ""},
	{400, `{"error":"x","ePaymentId":"61234"}`, payment.Unknown, "", ""},
	{409, `{"error":"x","Success":"true"}`, payment.Unknown, "", ""},
	{400, `[{"errortext":"EXPIRED CARD","success":"false","avsresult":"N","attempts":1,"links":[],"patientid":"40211"}]`, payment.Declined, payment.RefusedByBank, ""},
	{400, `{"success":"true","success":"false","errortext":"Declined"}`, payment.Unknown, "", ""},
	{400, `[{"success":"false","errormessage":"Declined"}]`, payment.Unknown, "", ""},
	{402, `[{"success":"false","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{403, `[{"success":"false","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{404, `[{"success":"false","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{406, `[{"success":"false","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{409, `[{"success":"false","errortext":"Declined"}]`, payment.Unknown, "", ""},
	{500, `[{"success":"false","errortext":"Declined"}]`, payment.Unknown, "", ""},
	// 4: failure inside 200 of other endpoints.
	{200, `{"success":"false","errormessage":"Something"}`, payment.Unknown, "", ""},
	// No answer in the sense of the API.
	{200, ``, payment.Unknown, "", ""},
	{200, `null`, payment.Unknown, "", ""},
	{200, `[]`, payment.Unknown, "", ""},
	{200, `{}`, payment.Unknown, "", ""},
	{200, `true`, payment.Unknown, "", ""},
	{200, `<html>success</html>`, payment.Unknown, "", ""},
	{200, `{"success":"true","epaymentid":"61234"}{`, payment.Unknown, "", ""},
	{201, `{"success":"true","epaymentid":"61234"}`, payment.Unknown, "", ""},
	{204, ``, payment.Unknown, "", ""},
	// 4: recorded error shapes.
	{400, "\n\n" + `{"missingfields":["patientid","departmentid"],"error":"Additional fields are required."}`, payment.NotSent, payment.RefusedByUpstream, "departmentid"},
	{400, "\n\n" + `{"detailedmessage":"Expecting type integer, but value is ","error":"The data provided is invalid."}`, payment.NotSent, payment.RefusedByUpstream, "Expecting"},
	{401, `{"error":"Invalid Access Token.","detailedmessage":"x"}`, payment.NotSent, payment.RefusedByUpstream, ""},
	{404, `{"detailedmessage":"x","error":"The requested ID does not exist."}`, payment.NotSent, payment.RefusedByUpstream, ""},
	{409, `{"detailedmessage":"x","error":"That appointment time was already booked or not available for booking."}`, payment.NotSent, payment.RefusedByUpstream, ""},
	{429, `{"error":"Too many requests."}`, payment.NotSent, payment.RefusedBusy, ""},
	// The same states, but not in the documented way.
	{400, `{"error":""}`, payment.Unknown, "", ""},
	{400, `{"error":null}`, payment.Unknown, "", ""},
	{400, `{"error":"x","epaymentid":"61234"}`, payment.Unknown, "", ""},
	{400, `{"error":"x","success":"true"}`, payment.Unknown, "", ""},
	{400, `[{"error":"x"}]`, payment.Unknown, "", ""},
	{401, `<h1>Not Authorized</h1>`, payment.Unknown, "", ""},
	{404, ``, payment.Unknown, "", ""},
	{429, ``, payment.Unknown, "", ""},
	// 5.7: 403 can come after a charge. The others prove nothing either.
	{402, `{"error":"x"}`, payment.Unknown, "", ""},
	{403, `{"error":"x"}`, payment.Unknown, "", "http 403"},
	{408, `{"error":"x"}`, payment.Unknown, "", ""},
	{307, `{"error":"x"}`, payment.Unknown, "", ""},
	{500, `{"error":"x"}`, payment.Unknown, "", ""},
	{502, `<html></html>`, payment.Unknown, "", "http 502"},
	{504, `<h1>Gateway Timeout</h1>`, payment.Unknown, "", ""},
}

func TestClassify(t *testing.T) {
	for _, a := range answers {
		got := collectReply.classify(a.status, []byte(a.body), []byte("042")).Outcome()
		if got.State != a.state || got.Refusal != a.refusal || !strings.Contains(got.Evidence, a.evidence) || got.Evidence == "" {
			t.Errorf("%d %s:\n got %+v\nwant %s %q evidence with %q", a.status, a.body, got, a.state, a.refusal, a.evidence)
		}
		if (got.Reference != "") != (got.State == payment.Succeeded) {
			t.Errorf("%d %s: reference %q in state %s", a.status, a.body, got.Reference, got.State)
		}
	}
}

// Of the writes that are no card processor's, a success of false with a text is
// a refusal, whichever of the fields has the text; the first one is told.
func TestClassifySaid(t *testing.T) {
	for body, said := range map[string]string{
		`{"success":"false","errortext":"A"}`:                    "A",
		`{"success":"false","errormessage":"B"}`:                 "B",
		`{"success":"false","errortext":"A","errormessage":"B"}`: "A",
		`{"success":"false","errortext":"","errormessage":"B"}`:  "B",
		`{"success":"false","errortext":" "}`:                    "",
		`{"success":"false","message":"C"}`:                      "",
	} {
		for _, r := range []reply{recordReply, plainReply, vendorPaymentReply, vendorRefundReply} {
			for _, status := range []int{200, 400} {
				got := r.classify(status, []byte(body), nil)
				if refused := got.State == payment.WriteRefused; refused != (said != "") || got.Said != said {
					t.Errorf("%d %s: %+v", status, body, got)
				}
			}
		}
	}
}

// A refusal is told with what is said beside the error, and with nothing else.
func TestClassifyRefusalSaid(t *testing.T) {
	for body, want := range map[string][2]string{
		`{"error":"A"}`:                       {"A", `http 400 error="A"`},
		`{"error":"A","detailedmessage":"B"}`: {"A B", `http 400 error="A" detailedmessage="B"`},
		`{"error":"A","detailedmessage":"B","missingfields":["c"]}`: {"A B", `http 400 error="A" detailedmessage="B" missingfields=['c']`},
	} {
		if got := collectReply.classify(400, []byte(body), nil); got.Said != want[0] || got.Evidence != want[1] {
			t.Errorf("%s: %q, %q", body, got.Said, got.Evidence)
		}
	}
}

var longNumber = regexp.MustCompile(`[0-9]{12}`)

// FuzzClassify holds the classifier against a second reading of the answer.
func FuzzClassify(f *testing.F) {
	for _, a := range answers {
		f.Add(a.status, []byte(a.body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		got := collectReply.classify(status, body, []byte("042")).Outcome()
		if longNumber.MatchString(strings.ReplaceAll(got.Evidence, " ", "")) || len(got.Evidence) > 3000 {
			t.Errorf("evidence %q", got.Evidence)
		}
		var object map[string]any
		if json.Unmarshal(body, &object) != nil {
			var list []map[string]any
			if json.Unmarshal(body, &list) == nil && len(list) == 1 {
				object = list[0]
			}
		}
		says := func(word bool, text string) bool {
			return object["success"] == word || object["success"] == text
		}
		var proved bool
		switch got.State {
		case payment.Succeeded:
			id, isText := object["epaymentid"].(string)
			_, isNumber := object["epaymentid"].(float64)
			proved = status == 200 && says(true, "true") && got.Reference != "" && (isText && id == got.Reference || isNumber)
		case payment.Declined:
			text, _ := object["errortext"].(string)
			proved = (status == 200 || status == 400) && says(false, "false") && text != "" && object["error"] == nil &&
				(object["epaymentid"] == nil || object["epaymentid"] == "")
		case payment.NotSent:
			text, _ := object["error"].(string)
			proved = status >= 400 && status < 500 && status != 403 && text != "" && object["epaymentid"] == nil
		case payment.Unknown:
			proved = true
		}
		if !proved || got.State != payment.Succeeded && got.Reference != "" {
			t.Errorf("%d %q: %+v", status, body, got)
		}
	})
}
