//go:build !js || everyword

package words

import "maps"

// enServer are the sentences that only the server prints.
func enServer() Messages {
	return merged(enAmount, enCards, enAgreements, enPlan, enReceipts, enReview, enDeskReasons, enServerProblems, enNotices, enScripts,
		// The desk's, one a line.
		enDeskShell,
		enDeskApprovals,
		enDeskSignIn,
		enDeskDay,
		enDeskTake,
		enDeskVoid,
		enDeskVendor,
		enDeskWork,
		enDeskFind,
		enDeskAccount,
		enDeskDrawer,
		enDoubt,
	)
}

// merged is all of the parts of a language in one.
func merged(parts ...Messages) Messages {
	all := Messages{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}
