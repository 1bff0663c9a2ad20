//go:build !js || everyword

package words

// enAmount are the sentences of what is owed that the server composes.
var enAmount = Messages{
	"greeting.you":           "{name, select, none {} other {Hello {name}. }}Here is what you owe.",
	"greeting.visit":         "Hello {name}. You have no open bills that can be paid here.",
	"greeting.nothing":       "You do not owe {practice} anything that can be paid here today.",
	"greeting.of":            "Bills of {patient}.",
	"greeting.of.nothing":    "{patient} does not owe {practice} anything that can be paid here today.",
	"greeting.staff":         "You are working for {practice}, with the account of {patient}. Here is what the patient owes.",
	"greeting.staff.unnamed": "You are working for {practice}. Here is what the patient owes.",
	"greeting.staff.nothing": "You are working for {practice}, with the account of {patient}. The patient does not owe anything that can be paid here today.",
	"review.waiting":         "{count, plural, one {# payment of the practice waits for a decision} other {# payments of the practice wait for a decision}}",

	// Money that the practice has already.
	"credit.left": "{patient, select, none {You have a credit of {credit} at the practice.} other {{patient} has a credit of {credit} at the practice.}}",
	"credit.held": "The practice already holds {credit} for {patient, select, none {you} other {{patient}}}.",
	"credit.use":  "{enough, select, yes {That is enough for all the bills below, and it is not taken off them.} other {It is not taken off the bills below.}} To have it used for them, call the practice{phone, select, none {} other { at {phone}}} before you pay, or pay less with “Another amount”.",

	// Payments of these days.
	"recent.paid":         "Recent payments",
	"recent.paid.left":    "The amounts below already leave it out. The practice's own system may take a day to show it.",
	"recent.unknown":      "The result of a payment is not known yet",
	"recent.unknown.wait": "Do not pay the same bill again.",
	"recent.status":       "{you, select, yes {See the status of your payment of {total}} other {See the status of the payment of {total}}}",

	// Amounts of the payer's choice.
	"amount.other.hint":  "You can pay any amount from {smallest} to {due}. {copay, select, yes {Applied to today's copay first, then to your oldest bill.} other {Applied to your oldest bill first.}}{more, select, yes { If you enter more, we ask you first.} other {}}",
	"amount.today.hint":  "There is no bill for this visit yet. Enter what the practice asked for. It is paid towards this visit only.",
	"free.heading":       "Make a payment anyway",
	"free.what":          "This money is not for a bill. The practice keeps it on the account and applies it to what is owed next.",
	"free.limits":        "You can pay from {smallest} to {most}.",
	"free.what.limits":   "This money is not for a bill. The practice keeps it on the account and applies it to what is owed next. You can pay from {smallest} to {most}.",
	"free.visit":         "Today’s visit",
	"free.visit.heading": "Pay for today’s visit",
	"free.visit.label":   "Amount for the visit",
	"surplus.heading":    "Pay more than is owed?",
	"surplus.kept":       "The practice keeps {more} on the account and applies it to what is owed next. It applies the rest to the bills itself.",
	"surplus.entered":    "You entered",
	"surplus.bills":      "For bills",
	"surplus.more":       "For no bill",
	"surplus.go":         "Continue with {amount}",
	"surplus.change":     "Change the amount",

	// What is owed and cannot be paid here.
	"held.checking":  "Being checked",
	"held.paid":      "Already being paid",
	"held.insurance": "Not due yet",
	"held.elsewhere": "Pay another way",
	"hold.arranged":  "This cannot be paid on this page. It may be in a payment plan, with a card on file or in collections; call the practice{phone, select, none {} other { at {phone}}} to ask.",
	"hold.planned":   "This is in a payment plan.",
	"hold.collected": "This is in collections. It cannot be paid on this page; call the practice{phone, select, none {} other { at {phone}}} to pay it.",
	"hold.elsewhere": "For another part of the practice. It cannot be paid on this page; call the practice{phone, select, none {} other { at {phone}}} to pay it.",
	"hold.insurance": "With your insurance. Nothing to pay yet.",
	"hold.checking":  "A payment for this was sent, and its result is not known yet. Do not pay it again.",
	"hold.found":     "A payment was found that may have been for this. The practice's system may take a day to show it. Do not pay it again.",
	"hold.paid":      "This was paid. The practice's system may take a day to show it.",

	// What has to be known of a payment before its card is typed.
	"note.unapplied": "{amount} is not for a bill. The practice keeps it on the account and applies it to what is owed next.",
	"note.today":     "There is no bill for this visit yet. The practice applies the payment to it.",
	"note.spread":    "The practice applies the payment to the bills itself. It may take a few days until they show it.",
	"note.credit":    "The practice already holds {credit} for {patient, select, none {you} other {{patient}}}. It is not taken off this payment.",

	// Who are you paying for?
	"people.heading":      "Who are you paying for?",
	"people.lead":         "Bills, cards and receipts are kept apart for each person.",
	"people.owed":         "{due, select, none {Nothing to pay} other {{due} to pay}}",
	"people.owed.unknown": "Not known right now",
	"people.payment":      "{unknown, select, yes {The result of a payment of {total} is not known yet.} other {You paid {total}.}}",
	"people.current":      "Continue with {person}",
	"people.choose":       "Pay for {person}",
}
