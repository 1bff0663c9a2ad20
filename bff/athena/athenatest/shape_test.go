package athenatest_test

import (
	"slices"
	"testing"

	"paypane/bff/athena/athenatest"
)

func TestReadShape(t *testing.T) {
	for text, want := range map[string]athenatest.Shape{
		"array": {Array: true}, "array, 400": {Array: true, Declined: 400}, "typed,400": {Typed: true, Declined: 400}, "400": {Declined: 400},
	} {
		shape, err := athenatest.ReadShape(text)
		if err != nil || shape() != want || shape() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "arrays", "array mixed", "200"} {
		if _, err := athenatest.ReadShape(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	mixed, err := athenatest.ReadShape("mixed")
	if err != nil {
		t.Fatal(err)
	}
	var seen []athenatest.Shape
	for range athenatest.Shapes() {
		seen = append(seen, mixed())
	}
	if !slices.Equal(seen, athenatest.Shapes()) {
		t.Errorf("mixed: %v", seen)
	}
}

// The book is the same whatever the answer looks like.
func TestShapesBookTheSame(t *testing.T) {
	for _, shape := range athenatest.Shapes() {
		k := newTill(athenatest.Options{Shape: func() athenatest.Shape { return shape }})
		k.want(t, 200, `"success"`, "POST", patient+"/collectpayment", form())
		k.want(t, shape.Declined, `"errortext"`, "POST", patient+"/collectpayment", form("accountnumber", "4000000000000002"))
		if got := k.kinds(); got == "" {
			t.Errorf("%+v: nothing is booked", shape)
		}
	}
}
