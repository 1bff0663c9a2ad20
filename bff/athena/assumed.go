package athena

import (
	"encoding/json"
	"strconv"
	"time"

	"paypane/web/payment"
)

// Everything this package takes for true although docs/upstream-api.md calls it
// inferred or unknown is decided here; #name is a chapter of that page. A wrong
// assumption makes an outcome unknown or a read fail; it never makes a success
// or an empty list out of something that is neither.

// collectReply: the fields are documented, their types and the HTTP status of a
// decline are not (#collectpayment). A decline is believed in two forms: 200, as
// other writes were recorded to fail (#errors), and 400 with
// [{"errortext":"EXPIRED CARD","success":"false"}], which is in the tests of a
// public Go service, whose successes are arrays of one with texts. Object or
// array, texts or booleans: each with either status. Beside an error, or beside
// anything that was created, success false is no decline. errormessage is other
// endpoints' word for a failure (#errors): from a card processor's endpoint it
// is not taken as a decline. Also the answers of a payment with a stored card
// (#storedcard, inferred), of an agreement for a visit (#singleappointment,
// documented) and of one for a year (#oneyear, inferred).
var collectReply = reply{success: true, processor: true, messages: []string{"errortext"}, handle: epayment, missingID: "epaymentid"}

// What a card processor's text proves. Documented are a declined CVV2, plain
// "Declined", and "Unknown", of which nobody knows what it means
// (#collectpayment); the texts of other refusals are the industry's usual ones
// (inferred). A text beside a success of false is a decline, also a text that
// nobody has listed, with two exceptions. One that tells of doubt proves nothing,
// whatever else it says: a duplicate that was refused is money that was taken
// before, and after a time-out or a broken line the bank may have taken it. One
// that tells of trouble on the way, or of an approval, proves nothing unless it
// names a refusal too.
var (
	processorDoubts  = []string{"unknown", "duplicate", "timeout", "time out", "timed out", "time-out", "pending", "no response", "retry", "offline"}
	processorTrouble = []string{"error", "fail", "approv", "accepted", "success", "captur", "charged", "complete", "settled", "posted", "authoriz", "received",
		"communicat", "connect", "network", "host", "gateway", "system", "server", "processor", "service", "unavailable", "not available", "no reply", "no answer",
		"in progress", "processing", "in process", "in use", "busy", "again", "later", "already", "partial", "interrupt", "abort", "cancel", "lost contact",
		"down", "reversal", "revers", "void", "exception", "null", "undefined", "internal", "contact athena"}
	processorRefusals = []string{"declin", "insufficient funds", "do not honor", "expired card", "invalid card", "invalid account",
		"check the security code", "lost card", "stolen", "pick up card", "pickup card", "over limit", "exceeds limit",
		"card expired", "not approved", "not authorized", "not permitted", "not allowed", "restricted card", "not accepted",
		"incorrect", "mismatch", "not match", "invalid cvv", "invalid cvc", "invalid security code", "invalid expir", "invalid zip",
		"cvv fail", "cvv2 fail", "cvc fail", "cvc2 fail", "security code fail", "avs fail", "address verification fail",
		"unable to authorize", "not be authorized", "call for authorization"}
	// processorBrand is a card that the department does not take
	// (#collectpayment: fails gracefully).
	processorBrand = "card type not accepted"
	// processorCode are words of the security code. Beside a refusal they make
	// it one of the code.
	processorCode = []string{"cvv", "cvc", "security code"}
)

// storedCardReply: success and storedcardid are documented (#storedcard); an
// epaymentid may be beside it. Storing is taken to charge
// nothing.
var storedCardReply = reply{success: true, processor: true, messages: []string{"errortext"}, missingID: "storedcardid",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		epayment(answer, h)
		return id(answer, "storedcardid", &h.StoredCard)
	}}

// planReply: all four fields are documented (#paymentplan); a plan without a card
// or a down payment may have no epaymentid (inferred).
var planReply = reply{success: true, processor: true, messages: []string{"errortext"}, missingID: "paymentplanid",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		epayment(answer, h)
		return id(answer, "paymentplanid", &h.Plan)
	}}

// recordReply: recorded, [{"success":"true","paymentbatchid":"5"}]
// (#recordpayment). A success of false is a refusal where it says why, as in
// other writes that were recorded (#errors), with a 400 too (see collectReply).
var recordReply = reply{success: true, messages: []string{"errortext", "errormessage"}, missingID: "paymentbatchid",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		return id(answer, "paymentbatchid", &h.Batch)
	}}

// plainReply: {"success":"true"}. Documented for the void (#voidpayment); for
// changing and deleting a stored card (#storedcard), for the e-mail of an
// agreement (#oneyear) and the signed receipt (#receipts) it is inferred from
// others. Success has to be there; errors as for recordReply.
var plainReply = reply{success: true, messages: []string{"errortext", "errormessage"}}

// vendorPaymentReply: patientpaymentid and previouslyrecordedyn are documented
// (#patientpayvendors) and both have to be there. success is not documented;
// where it is there, it has to be true.
var vendorPaymentReply = reply{messages: []string{"errortext", "errormessage"}, missingID: "patientpaymentid or previouslyrecordedyn",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		raw, there := answer["previouslyrecordedyn"]
		if !there || string(raw) == "null" {
			return false
		}
		var err error
		h.PreviouslyRecorded, err = yesNo(raw)
		return err == nil && id(answer, "patientpaymentid", &h.VendorPayment)
	}}

// vendorRefundReply: patientpaymentid of the refund and recordedtime
// (#patientpayvendors, documented); a time that is missing or unreadable is no
// time.
var vendorRefundReply = reply{messages: []string{"errortext", "errormessage"}, missingID: "patientpaymentid",
	handle: func(answer map[string]json.RawMessage, h *payment.Handle) bool {
		if when, err := moment(plainText(answer["recordedtime"])); err == nil {
			h.Recorded = when
		}
		return id(answer, "patientpaymentid", &h.VendorPayment)
	}}

// adjustReply: charges[], error and patientid (#patientpayvendors, documented),
// the fields inside charges are unknown. Done needs our patient, a charge at least,
// and nowhere an error; with one, other charges may have been adjusted.
func adjustReply(p payment.Patient) reply {
	return reply{messages: []string{"errortext", "errormessage"}, missingID: "patient or charges, or with an error",
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
// anywhere; a wrong name is refused as a missing field (#errors).
func adjustment(a payment.Adjustment) string {
	return `{"chargeid":"` + a.Charge + `","adjustmentamount":"` + a.Amount.String() + `"}`
}

// Appointments asks for those from a day on. That startdate is inclusive is
// documented, that the list has the cancelled ones only where they are asked
// for is inferred (both PHP ListPatientsAppointments); they are left out
// whatever comes. The list's rows say no patient (recorded), whose they would be is
// checked where they do.

// What a payment is for. otheramount is "not tied to an appointment" and "goes to
// the unapplied bucket" (#collectpayment, documented): the practice applies it.
// claimpayment is documented (#card-fields) and sent by no public
// client that was found, so a practice can do without it
// (payment.Charge.AsOne). todayservice "should be applied to today's service"
// and is "frequently used with self-insurance patients" (#recordpayment). It is
// Y or N for recordpayment (#recordpayment) and typed as a boolean where a card
// is charged (#card-fields); public clients send a boolean. That
// it applies otheramount, and not a copay, is the parameter's own text.
//
// The balance of a provider group is taken for the sum of its claims'
// patientbalance, what is owed at no claim, and, taken off it, what the practice
// holds unapplied or overpaid ("negative = credit/unapplied", #patient; that it
// does so beside open claims: inferred). A copay that is expected may be part of it or
// not (unknown): what exceeds the claims is asked for less the copay. copay 0 may be
// none, one that was collected, or one that was not computed
// (docs/upstream-api.md#appointments): where appointmentcopay tells of one,
// nothing is offered for the visit.

// No field of a claim says why it is not clean. collectionsbalance and
// paymentplanbalance of its group (#patient, optional) are believed where one
// of them is all that is not clean, and the other nothing (inferred); else
// nobody knows.

// A payment with a stored card is sent without ecommercemode unless there is a
// security code, which that mode requires (#card-fields;
// inferred).
//
// EmailReceipt, whose answer is unknown (#receipts), believes a 200 that does not
// deny success; the e-mail is no money.

// The words of two refusals of GET /patients (#patients, client, the real one's
// own). Both are a 400; any other 400 is a search that we got wrong.
const (
	tooManyPatients = "larger than 1000 records"
	noCriteria      = "are required to successfully find a patient record"
)

// The names under which undocumented reads are looked for: what the same thing
// is called in documented or recorded answers.
var (
	// #storedcard for the id, #receipts for brand and last four, #card-fields for the rest.
	storedCardID  = []string{"storedcardid", "id", "cardid"}
	cardBrand     = []string{"cardtypeabbreviation", "cardtypename", "cardtype", "creditcardtype"}
	cardLast4     = []string{"cardnumberlast4digits", "cardnumberlast4", "last4", "last4digits"}
	cardName      = []string{"nameoncard"}
	cardAddress   = []string{"billingaddress"} // documented
	cardZIP       = []string{"billingzip"}
	cardPreferred = []string{"preferredcard", "ispreferred", "preferred"} // documented
	cardMonth     = []string{"expirationmonthmm", "expirationmonth"}
	cardYear      = []string{"expirationyearyyyy", "expirationyear"}
	cardExpiry    = []string{"expirationdate", "expiration", "expirydate", "cardexpirationmmyyyy"} // the last in a public Go service's tests
	// #oneyear for the contract's id, #receipts and #oneyear for the amounts.
	agreementID    = []string{"contractid", "id"}
	agreementMax   = []string{"maxamount", "epaymentcontractmaxamount", "contractmaxamount"}
	agreementLeft  = []string{"availablebalance", "epaymentcontractbalance", "contractbalance"}
	agreementStart = []string{"startdate", "effectivedate", "requestdate", "createddate"}
	agreementEnd   = []string{"enddate", "expirationdate"}
	statusWord     = []string{"status", "contractstatus", "claimstatus", "paymentplanstatus"}
	// #paymentplan; the next day is only guessed.
	planID     = []string{"paymentplanid", "id"}
	planName   = []string{"paymentplanname", "name"}
	planCycle  = []string{"cycleamount", "amount"}
	planNext   = []string{"nextcycledate", "nextbilldate", "nextbillingdate", "nextpaymentdate"}
	planLeft   = []string{"balance", "outstandingamount", "remainingbalance", "currentbalance"}
	planClaims = []string{"claimids", "linkedclaims", "claims", "linkedclaiminfo"}
	// #appointments: patientappointmenttypename is what patients are told.
	visitTitle = []string{"patientappointmenttypename", "appointmenttype"}
	// #patient and #claims.
	claimID      = []string{"claimid", "id"}
	claimService = []string{"servicedate", "claimdate", "dateofservice"}
	claimTitle   = []string{"description", "procedurename", "proceduredescription"}
	claimBilled  = []string{"amount", "chargeamount", "billedamount", "claimamount"}
	claimOwed    = []string{"patientbalance", "outstandingamount", "patientoutstanding", "balance"}
	// #paymenthistory.
	historyID     = []string{"paymentid", "transactionid", "id"}
	historyDate   = []string{"paymentdate", "postdate", "date", "transactiondate", "requestdate"}
	historyMethod = []string{"paymentmethod", "method", "type"}
	historyAmount = []string{"amount", "paymentamount", "totalamount"}
	// Terms (#singleappointment, #oneyear).
	termsText = []string{"terms", "contractterms", "termstext", "text", "html"}
)

// epayment reads the epaymentid that must be there.
func epayment(answer map[string]json.RawMessage, h *payment.Handle) bool {
	return id(answer, "epaymentid", &h.Payment)
}

// handleFields are the fields that no refusal has: where an error's answer
// has one, something may have been done (4 R shows none in any 4xx). Beside a
// success of false they have to be empty.
var handleFields = []string{"success", "epaymentid", "storedcardid", "paymentplanid",
	"paymentbatchid", "patientpaymentid", "previouslyrecordedyn", "recordedtime", "charges"}

// id reads an id of the upstream, text or number (#the-wire, "types drift").
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
// (#the-wire, recorded).
func moment(s string) (time.Time, error) {
	return time.ParseInLocation("01/02/2006 15:04:05", s, Eastern())
}
