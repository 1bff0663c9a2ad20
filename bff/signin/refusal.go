package signin

import (
	"net/http"

	"paypane/web/words"
)

// refusal is why somebody was not signed in: what they are told, and in fixed words
// what the log is.
type refusal struct {
	told told
	why  string
}

func (r refusal) Error() string { return "sign-in refused: " + r.why }

// told is what somebody reads who was not signed in, by the key of its sentences.
type told words.Key

// What people are told. Of what a provider did wrong they are told that it did, and
// whom to call.
const (
	toldAgain     told = "desk.signin.again"     // it was begun too long ago, or twice
	toldCancelled told = "desk.signin.cancelled" // at the provider
	toldNoRole    told = "desk.signin.norole"
	toldGroups    told = "desk.signin.groups" // more than the provider tells
	toldStale     told = "desk.signin.stale"  // the provider did not ask who it is
	toldWrong     told = "desk.signin.wrong"  // the provider's answer cannot be trusted
	toldDown      told = "desk.signin.down"   // the provider does not answer
)

// next are the second sentences: what to do.
var next = map[told]words.Key{
	toldAgain: "desk.signin.again.next", toldCancelled: "desk.signin.cancelled.next", toldNoRole: "desk.signin.norole.next", toldGroups: "desk.signin.groups.next",
	toldStale: "desk.signin.stale.next", toldWrong: "desk.signin.wrong.next", toldDown: "desk.signin.down.next",
}

// status is that of the page.
func (t told) status() int {
	switch t {
	case toldAgain:
		return http.StatusBadRequest
	case toldWrong:
		return http.StatusBadGateway
	case toldDown:
		return http.StatusServiceUnavailable
	}
	return http.StatusForbidden
}
