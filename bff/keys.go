package bff

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
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

// algorithm is the one algorithm that a key may verify: decided by the key as
// it is registered, never by the token.
func algorithm(k jose.JSONWebKey) jose.SignatureAlgorithm {
	var alg jose.SignatureAlgorithm
	switch key := k.Key.(type) {
	case ed25519.PublicKey:
		alg = jose.EdDSA
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			alg = jose.ES256
		}
	case *rsa.PublicKey:
		if key.N.BitLen() >= 2048 {
			alg = jose.RS256
		}
	}
	if k.Algorithm != "" && k.Algorithm != string(alg) || k.Use != "" && k.Use != "sig" {
		return ""
	}
	return alg
}

// fixedKeys are the keys of a file.
type fixedKeys jose.JSONWebKeySet

func (f fixedKeys) key(_ context.Context, kid string) (jose.JSONWebKey, error) {
	if found := (*jose.JSONWebKeySet)(&f).Key(kid); len(found) == 1 {
		return found[0], nil
	}
	return jose.JSONWebKey{}, errNoKey
}

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
	set    jose.JSONWebKeySet
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
	if found := r.set.Key(kid); len(found) == 1 && r.now().Sub(r.last) < time.Hour {
		return found[0], nil
	}
	var failed error
	switch {
	case r.flight != nil && len(r.set.Keys) == 0:
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
	if found := r.set.Key(kid); len(found) == 1 {
		return found[0], nil
	}
	if failed != nil && len(r.set.Keys) == 0 {
		return jose.JSONWebKey{}, failed
	}
	return jose.JSONWebKey{}, errNoKey
}

func (r *remoteKeys) fetch(ctx context.Context) (jose.JSONWebKeySet, error) {
	// Detached: a browser that goes away must not leave the others without keys.
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, r.address, nil)
	if err != nil {
		return jose.JSONWebKeySet{}, err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return jose.JSONWebKeySet{}, fmt.Errorf("fetch keys: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return jose.JSONWebKeySet{}, fmt.Errorf("fetch keys: status %d", resp.StatusCode)
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return jose.JSONWebKeySet{}, fmt.Errorf("fetch keys: %w", err)
	}
	return parseKeys(content)
}
