package ledger

import "time"

// Checkpoint says how far the record had come at a moment. Signed and kept
// elsewhere, it proves that nothing before it was changed or cut off since.
type Checkpoint struct {
	Event int64 // the newest then
	Hash  [32]byte
	At    time.Time // in whole seconds
	Note  string    // the same as a signed note
}
