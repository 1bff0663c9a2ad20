//go:build race

package bff

// raced says that the race detector watches.
const raced = true
