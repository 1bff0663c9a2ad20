package operator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"paypane/bff/config"
	"paypane/bff/portal"
)

// mostToken is more than a token that is taken can have, in bytes.
const mostToken = 64 << 10

// CheckToken is "paypane check-token": it reads a launch token and says in words
// whether the server would take it, and if not, what is wrong. It uses nothing up
// and asks nobody but, where the portal's keys lie at an address, for those. The
// answer is the exit status: 1 for a token that would be refused, 2 where it
// cannot be told.
func CheckToken(ctx context.Context, args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer, now func() time.Time) int {
	fail := func(err error) int {
		fmt.Fprintf(stderr, "paypane check-token: %v\n", err)
		return 2
	}
	if len(args) > 0 {
		return fail(errors.New("takes no arguments: a token in a command line can be read by others. It comes by standard input"))
	}
	origin, file := env(config.Origin), env(config.Portals)
	for name, value := range map[string]string{config.Origin: origin, config.Portals: file} {
		if value == "" {
			return fail(&config.Error{Name: name, Cause: config.ErrMissing})
		}
	}
	portals, err := portal.Read(file)
	if err != nil {
		return fail(&config.Error{Name: config.Portals, Cause: err})
	}
	text, err := io.ReadAll(io.LimitReader(stdin, mostToken))
	if err != nil {
		return fail(err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return fail(errors.New("nothing came by standard input"))
	}
	seen := readToken(token)
	seen.print(stdout, now())
	claims, _, err := portal.Verifier{Origin: origin, Portals: portals, Now: now}.Verify(ctx, token)
	if err == nil {
		fmt.Fprintf(stdout, "The token would be taken, once, if it is posted from one of the portal's origins.\n")
		if len(claims.Dropped) > 0 {
			fmt.Fprintf(stdout, "Without these claims, which are not as they should be: %s.\n", strings.Join(claims.Dropped, ", "))
		}
		return 0
	}
	refusal, ok := errors.AsType[portal.Refusal](err)
	if !ok {
		return fail(err)
	}
	claim, why := refusal.Parts()
	fmt.Fprintf(stdout, "The token would be refused: %s.\n", strings.TrimPrefix(refusal.Error(), "launch token: "))
	if hint := advice(claim, why); hint != "" {
		fmt.Fprintln(stdout, hint)
	}
	for _, line := range expected(claim, origin, portals) {
		fmt.Fprintln(stdout, line)
	}
	for _, attr := range refusal.Attrs(err) {
		if attr.Key == "keys" {
			fmt.Fprintf(stdout, "Of the portal's keys: %s.\n", attr.Value)
		}
	}
	return 1
}

// advice is what to do about a refusal, where it does not say it itself.
func advice(claim, why string) string {
	hints := map[string]string{
		"not a signed token in the compact form":            "A token is three parts of base64url with a point between each two: header, claims, signature. Look whether it was cut, quoted, or wrapped in JSON.",
		"none of EdDSA, ES256, RS256":                       "Sign with one of these three. HS256 needs a shared secret, which there is not.",
		"not pay-launch+jwt":                                `Set the header typ to "pay-launch+jwt". Most libraries write "JWT" unless they are told otherwise.`,
		"an extension that is not understood":               "Leave crit and b64 out of the header.",
		"not a JSON object in which every name stands once": "The claims have to be one JSON object. Look for a claim that is set twice.",
		"no key of the portal has this id":                  "The header kid has to name a key of the portal's key set. After a change of keys the set has to be there before the first token that is signed with the new one.",
		"the portal's keys cannot be fetched":               "The address of the key set, jwks in the portals file, does not answer this machine.",
		"not the algorithm of the key":                      "The header alg has to be that of the key that kid names: EdDSA for Ed25519, ES256 for P-256, RS256 for RSA.",
		"the signature does not verify":                     "It was signed with another key than the one that kid names, or changed since. With ES256 the signature is 64 bytes, r and s, and not DER.",
		"not seconds since 1970":                            "Write times as numbers of seconds. Milliseconds are a thousand times too large, and texts are none.",
		"not between zero and five minutes after iat":       "Set exp to iat and two minutes, say.",
		"in the future":                                     "The clock of the server that signs is ahead, by more than 30 seconds. Let it be set by NTP.",
		"expired":                                           "Make a token for each launch, when the page is asked for, and not before. If it is new, the clock of the server that signs is behind.",
		"not this payment page's origin":                    "aud is the origin of the payment page: scheme and name, without a path and without a slash at its end.",
		"not a practice of this portal":                     "practiceid has to be one of practices in the portals file.",
		"not the id of a portal":                            "iss is the id of a portal in the portals file, and not an address.",
		"only for the role payer":                           `A list of patients is for payers of several people: set role to "payer".`,
		"not a whole number above zero":                     "Write athenahealth's number, as a number or as a text of digits.",
		"longer than 8192 bytes":                            "Leave out what is not in the table of claims, as profiles and permissions of your own.",
	}
	if why == "missing" {
		return claim + " is required."
	}
	return hints[why]
}

// expected is what a claim could have been.
func expected(claim, origin string, portals portal.Portals) []string {
	switch claim {
	case "aud":
		return []string{"Expected: " + origin}
	case "iss":
		var ids []string
		for _, p := range portals {
			ids = append(ids, p.ID)
		}
		slices.Sort(ids)
		return []string{"Expected one of: " + strings.Join(ids, ", ")}
	}
	return nil
}

// seenToken is what stands in a token, before anything of it is believed.
type seenToken struct {
	header, claims map[string]any
}

func readToken(token string) (seen seenToken) {
	parts := strings.Split(token, ".")
	read := func(part string, into *map[string]any) {
		if text, err := base64.RawURLEncoding.DecodeString(part); err == nil {
			decoder := json.NewDecoder(strings.NewReader(string(text)))
			decoder.UseNumber()
			_ = decoder.Decode(into) // what is no object is shown as nothing, and refused below
		}
	}
	if len(parts) == 3 {
		read(parts[0], &seen.header)
		read(parts[1], &seen.claims)
	}
	return seen
}

// print shows what was read: the header, and the claims that decide.
func (t seenToken) print(w io.Writer, now time.Time) {
	for _, name := range []string{"alg", "typ", "kid"} {
		if v, ok := t.header[name]; ok {
			fmt.Fprintf(w, "header %-13s %v\n", name, v)
		}
	}
	for _, name := range []string{"iss", "aud", "jti", "sub", "role", "practiceid", "departmentid", "patientid"} {
		if v, ok := t.claims[name]; ok {
			fmt.Fprintf(w, "claim  %-13s %v\n", name, v)
		}
	}
	for _, name := range []string{"iat", "exp", "nbf"} {
		number, ok := t.claims[name].(json.Number)
		if !ok {
			continue
		}
		when := ""
		if seconds, err := number.Float64(); err == nil && seconds > 0 && seconds < 1e11 {
			apart := time.Unix(int64(seconds), 0).Sub(now).Round(time.Second)
			when = fmt.Sprintf(" (%s before now)", -apart)
			if apart > 0 {
				when = fmt.Sprintf(" (%s after now)", apart)
			}
		}
		fmt.Fprintf(w, "claim  %-13s %s%s\n", name, number, when)
	}
}
