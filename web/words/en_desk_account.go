//go:build !js || everyword

package words

// enDeskAccount are the sentences of a patient's account, and of what the practice's
// system has of a receipt.
var enDeskAccount = Messages{
	"account.heading":          "Account of {patient}",
	"account.what":             "As the practice's system has it at this department, read at {time}. It is for looking things up: what can be taken now stands on the patient's page, which knows also what was sent here and is not booked yet.",
	"account.back":             "Back to the patient",
	"account.claims":           "{list, select, closed {Settled claims} other {Claims of which something is owed}}",
	"account.claims.none":      "{list, select, closed {No settled claim is listed.} other {No claim of which something is owed is listed.}}",
	"account.claims.unread":    "The practice's system did not answer for this list, so it is not known what is on it.",
	"account.claims.table":     "Claims of which something is owed, the newest first",
	"account.closed.table":     "Settled claims, the newest first",
	"account.claim":            "{title, select, none {Visit} other {{title}}}{status, select, none {} other {, {status}}}",
	"account.column.claim":     "Claim",
	"account.column.service":   "Date of service",
	"account.column.billed":    "Billed",
	"account.column.owed":      "Owed by the patient",
	"account.column.method":    "How",
	"account.column.here":      "Taken here",
	"account.odd":              "Some of what the practice's system said was not understood. Something may be missing from this list.",
	"account.left":             "{count, plural, one {# more is not shown.} other {# more are not shown.}} Look in athenaOne.",
	"account.paid":             "What was paid, here and elsewhere",
	"account.paid.table":       "Payments, the last one first",
	"account.paid.none":        "No payment is listed from {from} to {until}.",
	"account.paid.unread":      "The practice's system did not answer for the payments, so it is not known what was paid.",
	"account.paid.unread.next": "Not every practice has this list. If it stays away, look in athenaOne under the patient's payments. Card payments stand on the patient's page.",
	"account.paid.hint":        "Days are those on which a payment counts. A payment that was taken or taken back today may be missing for a day. A support code stands beside what was charged on these pages; cash, checks and cards at a terminal have none in this list.",
	"account.months":           "{months, select, 12 {A year} 36 {Three years} other {Seven years}}",
	"account.months.label":     "How far back",
	"papers.heading":           "athenaOne’s own papers",
	"papers.athena":            "athenaOne’s receipt, the patient’s copy (PDF)",
	"papers.merchant":          "athenaOne’s receipt, the practice’s copy (PDF)",
	"papers.signed":            "The signed receipt that is attached (PDF)",
	"papers.attach":            "Attach a signed receipt",
	"papers.attach.hint":       "The scanned paper as a PDF of at most 4 MB. athenaOne keeps it with this payment.",
	"papers.attach.go":         "Attach it",
	"papers.attached":          "The signed receipt is attached.",

	"problem.paper_none":            "athenaOne has no such paper of this payment.",
	"problem.athena_receipt_unread": "athenaOne did not hand out its receipt. The payment stands as it is; try again in a minute.",
	"problem.signed_unread":         "athenaOne did not hand out the signed receipt. Try again in a minute.",
	"problem.signed_empty":          "Choose the PDF of the signed receipt",
	"problem.signed_big":            "This file is larger than 4 MB. Scan it in black and white, or with fewer dots.",
	"problem.signed_form":           "This is no PDF. Scan the receipt as a PDF.",
	"problem.signed_unknown":        "It is not known whether athenaOne has kept it. Open the signed receipt to see, before you attach it again.",
	"problem.signed_refused":        "athenaOne did not take this file. Nothing was attached.",

	"account.hides": "Amounts are left out of days on which this patient gave cash that is still to be counted.",
}
