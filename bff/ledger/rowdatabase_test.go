//go:build !mutation

package ledger

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger/ledgertest"
	"paypane/web/payment"
)

// databases runs a test over a filled file and a filled PostgreSQL database, past
// all Go code.
func databases(t *testing.T, test func(t *testing.T, raw *sql.DB, drop string)) {
	states := func(l *Ledger, c *clock) {
		fill(t, l, c)
		create(t, l, bob, "601")
		claim(t, l, create(t, l, ada2, "602"))
		c.advance(DuplicateWithin + time.Second)
		send(t, l, create(t, l, bob, "603"))
		c.advance(DuplicateWithin + time.Second)
		settle(t, l, send(t, l, create(t, l, ada2, "604")), payment.Unknown)
	}
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		c := newClock()
		l := sqliteDatabase(t, c.now)(t)
		defer l.Close()
		states(l, c)
		test(t, rawConnection(t, l), `SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'`)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		c, url := newClock(), ledgertest.Postgres(t)
		states(openURL(t, url, c), c)
		test(t, rawPostgres(t, url), `SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal`)
	})
}

// The guards of both databases let each column change until its phase is over,
// and not after that.
func TestGuardsAreThoseOfTheRow(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, raw *sql.DB, _ string) {
		for _, state := range words(append([]payment.State{payment.Created}, afterClaim...)) {
			ids := column(t, raw, `SELECT id FROM attempts WHERE state = '`+state+`'`)
			if len(ids) == 0 && slices.Contains([]string{"created", "claimed", "sending", "taken", "unknown"}, state) {
				t.Errorf("no attempt is %s", state)
			}
			for _, f := range row {
				for _, id := range ids {
					change := f.name + ` || 'x'`
					if f.check.moment {
						change = `coalesce(` + f.name + `, 0) + 1`
					} else if f.check.highest > 0 {
						change = f.name + ` + 1`
					}
					_, err := raw.Exec(`UPDATE attempts SET ` + f.name + ` = ` + change + ` WHERE id = '` + id + `'`)
					refused := err != nil && strings.Contains(err.Error(), "is fixed")
					over := f.fixed == atCreation || f.fixed == atClaim && state != "created" ||
						f.fixed == atSending && state != "created" && state != "claimed"
					if refused != over {
						t.Errorf("%s of an attempt that is %s: refused by the guards is %v (%v)", f.name, state, refused, err)
					}
				}
			}
		}
	})
}

// The columns of both databases take what row says that they take, and nothing
// else.
func TestChecksAreThoseOfTheRow(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, raw *sql.DB, drop string) {
		for _, statement := range column(t, raw, drop) {
			must(t, func() (sql.Result, error) { return raw.Exec(statement) })
		}
		// set reports how many rows take a value.
		ids := column(t, raw, `SELECT id FROM attempts`)
		set := func(name, value string) (taken int) {
			for _, id := range ids {
				if _, err := raw.Exec(`UPDATE attempts SET ` + name + ` = '` + value + `' WHERE id = '` + id + `'`); err == nil {
					taken++
				}
			}
			return taken
		}
		for _, f := range row {
			var bad []string
			switch c := f.check; {
			case c.moment:
				bad = []string{"0", "-1", "9990999999999999"}
			case c.words != nil:
				bad = []string{"nonsense", "Charge"}
			case c.digits != nil:
				bad = []string{"12a4", strings.Repeat("1", c.digits[1]+1)}
			case c.highest > 0:
				bad = []string{"-1", fmt.Sprint(c.highest + 1)}
			case c.object:
				bad = []string{`{"memo":"` + strings.Repeat("x", c.longest-10) + `"}`, `{"memo":"1234 5678-9012"}`, `"x"`, `[]`, `{`}
			case c.longest > 0:
				bad = []string{strings.Repeat("x", c.longest+1), "123456789012", "1234 5678-9012"}
			default:
				t.Errorf("row does not say what %s takes", f.name)
			}
			for _, value := range bad {
				if n := set(f.name, value); n > 0 {
					t.Errorf("%s takes %q", f.name, value)
				}
			}
			longest := strings.Repeat("x", f.check.longest)
			if f.check.object {
				longest = `{"memo":"` + longest[11:] + `"}`
			}
			if f.check.longest >= 64 && set(f.name, longest) == 0 {
				t.Errorf("%s does not take a text of %d characters", f.name, f.check.longest)
			}
		}
	})
}

// The migrations write wishes as the program does, whatever stands in an address.
func TestMigrationsWriteWishesAsTheProgramDoes(t *testing.T) {
	t.Parallel()
	for _, query := range []string{`SELECT json_object('email', email) FROM mails`, `SELECT '{"email":' || to_json(email)::text || '}' FROM mails`} {
		databases(t, func(t *testing.T, raw *sql.DB, drop string) {
			if strings.Contains(query, "::") != strings.Contains(drop, "pg_trigger") {
				return
			}
			must(t, func() (sql.Result, error) { return raw.Exec(`CREATE TABLE mails (email text)`) })
			for _, email := range []string{"ada@example.com", "8613812345678@163.com", `"a\b c"@example.com`, "a&b<c>'d'@example.com", "josé+1@例え.jp"} {
				must(t, func() (sql.Result, error) {
					return raw.Exec(`INSERT INTO mails VALUES ('` + strings.ReplaceAll(apart(email), `'`, `''`) + `')`)
				})
				if got, want := column(t, raw, query)[0], apart(writeWishes(payment.Wishes{Email: email})); got != want {
					t.Errorf("%s became %s, and is written as %s", email, got, want)
				}
				must(t, func() (sql.Result, error) { return raw.Exec(`DELETE FROM mails`) })
			}
		})
	}
}
