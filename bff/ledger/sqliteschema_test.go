//go:build !mutation

package ledger

import (
	"database/sql"
	"fmt"
	"testing"
)

// TestSchemaHoldsNoCardNumber tries to put card numbers into every column of
// the schema, past all Go code and with the triggers gone.
func TestSchemaHoldsNoCardNumber(t *testing.T) {
	c := newClock()
	open := sqliteDatabase(t, c.now)
	l := open(t)
	defer l.Close()
	fill(t, l, c)
	raw := rawConnection(t, l)
	for _, name := range column(t, raw, `SELECT name FROM sqlite_schema WHERE type = 'trigger'`) {
		must(t, func() (sql.Result, error) { return raw.Exec(`DROP TRIGGER ` + name) })
	}
	// goose's own table is written by goose alone, with version numbers.
	tables := column(t, raw, `SELECT name FROM sqlite_schema WHERE type = 'table'
		AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`)
	if len(tables) < 7 {
		t.Fatalf("only tables %v", tables)
	}
	for _, table := range tables {
		if n := column(t, raw, `SELECT count(*) FROM pragma_table_list WHERE name = '`+table+`' AND strict = 1`); n[0] != "1" {
			t.Errorf("%s is not strict", table)
		}
		for _, name := range column(t, raw, `SELECT name FROM pragma_table_info('`+table+`')`) {
			if table == "sessions" && name == "data" {
				continue // the caller's JSON: screened by holdsCard, see testTexts
			}
			update := fmt.Sprintf(`UPDATE %s SET %s = ? WHERE rowid = (SELECT max(rowid) FROM %[1]s)`, table, name)
			for _, card := range cards {
				for _, value := range []any{card, []byte(card), "x" + card, card[:4] + " " + card[4:8] + "-" + card[8:]} {
					if _, err := raw.Exec(update, value); err == nil {
						t.Errorf("%s.%s can hold %v", table, name, value)
					}
				}
			}
			same := fmt.Sprintf(`UPDATE %s SET %s = %[2]s`, table, name)
			if _, err := raw.Exec(same); err != nil {
				t.Errorf("%s.%s refuses its own value: %v", table, name, err)
			}
		}
	}
}
