package athenatest

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// Shape is how an endpoint writes its answer to a write. Which it is, is not
// known (docs/upstream-api.md#collectpayment); a client has to read all.
type Shape struct {
	Array    bool // an array of one, not an object
	Typed    bool // true and 61234, not "true" and "61234"
	Declined int  // the status of a success of false: 200, also where it is 0, or 400
}

// Shapes are all of them.
func Shapes() (all []Shape) {
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		for _, array := range []bool{false, true} {
			for _, typed := range []bool{false, true} {
				all = append(all, Shape{array, typed, status})
			}
		}
	}
	return all
}

// ReadShape reads what Options.Shape is to give: "array,typed,400", any of the
// three words, or "mixed" for all shapes in turn.
func ReadShape(text string) (func() Shape, error) {
	if text == "mixed" {
		var next atomic.Uint64
		all := Shapes()
		return func() Shape { return all[(next.Add(1)-1)%uint64(len(all))] }, nil
	}
	var sh Shape
	for word := range strings.SplitSeq(text, ",") {
		switch strings.TrimSpace(word) {
		case "array":
			sh.Array = true
		case "typed":
			sh.Typed = true
		case "400":
			sh.Declined = http.StatusBadRequest
		default:
			return nil, errors.New("not array, typed, 400 or mixed")
		}
	}
	return func() Shape { return sh }, nil
}

// shape is how the next answer is written. Without Options.Shape, an answer that
// creates something with an odd number is a typed array of one, and every other
// an object of texts.
func (s *Server) shape(number int) Shape {
	if s.shared.shape != nil {
		return s.shared.shape()
	}
	return Shape{Array: number%2 == 1, Typed: number%2 == 1}
}

// write writes an answer: success, the ids of what was created, and texts.
func (sh Shape) write(w http.ResponseWriter, status int, success bool, ids map[string]int, texts map[string]string) {
	wire := map[string]any{"success": success}
	if !sh.Typed {
		wire["success"] = strconv.FormatBool(success)
	}
	for name, id := range ids {
		wire[name] = id
		if !sh.Typed {
			wire[name] = strconv.Itoa(id)
		}
	}
	for name, text := range texts {
		wire[name] = text
	}
	if sh.Array {
		write(w, status, encode([]any{wire}))
		return
	}
	write(w, status, encode(wire))
}

// created answers with the ids of what was created.
func (s *Server) created(w http.ResponseWriter, ids map[string]int) {
	s.shape(ids["epaymentid"]).write(w, http.StatusOK, true, ids, nil)
}

// done answers a change that has nothing to tell.
func (s *Server) done(w http.ResponseWriter) {
	s.shape(0).write(w, http.StatusOK, true, nil, nil)
}

// refusedByProcessor answers that the card processor declined.
func (s *Server) refusedByProcessor(w http.ResponseWriter, text string) {
	sh := s.shape(0)
	status := http.StatusOK
	if sh.Declined != 0 {
		status = sh.Declined
	}
	sh.write(w, status, false, nil, map[string]string{"errortext": text})
}
