package payment

import "time"

// Consent is what a payer agreed to when they pressed the button, word by word.
type Consent struct {
	// Text is all that they were shown, and Version names it: the same text has
	// the same version, and another text another one.
	Text    string
	Version string
	Locale  string // of the text: "en-US"
	// At and Subject are when it was given and by whom.
	At      time.Time
	Subject string
}
