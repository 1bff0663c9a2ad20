package athena

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"paypane/web/payment"
)

// wireAppointment is GET /appointments/{id} (athena-api.md 2.10b).
type wireAppointment struct {
	PatientID text  `json:"patientid"`
	Date      text  `json:"date"`
	Status    text  `json:"appointmentstatus"`
	Copay     money `json:"copay"` // what is still expected, after what was collected
}

// cancelled is the appointmentstatus of a visit that will not be.
const cancelled = "x"

// Copay is the copay of the patient's appointment, if one is still expected.
// GET /appointments/{id}.
func (c *Client) Copay(ctx context.Context, p payment.Patient) (payment.Bill, bool, error) {
	const op = "read appointment"
	number := strconv.Itoa(p.Appointment)
	body, err := c.get(ctx, op, path(p.Practice, "appointments", number), url.Values{"showcopay": {"true"}})
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusNotFound {
		// Rescheduling gives a visit a new number. That must not keep anybody
		// from paying their other bills.
		c.log.Warn("athena: appointment of the session is gone")
		return payment.Bill{}, false, nil
	}
	if err != nil {
		return payment.Bill{}, false, err
	}
	w, err := one[wireAppointment](body)
	if err != nil {
		return payment.Bill{}, false, upstreamError(op, err)
	}
	if w.PatientID != text(strconv.Itoa(p.ID)) {
		return payment.Bill{}, false, &Error{Op: op, Fault: FaultOurs, Status: http.StatusOK, Message: "appointment is another patient's"}
	}
	if w.Status == cancelled || !w.Copay.dollars.IsPositive() {
		return payment.Bill{}, false, nil
	}
	owed, err := w.Copay.amount()
	if err != nil {
		return payment.Bill{}, false, upstreamError(op, err)
	}
	return payment.Bill{
		ID:      payment.BillID(payment.Copay, number),
		Kind:    payment.Copay,
		Number:  number,
		Service: day(w.Date),
		Title:   "Copay",
		Balance: owed,
		Owed:    owed,
	}, true, nil
}
