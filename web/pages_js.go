package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/words"
)

// StaffPages is nothing here.
type StaffPages struct{}

func (StaffPages) heading(l words.Language) string { return l.Text("page.heading") }

// deskPages are none: the program never takes one over.
var deskPages []Page

// deskFrame is nothing: see staffPage.
func (View) deskFrame(app.HTMLMain, []app.UI) app.UI { return nil }

// staffPage is nothing: the program does without the pages that it never takes
// over.
func (View) staffPage() app.UI { return nil }
