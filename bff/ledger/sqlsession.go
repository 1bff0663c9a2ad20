package ledger

import (
	"database/sql"
	"errors"
	"time"
)

func (t *sqlTx) session(hash [32]byte) (Session, error) {
	s := Session{Hash: hash}
	var data string
	var created, seen, expires, revoked sql.NullInt64
	err := t.row(`SELECT data, created_at, last_seen_at, expires_at, version, revoked_at
		FROM sessions WHERE hash = ?`, hash[:]).Scan(&data, &created, &seen, &expires, &s.Version, &revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, ErrNotFound
	}
	if err != nil {
		return Session{}, err
	}
	s.Data = []byte(data)
	s.Created, s.LastSeen, s.Expires, s.Revoked = moment(created), moment(seen), moment(expires), moment(revoked)
	return s, nil
}

func (t *sqlTx) insertSession(s Session) error {
	_, err := t.exec(`INSERT INTO sessions (hash, data, created_at, last_seen_at, expires_at, version)
		VALUES (`+marks(6)+`)`, s.Hash[:], string(s.Data), micros(s.Created), micros(s.LastSeen), micros(s.Expires), s.Version)
	return err
}

func (t *sqlTx) updateSession(s Session) error {
	return t.one(`UPDATE sessions SET data = ?, last_seen_at = ?, version = ?, revoked_at = ? WHERE hash = ?`,
		string(s.Data), micros(s.LastSeen), s.Version, micros(s.Revoked), s.Hash[:])
}

func (t *sqlTx) insertLaunch(hash [32]byte, used, expires time.Time) (bool, error) {
	return t.changed(`INSERT INTO launches (hash, used_at, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (hash) DO NOTHING`, hash[:], micros(used), micros(expires))
}

func (t *sqlTx) handover(hash [32]byte) (handover, error) {
	h := handover{hash: hash}
	var session []byte
	var expires, taken sql.NullInt64
	err := t.row(`SELECT session, expires_at, taken_at FROM handovers WHERE hash = ?`, hash[:]).
		Scan(&session, &expires, &taken)
	if errors.Is(err, sql.ErrNoRows) {
		return handover{}, ErrNotFound
	}
	copy(h.session[:], session)
	h.expires, h.taken = moment(expires), moment(taken)
	return h, err
}

func (t *sqlTx) insertHandover(h handover) (bool, error) {
	return t.changed(`INSERT INTO handovers (hash, session, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (hash) DO NOTHING`, h.hash[:], h.session[:], micros(h.expires))
}

func (t *sqlTx) takeHandover(hash [32]byte, at time.Time) error {
	return t.one(`UPDATE handovers SET taken_at = ? WHERE hash = ? AND taken_at IS NULL`, micros(at), hash[:])
}

func (t *sqlTx) prune(before time.Time) (removed int64, err error) {
	for _, statement := range []string{
		`DELETE FROM handovers WHERE expires_at < ?`, // first: sessions would take theirs along, uncounted
		`DELETE FROM sessions WHERE expires_at < ?`,
		`DELETE FROM launches WHERE expires_at < ?`,
		`DELETE FROM counters WHERE expires_at < ?`,
	} {
		result, err := t.exec(statement, before.UnixMicro())
		if err != nil {
			return 0, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, err
		}
		removed += n
	}
	return removed, nil
}
