//go:build !race && !mutation

package athena

// cutEvery is how many bytes are from one cut to the next.
const cutEvery = 1
