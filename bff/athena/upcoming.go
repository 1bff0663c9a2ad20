package athena

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// Appointments are the patient's appointments of a day and after it, the next
// one first, without those that are cancelled: GET
// /patients/{id}/appointments (parameters documented; answer recorded:
// HTD-Health patient_appointments.yml, .NET GetPatientAppointments.json). Today's are
// among them, also when the patient has checked in or out. One that is not
// understood is left out, and the error is then payment.ErrOddRows.
func (c *Client) Appointments(ctx context.Context, p payment.Patient, from payment.Day) ([]payment.Appointment, error) {
	const op = "list appointments"
	if wireDay(from) == "" {
		return nil, &Error{Op: op, Fault: FaultOurs, Message: "from is not a day", err: errDay}
	}
	type listed struct {
		payment.Appointment
		off bool
	}
	all, err := paged(ctx, c, op, patientPath(p, "appointments"), url.Values{
		"startdate": {wireDay(from)},
		"showcopay": {"false"},
	}, func(r *row) listed {
		if whose := r.id("patientid"); whose != "" && whose != strconv.Itoa(p.ID) {
			r.fail("patientid", errors.New("another patient's"))
		}
		a := payment.Appointment{
			ID:    r.must("appointmentid"),
			Day:   r.day("date"),
			Time:  timeOfDay(r.text("starttime")),
			Title: payment.Sentence(r.text(visitTitle...)),
		}
		a.Department, _ = strconv.Atoi(r.plain("departmentid"))
		if a.Day == "" {
			r.fail("date", errDay)
		}
		return listed{a, strings.EqualFold(r.text("appointmentstatus"), cancelled)}
	})
	if err != nil && !errors.Is(err, payment.ErrOddRows) {
		return nil, err
	}
	upcoming := []payment.Appointment{}
	for _, a := range all {
		if !a.off && a.Day >= from {
			upcoming = append(upcoming, a.Appointment)
		}
	}
	slices.SortStableFunc(upcoming, func(a, b payment.Appointment) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Time, b.Time))
	})
	return upcoming, err
}
