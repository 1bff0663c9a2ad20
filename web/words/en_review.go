//go:build !js || everyword

package words

// enReview are the sentences for staff, of payments that wait for a person.
var enReview = Messages{
	"review.heading.queue":  "Work list",
	"review.heading":        "Was this payment{hidden, select, yes {} other { of {amount}}} taken?",
	"review.none":           "No payment waits for a decision.",
	"review.item":           "{amount}, {patient}, {time}",
	"review.back":           "Back to the payment page",
	"review.all":            "To the work list",
	"review.read":           "Read the receipts again",
	"review.unread":         "The practice's receipts cannot be read right now. Load this page again later.",
	"review.receipts":       "The patient's receipts at the practice",
	"review.receipt.fits":   "Could be this payment",
	"review.receipt.other":  "Belongs to attempt {code}",
	"review.record":         "What happened",
	"review.state.taken":    "Taken",
	"review.state.declined": "Declined",
	"review.state.unsent":   "Not sent",
	"review.state.absent":   "Not taken",
	"review.state.unknown":  "Not known",
	"review.state.sending":  "Under way",

	// The decision.
	"review.proposed":        "{who, select, none {You have} other {{who} has}} said that {taken, select, yes {the money was taken} other {no money was taken}}. This is recorded. It counts once another person{second, select, none {} other {, a {second},}} says the same, until {time}.",
	"review.refused":         "{by} did not find what {who, select, none {you} other {{who}}} found, that {taken, select, yes {the money was taken} other {no money was taken}}{why, select, none {} other {: {why}}}. It is still to be decided.",
	"review.lapsed":          "{who, select, none {You} other {{who}}} said that {taken, select, yes {the money was taken} other {no money was taken}}, and nobody said the same until {time}. It is still to be decided, from the beginning.",
	"review.decided":         "{who, select, none {You have} other {{who} has}} decided that {taken, select, yes {the money was taken. This is recorded. The payer sees it as paid.} other {no money was taken. This is recorded. The payer may pay again.}}",
	"review.found":           "What did you find?",
	"review.taken":           "The money was taken",
	"review.absent":          "No money was taken, and the patient may pay again",
	"review.seen":            "I have looked at it and done what is needed",
	"review.number":          "Payment number (if it was taken)",
	"review.number.hint":     "As the receipts list it.{until, select, none {} other { Without it, two people have to say until {until} that the money was taken.}}",
	"review.why":             "How do you know?",
	"review.why.hint":        "Your name goes into the record with it.",
	"review.person":          "{name}, {role}",
	"review.why.hint.people": "Your name goes into the record with it.{until, select, none {} other { That it was done needs a second person until {until}.}}{two, select, yes { That no money was taken needs a second person for this amount.} other {}}{said, select, nothing {} taken {{as, select, none { {who} has said already that the money was taken, without a payment number.} other { {who} has said already that the money was taken, as {as}.}}} other { {who} has said so already.}}{time, select, none {} other {{second, select, none { Exactly the same counts until {time}; anything else begins anew.} way { That waits for somebody who came here the same way, at the desk or from a portal, until {time}: one person has two names there. What you say begins anew.} other { That waits for a {second} until {time}; what you say begins anew.}}}}",
	"review.decide":          "Record the decision",
	"problem.found_empty":    "Choose what you found",
	"problem.reference_form": "The payment number has only digits, 11 at most",
	"problem.why_empty":      "Write how you know",
	"problem.why_long":       "Write how you know in 400 characters or fewer",
	"problem.why_card":       "Take the card number out. The last four digits are enough.",

	// What a fact is called.
	"fact.now":      "Now",
	"fact.kind":     "Kind",
	"fact.note":     "Note",
	"fact.what":     "What",
	"fact.who":      "Who",
	"fact.evidence": "Evidence",
}
