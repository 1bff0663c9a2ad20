package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"paypane/web/payment"
)

// The acts at the desk that a task is made of.
const (
	ActTask     = "task"      // somebody has something to do by hand
	ActTaskDone = "task_done" // somebody has done it
	ActTaskBack = "task_back" // it is to be done all the same
)

// ErrElse says that somebody else has done a task.
var ErrElse = errors.New("somebody else has done it")

// TaskKind is what has to be done by hand, in the practice's own system.
type TaskKind string

// The kinds of tasks. The words are stored.
const (
	TaskReverse TaskKind = "reverse" // a recording that was corrected here is taken back there
	TaskRefund  TaskKind = "refund"  // a card payment that has gone to the bank is given back
	// TaskEnded is an agreement or a plan that ended early, to be looked at there. It
	// is derived from what the upstream lists, which never says why.
	TaskEnded TaskKind = "ended"
)

// TaskKinds are all of them.
var TaskKinds = []TaskKind{TaskReverse, TaskRefund, TaskEnded}

// Task is something that somebody of the practice has to do by hand, because no
// call does it. It stays until somebody says that they have done it.
type Task struct {
	// ID tells it from the practice's others: there is one about the same.
	ID       string   `json:"-"`
	Practice int      `json:"-"`
	Patient  int      `json:"-"`
	Kind     TaskKind `json:"kind"`
	// Attempt is the one of ours that it is about; empty: it was not made here.
	Attempt string `json:"attempt,omitempty"`
	// What to look for there: the patient, the amount and the moment of what was
	// booked, how it was paid, the number of its payment or of its batch.
	Name    string         `json:"name,omitempty"`
	Amount  payment.Amount `json:"amount,omitzero"`
	When    time.Time      `json:"when,omitzero"`
	Posted  payment.Day    `json:"posted,omitempty"` // for which it counts, where that was said
	Method  payment.Method `json:"method,omitempty"`
	Check   string         `json:"check,omitempty"`
	Brand   payment.Brand  `json:"brand,omitempty"`
	Last4   string         `json:"last4,omitempty"`
	Payment string         `json:"payment,omitempty"`
	Batch   string         `json:"batch,omitempty"`
	// Reason is a payment.Reason, and Why what was said beside it, or alone.
	Reason string `json:"reason,omitempty"`
	Why    string `json:"why,omitempty"`
	// Of an agreement or a plan that ended: what was made, of which the amount is the
	// limit or the sum; since when it is gone, or Missed, as the payment of a plan is;
	// and what is open, zero where that is not known.
	Agreed payment.Kind   `json:"agreed,omitempty"`
	Since  payment.Day    `json:"since,omitempty"`
	Missed bool           `json:"missed,omitempty"`
	Open   payment.Amount `json:"open,omitzero"`

	By   DeskSigner `json:"-"` // who made it a task
	Made time.Time  `json:"-"`
	// Done is who has done it and when; nil: nobody has.
	Done *TaskDone `json:"-"`
	// Back is who said last that it is to be done all the same; nil: nobody did.
	Back *TaskBack `json:"-"`
}

// TaskDone is who has done a task.
type TaskDone struct {
	By   DeskSigner
	At   time.Time
	Note string // what they say about it
	// Itself says that nobody did it: what it is about turned out not to be so. Note
	// is then one of the words of the reconciler's.
	Itself bool
}

// TaskBack is who took back that a task was done.
type TaskBack struct {
	By  DeskSigner
	At  time.Time
	Why string
}

// Reconciler signs what no person does.
var Reconciler = DeskSigner{ID: reconciler}

// DeskSigner is who acts at the desk: who they are, what they are called, and what
// they are there.
type DeskSigner struct{ ID, Name, Role string }

// Is reports whether it is somebody, as their session names them.
func (s DeskSigner) Is(who string) bool { return isActor(s.ID, who) }

// AddTask makes something a task. It is ErrConflict where there is one about the
// same already, also one that was done.
func (l *Ledger) AddTask(ctx context.Context, k Task) error {
	_, err := l.deskAct(ctx, func(t tx) (DeskAct, error) { return newTask(t, k) })
	return err
}

// newTask is the act that makes something a task.
func newTask(t tx, k Task) (DeskAct, error) {
	k.Name, k.Why = scrubPAN(k.Name, 200), typed(k.Why, 300)
	content, err := json.Marshal(k)
	if err != nil {
		return DeskAct{}, fmt.Errorf("make a task: %w", err)
	}
	if k.ID == "" {
		return DeskAct{}, fmt.Errorf("make a task: %w: about nothing", ErrText)
	}
	there, err := t.acts(ActQuery{Practice: k.Practice, What: ActTask, About: k.ID, Limit: 1})
	if err == nil && len(there) > 0 {
		err = ErrConflict
	}
	return DeskAct{Practice: k.Practice, Patient: k.Patient, Who: k.By.ID, Name: k.By.Name, Role: k.By.Role, What: ActTask, About: k.ID,
		Detail: string(k.Kind), Content: string(content)}, err
}

// FinishTask writes down that somebody has done a task: once, ErrConflict for
// everybody after them, until it was taken back.
func (l *Ledger) FinishTask(ctx context.Context, practice int, id string, by DeskSigner, note string) error {
	_, err := l.deskAct(ctx, func(t tx) (DeskAct, error) {
		a := DeskAct{Practice: practice, Who: by.ID, Name: by.Name, Role: by.Role, What: ActTaskDone, About: id}
		made, done, err := taskStands(t, practice, id)
		if err == nil && done.Seq > 0 {
			err = ErrConflict
		}
		if err != nil {
			return a, err
		}
		content, err := json.Marshal(taskNote{typed(note, 300)})
		a.Patient, a.Detail, a.Content = made.Desk.Patient, made.Evidence, string(content)
		return a, err
	})
	return err
}

// ReopenTask takes back that a task was done, and says why: nothing of the record is
// changed. Somebody takes back what they did themselves, or with the right to it
// (anybody's) what anybody did; else it is ErrElse. ErrTransition: nobody has done it.
// What the task is about is watched again, if it was before.
func (l *Ledger) ReopenTask(ctx context.Context, practice int, id string, by DeskSigner, anybodys bool, why string) error {
	if why = typed(why, 300); why == "" {
		return fmt.Errorf("reopen a task: %w: why is required", ErrText)
	}
	_, err := l.deskAct(ctx, func(t tx) (DeskAct, error) {
		a := DeskAct{Practice: practice, Who: by.ID, Name: by.Name, Role: by.Role, What: ActTaskBack, About: id}
		made, done, err := taskStands(t, practice, id)
		switch {
		case err != nil:
			return a, err
		case done.Seq == 0:
			return a, fmt.Errorf("%w: it is open", ErrTransition)
		case !anybodys && !done.By(by.ID):
			return a, ErrElse
		}
		content, err := json.Marshal(taskNote{why})
		a.Patient, a.Detail, a.Content = made.Desk.Patient, made.Evidence, string(content)
		if err == nil && by.ID != reconciler {
			err = l.watchAgain(t, made)
		}
		return a, err
	})
	return err
}

// taskStands is the act that made something a task, and the one by which it is done;
// the zero Event: nobody has done it, or that was taken back.
func taskStands(t tx, practice int, id string) (made, done Event, err error) {
	first, err := t.acts(ActQuery{Practice: practice, What: ActTask, About: id, Limit: 1})
	if err != nil {
		return made, done, err
	}
	if len(first) == 0 || id == "" {
		return made, done, ErrNotFound
	}
	last, err := t.acts(ActQuery{Practice: practice, What: ActTaskDone, Without: ActTaskBack, About: id, Limit: 1})
	if err == nil && len(last) > 0 {
		done = last[0]
	}
	return first[0], done, err
}

type taskNote struct {
	Note string `json:"note,omitempty"`
}

// noteOf is what an act about a task says.
func noteOf(e Event) (string, error) {
	var says taskNote
	if err := json.Unmarshal([]byte(e.Desk.Content), &says); err != nil {
		return "", fmt.Errorf("event %d: %w", e.Seq, err)
	}
	return says.Note, nil
}

// OpenTasks are the tasks of a practice that nobody has done, the first made first.
func (l *Ledger) OpenTasks(ctx context.Context, practice int) ([]Task, error) {
	return l.tasks(ctx, ActQuery{Practice: practice, What: ActTask, Without: ActTaskDone, Unless: ActTaskBack})
}

// Task is one of them, done or not.
func (l *Ledger) Task(ctx context.Context, practice int, id string) (Task, error) {
	found, err := l.tasks(ctx, ActQuery{Practice: practice, What: ActTask, About: id, Limit: 1})
	if err == nil && (len(found) == 0 || id == "") {
		return Task{}, ErrNotFound
	}
	if err != nil {
		return Task{}, err
	}
	return found[0], nil
}

// DoneTasks are the last tasks of a practice that were done, the last one first.
func (l *Ledger) DoneTasks(ctx context.Context, practice, limit int) (done []Task, err error) {
	ended, err := l.DeskActs(ctx, ActQuery{Practice: practice, What: ActTaskDone, Without: ActTaskBack, Limit: limit})
	if err != nil {
		return nil, err
	}
	for _, e := range ended {
		k, err := l.Task(ctx, practice, e.Desk.About)
		if err != nil {
			return nil, err
		}
		done = append(done, k)
	}
	return done, nil
}

// tasks are those that acts tell of, the first made first.
func (l *Ledger) tasks(ctx context.Context, q ActQuery) (tasks []Task, err error) {
	err = l.read(ctx, "read tasks", func(t tx) error {
		tasks = nil
		acts, err := t.acts(q)
		if err != nil {
			return err
		}
		for i := range acts {
			k, err := taskOf(t, acts[len(acts)-1-i])
			if err != nil {
				return err
			}
			tasks = append(tasks, k)
		}
		return nil
	})
	return tasks, err
}

// taskOf is the task that an act made, as it stands.
func taskOf(t tx, e Event) (Task, error) {
	signed := func(e Event) DeskSigner { return DeskSigner{e.Who, e.Desk.Name, e.Desk.Role} }
	k := Task{ID: e.Desk.About, Practice: e.Desk.Practice, Patient: e.Desk.Patient, By: signed(e), Made: e.At}
	if err := json.Unmarshal([]byte(e.Desk.Content), &k); err != nil {
		return k, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	_, done, err := taskStands(t, k.Practice, k.ID)
	if err != nil {
		return k, err
	}
	if done.Seq > 0 {
		note, err := noteOf(done)
		if err != nil {
			return k, err
		}
		k.Done = &TaskDone{By: signed(done), At: done.At, Note: note, Itself: done.Who == reconciler}
	}
	back, err := t.acts(ActQuery{Practice: k.Practice, What: ActTaskBack, About: k.ID, Limit: 1})
	if err != nil || len(back) == 0 {
		return k, err
	}
	why, err := noteOf(back[0])
	k.Back = &TaskBack{By: signed(back[0]), At: back[0].At, Why: why}
	return k, err
}

// Work counts what waits for a person at all practices, by what it is.
type Work struct {
	Reviews map[payment.Kind]int // attempts that wait for a decision
	Tasks   map[TaskKind]int
}

// Work counts it.
func (l *Ledger) Work(ctx context.Context) (w Work, err error) {
	err = l.read(ctx, "count what waits for a person", func(t tx) error {
		w = Work{Reviews: map[payment.Kind]int{}, Tasks: map[TaskKind]int{}}
		asked, err := t.attempts(search{needsReview: true})
		if err != nil {
			return err
		}
		for _, a := range asked {
			w.Reviews[a.Kind]++
		}
		tasks, err := t.acts(ActQuery{Everywhere: true, What: ActTask, Without: ActTaskDone, Unless: ActTaskBack})
		for _, e := range tasks {
			w.Tasks[TaskKind(e.Evidence)]++
		}
		return err
	})
	return w, err
}
