// Package middleware is what every request meets before a page does: an id and a
// line in the log, the headers of the answer, the check of the name and of the
// origin it came from, and the one reader of forms, whose bytes can be cleared.
//
// Nothing here knows a session. What has to be answered outside of one is given
// to an Answer.
package middleware
