//go:build !js || everyword

package words

// enServerProblems are the sentences of problems that only the server finds.
var enServerProblems = Messages{
	// What a page was made for has changed, or is too long ago.
	"problem.attempt_late":   "Your payment page was open for more than an hour. Nothing was sent. Check the amounts and go on from here.",
	"problem.amount_other":   "This page is for a payment of {total}. Nothing was sent. To pay another amount, choose it anew with \"Change what you pay\".",
	"problem.repeat":         "Tick the box if you want to pay {total} once more. Nothing was sent.",
	"problem.terms_changed":  "The terms have changed since you opened this page. Nothing was sent. Read them again below.",
	"problem.agree_changed":  "What the practice offers, or the visit, has changed since you chose. Nothing was sent. Choose again.",
	"problem.agree_open":     "This page was open for more than an hour. Nothing was sent. Check it and go on from here.",
	"problem.agreed_already": "A card is on file for this already. Nothing was sent.",
	"problem.plan_changed":   "What you owe, or what the practice offers, has changed since you chose. Nothing was sent. Check the bills and choose again.",
	"problem.plan_late":      "This plan was not set up in time. Nothing was sent. Check the dates and go on from here.",
	"problem.plan_open":      "This page was open for more than an hour. Nothing was sent. Check it and go on from here.",

	// Stored cards.
	"problem.card_empty":   "Choose a card",
	"problem.card_gone":    "This card can no longer be used. Choose another one.",
	"problem.card_unread":  "Your saved cards cannot be read right now. Nothing was sent. Enter a card, or try again later.",
	"problem.card_unknown": "No answer came from the practice's system. The list below shows how it is now. You can try again.",

	// What the upstream was asked to do and did not.
	"problem.write_unknown":     "It is not known yet whether this went through. Do not try again until the practice has checked it.",
	"problem.write_bank":        "The bank did not accept the card. Use another card, or ask the bank.",
	"problem.write_busy":        "The practice's payment system is busy. Nothing was done. Try again in a few minutes.",
	"problem.write_upstream":    "The practice's payment system did not accept this. Nothing was done. Ask the practice.",
	"problem.write_unreachable": "The practice's payment system cannot be reached. Nothing was done. Try again later.",

	// A receipt by e-mail.
	"problem.mail_limit":   "No more receipts can be emailed from here now. Print or download this one instead.",
	"problem.mail_refused": "The practice's system did not take the email to {email}. Nothing was emailed. Try again, or print or download the receipt.",
	"problem.mail_unknown": "No answer came. We do not know if the receipt was emailed to {email}. You can send it again: at worst it arrives twice.",

	// A decision of staff.
	"problem.launched_long_ago": "You opened this page more than 15 minutes ago. Nothing was recorded. Open it again from your portal to decide.",
	"problem.found_taken":       "The payment was taken: that is known. If the patient was charged twice, take one of the payments back in athenaOne, and write that down here.",
	"problem.found_early":       "athenaOne may have it, and not show it yet. Nothing was recorded. This can be decided from {time} on.",
	"problem.reference_held":    "Payment {number} already belongs to the attempt {code}. Check the number.",
	"problem.reference_unknown": "The patient's receipts do not list payment {number}. Check the number.",
	"problem.reference_other":   "Payment {number} is of another amount or card, or from before this one was sent. Check the number.",
	"problem.reference_empty":   "Enter the payment number, as the receipts list it",
}
