//go:build !js

package main

import (
	"fmt"
	"testing"
	"time"
)

// heldLook makes the page look at its session, and keeps the answer until come
// is called; looked is true a moment after that.
const heldLook = `void (() => {
	const ask = window.fetch;
	window.fetch = async (...what) => {
		window.fetch = ask;
		const answer = await ask(...what), life = await answer.json();
		await new Promise(done => window.come = done);
		setTimeout(() => window.looked = true); // once the page has done what it does about it
		return { ok: answer.ok, status: answer.status, json: async () => life };
	};
	window.dispatchEvent(new Event("focus"));
})()`

// A look whose answer is from before counts for nothing against a sign that came
// while it was under way: the page looks again.
func TestLooksAgainAfterAnOldAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.adopted()
	eval[any](b, heldLook)
	b.until(`window.come`)
	b.later(w, 14*time.Minute)
	eval[any](b, `void window.come()`)
	b.until(warning)
}

// Nor does it count against what the server has answered since: whoever has just
// stayed is not warned anew.
func TestOldAnswerWarnsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := open(t, w, true)
	b.signIn(w, 40211)
	b.adopted()
	b.later(w, 14*time.Minute)
	b.until(warning)
	eval[any](b, heldLook)
	b.until(`window.come`)
	b.press("\r")
	b.until("!" + warned)
	eval[any](b, `void window.come()`)
	b.until(`window.looked`)
	if eval[bool](b, warned) {
		t.Error("warned by what was true before")
	}
}

// A server that answers nonsense is asked again after a while, not at once, and
// what it said last holds: the page stays, with what was typed, and leaves when
// the time it knows of is over.
func TestSessionAnswersNonsense(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{"an error page": `{"page":"error"}`, "nothing": `null`, "no times": `{"left":900}`, "words": `{"left":"soon","ends":"later"}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := open(t, w, true)
			b.allow("status of 500")
			b.allow("status of 401")
			b.onCardPage(w)
			// The page's looks at the session are kept, and happen when the test says
			// so; the timers of the program run.
			eval[any](b, `void (timer => {
				window.plans = [];
				window.setTimeout = (fn, wait, ...rest) => fn.name === "look" ? plans.push({ fn, wait }) : timer(fn, wait, ...rest);
			})(window.setTimeout.bind(window))`)
			w.session.Store(&answer)
			b.later(w, 0)
			for n := 1; n <= 3; n++ {
				b.until(fmt.Sprintf(`plans.length === %d`, n))
				if wait := eval[float64](b, `plans.at(-1).wait ?? -1`); wait != 15_000 {
					t.Errorf("asks again after %v ms", wait)
				}
				if asked := w.sessions.Load(); asked != int64(n) {
					t.Errorf("asked %d times, not %d", asked, n)
				}
				eval[any](b, `void plans.at(-1).fn()`)
			}
			b.until(`plans.length === 4`)
			if eval[bool](b, warned) || eval[string](b, `document.getElementById("address").value`) != "12 Elm Street" {
				t.Error("warned, or what was typed is gone")
			}
			w.skip(15 * time.Minute)
			eval[any](b, `void (now => performance.now = () => now.call(performance) + 900_000)(performance.now)`)
			b.later(w, 0)
			b.page("session")
		})
	}
}
