//go:build js && !everyword

package words

// enServer is empty: the program does without the sentences of the server. The
// tag everyword puts them back: for the desk's program, and for tests that run on
// the program's platform.
func enServer() Messages { return nil }
