//go:build !js || everyword

package words

// enNotices are the sentences of pages that say one thing and how to go on.
var enNotices = Messages{
	// What stands beside a page, for the scripts.
	"stay.heading":  "Are you still there?",
	"stay.idle":     "This page closes in {time} to protect your information.",
	"stay.ends":     "This page closes in {time} and cannot stay open longer. Finish what you are doing, or open it again from the portal.",
	"stay.minutes":  "{count, plural, one {# minute} other {# minutes}}",
	"stay.stay":     "Stay on this page",
	"stay.go":       "Continue",
	"leave.heading": "Leave this page?",
	"leave.why":     "The portal wants to show another payment page here.",
	"leave.typed":   "The card details that you typed will be cleared.",
	"leave.go":      "Go to the other page",

	// The frame that a portal opens.
	"frame.opening":    "Opening the secure payment page…",
	"frame.lost":       "The connection was lost, or the answer takes too long. Nothing was paid. Try again.",
	"frame.call":       "If this keeps happening, call {practice}.",
	"frame.call.phone": "If this keeps happening, call {practice} at {phone}.",

	// The navigation.
	"nav.pay":        "Pay",
	"nav.receipts":   "Receipts",
	"nav.cards":      "Payment methods",
	"nav.agreements": "Automatic payments",
	"nav.plan":       "Plan",

	// There is no session.
	"notice.portal":        "Open the payment page from your portal",
	"notice.portal.how":    "This page works once you have come here from your patient portal. Sign in there and choose to pay your bill.",
	"notice.portal.signed": "You are not signed in here any more, so nothing was done. If you had pressed Pay, look at your receipts before you pay again.",
	"notice.portal.again":  "Open the payment page again",

	// A launch is not taken.
	"launch.used":         "This payment page was opened before",
	"launch.used.why":     "For your protection each link to the payment page works once.",
	"launch.again":        "Go back to the portal and open the payment page again.",
	"launch.expired":      "This link to the payment page is too old",
	"launch.refused":      "The payment page could not be opened",
	"launch.refused.next": "Go back to the portal and try again. If this keeps happening, call the practice.",

	// The page is not there, or for somebody else.
	"notice.missing":          "There is nothing here",
	"notice.missing.why":      "The address may be mistyped, or it belongs to somebody else.",
	"notice.missing.portal":   "To pay a bill, sign in at your patient portal and open the payment page there.",
	"notice.outdated":         "The page you used is out of date",
	"notice.outdated.payment": "It is for somebody else's payment. Another payment page was opened in this browser since. Nothing was sent by this step.",
	"notice.outdated.page":    "Somebody else's page was opened in this browser since, or what was sent was not complete. Nothing was done with it.",
	"notice.outdated.sure":    "To be sure whose page this is, open the payment page again from the portal.",
	"notice.paying":           "You are paying for {person} now.",
	"notice.paying.heading":   "You are paying for {person} now",
	"notice.other":            "The page you used was for somebody else. Nothing was done with it.",
	"notice.other.next":       "Continue with {person}, or choose who you are paying for.",
	"notice.others":           "{attempt} is for {person}. Nothing was sent by this step.",
	"notice.others.next":      "To go on with it, choose {person} first.",

	// Nothing can be paid now.
	"notice.nocards":          "This practice does not take cards on the web",
	"notice.nocards.call":     "Nothing was sent. Call the practice to pay.",
	"notice.found":            "A payment was found",
	"notice.found.wait":       "It may have been for the same bills, so nothing new was sent. The practice's system may take a day to show it. Do not pay again.",
	"notice.status":           "{count, plural, one {See its status} other {See their status}}",
	"notice.unavailable":      "Payments are not available right now",
	"notice.unavailable.none": "No money was taken. Try again later or call the practice.",
	"notice.unavailable.live": "Nothing new was sent. The result of what you sent earlier is not known yet.",
	"notice.unavailable.lost": "Nothing new was sent. Earlier payments are being compared with the practice's system. If you have paid already, do not pay again.",
	"notice.unavailable.hour": "Try again in an hour or call the practice.",
	"notice.unavailable.paid": "Nothing new was sent. Try again later or call the practice.",
	"notice.unread":           "A bill of yours could not be read",
	"notice.unread.why":       "The practice's system sent a bill that this page does not understand. So it is not certain what you owe, and nothing can be paid here until the practice has looked at it.",
	"notice.unread.call":      "Call the practice{phone, select, none {} other { at {phone}}} to ask what you owe and to pay it.",
	"notice.department":       "The practice's system does not know this department",
	"notice.department.why":   "So it is not known what you owe there, and nothing can be paid here. That does not mean that you owe nothing.",
	"notice.crowd":            "You have chosen many times without going on",
	"notice.crowd.wait":       "Nothing was sent by this step. Continue with what you chose last, or choose again after {time}.",
	"notice.crowd.call":       "If you cannot wait, call the practice.",
	"notice.crowd.go":         "Continue with what you chose last",
	"notice.cards":            "No more cards can be tried for now",
	"notice.cards.none":       "What you entered was not sent to a bank, and no money was taken for it.",
	"notice.cards.why":        "Too many cards were not approved here lately. So that nobody can try stolen cards, we then wait before the next one is sent.",
	"notice.cards.when":       "You can try again after {time}.",
	"notice.cards.call":       "To pay before that, call {practice}{phone, select, none {} other { at {phone}}}.",

	// The request was no good, or we were not.
	"notice.refused":      "That did not work",
	"notice.refused.why":  "What your browser sent could not be read, so nothing was done with it. Go back and try again.",
	"notice.foreign":      "Your browser did not say that this came from our own page, so nothing was done with it.",
	"notice.foreign.next": "Go back, reload the page and try again. If this keeps happening, open the payment page again from the portal.",
	"notice.failed":       "Something went wrong on our side",
	"notice.failed.next":  "Try again. If you had pressed Pay, look at the status of your payment first: open the payment page again from the portal.",

	// The browser keeps no cookies.
	"cookies.window":        "Open the payment page in its own window",
	"cookies.window.why":    "Your browser does not let this page keep you signed in inside the portal.",
	"cookies.window.how":    "The payment page works the same in a window of its own. It opens for {name, select, none {whoever is signed in at {portal}} other {{name}, signed in at {portal}}}.",
	"cookies.window.open":   "Open the secure payment page",
	"cookies.refused":       "Cookies have to be allowed",
	"cookies.refused.why":   "The payment page keeps you signed in with a cookie, and your browser did not send it back. Nothing was paid.",
	"cookies.refused.allow": "Allow cookies for {host} in the settings of your browser. Then go back to the portal and open the payment page again.",
	"cookies.refused.call":  "To pay without cookies, call {practice}{phone, select, none {} other { at {phone}}}.",
	"cookies.refused.link":  "If you came here by a link from somebody else, close this page.",

	// The session is over.
	"finished.heading": "You are signed out",
	"finished.cleared": "This window is cleared. Close other windows of this page, too. To come back, open the payment page again from the portal.",
	"finished.return":  "Go back to the portal",
	"timeout.heading":  "This page timed out to protect your information",
	"timeout.again":    "Start again",
	"timeout.more":     "To see more, open the payment page again from the portal.",
	"timeout.pay":      "To pay, open the payment page again from the portal.",
	"timeout.unknown":  "To see whether a payment went through, or to pay, open the payment page again from the portal.",
	"timeout.once":     "A payment that was already sent is not sent again.",

	// What was sent in it.
	"past.nothing":      "No payment was sent.",
	"past.payment":      "{attempt} was sent at {time}{outcome, select, done { and went through.} refused { and did not go through.} other {. We do not know yet if it went through. Do not pay again.}}",
	"past.other":        "{attempt} was sent at {time}{outcome, select, done { and is in place.} refused { and is not in place.} other {. We do not know yet if it is in place.}}",
	"attempt.payment":   "Your payment of {total}",
	"attempt.plan":      "Your payment plan",
	"attempt.card":      "Your card to keep",
	"attempt.agreement": "Your card on file agreement",
}
