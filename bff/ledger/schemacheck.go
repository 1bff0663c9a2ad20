package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
)

// inventory is the tables and the guards of a database: what has to be there
// before a payment is entrusted to it. The migrations make them.
type inventory struct{ tables, triggers []string }

// tables are the same in every database.
const tables = "attempts lines holds events entries practices departments sessions launches handovers heartbeat checkpoints restorations consents counters notices"

func sqliteParts() inventory {
	return inventory{strings.Fields(tables), strings.Fields(`
		events_in_order events_no_update events_no_delete entries_once entries_no_update entries_no_delete
		lines_fixed lines_no_update lines_no_delete
		attempts_once attempts_no_delete attempts_forward attempts_fixed attempts_claimed attempts_sent
		sessions_once sessions_tombstone
		checkpoints_once checkpoints_no_update checkpoints_no_delete
		restorations_once restorations_no_update restorations_no_delete
		consents_fixed consents_no_update consents_no_delete`)}
}

func postgresParts() inventory {
	return inventory{strings.Fields(tables), strings.Fields(`
		events_in_order events_kept entries_kept lines_fixed lines_kept
		attempts_once attempts_kept attempts_forward attempts_fixed attempts_claimed attempts_sent
		sessions_tombstone checkpoints_kept restorations_kept consents_fixed consents_kept`)}
}

// A database says what it has in rows of a kind and a name. A guard counts only
// while it is on, and on the table that its name begins with.
const (
	sqliteHas = `SELECT type, name FROM sqlite_schema WHERE type = 'table'
		OR type = 'trigger' AND tbl_name = substr(name, 1, instr(name, '_') - 1)`
	postgresHas = `SELECT 'table', relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid)
		UNION ALL SELECT 'trigger', tgname FROM pg_trigger
		WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgrelid = to_regclass(split_part(tgname, '_', 1))`
)

// missing names what a database lacks; has is one of the queries above.
func (p inventory) missing(ctx context.Context, db *sql.DB, has string) (missing []string, err error) {
	rows, err := db.QueryContext(ctx, has)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]bool{}
	for rows.Next() {
		var kind, name string
		if err := rows.Scan(&kind, &name); err != nil {
			return nil, err
		}
		found[kind+" "+name] = true
	}
	for kind, names := range map[string][]string{"table": p.tables, "trigger": p.triggers} {
		for _, name := range names {
			if part := kind + " " + name; !found[part] {
				missing = append(missing, part)
			}
		}
	}
	slices.Sort(missing)
	return missing, rows.Err()
}

// check refuses a database in which something is missing: restored in part, or
// worked on by hand. subject is how it is called.
func (p inventory) check(ctx context.Context, db *sql.DB, has, subject string) error {
	missing, err := p.missing(ctx, db, has)
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("%s is damaged or restored in part (%s missing): restore it from a backup, and check every payment since the backup with the practice before taking new ones",
			subject, strings.Join(missing, ", "))
	}
	return err
}

// current refuses a database whose schema is older or newer than the migrations,
// and changes nothing.
func current(ctx context.Context, db *sql.DB, migrations *goose.Provider, subject string) error {
	var has int64
	if err := db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version`).Scan(&has); err != nil {
		return fmt.Errorf("%s does not say which schema it has, as a ledger does (%w): name another, or start the server once if it is new", subject, err)
	}
	sources := migrations.ListSources()
	known := sources[len(sources)-1].Version
	if has != known {
		return fmt.Errorf("%s has schema %d, this program knows %d: use the program that the server runs", subject, has, known)
	}
	return nil
}
