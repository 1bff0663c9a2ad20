//go:build !js || everyword

package words

// enDeskShell are the sentences around every page at the desk, and of who is there.
var enDeskShell = Messages{
	"nav.desk.work":      "Work list",
	"desk.navigation":    "The desk",
	"desk.signed":        "{name}, {role}",
	"desk.at":            "{department}",
	"desk.badge":         "{count}",
	"desk.badge.waiting": " waiting",
	"desk.home":          "To the desk",

	"desk.role.front_desk": "front desk",
	"desk.role.biller":     "biller",
	"desk.role.manager":    "manager",
	"desk.role.none":       "nobody",

	"desk.denied":      "You cannot do that here",
	"desk.denied.why":  "You are signed in as {role}. This is for a {least}.",
	"desk.denied.next": "Ask a {least} of the practice. Nothing was done.",
	"desk.outdated":    "The page was for another patient or another department than the desk is at now.",

	"desk.covered":       "This page is covered",
	"desk.covered.why":   "Nobody was here for a while, or somebody covered it. Payments under way go on.",
	"desk.covered.other": "Whoever worked here goes on where they were. Somebody else begins with an empty desk.",
	"desk.covered.go":    "Sign in again to go on",
	"desk.over":          "You were signed out",
	"desk.over.why":      "Nobody was here for 15 minutes, or you signed out somewhere else. Payments under way go on, and the day list has them.",
	"desk.signin":        "Sign in to work at the desk",
	"desk.signin.why":    "Use the account that you have at the practice.",
	"desk.signin.go":     "Sign in",
	"desk.out":           "You are signed out",
	"desk.out.why":       "Nothing of your work is left in this browser.",
	"desk.again":         "Not done: it is too long since you signed in",

	"desk.goon":       "Go on with what you sent",
	"desk.goon.why":   "You had to sign in again before it could be done. Nothing was done yet. What you typed is kept.",
	"desk.goon.card":  "Card details are not kept: type them again on the next page.",
	"desk.goon.none":  "What you typed is not there any more. Nothing was done with it.",
	"desk.goon.send":  "Send it now",
	"desk.goon.leave": "Leave it, and do nothing",

	"desk.may":      "What may I do?",
	"desk.may.role": "You are signed in as {role}.",
	"desk.may.yes":  "You may",
	"desk.may.no":   "Others may",
	"desk.may.ask":  "{what}: ask a {role}",

	"desk.right.enter":        "See the desk and its work list",
	"desk.right.collect":      "Find patients and take money",
	"desk.right.void_own":     "Void what you took yourself",
	"desk.right.close":        "Count the drawer and close it",
	"desk.right.void_any":     "Void what anybody took",
	"desk.right.vendor":       "Record, refund and adjust vendor payments",
	"desk.right.decide":       "Decide what became of a payment in doubt",
	"desk.right.see_expected": "See what a drawer should hold",
	"desk.right.approve":      "Approve what needs two people",
	"desk.right.export":       "Export the day",

	"desk.lock":              "Lock now",
	"desk.leave":             "Sign out",
	"desk.department":        "Department",
	"desk.department.change": "Change",
	"desk.skip":              "To the page",
	"desk.reader":            "A card reader typed that, and nothing of it is kept. A card is swiped on the page where money is taken, after “Swipe the card” was pressed there.",
	"desk.keys.heading":      "Keys of the desk",
	"desk.keys.help":         "Show this list",
	"desk.keys.first":        "To the first field of the page",
	"desk.keys.off":          "Use these keys on this computer",
	"desk.keys.close":        "Close",
}
