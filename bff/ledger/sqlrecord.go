package ledger

import (
	"database/sql"

	"paypane/web/payment"
)

func (t *sqlTx) checkpoints(limit int) ([]Checkpoint, error) {
	rest, args := ` ORDER BY event DESC`, []any(nil)
	if limit != all {
		rest, args = rest+` LIMIT ?`, []any{limit}
	}
	var found []Checkpoint
	err := t.each(func(rows *sql.Rows) error {
		var c Checkpoint
		var hash []byte
		var at sql.NullInt64
		err := rows.Scan(&c.Event, &hash, &at, &c.Signature)
		copy(c.Hash[:], hash)
		c.At = moment(at)
		found = append(found, c)
		return err
	}, `SELECT event, hash, at, signature FROM checkpoints`+rest, args...)
	return found, err
}

func (t *sqlTx) insertCheckpoint(c Checkpoint) error {
	_, err := t.exec(`INSERT INTO checkpoints (event, hash, at, signature) VALUES (`+marks(4)+`)`,
		c.Event, c.Hash[:], micros(c.At), c.Signature)
	return err
}

func (t *sqlTx) restorations() ([]Restoration, error) {
	var found []Restoration
	err := t.each(func(rows *sql.Rows) error {
		var r Restoration
		var from, until, at sql.NullInt64
		err := rows.Scan(&r.Event, &from, &until, &at)
		r.From, r.Until, r.At = moment(from), moment(until), moment(at)
		found = append(found, r)
		return err
	}, `SELECT event, from_at, until_at, at FROM restorations ORDER BY id DESC`)
	return found, err
}

func (t *sqlTx) insertRestoration(id int, r Restoration) error {
	_, err := t.exec(`INSERT INTO restorations (id, event, from_at, until_at, at) VALUES (`+marks(5)+`)`,
		id, r.Event, micros(r.From), micros(r.Until), micros(r.At))
	return err
}

func (t *sqlTx) insertConsent(attempt string, c payment.Consent) error {
	_, err := t.exec(`INSERT INTO consents (attempt, text, version, locale, at, subject) VALUES (`+marks(6)+`)`,
		attempt, apart(c.Text), c.Version, c.Locale, micros(c.At), c.Subject)
	return err
}

func (t *sqlTx) consents(attempts []string) (map[string]payment.Consent, error) {
	found := map[string]payment.Consent{}
	if len(attempts) == 0 {
		return found, nil
	}
	ids := texts(attempts)
	return found, t.each(func(rows *sql.Rows) error {
		var c payment.Consent
		var id string
		var at sql.NullInt64
		err := rows.Scan(&id, joined{&c.Text}, &c.Version, &c.Locale, &at, &c.Subject)
		c.At = moment(at)
		found[id] = c
		return err
	}, `SELECT attempt, text, version, locale, at, subject FROM consents WHERE attempt IN (`+marks(len(ids))+`)`, ids...)
}
