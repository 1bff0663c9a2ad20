package payment

// ProblemText is what a payer reads of a problem; see sentence_test.go.
var ProblemText func(Problem) string
