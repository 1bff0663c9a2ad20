package athena

import (
	"context"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// Vendor is the vendorcode of a practice; empty: it has none.
func (c *Client) Vendor(practice int) string { return c.vendors[practice] }

// vendorPath is the address of something of the practice's patient-pay vendor
// (docs/upstream-api.md#patientpayvendors).
func (c *Client) vendorPath(p payment.Patient, elements ...string) string {
	return path(p.Practice, append([]string{"patientpayvendors", c.Vendor(p.Practice)}, elements...)...)
}

// vendorWord reports whether s can be a path element as it stands.
func vendorWord(s string) bool {
	for i := range len(s) {
		if !letter(s[i]) && !digit(s[i]) && s[i] != '-' && s[i] != '_' {
			return false
		}
	}
	return s != ""
}

// vendorReference reports whether s can be an externalrefid.
func vendorReference(s string) bool {
	return s != "" && s == strings.TrimSpace(s) && len([]rune(s)) <= maxReference
}

// RecordVendorPayment books money that the practice's vendor took: POST
// /patientpayvendors/{vendorcode}/payments
// (docs/upstream-api.md#patientpayvendors, documented). The same patient, total
// and reference within six hours book nothing again; the handle says so. That
// proves nothing of an answer that was lost: nobody knows when those hours began,
// and a call that books nothing is no proof that the first one did. So nothing here
// makes the call a second time.
func (c *Client) RecordVendorPayment(ctx context.Context, p payment.Patient, b payment.VendorBooking) payment.Write {
	const op = "record vendor payment"
	lines, err := bookingLines(b.Booking)
	switch {
	case err != nil:
		return refused(op, err.Error())
	case c.Vendor(p.Practice) == "":
		return refused(op, "no vendor is configured")
	case !vendorReference(b.Reference):
		return refused(op, "the vendor's reference must have 1 to 32 characters")
	case b.Last4 != "" && b.Terminal == "":
		return refused(op, "no terminal")
	case b.Deposited != "" && wireDay(b.Deposited) == "":
		return refused(op, errDay.Error())
	}
	return c.send(ctx, write{
		op: op, path: c.vendorPath(p, "payments"), reply: vendorPaymentReply,
		body: func() payment.Secret {
			f := newForm().department(p).text("patientid", strconv.Itoa(p.ID)).
				text("paymentmethod", string(b.Method)).text("externalrefid", b.Reference).
				optional("checknumber", b.CheckNumber).optional("cardnumberlast4", b.Last4).
				optional("vendorterminalid", b.Terminal).
				lines(lines).amount("otheramount", b.Other)
			if b.Today {
				f.flag("todayservice", true)
			}
			return f.optional("postdate", wireDay(b.Posted)).optional("bankdepositdate", wireDay(b.Deposited)).
				flag("movetounappliedifoverpay", false).b
		},
	})
}

// RefundVendorPayment books that the practice's vendor gave the whole of a
// payment back: POST
// /patientpayvendors/{vendorcode}/payments/{patientpaymentid}/refund
// (docs/upstream-api.md#patientpayvendors, documented: full refunds only).
// Nothing is known to guard against booking it twice.
func (c *Client) RefundVendorPayment(ctx context.Context, p payment.Patient, r payment.VendorRefund) payment.Write {
	const op = "refund vendor payment"
	switch {
	case c.Vendor(p.Practice) == "":
		return refused(op, "no vendor is configured")
	case !reference(r.Payment) || r.Method == "" || !vendorReference(r.Reference):
		return refused(op, "no payment, method or reference")
	case r.Posted != "" && wireDay(r.Posted) == "", r.Deposited != "" && wireDay(r.Deposited) == "":
		return refused(op, errDay.Error())
	}
	return c.send(ctx, write{
		op: op, path: c.vendorPath(p, "payments", r.Payment, "refund"), reply: vendorRefundReply,
		body: func() payment.Secret {
			return newForm().department(p).text("patientid", strconv.Itoa(p.ID)).
				text("paymentmethod", string(r.Method)).text("externalrefid", r.Reference).
				flag("fullrefund", true).flag("ispaymentsettled", r.Settled).
				optional("vendorterminalid", r.Terminal).
				optional("postdate", wireDay(r.Posted)).optional("bankdepositdate", wireDay(r.Deposited)).b
		},
	})
}

// AdjustCharges takes discounts off charges of the patient: POST
// /patientpayvendors/{vendorcode}/adjustingcharges
// (docs/upstream-api.md#patientpayvendors, documented; the fields inside
// charges are unknown, assumed.go). An answer with an error anywhere in it is
// unknown: the other charges may have been adjusted.
func (c *Client) AdjustCharges(ctx context.Context, p payment.Patient, adjustments []payment.Adjustment) payment.Write {
	const op = "adjust charges"
	if c.Vendor(p.Practice) == "" || len(adjustments) == 0 {
		return refused(op, "no vendor is configured or no charges")
	}
	seen := map[string]bool{}
	items := make([]string, 0, len(adjustments))
	for _, a := range adjustments {
		if !reference(a.Charge) || a.Amount.IsZero() || seen[a.Charge] {
			return refused(op, "not charges with amounts")
		}
		seen[a.Charge] = true
		items = append(items, adjustment(a))
	}
	charges := "[" + strings.Join(items, ",") + "]"
	return c.send(ctx, write{
		op: op, path: c.vendorPath(p, "adjustingcharges"), reply: adjustReply(p),
		body: func() payment.Secret {
			return newForm().text("patientid", strconv.Itoa(p.ID)).text("charges", charges).b
		},
	})
}
