//go:build mutation

package athena

// cutEvery is how many bytes are from one cut to the next. There are hundreds
// of runs, and what answers mean does not hang on the byte.
const cutEvery = 97
