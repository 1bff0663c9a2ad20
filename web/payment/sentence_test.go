package payment_test

import (
	"paypane/web/payment"
	"paypane/web/words"
)

// The catalogue imports this package, so the tests inside it cannot import the
// catalogue; this file stands outside and hands it to them.
func init() {
	payment.ProblemText = func(p payment.Problem) string { return words.Language{}.Problem(p).Text }
}
