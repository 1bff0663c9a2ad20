package athena

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"paypane/web/payment"
)

// Offices are the practice's departments: GET /departments (athena-api.md
// 2.10d R), page by page.
func (c *Client) Offices(ctx context.Context, practice int) ([]payment.Office, error) {
	return paged(ctx, c, "list departments", path(practice, "departments"), readOffice)
}

// Office is the patient's department as staff see it, with the suggested
// ceilings of agreements: GET /departments/{id} (athena-api.md 2.10d R).
func (c *Client) Office(ctx context.Context, p payment.Patient) (payment.Office, error) {
	const op = "read department"
	body, err := c.get(ctx, op, path(p.Practice, "departments", strconv.Itoa(p.Department)), nil)
	if err != nil {
		return payment.Office{}, err
	}
	return readOne(op, body, readOffice)
}

func readOffice(r *row) payment.Office {
	o := payment.Office{
		Name:    r.text("name", "patientdepartmentname"),
		Web:     brands(r.list("ecommercecreditcardtypes")),
		Counter: brands(r.list("creditcardtypes")),
		Group:   r.text("providergroupid"),
		Zone:    Eastern(),
	}
	o.ID, _ = strconv.Atoi(r.must("departmentid"))
	o.VisitMax, _ = r.amount("singleappointmentcontractmax")
	o.YearMax, _ = r.amount("oneyearcontractmax")
	if name := r.text("timezonename"); name != "" {
		if zone, err := time.LoadLocation(name); err == nil {
			o.Zone = zone
		}
	}
	return o
}

// CardMethods are the practice's kinds of card payment outside of
// athenahealth's processing, for RecordPayment: GET
// /configuration/validnonccpcreditcardmethods (athena-api.md 2.10e R). Cash
// and checks are not listed.
func (c *Client) CardMethods(ctx context.Context, practice int) ([]payment.CardMethod, error) {
	return paged(ctx, c, "list card methods", path(practice, "configuration", "validnonccpcreditcardmethods"), func(r *row) payment.CardMethod {
		// As it is: it is sent back word for word.
		m := payment.CardMethod{Method: payment.Method(r.plain("paymentmethod")), Name: r.text("name")}
		if m.Method == "" {
			r.fail("paymentmethod", errMissing)
		}
		return m
	})
}

// Practices are the practices that our key may use: GET
// /{anyid}/practiceinfo (athena-api.md 2.13 R, with practice 1 in the path).
func (c *Client) Practices(ctx context.Context) ([]payment.PracticeAccess, error) {
	return paged(ctx, c, "list practices", path(1, "practiceinfo"), func(r *row) payment.PracticeAccess {
		a := payment.PracticeAccess{Name: r.text("name"), Collector: r.flag("hascollector")}
		a.ID, _ = strconv.Atoi(r.must("practiceid"))
		return a
	})
}

// PaymentHistory is what the patients of a practice paid in the days from and
// to, both included: GET /patients/paymenthistory (athena-api.md 2.11 D;
// fields and form of the dates ?, and not every key may have it).
func (c *Client) PaymentHistory(ctx context.Context, practice int, patients []int, from, to payment.Day) ([]payment.PastPayment, error) {
	const op = "list payment history"
	if len(patients) == 0 || wireDay(from) == "" || wireDay(to) == "" || to < from {
		return nil, &Error{Op: op, Fault: FaultOurs, Message: "no patients or no days"}
	}
	ids := ""
	for i, id := range patients {
		if i > 0 {
			ids += ","
		}
		ids += strconv.Itoa(id)
	}
	body, err := c.get(ctx, op, path(practice, "patients", "paymenthistory"), url.Values{
		"patientidlist": {ids}, "startdate": {wireDay(from)}, "enddate": {wireDay(to)}, "additionalpaymentinfo": {"true"},
	})
	if err != nil {
		return nil, err
	}
	return readAll(op, body, readPastPayment)
}

func readPastPayment(r *row) payment.PastPayment {
	p := payment.PastPayment{
		Patient: r.number("patientid"),
		ID:      r.id(historyID...),
		Payment: r.id("epaymentid"),
		Date:    r.day(historyDate...),
		Method:  r.text(historyMethod...),
	}
	var there bool
	if p.Amount, there = r.signed(historyAmount...); !there {
		r.fail(historyAmount[0], errMissing)
	}
	return p
}
