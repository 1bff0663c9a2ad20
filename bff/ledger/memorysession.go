package ledger

import (
	"slices"
	"time"
)

func (m *memory) session(hash [32]byte) (Session, error) {
	s, ok := m.sessions[hash]
	if !ok {
		return Session{}, ErrNotFound
	}
	s.Data = slices.Clone(s.Data)
	return s, nil
}

func (m *memory) insertSession(s Session) error {
	s.Data = slices.Clone(s.Data)
	m.sessions[s.Hash] = s
	m.back(func() { delete(m.sessions, s.Hash) })
	return nil
}

func (m *memory) updateSession(s Session) error {
	before, ok := m.sessions[s.Hash]
	if !ok {
		return ErrConflict
	}
	s.Data = slices.Clone(s.Data)
	m.sessions[s.Hash] = s
	m.back(func() { m.sessions[s.Hash] = before })
	return nil
}

func (m *memory) insertLaunch(hash [32]byte, _, expires time.Time) (bool, error) {
	if _, used := m.launches[hash]; used {
		return false, nil
	}
	m.launches[hash] = expires
	m.back(func() { delete(m.launches, hash) })
	return true, nil
}

func (m *memory) handover(hash [32]byte) (handover, error) {
	h, ok := m.handovers[hash]
	if !ok {
		return handover{}, ErrNotFound
	}
	return h, nil
}

func (m *memory) insertHandover(h handover) (bool, error) {
	if _, used := m.handovers[h.hash]; used {
		return false, nil
	}
	m.handovers[h.hash] = h
	m.back(func() { delete(m.handovers, h.hash) })
	return true, nil
}

func (m *memory) takeHandover(hash [32]byte, at time.Time) error {
	h, ok := m.handovers[hash]
	if !ok || !h.taken.IsZero() {
		return ErrConflict
	}
	before := h
	h.taken = at
	m.handovers[hash] = h
	m.back(func() { m.handovers[hash] = before })
	return nil
}

// prune cannot be undone, and has nothing after it that could fail.
func (m *memory) prune(before time.Time) (removed int64, err error) {
	for hash, h := range m.handovers {
		if h.expires.Before(before) {
			delete(m.handovers, hash)
			removed++
		}
	}
	for hash, s := range m.sessions {
		if s.Expires.Before(before) {
			delete(m.sessions, hash)
			for code, h := range m.handovers {
				if h.session == hash {
					delete(m.handovers, code)
				}
			}
			removed++
		}
	}
	for hash, expires := range m.launches {
		if expires.Before(before) {
			delete(m.launches, hash)
			removed++
		}
	}
	return removed + m.pruneCounters(before), nil
}
