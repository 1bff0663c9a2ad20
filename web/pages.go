//go:build !js

package web

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Plain are the pages that the browser program never takes over: staff's.
type Plain struct {
	Doubts *Doubts `json:"doubts,omitempty"`
	Doubt  *Doubt  `json:"doubt,omitempty"`
}

func (p Plain) heading() string {
	switch {
	case p.Doubts != nil:
		return "Payments that wait for a decision"
	case p.Doubt != nil:
		return "Was this payment of " + p.Doubt.Attempt.Total().Display() + " taken?"
	}
	return "Payment"
}

// plain is the component of a page that the browser program never takes over.
func (v View) plain() app.UI {
	switch {
	case v.Doubts != nil:
		return &DoubtsPage{View: v}
	case v.Doubt != nil:
		return &DoubtPage{View: v}
	}
	return nil
}
