package ledger

import (
	"database/sql"
	"errors"
	"time"
)

func (t *sqlTx) listingDelay(practice int) (time.Duration, error) {
	var n int64
	err := t.row(`SELECT lag FROM practices WHERE practice = ?`, practice).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return time.Duration(n) * time.Microsecond, err
}

func (t *sqlTx) setListingDelay(practice int, d time.Duration) error {
	_, err := t.exec(`INSERT INTO practices (practice, lag) VALUES (?, ?)
		ON CONFLICT (practice) DO UPDATE SET lag = excluded.lag`, practice, d.Microseconds())
	return err
}

func (t *sqlTx) zones() (map[[2]int]string, error) {
	found := map[[2]int]string{}
	return found, t.each(func(rows *sql.Rows) error {
		var practice, department int
		var name string
		err := rows.Scan(&practice, &department, &name)
		found[[2]int{practice, department}] = name
		return err
	}, `SELECT practice, department, zone FROM departments`)
}

func (t *sqlTx) setZone(practice, department int, name string) error {
	_, err := t.exec(`INSERT INTO departments (practice, department, zone) VALUES (?, ?, ?)
		ON CONFLICT (practice, department) DO UPDATE SET zone = excluded.zone`, practice, department, name)
	return err
}

func (t *sqlTx) heartbeat(at time.Time) error {
	_, err := t.exec(`INSERT INTO heartbeat (id, at) VALUES (1, ?)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at`, micros(at))
	return err
}
