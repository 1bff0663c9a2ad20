// Package payment is the vocabulary of a payment, shared by the page in the
// payer's browser and the server behind it: Amount, Card, Bill, Charge,
// Attempt, Outcome, Problem.
//
// It does no I/O, reads no clock and knows neither the DOM nor HTTP, so that
// exactly the same rules run in the page (for speed) and on the server (for
// truth). Amounts are whole US cents. Days are calendar days of the practice.
//
// The way of a payment through this package:
//
//	statement := …                              // what the practice says is owed: bills
//	charge, problems := choice.Charge(statement) // what the payer chose, line by line
//	card, problems := payment.ReadCard(typed, brands, today)
//	outcome := …                                // what the upstream said
//	attempt.State.May(outcome.State)            // what may become of it
//
// A Problem is the only error that crosses the wire to a payer.
package payment
