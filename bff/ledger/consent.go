package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"paypane/web/payment"
)

// longestConsent is the most characters that a consent's text can have.
const longestConsent = 20_000

var locales = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

// NewConsent is the consent to a text, with its version. The text that it
// returns is the one to be shown: without control and invisible characters, and
// without spaces at the ends of its lines. It refuses with ErrText an empty text,
// one of more than 20,000 characters, one with a number in it as it is printed on
// a card, and what is no locale. Two phone numbers in one line are none.
func NewConsent(text, locale string) (payment.Consent, error) {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	for i, line := range lines {
		lines[i] = stripControls(line)
		if payment.ShowsCard(lines[i]) {
			return payment.Consent{}, fmt.Errorf("consent: %w", ErrText)
		}
	}
	text = strings.Trim(strings.Join(lines, "\n"), "\n")
	if text == "" || utf8.RuneCountInString(apart(text)) > longestConsent {
		return payment.Consent{}, fmt.Errorf("consent: %w", ErrText)
	}
	if !locales.MatchString(locale) || !numberFree(locale, 35) {
		return payment.Consent{}, fmt.Errorf("consent: locale: %w", ErrText)
	}
	sum := sha256.Sum256([]byte(text))
	return payment.Consent{Text: text, Version: base32.StdEncoding.EncodeToString(sum[:5]), Locale: locale}, nil
}

// fitsConsent reports whether a consent is as NewConsent makes it.
func fitsConsent(c payment.Consent) bool {
	made, err := NewConsent(c.Text, c.Locale)
	return err == nil && made.Text == c.Text && made.Version == c.Version
}

// Consent returns what was agreed to when an attempt of the patient was claimed.
// It is ErrNotFound where there is no such attempt, or nothing was agreed to.
func (l *Ledger) Consent(ctx context.Context, p payment.Patient, id string) (c payment.Consent, err error) {
	err = l.read(ctx, "read consent", func(t tx) error {
		a, err := attemptOf(t, p, id)
		if err != nil {
			return err
		}
		found, err := t.consents([]string{a.ID})
		if err != nil {
			return err
		}
		var given bool
		if c, given = found[a.ID]; !given {
			return ErrNotFound
		}
		return nil
	})
	return c, err
}
