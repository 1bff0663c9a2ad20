//go:build !js

package main

import (
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// focus puts the focus into the element, as a tap would.
func (b *tab) focus(selector string) {
	b.t.Helper()
	if !eval[bool](b, `(e => { e?.focus(); return document.activeElement === e })(document.querySelector(`+quote(selector)+`))`) {
		b.t.Fatalf("%s does not take the focus\non %s", selector, b.peek())
	}
}

// typeText types key by key into what has the focus.
func (b *tab) typeText(text string) {
	b.t.Helper()
	for _, r := range text {
		b.run(chromedp.KeyEvent(string(r)))
	}
}

// fill puts a text into the input with the given autocomplete token at once, as
// a keyboard with suggestions does.
func (b *tab) fill(token, text string) {
	b.t.Helper()
	b.focus(`[autocomplete="` + token + `"]`)
	eval[any](b, `document.activeElement.select()`) // in place of what is there
	b.run(command(input.InsertText, input.InsertTextParams{Text: text}))
}

// click presses the mouse on the middle of an element.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.clickTimes(selector, 1)
}

func (b *tab) clickTimes(selector string, n int) {
	b.t.Helper()
	at := b.middleOf(selector)
	for i := range n {
		b.mouse(input.DispatchMouseEventTypeMousePressed, at, i+1)
		b.mouse(input.DispatchMouseEventTypeMouseReleased, at, i+1)
	}
}

// point is a place in the window, in CSS pixels.
type point struct{ X, Y float64 }

// middleOf brings an element into sight and says where its middle is.
func (b *tab) middleOf(selector string) point {
	b.t.Helper()
	return eval[point](b, `(() => { const e = document.querySelector(`+quote(selector)+`); e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getBoundingClientRect(); return {X: r.x + r.width / 2, Y: r.y + r.height / 2} })()`)
}

// mouse presses the left button, or lets it go, as one click or the nth of several.
func (b *tab) mouse(kind input.DispatchMouseEventType, at point, nth int) {
	b.t.Helper()
	b.run(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: int64(nth)}))
}
