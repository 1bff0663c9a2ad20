// Package signin signs the staff of practices in at the pay origin, with the
// practice's own OpenID Connect provider, and out again. It is a relying party of
// the code flow with PKCE, and of back-channel and RP-initiated logout.
//
// Nothing that a browser or a provider says is taken before it is checked:
// docs/security.md#signing-in-at-the-desk lists the checks. Whoever is refused reads what they can
// do, the log has why in fixed words, and no session begins.
package signin
