package web

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Plain is nothing here.
type Plain struct{}

func (Plain) heading() string { return "Payment" }

// plain is nothing: the program does without the pages that it never takes
// over.
func (View) plain() app.UI { return nil }
