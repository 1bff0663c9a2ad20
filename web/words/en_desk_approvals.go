//go:build !js || everyword

package words

// enDeskApprovals are the sentences of acts that need two people.
var enDeskApprovals = Messages{
	"nav.desk.approvals":    "Approvals",
	"approval.heading":      "What waits for a second person",
	"approval.none":         "Nothing waits for a second person.",
	"approval.act":          "{kind, select, void {Void} correct {Correction} refund {Refund} adjust {Adjustment} other {Entry}} of {hidden, select, yes {cash} other {{amount}}}, {patient}",
	"approval.asked":        "{who} asked. It waits until {time}.",
	"approval.own":          "You asked for this. Somebody else who may approve has until {time}. Nothing was done yet.",
	"approval.waits":        "It waits for somebody who may approve, until {time}. Nothing was done yet.",
	"approval.way":          "You came here another way than {who}: at the desk and from a portal, or from two portals, one person has two names. So you cannot be the second person here. Come the way {who} did, or have somebody approve it who did, until {time}. Nothing was done yet.",
	"approval.given":        "{who} approved it, and it was sent.",
	"approval.refused":      "{who} refused it: {why}. Nothing was done.",
	"approval.lapsed":       "Nobody approved it until {time}. Nothing was done. Ask for it again where you began.",
	"approval.doubt":        "{patient}: {asks}",
	"approval.doubt.how":    "One person has said what they found. Look at the evidence, and say what you find: the same counts, until {time}.",
	"approval.doubt.go":     "The evidence, and the decision",
	"approval.said":         "Found",
	"approval.who":          "Who asked",
	"approval.why":          "Why",
	"approval.approve":      "Approve it and do it now",
	"approval.refuse":       "Refuse it",
	"approval.refuse.why":   "Why not?",
	"approval.look":         "Look again",
	"problem.approval_why":  "Write why it should not be done",
	"problem.approval_own":  "You asked for this yourself. Somebody else has to approve it.",
	"problem.approval_way":  "You came here another way than who asked, so nobody can tell if you are two people. Nothing was done. Somebody who came the same way as they did can approve it.",
	"problem.approval_over": "It cannot be approved any more: this page says why. Nothing was done now.",
}
