package payment

// Problem is what is told to a payer when something cannot be done: the only
// error that crosses the wire. Code is stable and for programs, Field names
// the input it belongs to (empty: the page as a whole), Text is the sentence
// to show, word for word, in the summary and at the field.
type Problem struct {
	Code  string `json:"code"`
	Field string `json:"field,omitempty"`
	Text  string `json:"text"`
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
