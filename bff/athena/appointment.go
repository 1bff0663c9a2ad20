package athena

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"paypane/web/payment"
)

// wireAppointment is GET /appointments/{id}
// (docs/upstream-api.md#appointments).
type wireAppointment struct {
	PatientID text  `json:"patientid"`
	Date      label `json:"date"`
	Status    label `json:"appointmentstatus"`
	Copay     hazy  `json:"copay"` // what is still expected, after what was collected
	// Expected has what the insurance asks for and what was collected: an object
	// or an array of them, in some practices only.
	Expected json.RawMessage `json:"appointmentcopay"`
}

// cancelled is the appointmentstatus of a visit that will not be.
const cancelled = "x"

// appointment is what an appointment means for a statement; the zero value is
// one that means nothing.
type appointment struct {
	number string
	day    payment.Day
	copay  *payment.Bill // nil: none is expected
	free   bool          // no copay was ever expected, as far as is told
}

// appointment reads the appointment of the session: GET /appointments/{id}.
func (c *Client) appointment(ctx context.Context, p payment.Patient) (appointment, error) {
	const op = "read appointment"
	number := strconv.Itoa(p.Appointment)
	body, err := c.get(ctx, op, path(p.Practice, "appointments", number), url.Values{"showcopay": {"true"}})
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusNotFound {
		// Rescheduling gives a visit a new number. That must not keep anybody
		// from paying their other bills.
		c.log.Warn("athena: appointment of the session is gone")
		return appointment{}, nil
	}
	if err != nil {
		return appointment{}, err
	}
	w, err := one[wireAppointment](body)
	if err != nil {
		return appointment{}, upstreamError(op, err)
	}
	if w.PatientID != text(strconv.Itoa(p.ID)) {
		return appointment{}, &Error{Op: op, Fault: FaultOurs, Status: http.StatusOK, Message: "appointment is another patient's"}
	}
	a := appointment{number: number, day: day(text(w.Date))}
	switch {
	case w.Status == cancelled:
		return appointment{}, nil
	case w.Copay.odd: // may be expected
		return appointment{}, unread(fmt.Errorf("copay: %w", errMoney))
	case !w.Copay.dollars.IsPositive():
		a.free = !w.Copay.dollars.IsNegative() && nothingExpected(w.Expected)
		return a, nil
	}
	owed, err := w.Copay.amount()
	if err != nil {
		return appointment{}, unread(fmt.Errorf("copay: %w", err))
	}
	a.copay = &payment.Bill{
		ID:      payment.BillID(payment.Copay, number),
		Kind:    payment.Copay,
		Number:  number,
		Service: a.day,
		Title:   "Copay",
		Balance: owed,
		Owed:    owed,
	}
	return a, nil
}

// nothingExpected reports whether an appointmentcopay says of no copay that it
// is asked for or was collected; what cannot be read says that one may be.
func nothingExpected(raw json.RawMessage) bool {
	if len(raw) == 0 || string(raw) == "null" {
		return true
	}
	var list []map[string]money
	if raw[0] != '[' {
		raw = append(append(json.RawMessage{'['}, raw...), ']')
	}
	if json.Unmarshal(raw, &list) != nil {
		return false
	}
	for _, fields := range list {
		for _, amount := range fields {
			if !amount.dollars.IsZero() {
				return false
			}
		}
	}
	return true
}
