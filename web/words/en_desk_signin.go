//go:build !js || everyword

package words

// enDeskSignIn are the sentences of signing in at the desk. Whoever is refused reads
// what they can do, and nothing of how they were found out.
var enDeskSignIn = Messages{
	"desk.signin.where":     "At which desk are you?",
	"desk.signin.leave":     "Sign in",
	"desk.signin.leave.why": "You go on at your practice's sign-in page.",
	"desk.signin.leave.go":  "Go on",

	"desk.out.provider":    "Now you are signed out at your practice's sign-in page, too.",
	"desk.out.provider.go": "Sign out there",

	"desk.signin.refused": "You are not signed in",
	"desk.signin.retry":   "Sign in again",

	"desk.signin.again":          "This sign-in was begun more than ten minutes ago, was finished before, or was begun in another browser.",
	"desk.signin.again.next":     "Begin once more here.",
	"desk.signin.cancelled":      "The sign-in page says that you did not sign in.",
	"desk.signin.cancelled.next": "Try again. If you may not sign in there, ask whoever runs your practice's accounts.",
	"desk.signin.norole":         "Your account may not work at the desk.",
	"desk.signin.norole.next":    "Ask a manager of the practice to make you front desk, biller or manager there, or sign in with another account.",
	"desk.signin.groups":         "Your account is in too many groups, so we were not told which ones.",
	"desk.signin.groups.next":    "Ask whoever runs your practice's accounts to have roles sent instead of groups.",
	"desk.signin.stale":          "The sign-in page let you through without asking who you are. Here that is not enough.",
	"desk.signin.stale.next":     "Sign in again and type your password there. If you are not asked, tell whoever runs your practice's accounts.",
	"desk.signin.wrong":          "The sign-in page gave an answer that we cannot trust.",
	"desk.signin.wrong.next":     "Try again. If that happens once more, tell whoever runs your practice's accounts, with the support code.",
	"desk.signin.down":           "The sign-in page does not answer now.",
	"desk.signin.down.next":      "Try again in a minute. Whoever is signed in here can work on.",
}
