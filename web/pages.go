//go:build !js || desk

package web

import (
	"cmp"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/words"
)

// StaffPages are the pages that the payer's program never takes over: staff's, which
// have a program of their own.
type StaffPages struct {
	// Desk is what stands around a page at the desk; nil: the page is not there.
	Desk        *DeskShell   `json:"desk,omitempty"`
	ReviewQueue *ReviewQueue `json:"doubts,omitempty"`
	Review      *ReviewView  `json:"doubt,omitempty"`
	Void        *VoidView    `json:"void,omitempty"`
	Undone      *UndoneView  `json:"undone,omitempty"`
	Correct     *CorrectView `json:"correct,omitempty"`

	Take       *TakeView       `json:"take,omitempty"`
	TakeResult *TakeResultView `json:"taken,omitempty"`
	Day        *DayView        `json:"day,omitempty"`
	Vendor     *VendorView     `json:"vendor,omitempty"`
	Refund     *RefundView     `json:"refund,omitempty"`
	Adjust     *AdjustView     `json:"adjust,omitempty"`
	Today      *DeskToday      `json:"today,omitempty"`
	Patients   *DeskPatients   `json:"patients,omitempty"`
	Patient    *DeskPatient    `json:"patient,omitempty"`
	Account    *AccountView    `json:"account,omitempty"`
	Drawer     *DrawerView     `json:"drawer,omitempty"`
	Close      *CloseView      `json:"close,omitempty"`
	Closes     *ClosesView     `json:"closes,omitempty"`
}

func (p StaffPages) heading(l words.Language) string {
	switch {
	case p.ReviewQueue != nil:
		return l.Text("review.heading.queue")
	case p.Day != nil:
		return l.Text("day.heading", "day", p.Day.Day)
	case p.Review != nil:
		return p.Review.Asks
	case p.Void != nil:
		return l.Text("void.heading", "amount", p.Void.Payment.Amount)
	case p.Correct != nil:
		return l.Text("correct.heading", "amount", p.Correct.Attempt.Total(), "hidden", p.Correct.Hidden)
	case p.Undone != nil:
		return p.Undone.heading(l)
	case p.Vendor != nil:
		return l.Text("vendor.heading", "patient", p.Vendor.Statement.Name)
	case p.Refund != nil:
		return l.Text("refund.heading", "amount", p.Refund.Paid.Total())
	case p.Adjust != nil:
		return l.Text("adjust.heading", "patient", p.Adjust.Name)
	case p.Take != nil:
		return l.Text("take.heading", "patient", p.Take.Statement.Name)
	case p.TakeResult != nil:
		return p.TakeResult.heading(l)
	case p.Today != nil:
		return l.Text("desk.today.heading", "day", p.Today.Day)
	case p.Patients != nil:
		return l.Text("desk.find.heading")
	case p.Patient != nil:
		return personName(l, p.Patient.Person)
	case p.Account != nil:
		return l.Text("account.heading", "patient", personName(l, p.Account.Person))
	case p.Drawer != nil:
		return l.Text("drawer.heading", "again", p.Drawer.Again > 0, "whose", p.Drawer.Whose)
	case p.Close != nil:
		return l.Text("close.heading", "stands", p.Close.Stands, "who", cmp.Or(p.Close.For, p.Close.Who))
	case p.Closes != nil:
		return l.Text("closes.heading", "day", p.Closes.Day)
	}
	return l.Text("page.heading")
}

// staffPage is the component of a page of staff.
func (v View) staffPage() app.UI {
	switch {
	case v.ReviewQueue != nil:
		return &ReviewQueuePage{View: v}
	case v.Day != nil:
		return &DayPage{View: v}
	case v.Review != nil:
		return &ReviewPage{View: v}
	case v.Void != nil:
		return &DeskVoidPage{View: v}
	case v.Correct != nil:
		return &DeskCorrectPage{View: v}
	case v.Undone != nil:
		return &DeskUndonePage{View: v}
	case v.Vendor != nil:
		return &DeskVendorPage{View: v}
	case v.Refund != nil:
		return &DeskRefundPage{View: v}
	case v.Adjust != nil:
		return &DeskAdjustPage{View: v}
	case v.Take != nil:
		return &DeskTakePage{View: v}
	case v.TakeResult != nil:
		return &DeskResultPage{View: v}
	case v.Today != nil:
		return &DeskTodayPage{View: v}
	case v.Patients != nil:
		return &DeskPatientsPage{View: v}
	case v.Patient != nil:
		return &DeskPatientPage{View: v}
	case v.Account != nil:
		return &DeskAccountPage{View: v}
	case v.Drawer != nil:
		return &DeskDrawerPage{View: v}
	case v.Close != nil:
		return &DeskClosePage{View: v}
	case v.Closes != nil:
		return &DeskClosesPage{View: v}
	}
	return nil
}
