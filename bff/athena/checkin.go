package athena

import (
	"context"
	"strconv"

	"paypane/web/payment"
)

// CheckIn checks a patient in for the visit of the session: POST
// /appointments/{id}/checkin, without a body
// (docs/upstream-api.md#appointments, recorded). It moves no money. One who is
// checked in already, and a visit that is cancelled, are refused with a 404, so
// the second of two calls changes nothing.
func (c *Client) CheckIn(ctx context.Context, p payment.Patient) payment.Write {
	return c.checkIn(ctx, "check in", p, "checkin")
}

// StartCheckIn notes that a check-in has begun: POST
// /appointments/{id}/startcheckin, as CheckIn.
func (c *Client) StartCheckIn(ctx context.Context, p payment.Patient) payment.Write {
	return c.checkIn(ctx, "start check-in", p, "startcheckin")
}

func (c *Client) checkIn(ctx context.Context, op string, p payment.Patient, step string) payment.Write {
	if p.Appointment <= 0 {
		return refused(op, "no appointment")
	}
	return c.send(ctx, write{op: op, path: path(p.Practice, "appointments", strconv.Itoa(p.Appointment), step), reply: plainReply})
}
