// Package session knows who is signed in: what a launch said of them, for which
// patient they act now, and by which cookie a browser is known, in each of its
// panes.
//
// A Store keeps the sessions in the rows of the ledger and is a
// gorilla/sessions Store; Handovers move one into another window; a Binding says
// of a form for which patient it was printed, so that nothing is done for one
// from another's page.
package session
