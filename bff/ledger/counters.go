package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// CounterKey names what is counted: a keyed hash of the caller's, so that the
// database alone tells neither of whom nor of which card it is.
type CounterKey [32]byte

// Tally is how much was counted in the slot of time that begins at At.
type Tally struct {
	At time.Time
	N  int
}

// Counted are the tallies of counters, the oldest first.
type Counted map[CounterKey][]Tally

// Addition adds N, which may be less than nothing, to a counter's slot. After
// Expires the slot may be forgotten.
type Addition struct {
	Key     CounterKey
	At      time.Time
	N       int
	Expires time.Time
}

// Counted reads counters.
func (l *Ledger) Counted(ctx context.Context, keys []CounterKey) (counted Counted, err error) {
	err = l.read(ctx, "read counters", func(t tx) error {
		counted, err = t.tallies(keys, l.now())
		return err
	})
	return counted, err
}

// Count reads counters and writes what decide adds to them, with nobody else's
// counting between the two, on whatever server. An error of decide comes back as
// it is, and nothing is counted then.
func (l *Ledger) Count(ctx context.Context, keys []CounterKey, decide func(Counted) ([]Addition, error)) error {
	return l.write(ctx, "count", func(t tx) error {
		counted, err := t.tallies(keys, l.now())
		if err != nil {
			return err
		}
		add, err := decide(counted)
		if err != nil || len(add) == 0 {
			return err
		}
		return t.addTallies(sumUp(add))
	})
}

// sumUp puts additions to the same slot together: a database takes each once.
func sumUp(add []Addition) (sums []Addition) {
	for _, a := range add {
		if i := slices.IndexFunc(sums, func(b Addition) bool { return b.Key == a.Key && b.At.Equal(a.At) }); i >= 0 {
			sums[i].N += a.N
		} else {
			sums = append(sums, a)
		}
	}
	return sums
}

func (m *memory) tallies(keys []CounterKey, after time.Time) (Counted, error) {
	counted := Counted{}
	for _, key := range keys {
		all := m.counters[key] // those of one counter expire in their order
		first := len(all)
		for first > 0 && all[first-1].Expires.After(after) {
			first--
		}
		for _, c := range all[first:] {
			counted[key] = append(counted[key], Tally{c.At, c.N})
		}
	}
	return counted, nil
}

func (m *memory) addTallies(add []Addition) error {
	for _, a := range add {
		before := m.counters[a.Key]
		m.back(func() { m.counters[a.Key] = before })
		all := slices.Clone(before)
		i, found := slices.BinarySearchFunc(all, a.At, func(b Addition, at time.Time) int { return b.At.Compare(at) })
		if found {
			all[i].N += a.N
		} else {
			all = slices.Insert(all, i, a)
		}
		m.counters[a.Key] = all
	}
	return nil
}

// pruneCounters forgets slots that expired before, and counts them.
func (m *memory) pruneCounters(before time.Time) (removed int64) {
	for key, all := range m.counters {
		kept := slices.DeleteFunc(slices.Clone(all), func(a Addition) bool { return a.Expires.Before(before) })
		removed += int64(len(all) - len(kept))
		if len(kept) == 0 {
			delete(m.counters, key)
			continue
		}
		m.counters[key] = kept
	}
	return removed
}

func (t *sqlTx) tallies(keys []CounterKey, after time.Time) (Counted, error) {
	counted := Counted{}
	if len(keys) == 0 {
		return counted, nil
	}
	args := make([]any, 0, len(keys)+1)
	for i := range keys {
		args = append(args, keys[i][:])
	}
	args = append(args, after.UnixMicro())
	rows, err := t.query(`SELECT name, slot, n FROM counters WHERE name IN (`+marks(len(keys))+`) AND expires_at > ? ORDER BY name, slot`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name []byte
		var slot int64
		var n int
		if err := rows.Scan(&name, &slot, &n); err != nil {
			return nil, err
		}
		if len(name) != len(CounterKey{}) {
			return nil, fmt.Errorf("a counter's name of %d bytes", len(name))
		}
		key := CounterKey(name)
		counted[key] = append(counted[key], Tally{time.UnixMicro(slot).UTC(), n})
	}
	return counted, rows.Err()
}

func (t *sqlTx) addTallies(add []Addition) error {
	var args []any
	values := ""
	for i, a := range add {
		if i > 0 {
			values += ", "
		}
		values += "(" + marks(4) + ")"
		args = append(args, a.Key[:], a.At.UnixMicro(), a.N, a.Expires.UnixMicro())
	}
	_, err := t.exec(`INSERT INTO counters (name, slot, n, expires_at) VALUES `+values+`
		ON CONFLICT (name, slot) DO UPDATE SET n = counters.n + excluded.n`, args...)
	return err
}
