package session

import "paypane/bff/staff"

// DeniedError says that whoever is at the desk has not the right to do something.
type DeniedError struct{ Right staff.Right }

func (e DeniedError) Error() string { return "whoever is here has not the right " + string(e.Right) }
