package payment

import "errors"

// ErrOddRows is the error of a list in which some rows are not understood. The
// others may come with it. They can be shown to people; that something is not
// in the list does not follow from them.
var ErrOddRows = errors.New("rows of a list are not understood")

// ErrBillUnread is the error of a statement with a bill that is not understood
// and may ask for something.
var ErrBillUnread = errors.New("a bill is not understood")
