//go:build !js || desk

package web

// deskPages are the pages of staff. Links stand in this order in the desk's
// navigation.
var deskPages = []Page{
	{Name: PageDeskToday, For: ForStaff, Paths: []string{PathDesk}, View: ViewDesk, Link: "nav.desk.today"},
	{Name: PageDeskPatients, For: ForStaff, Paths: []string{PathPatients}, View: ViewDesk, Link: "nav.desk.patients"},
	{Name: PageDeskPatient, For: ForStaff, Paths: []string{PathPatients + "/{patient}"}, View: ViewDesk, Under: PageDeskPatients},
	{Name: PageDeskAccount, For: ForStaff, Paths: []string{PathPatients + "/{patient}/account"}, View: ViewDesk, Under: PageDeskPatients},
	{Name: PageReviewQueue, For: ForStaff, Paths: []string{PathReview}, View: ViewDesk, Lands: true, Link: "nav.desk.work"},
	{Name: PageDeskDay, For: ForStaff, Paths: []string{PathDeskDay}, View: ViewDesk, Link: "nav.desk.day"},
	{Name: PageDeskDrawer, For: ForStaff, Paths: []string{PathDeskDrawer}, View: ViewDesk, Link: "nav.desk.drawer"},
	{Name: PageDeskCloses, For: ForStaff, Paths: []string{PathDeskCloses}, View: ViewDesk, Under: PageDeskDrawer},
	{Name: PageDeskClose, For: ForStaff, Paths: []string{PathDeskCloses + "/{count}"}, View: ViewDesk, Under: PageDeskDrawer},
	{Name: PageApprovals, For: ForStaff, Paths: []string{PathApprovals}, Link: "nav.desk.approvals"},
	{Name: PageApproval, For: ForStaff, Paths: []string{PathApprovals + "/{attempt}"}, Under: PageApprovals},
	{Name: PageDeskMay, For: ForStaff, Paths: []string{PathDeskMay}},
	{Name: PageDeskGoOn, For: ForStaff, Paths: []string{PathDeskGoOn}},
	{Name: PageDeskCovered, For: ForStaff},
	{Name: PageDeskSignIn, For: ForStaff},
	{Name: PageReview, For: ForStaff, Paths: []string{PathReview + "/{attempt}"}, View: ViewDesk, Under: PageReviewQueue},
	{Name: PageDeskVoid, For: ForStaff, Paths: []string{"/desk/patients/{patient}/void/{payment}"}, View: ViewDesk},
	{Name: PageDeskCorrect, For: ForStaff, Paths: []string{"/desk/patients/{patient}/correct/{attempt}"}, View: ViewDesk},
	{Name: PageTask, For: ForStaff, Paths: []string{PathTasks + "/{task}"}, View: ViewDesk, Under: PageReviewQueue},
	{Name: PageDeskResult, For: ForStaff, Paths: []string{"/desk/patients/{patient}/undone/{attempt}", "/desk/patients/{patient}/payments/{attempt}"}, View: ViewDesk},
	{Name: PageDeskVendor, For: ForStaff, Paths: []string{"/desk/patients/{patient}/vendor"}, View: ViewDesk},
	{Name: PageDeskRefund, For: ForStaff, Paths: []string{"/desk/patients/{patient}/refund/{attempt}"}, View: ViewDesk},
	{Name: PageDeskAdjust, For: ForStaff, Paths: []string{"/desk/patients/{patient}/adjust"}, View: ViewDesk},
	{Name: PageDeskTake, For: ForStaff, Paths: []string{"/desk/patients/{patient}/take"}, View: ViewDesk},
}
