package athena

import (
	"encoding/json"
	"strconv"
	"time"

	"paypane/web/payment"
)

// Everything this package takes for true although athena-api.md marks it as
// inferred (I) or unknown (?) is decided here; the comment names the row. A
// wrong assumption makes an outcome unknown or a read fail; it never makes a
// success or an empty list out of something that is neither.

// collectReply: the fields are documented (2.1 D, P1), their types and the
// HTTP status of a decline are not ((b)1 I). errormessage is other endpoints'
// word for a failure (4 R): from a card processor's endpoint it is not taken
// as a decline. Also the answers of a payment with a stored card (2.5 5b I:
// "as 2.1") and of both agreements (2.2 D by P1; 2.3 I: by analogy).
var collectReply = reply{success: true, processor: true, said: []string{"errortext"}, veto: "errortext", handle: epayment, lacking: "epaymentid"}

// What a card processor's text proves. Documented are a declined CVV2, plain
// "Declined", and "Unknown", of which nobody knows (2.1 D); the texts of the
// other refusals are the industry's usual ones (I). A text that tells of doubt,
// and every text that is not in the lists, is unknown: a duplicate that was
// refused is money that was taken before, and after a time-out or a broken
// line the bank may have taken it.
var (
	processorDoubts   = []string{"unknown", "duplicate", "timeout", "time out", "timed out", "time-out", "pending", "no response", "retry", "offline"}
	processorRefusals = []string{"declin", "insufficient funds", "do not honor", "expired card", "invalid card", "invalid account",
		"check the security code", "lost card", "stolen", "pick up card", "pickup card", "over limit", "exceeds limit"}
	// processorBrand is a card that the department does not take (2.1: fails
	// gracefully).
	processorBrand = "card type not accepted"
	// processorCode are words of the security code. Beside a refusal they make
	// it one of the code.
	processorCode = []string{"cvv", "cvc", "security code"}
)

// storedCardReply: success and storedcardid are documented (2.5 5a D); an
// epaymentid may be beside it. Storing is taken to charge nothing.
var storedCardReply = reply{success: true, processor: true, said: []string{"errortext"}, veto: "errortext", lacking: "storedcardid",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		epayment(answer, h)
		return id(answer, "storedcardid", &h.StoredCard)
	}}

// planReply: all four fields are documented (2.4 D); a plan without a card or
// a down payment may have no epaymentid (I).
var planReply = reply{success: true, processor: true, said: []string{"errortext"}, veto: "errortext", lacking: "paymentplanid",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		epayment(answer, h)
		return id(answer, "paymentplanid", &h.Plan)
	}}

// recordReply: recorded, [{"success":"true","paymentbatchid":"5"}] (2.6 R). A
// success of false is a refusal where it says why, as other writes that were
// recorded do (4 R, "failure inside 200").
var recordReply = reply{success: true, said: []string{"errortext", "errormessage"}, lacking: "paymentbatchid",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		return id(answer, "paymentbatchid", &h.Batch)
	}}

// plainReply: {"success":"true"}. Documented for the void (2.7 D, P1); for
// changing and deleting a stored card (2.5 5d, 5e ?), for the e-mail of an
// agreement (2.3 ?) and the signed receipt (2.8 8e I) it is the sample of (a)
// or the sibling's. Success has to be there; errors as for recordReply.
var plainReply = reply{success: true, said: []string{"errortext", "errormessage"}}

// vendorPaymentReply: patientpaymentid and previouslyrecordedyn are documented
// (2.9 D, P1) and success is not; where one is, it has to be true. Both have to
// be there: a repetition of the same call is the way out of an unknown.
var vendorPaymentReply = reply{said: []string{"errortext", "errormessage"}, veto: "error", lacking: "patientpaymentid or previouslyrecordedyn",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		raw, there := answer["previouslyrecordedyn"]
		if !there || string(raw) == "null" {
			return false
		}
		var err error
		h.PreviouslyRecorded, err = yesNo(raw)
		return err == nil && id(answer, "patientpaymentid", &h.VendorPayment)
	}}

// vendorRefundReply: patientpaymentid of the refund and recordedtime (2.9 D,
// P1); a time that is missing or unreadable is no time.
var vendorRefundReply = reply{said: []string{"errortext", "errormessage"}, veto: "error", lacking: "patientpaymentid",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		if when, err := moment(plainText(answer["recordedtime"])); err == nil {
			h.Recorded = when
		}
		return id(answer, "patientpaymentid", &h.VendorPayment)
	}}

// adjustReply: charges[], error and patientid (2.9 D, P1), the fields inside
// charges are ?. Done needs our patient, a charge at least, and nowhere an
// error; with one, other charges may have been adjusted.
func adjustReply(p payment.Patient) reply {
	return reply{said: []string{"errortext", "errormessage"}, veto: "error", lacking: "patient or charges, or with an error",
		handle: func(answer map[string]json.RawMessage, _ *payment.Handle) bool {
			var patient string
			if !id(answer, "patientid", &patient) || patient != strconv.Itoa(p.ID) {
				return false
			}
			var charges []json.RawMessage
			if json.Unmarshal(answer["charges"], &charges) != nil || len(charges) == 0 {
				return false
			}
			for _, charge := range charges {
				r, err := rowOf(charge)
				if _, _, bad := r.pick([]string{"error", "errortext", "errormessage", "detailedmessage"}); err != nil || bad {
					return false
				}
				if _, _, there := r.pick([]string{"success"}); there && (!r.flag("success") || r.err != nil) {
					return false
				}
			}
			return true
		}}
}

// adjustment is one of the charges of AdjustCharges. Its fields were not found
// anywhere ((b)10 ?); a wrong name is refused as a missing field (4 R).
func adjustment(a payment.Adjustment) string {
	return `{"chargeid":"` + a.Charge + `","adjustmentamount":"` + a.Amount.String() + `"}`
}

// Appointments asks for those from a day on. That startdate is inclusive is
// documented, that the list has the cancelled ones only where they are asked
// for is inferred (both PHP ListPatientsAppointments); they are left out
// whatever comes. The list's rows say no patient (R), whose they would be is
// checked where they do.

// A payment with a stored card is sent without ecommercemode unless there is a
// security code, which that mode requires (2, CARD block; (a) has neither: I).
//
// EmailReceipt, whose answer is ? (2.8 8d), believes a 200 that does not deny
// success; the e-mail is no money.

// The names under which undocumented reads are looked for: what the same thing
// is called in documented or recorded answers ((b)7 ?).
var (
	// 2.5 5a for the id, 2.8 8a for brand and last four, CARD block for the rest.
	storedCardID  = []string{"storedcardid", "id", "cardid"}
	cardBrand     = []string{"cardtypeabbreviation", "cardtypename", "cardtype", "creditcardtype"}
	cardLast4     = []string{"cardnumberlast4digits", "cardnumberlast4", "last4", "last4digits"}
	cardName      = []string{"nameoncard"}
	cardAddress   = []string{"billingaddress"} // 5c D
	cardZIP       = []string{"billingzip"}
	cardPreferred = []string{"preferredcard", "ispreferred", "preferred"} // 5d D
	cardMonth     = []string{"expirationmonthmm", "expirationmonth"}
	cardYear      = []string{"expirationyearyyyy", "expirationyear"}
	cardExpiry    = []string{"expirationdate", "expiration", "expirydate"}
	// 2.3 for the contract's id, 2.8 8a and balances[].contracts[] for the amounts.
	agreementID    = []string{"contractid", "id"}
	agreementMax   = []string{"maxamount", "epaymentcontractmaxamount", "contractmaxamount"}
	agreementLeft  = []string{"availablebalance", "epaymentcontractbalance", "contractbalance"}
	agreementStart = []string{"startdate", "effectivedate", "requestdate", "createddate"}
	agreementEnd   = []string{"enddate", "expirationdate"}
	statusWord     = []string{"status", "contractstatus", "claimstatus", "paymentplanstatus"}
	// 2.4 D; the next day is only guessed.
	planID     = []string{"paymentplanid", "id"}
	planName   = []string{"paymentplanname", "name"}
	planCycle  = []string{"cycleamount", "amount"}
	planNext   = []string{"nextcycledate", "nextbilldate", "nextbillingdate", "nextpaymentdate"}
	planLeft   = []string{"balance", "outstandingamount", "remainingbalance", "currentbalance"}
	planClaims = []string{"claimids", "linkedclaims", "claims", "linkedclaiminfo"}
	// 2.10b: patientappointmenttypename is what patients are told.
	visitTitle = []string{"patientappointmenttypename", "appointmenttype"}
	// 2.10a and 2.10c.
	claimID      = []string{"claimid", "id"}
	claimService = []string{"servicedate", "claimdate", "dateofservice"}
	claimTitle   = []string{"description", "procedurename", "proceduredescription"}
	claimBilled  = []string{"amount", "chargeamount", "billedamount", "claimamount"}
	claimOwed    = []string{"patientbalance", "outstandingamount", "patientoutstanding", "balance"}
	// 2.11 ((b)6 ?).
	historyID     = []string{"paymentid", "transactionid", "id"}
	historyDate   = []string{"paymentdate", "postdate", "date", "transactiondate", "requestdate"}
	historyMethod = []string{"paymentmethod", "method", "type"}
	historyAmount = []string{"amount", "paymentamount", "totalamount"}
	// Terms (2.2, 2.3) and receipts (2.8 8b).
	termsText   = []string{"terms", "contractterms", "termstext", "text", "html"}
	receiptText = []string{"html", "receipthtml", "receipt", "receipttext", "text"}
)

// epayment reads the epaymentid that must be there.
func epayment(answer map[string]json.RawMessage, h *payment.Handle) bool {
	return id(answer, "epaymentid", &h.Payment)
}

// handleFields are the fields that no refusal has: where an error's answer
// has one, something may have been done (4 R shows none in any 4xx).
var handleFields = []string{"success", "epaymentid", "storedcardid", "paymentplanid",
	"paymentbatchid", "patientpaymentid", "previouslyrecordedyn", "recordedtime", "charges"}

// id reads an id of the upstream, text or number (1, "types drift").
func id(answer map[string]json.RawMessage, name string, into *string) bool {
	var t text
	raw, there := answer[name]
	if !there || t.UnmarshalJSON(raw) != nil || !reference(string(t)) {
		return false
	}
	*into = string(t)
	return true
}

// moment reads a date and time of the upstream: mm/dd/yyyy hh24:mi:ss, Eastern
// (1 R).
func moment(s string) (time.Time, error) {
	return time.ParseInLocation("01/02/2006 15:04:05", s, Eastern())
}
