//go:build !mutation

package ledger

import (
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"

	"github.com/pressly/goose/v3"
)

// firstSchema makes a file as the first migration left it, and as the program
// of its time filled it: attempts in every state, of which two under way are
// for one bill, as could be then, and a session.
func firstSchema(t *testing.T, path string, c *clock) (ids map[string]string) {
	t.Helper()
	want(t, os.WriteFile(path, nil, 0o600), nil)
	db := must(t, func() (*sql.DB, error) { return sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)") })
	defer db.Close()
	files := must(t, func() (fs.FS, error) { return fs.Sub(migrations, "migrations/sqlite") })
	provider := must(t, func() (*goose.Provider, error) {
		return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	})
	must(t, func() ([]*goose.MigrationResult, error) { return provider.UpTo(ctx, 1) })
	do := func(statement string, args ...any) {
		t.Helper()
		must(t, func() (sql.Result, error) { return db.Exec(statement, args...) })
	}
	do(fmt.Sprintf(`PRAGMA application_id = %d`, application))
	seq := 0
	event := func(id, what, state string) {
		seq++
		do(`INSERT INTO events (seq, attempt, at, what, state, evidence) VALUES (?, ?, ?, ?, ?, ?)`,
			seq, id, c.now().UnixMicro()+int64(seq), what, state, "as it was")
	}
	ids = map[string]string{}
	for i, name := range []string{"created", "sending", "taken", "declined", "not_sent", "unknown", "unknown too"} {
		state, _, _ := strings.Cut(name, " ")
		id := strings.Repeat(string(rune('A'+i)), 26)
		ids[name] = id
		bill := fmt.Sprint(500 + min(i, 5)) // the last two are for the same
		do(`INSERT INTO attempts (id, practice, patient, department, appointment, portal, subject, patient_name, state, created_at, basis)
			VALUES (?, ?, ?, ?, ?, 'harbor', 'user-7', 'Dana Sample', 'created', ?, ?)`,
			id, ada.Practice, ada.ID, ada.Department, ada.Appointment, c.now().UnixMicro(), seq+1)
		for place, number := range []string{bill, "7" + fmt.Sprint(i)} {
			do(`INSERT INTO lines (attempt, place, bill, kind, number, service, title, cents, balance_cents)
				VALUES (?, ?, ?, 'claim', ?, '2026-09-01', 'Office visit', 1250, 9900)`, id, place, "claim-"+number, number)
		}
		event(id, "created", "created")
		if state == "created" {
			continue
		}
		do(`UPDATE attempts SET state = 'sending', brand = 'VI', last4 = '1111', email = 'ada@example.com', sent_at = ?, claimed_seq = ?
			WHERE id = ?`, c.now().UnixMicro(), seq+1, id)
		event(id, "claimed", "sending")
		if state == "sending" {
			continue
		}
		reference, sent, refusal := "", 0, ""
		switch state {
		case "taken":
			reference, sent = "9001", 1
		case "declined":
			refusal = "bank"
		}
		do(`UPDATE attempts SET state = ?, ended_at = ?, reference = ?, email_sent = ?, refusal = ? WHERE id = ?`,
			state, c.now().UnixMicro(), reference, sent, refusal, id)
		event(id, "settled", state)
		if sent == 1 {
			event(id, "emailed", state)
		}
	}
	key, code := hash("cookie"), hash("code")
	do(`INSERT INTO sessions (hash, data, created_at, last_seen_at, expires_at, version) VALUES (?, '{"n":3}', ?, ?, ?, 4)`,
		key[:], c.now().UnixMicro(), c.now().UnixMicro(), c.now().Add(time.Hour).UnixMicro())
	do(`INSERT INTO handovers (hash, session, expires_at) VALUES (?, ?, ?)`, code[:], key[:], c.now().Add(time.Minute).UnixMicro())
	return ids
}

// A file that the first program wrote is brought up to date and keeps
// everything.
func TestFirstSchemaIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	c, path := newClock(), filepath.Join(t.TempDir(), "ledger.db")
	ids := firstSchema(t, path, c)
	open := func() *Ledger { return must(t, func() (*Ledger, error) { return Open(ctx, "sqlite:"+path, c.now) }) }
	open().Close() // and once more, with nothing left to do
	l := open()
	defer l.Close()
	for name, id := range ids {
		state, _, _ := strings.Cut(name, " ")
		a := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, id) })
		if string(a.State) != state || a.Kind != payment.KindCharge || len(a.Charge.Lines) != 2 || a.Total() != payment.Cents(2500) ||
			a.Subject != "user-7" || a.PatientName != "Dana Sample" || !a.Created.Equal(c.now()) {
			t.Errorf("%s: %+v", name, a)
		}
		if claimed := state != "created"; claimed != (a.Last4 == "1111") || claimed != (a.ClaimedSeq > 0) || claimed != !a.Sent.IsZero() {
			t.Errorf("%s: %+v", name, a)
		}
		if taken := state == "taken"; taken != (a.Reference == "9001") || taken != a.EmailSent || (state == "declined") != (a.Refusal == payment.RefusedByBank) {
			t.Errorf("%s: %+v", name, a)
		}
		entries := must(t, func() (entries []Entry, err error) {
			err = l.read(ctx, "read entries", func(t tx) (err error) {
				entries, err = t.entries(id)
				return err
			})
			return entries, err
		})
		transit := int64(0)
		for _, e := range entries {
			if e.To == AccountTransit {
				transit += e.Amount.Cents()
			} else if e.From == AccountTransit {
				transit -= e.Amount.Cents()
			}
		}
		if live := a.State.Live(); live != (transit == 2500) || !live && transit != 0 {
			t.Errorf("%s: %d cents in transit by %v", name, transit, entries)
		}
	}
	if events := chained(t, l); len(events) != 7+6+5+1 || events[0].Evidence != "as it was" || events[0].Who == "" {
		t.Errorf("%d events, the first %+v", len(events), events[0])
	}

	s := must(t, func() (Session, error) { return l.Session(ctx, hash("cookie")) })
	if string(s.Data) != `{"n":3}` || s.Version != 4 {
		t.Errorf("session %+v", s)
	}
	if got := must(t, func() ([32]byte, error) { return l.TakeHandover(ctx, hash("code")) }); got != s.Hash {
		t.Errorf("the handover leads elsewhere")
	}

	// What is in doubt is looked for, and blocks its bills; both that are for one
	// bill do, one after the other.
	var due []string
	for _, a := range must(t, func() ([]Record, error) { return l.ChecksDue(ctx, 10) }) {
		due = append(due, a.ID)
	}
	slices.Sort(due)
	if !slices.Equal(due, []string{ids["unknown"], ids["unknown too"]}) {
		t.Errorf("due %v", due)
	}
	blocked := func(number string) bool {
		_, err := meant(l, create(t, l, ada, number), CardUse{Brand: payment.Visa, Last4: "1111"})
		return err != nil
	}
	for _, number := range []string{"501", "505", "71", "75", "76"} {
		if !blocked(number) {
			t.Errorf("bill %s can be paid once more", number)
		}
	}
	if blocked("503") || blocked("504") {
		t.Errorf("what was not taken cannot be paid")
	}
	raw := rawConnection(t, l)
	for _, statement := range []string{`UPDATE events SET evidence = 'x'`, `DELETE FROM events`, `DELETE FROM attempts`, `UPDATE lines SET cents = 1`,
		`DELETE FROM entries`, `UPDATE attempts SET state = 'created'`, `UPDATE attempts SET last4 = '2222'`, `UPDATE attempts SET patient = 1`} {
		if _, err := raw.Exec(statement); err == nil {
			t.Errorf("done: %s", statement)
		}
	}
	if got := column(t, raw, `PRAGMA foreign_key_check`); len(got) != 0 {
		t.Errorf("references to nothing: %v", got)
	}
	// It goes on from there.
	if _, unknown, err := l.Recover(ctx, time.Time{}); err != nil || unknown != 1 {
		t.Errorf("recovered %d, %v", unknown, err)
	}
	must(t, func() (Record, error) { return l.Find(ctx, ids["unknown"], payment.Outcome{State: payment.NotDone}) })
	if !blocked("505") {
		t.Errorf("the other one for the bill is still in doubt")
	}
	chained(t, l)
}
