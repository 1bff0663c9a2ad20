package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// seals keep what nobody else may read or change, in the browser or in the ledger:
// the first key seals, all open.
type seals []cipher.AEAD

var errSeal = errors.New("not sealed by us")

func newSeals(secrets [][]byte) (all seals, err error) {
	for _, secret := range secrets {
		key, err := hkdf.Key(sha256.New, secret, nil, "paypane desk sign-in", 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		all = append(all, aead)
	}
	return all, nil
}

// seal closes something under what it is for, so that one sealed thing does not
// pass for another.
func (s seals) seal(purpose string, plain []byte) string {
	nonce := make([]byte, s[0].NonceSize())
	rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(s[0].Seal(nonce, nonce, plain, []byte(purpose)))
}

func (s seals) open(purpose, sealed string) ([]byte, error) {
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil, errSeal
	}
	for _, aead := range s {
		if len(b) < aead.NonceSize() {
			break
		}
		if plain, err := aead.Open(nil, b[:aead.NonceSize()], b[aead.NonceSize():], []byte(purpose)); err == nil {
			return plain, nil
		}
	}
	return nil, errSeal
}

// random is a text that nobody can guess.
func random() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
