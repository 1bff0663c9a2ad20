package desk

import (
	"context"
	"errors"
	"net/http"
	"time"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/staff"
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
	ReopenTask(ctx context.Context, practice int, id string, by ledger.DeskSigner, anybodys bool, why string) error
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
		Payment: k.Payment, Batch: k.Batch, Why: k.Why, By: called(l, k.By), Made: when(k.Made), Since: k.Since, Missed: k.Missed, Open: k.Open}
	if k.Attempt != "" {
		v.Code = payment.Attempt{ID: k.Attempt}.SupportCode()
	}
	switch k.Kind {
	case ledger.TaskReverse:
		v.About = web.UndonePath(k.Patient, k.ID)
	case ledger.TaskRefund:
		v.About = web.VoidPath(k.Patient, k.Payment)
	case ledger.TaskEnded:
		v.About, v.Agreed = web.PatientPath(k.Patient), agreed(k.Agreed)
		v.Method = l.Value(payment.StoredCard{Brand: k.Brand, Last4: k.Last4})
	}
	if k.Reason != "" {
		v.Why = reasonOf(l, payment.Counter{ReasonCode: k.Reason, ReasonText: k.Why})
	}
	if k.Done != nil {
		v.DoneBy, v.DoneAt, v.Note, v.Itself = called(l, k.Done.By), when(k.Done.At), k.Done.Note, k.Done.Itself
		v.Back = k.Done.By.Is(sess.Who()) || anybodys(sess)
	}
	if k.Back != nil {
		v.BackBy, v.BackAt, v.BackWhy = called(l, k.Back.By), when(k.Back.At), k.Back.Why
		if v.BackBy == "" { // what no person says is said in the page's words
			v.BackWhy = ""
		}
	}
	return v
}

// called is what somebody is called; empty: it was nobody.
func called(l words.Language, s ledger.DeskSigner) string {
	if s == ledger.Reconciler {
		return ""
	}
	return byName(l, s.Name, s.ID)
}

// agreed is what an agreement is, in words of the page.
func agreed(k payment.Kind) string {
	switch k {
	case payment.KindPlan:
		return "plan"
	case payment.KindAgreeYear:
		return "year"
	}
	return "visit"
}

// anybodys reports whether somebody may take back what others have ticked: who may be
// a second person, which is a manager.
func anybodys(sess session.Session) bool { return sess.Staff.May(staff.Approve) }

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

// posted is the task that a form is about, and the form.
func (s *Work) posted(w http.ResponseWriter, r *http.Request, sess session.Session) (ledger.Task, *middleware.Form, error) {
	k, err := s.Ledger.Task(r.Context(), sess.Patient.Practice, r.PathValue("task"))
	if err != nil {
		return k, nil, err
	}
	f, err := middleware.ReadForm(w, r)
	return k, f, err
}

// shownBack is what was typed into a field, to be mended; nothing of what holds a card.
func shownBack(f *middleware.Form, name string) string {
	if typed := f.Shown(name); !payment.HoldsCard(typed) {
		return typed
	}
	return ""
}

// Finish is POST /desk/tasks/{task}: somebody has done it, and says so with their
// name. The first one has.
func (s *Work) Finish(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	k, f, err := s.posted(w, r, sess)
	if err != nil {
		return err
	}
	v := s.view(r.Context(), sess, k)
	note, problems := payment.ReadNote(f.Text(web.FieldNote))
	if len(problems) > 0 {
		v.Typed = shownBack(f, web.FieldNote)
		return s.page(w, r, http.StatusUnprocessableEntity, sess, v, problems)
	}
	err = s.Ledger.FinishTask(r.Context(), k.Practice, k.ID, signs(sess), note)
	if errors.Is(err, ledger.ErrConflict) { // by another one, or by a press before
		if k, err = s.Ledger.Task(r.Context(), k.Practice, k.ID); err == nil && k.Done != nil && !k.Done.By.Is(sess.Who()) {
			v = s.view(r.Context(), sess, k)
			return s.page(w, r, http.StatusConflict, sess, v, []payment.Problem{{Code: "task_done", Parameters: []any{"who", v.DoneBy, "time", v.DoneAt}}})
		}
	}
	if err != nil {
		return err
	}
	return layout.Redirect(w, r, web.PathTasks+"/"+k.ID)
}

// Reopen is POST /desk/tasks/{task}/back: it is to be done all the same. Whoever
// ticked it says so, or a manager; the tick stays in the record.
func (s *Work) Reopen(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	k, f, err := s.posted(w, r, sess)
	if err != nil {
		return err
	}
	why, problems := payment.ReadNote(f.Text(web.FieldWhy))
	for i := range problems {
		problems[i].Field = web.FieldWhy
	}
	if len(problems) == 0 && why == "" {
		problems = problem("task_why", web.FieldWhy)
	}
	if len(problems) > 0 {
		v := s.view(r.Context(), sess, k)
		v.TypedWhy = shownBack(f, web.FieldWhy)
		return s.page(w, r, http.StatusUnprocessableEntity, sess, v, problems)
	}
	err = s.Ledger.ReopenTask(r.Context(), k.Practice, k.ID, signs(sess), anybodys(sess), why)
	switch {
	case errors.Is(err, ledger.ErrElse):
		return session.DeniedError{Right: staff.Approve}
	case err != nil && !errors.Is(err, ledger.ErrTransition): // else it is open: the page shows it
		return err
	}
	return layout.Redirect(w, r, web.PathTasks+"/"+k.ID)
}

// signs is who somebody at the desk is, for what they do.
func signs(sess session.Session) ledger.DeskSigner {
	return ledger.DeskSigner{ID: sess.Who(), Name: sess.Staff.Called(), Role: string(sess.Staff.Role)}
}
