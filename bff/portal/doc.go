// Package portal knows the patient portals that may launch payments: the portals
// file, their keys, and the launch tokens that they sign.
//
// Read reads the file; a Verifier turns a token into Claims or into a Refusal in
// fixed words, which are for the portal's developer and never for the payer. A
// token's single use is not known here.
package portal
