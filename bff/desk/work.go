package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// WorkLedger are the tasks of the work list, and how much waits on it.
type WorkLedger interface {
	ReviewQueue(ctx context.Context, practices []int) ([]ledger.Record, error)
	OpenTasks(ctx context.Context, practice int) ([]ledger.Task, error)
	DoneTasks(ctx context.Context, practice, limit int) ([]ledger.Task, error)
	Task(ctx context.Context, practice int, id string) (ledger.Task, error)
	FinishTask(ctx context.Context, practice int, id string, by ledger.DeskSigner, note string) error
}

// Work are the pages of what somebody has to do by hand in the practice's own
// system.
type Work struct {
	Layout      *layout.Layout
	Departments *account.Departments
	Ledger      WorkLedger
}

// shownDone is how many tasks the work list shows that were done.
const shownDone = 10

// Count is how much waits on the work list: what is to be decided, and what is to be
// done by hand.
func (s *Work) Count(ctx context.Context, sess session.Session) (int, error) {
	asked, err := s.Ledger.ReviewQueue(ctx, []int{sess.Patient.Practice})
	if err != nil {
		return 0, err
	}
	tasks, err := s.Ledger.OpenTasks(ctx, sess.Patient.Practice)
	return len(asked) + len(tasks), err
}

// lists are the tasks as the work list shows them.
func (s *Work) lists(ctx context.Context, sess session.Session) (tasks, done []web.TaskView, err error) {
	waiting, err := s.Ledger.OpenTasks(ctx, sess.Patient.Practice)
	if err != nil {
		return nil, nil, err
	}
	ended, err := s.Ledger.DoneTasks(ctx, sess.Patient.Practice, shownDone)
	for _, k := range waiting {
		tasks = append(tasks, s.view(ctx, sess, k))
	}
	for _, k := range ended {
		done = append(done, s.view(ctx, sess, k))
	}
	return tasks, done, err
}

// view is a task in words.
func (s *Work) view(ctx context.Context, sess session.Session, k ledger.Task) web.TaskView {
	l := s.Layout.Of(sess).Language
	zone := s.Departments.Zone(ctx, payment.Patient{Practice: k.Practice, Department: sess.Patient.Department, ID: k.Patient})
	when := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return l.Value(words.Moment(at.In(zone)))
	}
	paid := ledger.Record{Attempt: payment.Attempt{Counter: payment.Counter{Method: k.Method, CheckNumber: k.Check}, Brand: k.Brand, Last4: k.Last4}}
	v := web.TaskView{ID: k.ID, Kind: string(k.Kind), Name: k.Name, Number: k.Patient, Amount: k.Amount, When: when(k.When), Posted: k.Posted, Method: method(l, paid),
		Payment: k.Payment, Batch: k.Batch, Why: k.Why, By: cmp.Or(k.By.Name, k.By.ID), Made: when(k.Made)}
	if k.Attempt != "" {
		v.Code = payment.Attempt{ID: k.Attempt}.SupportCode()
	}
	switch k.Kind {
	case ledger.TaskReverse:
		v.About = web.UndonePath(k.Patient, k.ID)
	case ledger.TaskRefund:
		v.About = web.VoidPath(k.Patient, k.Payment)
	}
	if k.Reason != "" {
		v.Why = reasonOf(l, payment.Counter{ReasonCode: k.Reason, ReasonText: k.Why})
	}
	if k.Done != nil {
		v.DoneBy, v.DoneAt, v.Note = cmp.Or(k.Done.By.Name, k.Done.By.ID), when(k.Done.At), k.Done.Note
	}
	return v
}

// ShowTask is GET /desk/tasks/{task}.
func (s *Work) ShowTask(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	k, err := s.Ledger.Task(r.Context(), sess.Patient.Practice, r.PathValue("task"))
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusOK, sess, s.view(r.Context(), sess, k), nil)
}

func (s *Work) page(w http.ResponseWriter, r *http.Request, status int, sess session.Session, v web.TaskView, problems []payment.Problem) error {
	content := v.Content(s.Layout.Of(sess).Language)
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageTask, Path: web.PathTasks + "/" + v.ID, Content: &content, Problems: problems})
}

// Finish is POST /desk/tasks/{task}: somebody has done it, and says so with their
// name. The first one has.
func (s *Work) Finish(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	k, err := s.Ledger.Task(r.Context(), sess.Patient.Practice, r.PathValue("task"))
	if err != nil {
		return err
	}
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	v := s.view(r.Context(), sess, k)
	note, problems := payment.ReadNote(f.Text(web.FieldNote))
	if len(problems) > 0 {
		if v.Typed = f.Shown(web.FieldNote); payment.HoldsCard(v.Typed) {
			v.Typed = ""
		}
		return s.page(w, r, http.StatusUnprocessableEntity, sess, v, problems)
	}
	err = s.Ledger.FinishTask(r.Context(), k.Practice, k.ID, signs(sess), note)
	if errors.Is(err, ledger.ErrConflict) { // by another one, or by a press before
		if k, err = s.Ledger.Task(r.Context(), k.Practice, k.ID); err == nil && k.Done != nil && k.Done.By.ID != sess.Who() {
			v = s.view(r.Context(), sess, k)
			return s.page(w, r, http.StatusConflict, sess, v, []payment.Problem{{Code: "task_done", Parameters: []any{"who", v.DoneBy, "time", v.DoneAt}}})
		}
	}
	if err != nil {
		return err
	}
	return layout.Redirect(w, r, web.PathTasks+"/"+k.ID)
}

// signs is who somebody at the desk is, for what they do.
func signs(sess session.Session) ledger.DeskSigner {
	return ledger.DeskSigner{ID: sess.Who(), Name: sess.Staff.Called(), Role: string(sess.Staff.Role)}
}
