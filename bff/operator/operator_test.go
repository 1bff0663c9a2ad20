package operator

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena"
	"paypane/bff/checkpoint"
	"paypane/bff/config"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// setting is what the commands are told, for a ledger that is not there yet.
func setting(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		config.Database:    "sqlite:" + filepath.Join(t.TempDir(), "paypane.db"),
		config.Keys:        base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{250}, 32)),
		config.Checkpoints: t.TempDir(),
	}
}

// recorded is a ledger with a payment that was taken, in a configuration that
// is right, and what the payment is.
func recorded(t *testing.T) (env map[string]string, paid ledger.Record) {
	t.Helper()
	env = setting(t)
	book, err := ledger.Open(t.Context(), env[config.Database], nil)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	return env, pay(t, env, book)
}

// pay records a payment and a checkpoint after it.
func pay(t *testing.T, env map[string]string, book *ledger.Ledger) ledger.Record {
	t.Helper()
	ctx := t.Context()
	patient := payment.Patient{Practice: 195900, Department: 1, ID: 601}
	number := rand.Text()[:4]
	line := payment.Line{Bill: "claim-" + number, Kind: payment.Claim, Number: number, Title: "=HYPERLINK(1)", Amount: payment.Cents(5250), Balance: payment.Cents(5250)}
	a, err := book.CreateAttempt(ctx, ledger.Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: payment.Charge{Lines: []payment.Line{line}}, PatientName: "Dana Sample"},
		Patient: patient, Portal: "=cmd", Subject: "user-7", AsOfSeq: 1})
	if err == nil {
		use := ledger.CardUse{Brand: payment.Visa, Last4: "1111"}
		_, err = book.Claim(ctx, patient, a.ID, use)
		var repeat *ledger.DuplicateError
		if errors.As(err, &repeat) { // it is meant
			use.ConfirmDuplicateOf = repeat.Other.ID
			_, err = book.Claim(ctx, patient, a.ID, use)
		}
	}
	if err == nil {
		a, err = book.MarkSending(ctx, a.ID, "0")
	}
	if err == nil {
		a, err = book.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001", Evidence: "200"})
	}
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := config.ReadKeys(env[config.Keys])
	if err != nil {
		t.Fatal(err)
	}
	keys, err := checkpoint.NewKeys(secrets)
	if err == nil {
		err = checkpoint.Notary{Ledger: book, Keys: keys, Directory: checkpoint.Directory(env[config.Checkpoints])}.Sign(ctx, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func paypane(t *testing.T, env map[string]string, args ...string) (status int, out, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	var o, e bytes.Buffer
	status = Run(ctx, args, func(name string) string { return env[name] }, &o, &e)
	return status, o.String(), e.String()
}

// A plan is shown with its terms and with what was agreed to.
func TestLedgerShowsAgreements(t *testing.T) {
	env, _ := recorded(t)
	book, err := ledger.Open(t.Context(), env[config.Database], nil)
	if err != nil {
		t.Fatal(err)
	}
	patient := payment.Patient{Practice: 195900, Department: 1, ID: 602}
	line := payment.Line{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(5250), Balance: payment.Cents(5250)}
	a, err := book.CreateAttempt(t.Context(), ledger.Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindPlan, Charge: payment.Charge{Lines: []payment.Line{line}},
		Terms: payment.Terms{Cycle: payment.Cents(1750), Start: "2026-12-01"}}, Patient: patient, Portal: "harbor", Subject: "user-7", AsOfSeq: 1})
	if err != nil {
		t.Fatal(err)
	}
	consent, err := ledger.NewConsent("You agree to three payments.", "en-US")
	if err == nil {
		_, err = book.Claim(t.Context(), patient, a.ID, ledger.CardUse{Brand: payment.Visa, Last4: "1111", Consent: &consent})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	status, out, stderr := paypane(t, env, "show", a.ID)
	for _, want := range []string{"$17.50 each month from 2026-12-01", "version " + consent.Version + " in en-US, ", ", by user-7"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("without %q: %d, %s%s", want, status, out, stderr)
		}
	}
}

// What staff did at the desk that belongs to no attempt is listed and exported, and
// shown with the attempt that it is about.
func TestLedgerShowsActsAtTheDesk(t *testing.T) {
	env, a := recorded(t)
	book, err := ledger.Open(t.Context(), env[config.Database], nil)
	if err == nil {
		err = book.DeskAct(t.Context(), ledger.DeskAct{Practice: a.Patient.Practice, Who: "desk/eve", Name: "=Eve", Role: "biller", What: "done by hand", About: a.ID,
			Detail: "-1 batch", Content: `{"batch":"318"}`})
	}
	if err == nil {
		err = book.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		args []string
		want []string
	}{
		{[]string{"list", "-acts", "-practice", strconv.Itoa(a.Patient.Practice)}, []string{"desk/eve", "biller", "done by hand", a.ID, "-1 batch", `{"batch":"318"}`}},
		{[]string{"show", a.ID}, []string{"done by hand", "desk/eve"}},
		{[]string{"export", "-acts"}, []string{"'=Eve", "'-1 batch", "done by hand", a.ID}},
		{[]string{"verify"}, []string{"acts at desks 1"}},
	} {
		status, out, stderr := paypane(t, env, row.args...)
		for _, want := range row.want {
			if status != 0 || !strings.Contains(out, want) {
				t.Errorf("%v without %q: %d, %s%s", row.args, want, status, out, stderr)
			}
		}
	}
	if status, _, _ := paypane(t, env, "list", "-acts"); status != 2 {
		t.Errorf("listed without a practice: %d", status)
	}
}

// The commands tell what is there, and no names but where one is asked for by
// name.
func TestLedgerCommands(t *testing.T) {
	env, a := recorded(t)
	for _, row := range []struct {
		args   []string
		status int
		says   []string
	}{
		{[]string{"list"}, 0, []string{a.ID, a.SupportCode(), "taken", "52.50", "1111", "9001", "601"}},
		{[]string{"list", "-state", "unknown,declined"}, 0, []string{"CREATED"}},
		{[]string{"show", a.SupportCode()}, 0, []string{a.ID, "Dana Sample", "$52.50", "created", "claimed", "sending", "settled", "to transit", "200"}},
		{[]string{"show", strings.ToLower(a.ID[:8])}, 0, []string{a.ID}},
		{[]string{"verify"}, 0, []string{"events 4, attempts 1, lines 1, entries 2, checkpoints 1", "ok"}},
		{[]string{"verify", "-checkpoint", env[config.Checkpoints]}, 0, []string{"checkpoints 2", "ok"}},
		{[]string{"checkpoint"}, 0, []string{"paypane ledger\n4\n", "— paypane "}},
		{[]string{"checkpoint", "-key"}, 0, []string{"paypane+"}},
		{[]string{"show", "AAAA-BBBB"}, 1, []string{"AAAA-BBBB"}},
		{[]string{"show"}, 2, []string{"takes 1 arguments"}},
		{[]string{"list", "-state", "gone"}, 2, []string{`"gone"`}},
		{[]string{"list", "-since", "yesterday"}, 2, []string{"yesterday"}},
		{[]string{"list", "-limit", "-1"}, 2, []string{"-limit"}},
		{[]string{"list", "-nonsense"}, 2, []string{"nonsense"}},
		{[]string{"verify", "-checkpoint", "/nowhere"}, 2, []string{"/nowhere"}},
		{[]string{"restored", "-until", "2001-01-01"}, 2, []string{"-until"}},
		{[]string{"burn"}, 2, []string{`"burn"`}},
		{nil, 2, []string{"paypane ledger list"}},
	} {
		status, out, stderr := paypane(t, env, row.args...)
		said := out
		if row.status != 0 {
			said = stderr
		}
		for _, want := range row.says {
			if !strings.Contains(said, want) {
				t.Errorf("%v: without %q: %s", row.args, want, said)
			}
		}
		if status != row.status {
			t.Errorf("%v: status %d, %s", row.args, status, stderr)
		}
		if strings.Contains(out, "Dana") && row.args[0] != "show" {
			t.Errorf("%v: tells a name", row.args)
		}
	}
	for _, name := range []string{"", "list", "show", "verify", "export", "checkpoint", "restored"} {
		args := strings.Fields(name + " -h")
		if status, out, _ := paypane(t, nil, args...); status != 0 || !strings.Contains(out, "paypane ledger "+name) {
			t.Errorf("%v: status %d, %s", args, status, out)
		}
	}
	if status, _, stderr := paypane(t, nil, "list"); status != 2 || !strings.Contains(stderr, config.Database) {
		t.Errorf("without a database: %d, %s", status, stderr)
	}
	missing := filepath.Join(t.TempDir(), "none.db")
	if status, _, _ := paypane(t, map[string]string{config.Database: "sqlite:" + missing}, "list"); status != 2 {
		t.Errorf("a database that is not there: %d", status)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("reading made a database")
	}
}

// The export is one row for each entry, and no cell of it is a formula.
func TestExport(t *testing.T) {
	env, a := recorded(t)
	status, out, stderr := paypane(t, env, "export")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if status != 0 || err != nil || len(rows) != 3 {
		t.Fatalf("status %d, %v, %s, %s", status, err, out, stderr)
	}
	for i, row := range rows[1:] {
		for j, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("row %d: %s begins like a formula: %q", i, rows[0][j], cell)
			}
		}
	}
	taken := rows[2]
	for _, want := range []string{a.ID, "transit", a.Charge.Lines[0].Bill, "52.50", "9001", "1111"} {
		if !strings.Contains(strings.Join(taken, "|"), want) {
			t.Errorf("without %q: %v", want, taken)
		}
	}
	if day := a.Sent.In(athena.Eastern()).Format(time.DateOnly); rows[0][len(rows[0])-1] != "day" || taken[len(taken)-1] != day {
		t.Errorf("%v, not on %s", taken, day)
	}
	if status, out, _ := paypane(t, env, "export", "-until", "2020-01-01"); status != 0 || strings.Count(out, "\n") != 1 {
		t.Errorf("before there was anything: %d, %s", status, out)
	}
	for text, want := range map[string]string{"=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\ta": "'\ta", "＝1": "'＝1", "a=": "a=", "": ""} {
		if got := inert(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// The day of a payment in the export is the one on its receipt: by the clock of
// the department, and by the upstream's where no server has read the department.
func TestExportHasThePracticesDay(t *testing.T) {
	for zone, day := range map[string]string{"": "2026-01-01", "US/Eastern": "2026-01-01", "US/Pacific": "2025-12-31", "US/Hawaii": "2025-12-31", "Pacific/Guam": "2026-01-01"} {
		env := setting(t)
		at := time.Date(2026, 1, 1, 6, 30, 0, 0, time.UTC)
		book, err := ledger.Open(t.Context(), env[config.Database], func() time.Time { return at })
		if err != nil {
			t.Fatal(err)
		}
		a := pay(t, env, book)
		if zone != "" {
			location, err := time.LoadLocation(zone)
			if err == nil {
				err = book.NoteZone(t.Context(), a.Patient, location)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		book.Close()
		status, out, stderr := paypane(t, env, "export")
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if status != 0 || err != nil || len(rows) != 3 {
			t.Fatalf("status %d, %v, %s, %s", status, err, out, stderr)
		}
		for _, row := range rows[1:] {
			if got := row[len(row)-1]; got != day || row[1] != "2026-01-01T06:30:00Z" {
				t.Errorf("%s: %v, not on %s", zone, row, day)
			}
		}
	}
}

// A record that was changed is named, with status 1.
func TestVerifyNamesWhatWasChanged(t *testing.T) {
	env, _ := recorded(t)
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(env[config.Database], "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`DROP TRIGGER events_no_update; UPDATE events SET who = 'somebody' WHERE seq = 3`); err != nil {
		t.Fatal(err)
	}
	if status, out, _ := paypane(t, env, "verify"); status != 1 || !strings.Contains(out, "BROKEN at event 3") {
		t.Errorf("status %d, %s", status, out)
	}
}

// A ledger that is older than its checkpoint is broken until it was said that a
// backup was put back; then the record goes on.
func TestRestored(t *testing.T) {
	env, _ := recorded(t)
	file := strings.TrimPrefix(env[config.Database], "sqlite:")
	backup, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	book, err := ledger.Open(t.Context(), env[config.Database], nil)
	if err != nil {
		t.Fatal(err)
	}
	pay(t, env, book)
	book.Close()
	if err := os.WriteFile(file, backup, 0o600); err != nil {
		t.Fatal(err)
	}
	if status, out, _ := paypane(t, env, "verify", "-checkpoint", env[config.Checkpoints]); status != 1 || !strings.Contains(out, "BROKEN at event 5") {
		t.Errorf("verify: %d, %s", status, out)
	}
	if status, out, stderr := paypane(t, env, "restored"); status != 0 || !strings.Contains(out, "ends at event 4") {
		t.Fatalf("restored: %d, %s%s", status, out, stderr)
	}
	if status, out, stderr := paypane(t, env, "verify", "-checkpoint", env[config.Checkpoints]); status != 0 || !strings.Contains(out, "restored ") {
		t.Errorf("verify: %d, %s%s", status, out, stderr)
	}
}
