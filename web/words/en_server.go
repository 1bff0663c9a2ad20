//go:build !js || everyword

package words

import "maps"

// enServer are the sentences that only the server prints.
func enServer() Messages {
	all := Messages{}
	for _, part := range []Messages{enAmount, enCards, enAgreements, enPlan, enReceipts, enReview, enServerProblems, enNotices, enScripts,
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
	} {
		maps.Copy(all, part)
	}
	return all
}
