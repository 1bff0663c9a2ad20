package velocity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"paypane/bff/ledger"
)

// gauge is one thing that is counted about a try, in one window.
type gauge struct {
	limit string // as the limit is called, for staff, the log and metrics; empty: it refuses nothing
	rate  Rate
	keys  []ledger.CounterKey // under each secret; it is counted under the first
	now   time.Time
	// returned says that an approval takes the count back: what is counted are
	// refusals.
	returned bool
	// once counts a try only if this pair, which it then remembers, is new in the window:
	// the first use of a card by a person.
	once *gauge
	// shared gauges are about many people. They hold up nobody who has paid before.
	shared bool
}

// slots is in how many slots a window is counted: it is so much longer than it
// says, at most.
const slots = 12

func (g gauge) slot() time.Duration    { return g.rate.Within / slots }
func (g gauge) at() time.Time          { return g.now.Truncate(g.slot()).UTC() }
func (g gauge) key() ledger.CounterKey { return g.keys[0] }

// sum is how much was counted in the window.
func (g gauge) sum(counted ledger.Counted) (n int) {
	for _, t := range g.tallies(counted) {
		n += t.N
	}
	return max(0, n)
}

// tallies are those of the window, under each secret.
func (g gauge) tallies(counted ledger.Counted) (all []ledger.Tally) {
	for _, key := range g.keys {
		for _, t := range counted[key] {
			if t.At.Add(g.slot()).After(g.now.Add(-g.rate.Within)) {
				all = append(all, t)
			}
		}
	}
	return all
}

// room reports whether one more is within the limit, and otherwise from when on it
// will be.
func (g gauge) room(counted ledger.Counted) (bool, time.Time) {
	sum := g.sum(counted)
	if sum < g.rate.Most {
		return true, time.Time{}
	}
	until := g.now.Add(g.slot())
	for _, t := range g.tallies(counted) { // of one secret the oldest first
		if sum -= t.N; sum < g.rate.Most {
			return false, t.At.Add(g.slot() + g.rate.Within)
		}
		until = t.At.Add(g.slot() + g.rate.Within)
	}
	return false, until
}

// add counts n more.
func (g gauge) add(n int) ledger.Addition {
	at := g.at()
	return ledger.Addition{Key: g.key(), At: at, N: n, Expires: at.Add(g.slot() + g.rate.Within)}
}

// value is of what is counted, as it is called under each secret.
type value []string

// plain is a value that is the same under each secret.
func (g *Guard) plain(text string) value { return slices.Repeat(value{text}, len(g.secrets)) }

// keys are those of something that is counted, under each secret.
func (g *Guard) keys(name string, within time.Duration, values ...value) []ledger.CounterKey {
	keys := make([]ledger.CounterKey, len(g.secrets))
	for i, secret := range g.secrets {
		h := hmac.New(sha256.New, secret)
		write := func(text string) {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text)))) // keeps "a", "bc" apart from "ab", "c"
			h.Write([]byte(text))
		}
		write(name)
		write(within.String())
		for _, v := range values {
			write(v[i])
		}
		h.Sum(keys[i][:0])
	}
	return keys
}

// block is what SHA-256 takes at once, without keeping it in a buffer of its own
// from which nobody could clear it.
const block = 64

// fingerprint stands for a card number, or for its beginning: its HMAC under each
// secret. The digits are written as one block, which is cleared, and are nowhere
// else.
func (g *Guard) fingerprint(digits []byte) (v value) {
	padded := make([]byte, block)
	defer clear(padded)
	copy(padded, digits)
	for _, secret := range g.secrets {
		h := hmac.New(sha256.New, secret)
		h.Write(padded)
		v = append(v, string(h.Sum(nil)))
	}
	return v
}
