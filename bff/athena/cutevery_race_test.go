//go:build race && !mutation

package athena

// cutEvery is how many bytes are from one cut to the next. The race detector
// makes every cut several times as long, and looks for something else.
const cutEvery = 8
