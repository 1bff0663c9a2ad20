package payment

// Problem is what is told to a payer when something cannot be done: the only
// error that crosses the wire. Code is stable and for programs, and Field names
// the input it belongs to (empty: the page as a whole).
type Problem struct {
	Code  string `json:"code"`
	Field string `json:"field,omitempty"`
	// Text is the sentence to show, word for word, in the summary and at the
	// field. This package leaves it empty: words.Language prints it, at the edge.
	Text string `json:"text"`
	// Key names the sentence where one code has several; empty: Code does.
	Key string `json:"-"`
	// Parameters are the sentence's, names and values in turn.
	Parameters []any `json:"-"`
}

// problem is the problem of a field, with the parameters of its sentence.
func problem(code, field string, parameters ...any) *Problem {
	return &Problem{Code: code, Field: field, Parameters: parameters}
}

// named gives a problem another sentence than the one of its code.
func (p *Problem) named(key string) *Problem {
	p.Key = key
	return p
}

// Error makes a Problem an error for the server's handlers.
func (p Problem) Error() string { return p.Code }

// At is the problem of the given field, or the zero Problem.
func At(problems []Problem, field string) Problem {
	for _, p := range problems {
		if p.Field == field {
			return p
		}
	}
	return Problem{}
}
