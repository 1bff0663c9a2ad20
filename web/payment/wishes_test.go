package payment

import (
	"reflect"
	"strings"
	"testing"
)

// Every wish is in the list, so that it is read and printed back, and its input
// is called as it is kept.
func TestEveryWishIsListed(t *testing.T) {
	var named Wishes
	for _, w := range wishes {
		*w.at(&named) = w.field
	}
	kept := reflect.ValueOf(named)
	for i := range kept.NumField() {
		name, _, _ := strings.Cut(kept.Type().Field(i).Tag.Get("json"), ",")
		if got := kept.Field(i).String(); got != name {
			t.Errorf("%s is read from %q and kept as %q", kept.Type().Field(i).Name, got, name)
		}
	}
	// Each entry of Asked is for exactly one of them.
	asked := reflect.TypeFor[Asked]()
	for i := range asked.NumField() {
		var only Asked
		reflect.ValueOf(&only).Elem().Field(i).SetBool(true)
		n := 0
		for _, w := range wishes {
			if w.asked != nil && w.asked(only) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s asks for %d wishes", asked.Field(i).Name, n)
		}
	}
}

// What a practice does not ask for is not read, and a card number is neither
// read nor printed back, whichever input it stands in.
func TestWishesHoldNoCard(t *testing.T) {
	const number = "4111 1111 1111 1111"
	everywhere := func(string) string { return number }
	nothing := func(string) string { return "" }
	all := everyAsked()
	if got, problems := ReadWishes(all, everywhere); got != (Wishes{}) || len(problems) != len(wishes) {
		t.Errorf("read %+v with %v", got, problems)
	}
	if got := ShownWishes(everywhere, nothing); got != (Wishes{}) {
		t.Errorf("shown %+v", got)
	}
	if got, problems := ReadWishes(Asked{}, everywhere); got != (Wishes{}) || len(problems) != 1 {
		t.Errorf("not asked for: %+v with %v", got, problems)
	}
	if got, problems := ReadWishes(all, nothing); got != (Wishes{}) || len(problems) > 0 {
		t.Errorf("nothing typed: %+v with %v", got, problems)
	}
}

// everyAsked asks for everything.
func everyAsked() (all Asked) {
	v := reflect.ValueOf(&all).Elem()
	for i := range v.NumField() {
		v.Field(i).SetBool(true)
	}
	return all
}
