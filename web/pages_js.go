//go:build !desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/payment"
	"paypane/web/words"
)

// The payer's program does without the pages of staff: it never takes one over.
// Those have a program of their own, which is built with the tag desk (desk_program.go).

// StaffPages is nothing here.
type StaffPages struct{}

func (StaffPages) heading(l words.Language) string { return l.Text("page.heading") }

// deskPages are none.
var deskPages []Page

// deskRoutes are none.
var deskRoutes []string

// deskFrame is nothing: see staffPage.
func (View) deskFrame(app.HTMLMain, []app.UI) app.UI { return nil }

// staffPage is nothing.
func (View) staffPage() app.UI { return nil }

// atDesk is nothing: nobody is there.
type atDesk struct{}

func (View) ofDesk() bool            { return false }
func (View) tells() bool             { return false }
func (View) deskTruth(string) string { return "" }

func (*Shell) anew() app.UI                         { return nil }
func (*Shell) serveDesk()                           {}
func (*Shell) browsers(_, _ app.Value) bool         { return false }
func (*Shell) busy(_, _ app.Value) func()           { return func() {} }
func (*Shell) answered(View, *payment.Problem) bool { return false }
