package middleware

import (
	"errors"
	"fmt"
)

// StatusError is an error that a handler knows the status of.
type StatusError struct {
	Status int
	Cause  error
}

func (f StatusError) Error() string { return fmt.Sprintf("%d: %v", f.Status, f.Cause) }
func (f StatusError) Unwrap() error { return f.Cause }

// ErrForeign says that a request is not known to come from our own pages.
var ErrForeign = errors.New("cross-origin request refused")
