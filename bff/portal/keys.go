package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// keySource finds a portal's public key by its id.
type keySource interface {
	key(ctx context.Context, kid string) (jose.JSONWebKey, error)
}

var errNoKey = errors.New("no key with this id")

// keyError is what went wrong with a portal's keys. It may quote their address
// and the set, but nothing of a token.
type keyError struct{ error }

func (e keyError) Unwrap() error { return e.error }

// fixedKeys are the keys of a file.
type fixedKeys struct{ keyring }

func (f fixedKeys) key(_ context.Context, kid string) (jose.JSONWebKey, error) { return f.find(kid) }

// keyInterval is the least time between two fetches of one portal's keys,
// whatever tokens arrive.
const keyInterval = time.Minute

// remoteKeys are the keys at an address: fetched when a key id is not known,
// at most once a minute, and kept in use while the address cannot be reached.
type remoteKeys struct {
	address string
	client  *http.Client
	now     func() time.Time

	mu     sync.Mutex
	set    keyring
	last   time.Time     // of the last fetch, successful or not
	flight chan struct{} // closed when the fetch under way ends; nil without one
}

func newRemoteKeys(address string) *remoteKeys {
	return &remoteKeys{
		address: address,
		now:     time.Now,
		client: &http.Client{
			Timeout:       5 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (r *remoteKeys) key(ctx context.Context, kid string) (jose.JSONWebKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, err := r.set.find(kid); err == nil && r.now().Sub(r.last) < time.Hour {
		return k, nil
	}
	var failed error
	switch {
	case r.flight != nil && len(r.set.keys) == 0:
		// Somebody fetches the first keys: theirs will do.
		flight := r.flight
		r.mu.Unlock()
		select {
		case <-flight:
		case <-ctx.Done():
			failed = ctx.Err()
		}
		r.mu.Lock()
	case r.flight == nil && (r.last.IsZero() || r.now().Sub(r.last) >= keyInterval):
		// Fetched without the lock: an unknown id must not hold up those whose
		// keys are known.
		r.last, r.flight = r.now(), make(chan struct{})
		r.mu.Unlock()
		set, err := r.fetch(ctx)
		r.mu.Lock()
		close(r.flight)
		r.flight = nil
		if err == nil {
			r.set = set
		}
		failed = err
	}
	if failed != nil && len(r.set.keys) == 0 {
		return jose.JSONWebKey{}, failed
	}
	return r.set.find(kid)
}

func (r *remoteKeys) fetch(ctx context.Context) (keyring, error) {
	// Detached: a browser that goes away must not leave the others without keys.
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, r.address, nil)
	if err != nil {
		return keyring{}, err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return keyring{}, fmt.Errorf("fetch keys: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return keyring{}, fmt.Errorf("fetch keys: status %d", resp.StatusCode)
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return keyring{}, fmt.Errorf("fetch keys: %w", err)
	}
	return parseKeys(content)
}
