//go:build race

package residue

// raced says that the race detector watches.
const raced = true
