package receipt

import (
	"bytes"
	"encoding/json"
	"fmt"

	"paypane/web/paper"
)

// JSON is the receipt for programs, indented. Its keys are a promise:
//
//	practice    name, address (lines), phone, npi, taxId
//	patient, payer (who paid, where that is somebody else), reference, time
//	phone       of whoever paid here and reads it, where the practice asks for it
//	amount, currency ("USD"), limit (of an agreement)
//	card        brand ("Visa"), last4
//	status      "paid", "taken back" or "other"
//	type        the word of the practice's system behind it
//	standing    the same for people
//	lines       kind ("claim", "copay"), dateOfService, description, procedureCode,
//	            provider, billed, insurancePaid, paid, leftToPay
//	unassigned  what no line accounts for; with the lines' paid it is the amount of
//	            a payment that is paid
//	asOf        the day of what is left to pay
//	missing     what an administrator may ask for and is not there; from
//	            ("practice", "insurance") can supply it
//
// That of a year's payments has practice, patient, amount (of all of them), year,
// payments (how many), status, currency, standing, lines and missing, which is empty.
// A line of it has kind, dateOfService, description, procedureCode, provider and paid
// as above, and paidOn and reference of the payment; what of a payment no line
// accounts for is a line whose kind is empty.
//
// Amounts are texts in US dollars ("45.00"), days are "2026-11-21", times have
// their offset ("2026-11-21T11:00:00-05:00"). What is not known is not there.
func JSON(d paper.Document) ([]byte, error) {
	d = d.Map(clean)
	practice := object{}
	if d.Letterhead.Name != "" {
		practice = append(practice, member{"name", d.Letterhead.Name})
	}
	if len(d.Letterhead.Address) > 0 {
		practice = append(practice, member{"address", d.Letterhead.Address})
	}
	lines := []object{}
	for _, l := range d.Services.Lines {
		line := append(object{{"kind", l.Kind}}, members(l.Day, l.Title)...)
		lines = append(lines, append(append(line, members(l.Details...)...), members(l.Amounts()...)...))
	}
	receipt := append(object{{"practice", append(practice, members(d.Letterhead.Numbers...)...)}}, members(d.Facts...)...)
	receipt = append(append(receipt, members(d.Standing)...), member{"lines", lines})
	receipt = append(receipt, members(d.Services.Rest, d.Services.AsOf)...)
	receipt = append(receipt, member{"missing", append([]paper.Missing{}, d.Missing...)})
	b, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write receipt as json: %w", err)
	}
	return append(b, '\n'), nil
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// members are the facts that programs are told.
func members(facts ...paper.Fact) (o object) {
	for _, x := range facts {
		switch {
		case x.Name == "":
		case x.Data != nil:
			o = append(o, member{x.Name, x.Data})
		case x.Text != "":
			o = append(o, member{x.Name, x.Text})
		}
	}
	return o
}

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for n, m := range o {
		if n > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
