//go:build !js

package payment

import "log/slog"

// The browser's programs log nothing, and log/slog is heavy. What logs there all the
// same prints, and every verb is answered by Format.

// LogValue is the short form, for log/slog.
func (c Card) LogValue() slog.Value { return slog.StringValue(c.String()) }

// LogValue is a placeholder, for log/slog.
func (f CardForm) LogValue() slog.Value { return slog.StringValue("[card form]") }

// LogValue is a placeholder, for log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(unsaid) }
