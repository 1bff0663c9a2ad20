//go:build js

package words

// enDoubt is empty: the server says these, and no program.
var enDoubt Messages
