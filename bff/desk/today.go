package desk

import (
	"errors"
	"net/http"
	"time"

	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// lateBy is for how long after its time a visit that nobody was checked in for is
// still the next one: after that the patient is taken for one who did not come.
const lateBy = 30 * time.Minute

// ShowToday is GET /desk: the day in the book of the department where the desk is.
// The upstream is asked once, however many visits there are.
func (s *Find) ShowToday(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	now := s.Now().In(s.Departments.Zone(r.Context(), sess.Patient))
	q := r.URL.Query()
	view := &web.DeskToday{
		Day: payment.DayOf(now), AsOf: s.Layout.Of(sess).Language.Value(words.Clock(now)),
		Waiting: q.Get(web.ParamShow) == web.ShowWaiting, Again: q.Get(web.ParamAgain) != "", Launched: !session.AtDesk(sess),
	}
	visits, err := s.Practice.Booked(r.Context(), sess.Patient.Practice, []int{sess.Patient.Department}, view.Day)
	status := http.StatusOK
	switch {
	case errors.Is(err, payment.ErrOddRows):
		s.Log.WarnContext(r.Context(), "read the day's visits", "error", err.Error())
		view.Odd = true
	case err != nil:
		s.Log.ErrorContext(r.Context(), "read the day's visits", "error", err.Error())
		view.Unread, status = true, http.StatusServiceUnavailable
	}
	view.All = len(visits)
	next, late := "", now.Add(-lateBy).Format("15:04")
	if payment.DayOf(now.Add(-lateBy)) != view.Day {
		late = ""
	}
	for _, v := range visits {
		if v.State.Waiting() {
			view.Waits++
		}
		if next == "" && v.State.Waiting() && (v.State == payment.VisitArriving || v.Time >= late) && opens(sess, v.Patient.ID) {
			next = v.ID
		}
		if !view.Waiting || v.State.Waiting() {
			view.Visits = append(view.Visits, web.DeskVisit{BookedVisit: v, Href: patientHref(sess, v.Patient.ID, v.ID)})
		}
	}
	shown := make([]*web.DeskVisit, len(view.Visits))
	for i := range view.Visits {
		shown[i] = &view.Visits[i]
		shown[i].Next = shown[i].ID == next
	}
	if err := s.Blind.visits(r.Context(), sess, shown...); err != nil {
		return err
	}
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskToday, StaffPages: web.StaffPages{Today: view}})
}
