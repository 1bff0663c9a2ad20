//go:build !js || everyword

package words

// enDeskVoid are the sentences of taking something back at the desk.
var enDeskVoid = Messages{
	"void.heading":       "Take back the payment of {amount}",
	"void.until":         "It can be taken back until {until}: {hours, plural, one {# hour} other {# hours}} and {minutes, plural, one {# minute} other {# minutes}} are left. The card is then not charged.",
	"void.whole":         "Only the whole payment can be taken back. If another amount is right, take that one afterwards.",
	"void.go":            "Take back {amount}",
	"void.closed":        "{why, select, settled {This payment has gone to the bank. It could be taken back until {until}.} other {This payment was taken back already, or is none that can be.}}",
	"void.instead":       "What you can do instead, in athenaOne",
	"void.instead.card":  "Money for no bill: “Issue Patient Refund”, then “Refund directly to credit card”.",
	"void.instead.cash":  "Paid back in cash or by check: “Issue Patient Refund”, then “Cash, check or non-athena system refund”.",
	"void.instead.claim": "Money that pays a claim has to be moved to unapplied first.",
	"problem.void_other": "This payment is {state, select, taken {taken back already} other {being taken back already}} (support code {code}). Nothing was sent again.",

	"undone.mark":    "{state, select, taken {{kind, select, void {Taken back} refund {Refunded} other {Taken off}}} unknown {Not known yet} pending {On its way} other {{kind, select, void {Not taken back} refund {Not refunded} other {Not taken off}}}}",
	"undone.heading": "{state, select, taken {{amount} was {kind, select, void {taken back} refund {refunded} other {taken off}}} unknown {It is not known yet whether {amount} was {kind, select, void {taken back} refund {refunded} other {taken off}}} pending {{amount} is being {kind, select, void {taken back} refund {refunded} other {taken off}}} other {{amount} was not {kind, select, void {taken back} refund {refunded} other {taken off}}}}",
	"undone.means":   "{kind, select, void {{state, select, taken {The card is not charged. Nothing comes to the patient's bank, or the charge disappears there.} unknown {Do not take it back again, and do not give the money back another way. The receipts are being read, and this page says what they show.} pending {This page says what becomes of it.} other {The payment stands as it was.}}} refund {{state, select, taken {athenaOne has the refund. The money itself goes back through the vendor, not from here.} unknown {No answer came, so nobody knows if athenaOne has the refund. Do not record it again. It is on the work list, with what was owed before.} pending {This page says what becomes of it.} other {athenaOne did not take the refund. The payment stands there as it was. What the vendor did is not changed by that.}}} other {{state, select, taken {It is not asked for any more.{closes, select, yes { Claim {claim} is closed.} other {}}} unknown {No answer came, so nobody knows if it was taken off. Do not take it off again. It is on the work list, with what was owed before.} pending {This page says what becomes of it.} other {athenaOne did not take it. The charge stands as it was.}}}}",
	"undone.again":   "{kind, select, void {Back to the payment} refund {Back to the payment} other {Back to the charges}}",
	"undone.receipt": "On paper",
	"undone.review":  "Evidence and decision",

	"reason":               "{reason, select, amount {Wrong amount} patient {Wrong patient} card {Wrong card} twice {Taken twice} visit {The visit did not take place} other {Another reason}}",
	"reason.legend":        "Why?",
	"reason.text":          "In words",
	"reason.text.hint":     "Needed for another reason. Never a card number.",
	"reason.said":          "{reason, select, returned {Given back by the vendor after it had settled} cancelled {Cancelled by the vendor before it settled} courtesy {Courtesy} hardship {Hardship} discount {Discount that was agreed on} mistake {Charged in error} small {Small balance} amount {Wrong amount} patient {Wrong patient} card {Wrong card} twice {Taken twice} visit {The visit did not take place} other {Another reason}}{text, select, none {} other {: {text}}}",
	"problem.reason_empty": "Choose why it is taken back",
	"problem.reason_words": "Say in a few words why it is taken back",
	"problem.reason_long":  "Use fewer words: 300 characters at most",
	"problem.reason_card":  "Take the card number out. The last four digits are enough.",

	"fact.operator": "By",
	"fact.why":      "Why",
}
