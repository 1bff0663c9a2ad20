// Package checkpoint signs how far the record has come, so that copies that
// are kept elsewhere prove later that nothing of it was changed or cut off, and
// notices when the database is older than its checkpoints.
//
// A checkpoint is a signed note (golang.org/x/mod/sumdb/note), which other
// tools can verify too:
//
//	paypane ledger
//	1234                                          the number of the newest event
//	FL+1Yd5QyMm9pZfVnJcYgKpDJ6cUCcdJx2N0+9bVbVE=  and its hash
//	2026-11-21T15:00:00Z                          when that was
//
//	— paypane CXRs3Fq…
package checkpoint

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"paypane/bff/ledger"
)

// signer is the name in signatures, and the info string of the keys.
const (
	signer  = "paypane"
	purpose = "paypane checkpoint"
	heading = "paypane ledger"
)

// Keys sign and verify checkpoints. They are made of the same secrets as the
// sessions': the first signs, all verify.
type Keys struct {
	own       ownSigner
	verifiers note.Verifiers
	public    []string
}

// ownSigner is a note.Signer with an Ed25519 key.
type ownSigner struct {
	note.Verifier
	key ed25519.PrivateKey
}

func (s ownSigner) Sign(message []byte) ([]byte, error) { return ed25519.Sign(s.key, message), nil }

// NewKeys derives the keys from secrets of at least 32 bytes.
func NewKeys(secrets [][]byte) (Keys, error) {
	var k Keys
	var all []note.Verifier
	for i, secret := range secrets {
		seed, err := hkdf.Key(sha256.New, secret, nil, purpose, ed25519.SeedSize)
		if err != nil {
			return Keys{}, fmt.Errorf("derive checkpoint key: %w", err)
		}
		key := ed25519.NewKeyFromSeed(seed)
		public, err := note.NewEd25519VerifierKey(signer, key.Public().(ed25519.PublicKey))
		if err != nil {
			return Keys{}, fmt.Errorf("derive checkpoint key: %w", err)
		}
		verifier, err := note.NewVerifier(public)
		if err != nil {
			return Keys{}, fmt.Errorf("derive checkpoint key: %w", err)
		}
		if i == 0 {
			k.own = ownSigner{verifier, key}
		}
		all, k.public = append(all, verifier), append(k.public, public)
	}
	if len(all) == 0 {
		return Keys{}, errors.New("derive checkpoint key: no secret")
	}
	k.verifiers = note.VerifierList(all...)
	return k, nil
}

// Public is the key with which others can verify what is signed now, in the
// form of signed notes: "paypane+…".
func (k Keys) Public() string { return k.public[0] }

// Sign signs a checkpoint.
func (k Keys) Sign(c ledger.Checkpoint) (ledger.Checkpoint, error) {
	text, err := note.Sign(&note.Note{Text: body(c)}, k.own)
	if err != nil {
		return ledger.Checkpoint{}, fmt.Errorf("sign checkpoint: %w", err)
	}
	return Read(text)
}

// Open reads a signed note and verifies its signature.
func (k Keys) Open(text []byte) (ledger.Checkpoint, error) {
	if _, err := note.Open(text, k.verifiers); err != nil {
		return ledger.Checkpoint{}, fmt.Errorf("verify checkpoint: %w", err)
	}
	return Read(text)
}

// Note is a checkpoint as a signed note.
func Note(c ledger.Checkpoint) []byte {
	return []byte(body(c) + signaturePrefix + base64.StdEncoding.EncodeToString(c.Signature) + "\n")
}

const signaturePrefix = "\n— " + signer + " "

func body(c ledger.Checkpoint) string {
	return fmt.Sprintf("%s\n%d\n%s\n%s\n", heading, c.Event, base64.StdEncoding.EncodeToString(c.Hash[:]), c.At.UTC().Format(time.RFC3339))
}

var errForm = errors.New("read checkpoint: not a checkpoint of this program")

// Read reads a signed note without verifying its signature. It takes only what
// Note writes.
func Read(text []byte) (c ledger.Checkpoint, err error) {
	head, signature, found := strings.Cut(string(text), signaturePrefix)
	lines := strings.Split(head, "\n")
	if !found || len(lines) != 5 {
		return c, errForm
	}
	hash, err1 := base64.StdEncoding.DecodeString(lines[2])
	at, err2 := time.Parse(time.RFC3339, lines[3])
	event, err3 := strconv.ParseInt(lines[1], 10, 64)
	signed, err4 := base64.StdEncoding.DecodeString(strings.TrimSuffix(signature, "\n"))
	if errors.Join(err1, err2, err3, err4) != nil || len(hash) != len(c.Hash) || event < 1 {
		return c, errForm
	}
	c = ledger.Checkpoint{Event: event, Hash: [32]byte(hash), At: at.UTC(), Signature: signed}
	if string(Note(c)) != string(text) {
		return ledger.Checkpoint{}, errForm
	}
	return c, nil
}
