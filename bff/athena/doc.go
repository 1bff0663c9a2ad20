// Package athena speaks athenahealth's HTTP API (athenaOne, v1) in the words
// of package payment. It is the only place that knows the upstream's field
// names, types and habits; its wire structs stay inside.
//
//	client, err := athena.New(athena.Config{
//		URL:          "https://api.platform.athenahealth.com", // or .preview.platform.
//		ClientID:     id,
//		ClientSecret: secret,
//	})
//	statement, err := client.Statement(ctx, patient) // what is owed: copay and claims
//	department, err := client.Department(ctx, patient) // cards the department takes on the web
//	outcome := client.Collect(ctx, patient, charge, card)
//	receipts, err := client.Receipts(ctx, patient)   // to settle an unknown outcome
//
// # Reads
//
// Statement, Brands, Receipts and Ping are GETs. Each try has a deadline of
// Config.ReadDeadline; a network failure or a 5xx is tried again, at most
// twice; a 401 leads to one new token and one more try. They fail with an
// *Error, which says whose fault it is.
//
// # The one call that moves money
//
// Collect sends exactly one POST, once, over a connection of its own. The
// upstream has no idempotency key (athena-api.md 5), so nothing in this
// package ever repeats it: no retry, no redirect, no kept-alive connection, no
// body that could be rewound. It returns no error, only an outcome:
//
//	taken     the upstream said success and named the payment
//	declined  the upstream said no success and gave the processor's text
//	not_sent  proved that nothing was charged: no connection was made, or the
//	          API refused the request in its documented way
//	unknown   everything else; the money may have moved
//
// The caller gives it a context that does not end with the browser's request,
// and settles an unknown outcome by Receipts, never by calling Collect again.
//
// # What is not known about the upstream
//
// Much of the API is documented only in part, and nobody has tried this
// package against the live one. Every decision that rests on an inference is
// in wire.go, statement.go or collectpayment.go, with the section of
// athena-api.md it comes from. Package athenatest has a simulator that behaves
// as that file says.
package athena
