//go:build !js || everyword

package words

// enReview are the sentences for staff, of payments that wait for a person.
var enReview = Messages{
	"review.heading.queue":  "Work list",
	"review.none":           "No payment waits for a decision.",
	"review.item":           "{amount}, {patient}, {time}",
	"review.back":           "Back to the payment page",
	"review.all":            "To the work list",
	"review.read":           "Read the receipts again",
	"review.unread":         "The practice's receipts cannot be read right now. Load this page again later.",
	"review.receipts":       "The patient's receipts at the practice",
	"review.receipts.none":  "The practice lists no receipt of this patient. Cash and checks have none there.",
	"review.receipt.fits":   "Could be this payment",
	"review.receipt.other":  "Belongs to attempt {code}",
	"review.record":         "What happened",
	"review.by":             "{time}, {who}",
	"review.state.taken":    "Taken",
	"review.state.declined": "Declined",
	"review.state.unsent":   "Not sent",
	"review.state.absent":   "Not taken",
	"review.state.unknown":  "Not known",
	"review.state.sending":  "Under way",

	// The decision.
	"review.found":           "What did you find?",
	"review.seen":            "I have looked at it and done what is needed",
	"review.number":          "Payment number, as athenaOne lists it (if it was taken)",
	"review.why":             "How do you know?",
	"review.why.hint":        "Your name goes into the record with it.",
	"review.decide":          "Record the decision",
	"problem.found_empty":    "Choose what you found",
	"problem.reference_form": "The payment number has only digits, 11 at most",
	"problem.why_empty":      "Write how you know",
	"problem.why_long":       "Write how you know in 400 characters or fewer",
	"problem.why_card":       "Take the card number out. The last four digits are enough.",

	// What a fact is called.
	"fact.now":  "Now",
	"fact.kind": "Kind",
	"fact.note": "Note",
	"fact.what": "What",
}
