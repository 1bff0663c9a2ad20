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
//	department, err := client.AcceptedCards(ctx, patient) // cards the department takes on the web
//	outcome := client.Collect(ctx, patient, charge, card)
//	receipts, err := client.Receipts(ctx, patient)   // to settle an unknown outcome
//	write := client.VoidPayment(ctx, patient, paymentID)
//	if write.Done() { … } else { … write.Problem("refused"), write.ForStaff() … }
//
// # Reads
//
// Reads are GETs and fail with an *Error, which says whose fault it is. Each
// try has a deadline of Config.ReadDeadline; a network failure or a 5xx is
// tried again, at most twice and for at most a tenth of the reads over time; a
// 401 leads to one new token and one more try. Config.Until ends all of that for
// who waits for a page. A list of which one row is not
// understood is an error: it must not look shorter than it is. Where the other
// rows are of use without that one (receipts, stored cards, agreements, plans,
// and lists that come in pages), they are returned beside the error,
// payment.ErrOddRows. Of a statement only a claim that may owe something is such
// a row (payment.ErrBillUnread).
//
// The patient with their claims and the receipts weigh megabytes in the end.
// They are read as they come by and bounded by what is kept (stream.go).
//
// # Writes
//
// Everything that moves or books money or changes something a payment rests on
// is one request, sent once, over a connection of its own (send, write.go).
// The upstream has no idempotency key (docs/upstream-api.md#no-idempotency), so
// nothing in this package ever repeats a write: no retry, no redirect, no
// kept-alive connection, no body that could be rewound. A write returns no
// error, only what is known, as a payment.Write, or for Collect a
// payment.Outcome:
//
//	done      the upstream said success and named what it created (Handle)
//	refused   the upstream answered that it did not do it: the bank declined,
//	          or the API refused the request in its documented way
//	not_sent  proved that no request reached the upstream: no connection was
//	          made, it was too late to send when there was one, there was no
//	          token, the day's calls are used up, or a rule of ours stopped it
//	unknown   everything else; it may have been done
//
// An Outcome is taken where the write is done, declined where the bank refused,
// and not_sent for the other refusals: no bank was asked.
//
// The end of the caller's context stops a write until there is a connection;
// after that only Config.PayDeadline does, but no byte of the request leaves
// after the context's deadline, even if the process was stopped on the way
// (senddeadline.go). An unknown charge is settled by reading Receipts, never by
// sending it again. EmailReceipt alone orders a mail and is sent once, but
// answers with an error, like a read.
//
// # Limits
//
// The limits that answers announce (docs/upstream-api.md#limits) are kept: with
// no calls left for the day, nothing is sent until midnight GMT; with no token
// requests left, none until the next minute. Limits tells what is left.
//
// # What is not known about the upstream
//
// Much of the API is documented only in part, and nobody has tried this
// package against the live one. What is taken for true although it is inferred
// or unknown is in assumed.go, with the chapter of docs/upstream-api.md it comes from; the
// forms that drift are read in wire.go and row.go. Package athenatest has a
// simulator that behaves as that file says.
package athena
