package checkpoint_test

import (
	"bytes"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"

	"paypane/bff/checkpoint"
	"paypane/bff/ledger"
)

// A checkpoint is signed and handed to somebody else. They need nothing but the
// public key to see that it is genuine, and that a changed one is not.
func Example() {
	keys, err := checkpoint.NewKeys([][]byte{bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		panic(err)
	}
	signed, err := keys.Sign(ledger.Checkpoint{Event: 1234, Hash: [32]byte{1, 2, 3}, At: time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)})
	if err != nil {
		panic(err)
	}
	text := checkpoint.Note(signed)

	verifier, err := note.NewVerifier(keys.Public())
	if err != nil {
		panic(err)
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		panic(err)
	}
	fmt.Print(opened.Text)

	changed := bytes.Replace(text, []byte("1234"), []byte("1233"), 1)
	_, err = note.Open(changed, note.VerifierList(verifier))
	fmt.Println(err)
	// Output:
	// paypane ledger
	// 1234
	// AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
	// 2026-11-21T15:00:00Z
	// invalid signature for key paypane+c630a7a6
}
