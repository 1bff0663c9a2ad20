package portal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json" // refuses an object with a key twice
)

// Keys are the public keys of somebody who signs tokens for us and is no portal: an
// OpenID provider. They lie at an address and are fetched as a portal's are, at
// most once a minute, whatever tokens arrive.
type Keys struct{ remote *remoteKeys }

// NewKeys are the keys at an address. The client follows no redirect and ends by
// itself.
func NewKeys(address string, client *http.Client, now func() time.Time) *Keys {
	return &Keys{&remoteKeys{address: address, client: client, now: now}}
}

// Verify checks the signature of a token in the compact form, and that it is of one
// of the algorithms. It answers the token's typ and what is in it: a JSON object in
// which every name stands once.
func (k *Keys) Verify(ctx context.Context, token string, algorithms []string) (typ string, payload []byte, err error) {
	signed, err := jose.ParseSignedCompact(token, tokenAlgorithms)
	if err != nil || len(signed.Signatures) != 1 {
		return "", nil, errors.New("not signed in the compact form with an algorithm of ours")
	}
	header := signed.Signatures[0].Protected
	for _, name := range []jose.HeaderKey{"crit", "b64"} {
		if _, ok := header.ExtraHeaders[name]; ok {
			return "", nil, fmt.Errorf("the header has the extension %s", name)
		}
	}
	if !slices.Contains(algorithms, header.Algorithm) {
		return "", nil, errors.New("signed with an algorithm that is not allowed")
	}
	key, err := k.remote.key(ctx, header.KeyID)
	switch {
	case err != nil:
		return "", nil, fmt.Errorf("key: %w", err)
	case header.Algorithm != string(algorithm(key)):
		return "", nil, errors.New("signed with another algorithm than the key's")
	}
	if payload, err = signed.Verify(key); err != nil {
		return "", nil, errors.New("the signature does not verify")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(payload, &object); err != nil || object == nil {
		return "", nil, errors.New("not a JSON object in which every name stands once")
	}
	typ, _ = header.ExtraHeaders[jose.HeaderType].(string)
	return typ, payload, nil
}
