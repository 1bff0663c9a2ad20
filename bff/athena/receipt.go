package athena

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"paypane/web/payment"
)

// Receipt is the itemized receipt of one of the patient's payments. The payment
// is a row of GET /patients/{id}/receipts (docs/upstream-api.md#receipts). Its
// lines are the charges that it was applied to, by epaymentid, in GET
// /patients/{id}?showbalancedetails=true&showallclaims=true
// (docs/upstream-api.md#patient, recorded).
//
// What it can do without is left out where it cannot be read: the head of the
// receipt (GET /departments/{id}), who treated the patient (GET
// /providers/{id}), and the copay (GET /receipts/{id}/details, whose fields are
// documented nowhere). So is a claim that is not understood: the receipt says
// itself what it lacks. Balances are those of now, not of the day of the
// payment. A payment that is not the patient's is an *Error with status 404.
func (c *Client) Receipt(ctx context.Context, p payment.Patient, paymentID string) (payment.Receipt, error) {
	const op = "itemize receipt"
	receipts, odd := c.Receipts(ctx, p)
	if odd != nil && !errors.Is(odd, payment.ErrOddRows) {
		return payment.Receipt{}, odd
	}
	i, found := payment.Receipt{}, false
	for _, r := range payment.Standing(receipts) {
		if r.Reference == paymentID {
			found = true
			i = r.Receipt()
		}
	}
	if !found && odd != nil {
		return payment.Receipt{}, odd // it may be one of those
	}
	if !found {
		return payment.Receipt{}, &Error{Op: op, Fault: FaultOurs, Status: http.StatusNotFound, Message: "no such payment of the patient"}
	}
	charges, name, err := c.chargesPaid(ctx, p, paymentID)
	if err != nil {
		return payment.Receipt{}, err
	}
	i.Patient = name
	zone := Eastern()
	if department, err := c.Department(ctx, p); err == nil {
		i.Practice, zone = department.Letterhead(), department.Zone
	}
	i.Time, i.AsOf = i.Time.In(zone), payment.DayOf(c.now().In(zone))
	if !i.Paid() {
		return i, nil
	}
	i = i.With(c.treated(ctx, p, charges[paymentID], map[string]string{}))
	if details, err := c.ReceiptDetails(ctx, p, paymentID); err == nil {
		i = withCopay(i, details)
	}
	return i, nil
}

// Itemized are the receipts of several payments of the patient's, as rows of
// Receipts tell of them, with the charges that they were applied to: what Receipt
// reads for one, in one call for all. The copays are left out that only the details
// of each payment tell, and so is the practice. A row whose payment no claim shows
// has no lines.
func (c *Client) Itemized(ctx context.Context, p payment.Patient, rows []payment.ReceiptSummary) ([]payment.Receipt, error) {
	references := make([]string, len(rows))
	for i, r := range rows {
		references[i] = r.Reference
	}
	charges, name, err := c.chargesPaid(ctx, p, references...)
	if err != nil {
		return nil, err
	}
	receipts, names := make([]payment.Receipt, len(rows)), map[string]string{}
	for i, r := range rows {
		receipts[i] = r.Receipt()
		receipts[i].Patient = name
		receipts[i] = receipts[i].With(c.treated(ctx, p, charges[r.Reference], names))
	}
	return receipts, nil
}

// treated are the lines of charges, with the names of who treated; names are those
// that are known already, by their ids.
func (c *Client) treated(ctx context.Context, p payment.Patient, charges []paidCharge, names map[string]string) []payment.ReceiptLine {
	lines := make([]payment.ReceiptLine, 0, len(charges))
	for _, charge := range charges {
		if _, asked := names[charge.provider]; !asked && charge.provider != "" {
			provider, err := c.Provider(ctx, p.Practice, charge.provider)
			if err != nil {
				c.log.Warn("athena: a receipt without its provider", "err", err)
			}
			names[charge.provider] = provider.Name
		}
		charge.line.Provider = names[charge.provider]
		lines = append(lines, charge.line)
	}
	return lines
}

// withCopay adds the copay that the details of a payment speak of, if the
// claims leave room for it. Nobody has published what the field is called
// (docs/upstream-api.md#receipts, unknown); it is what a payment calls it
// (docs/upstream-api.md#collectpayment). Its visit is not told.
func withCopay(i payment.Receipt, details payment.ReceiptDetails) payment.Receipt {
	said := details.Others["copayamount"]
	dollars, err := parseMoney(said)
	if said == "" || err != nil {
		return i
	}
	copay, err := payment.FromDecimal(dollars)
	if err != nil || copay.IsZero() {
		return i
	}
	return i.Attributed([]payment.Line{{Kind: payment.Copay, Title: "Copay", Amount: copay}})
}

// paidCharge is a charge that a payment was applied to.
type paidCharge struct {
	line     payment.ReceiptLine
	provider string // supervisingproviderid, the only one that claims tell
}

// wireReceiptClaim is what a receipt needs of a claim
// (docs/upstream-api.md#patient). A claim is read by itself, so that one that
// is not understood costs no other.
type wireReceiptClaim struct {
	ClaimID        text  `json:"claimid"`
	ServiceDate    label `json:"servicedate"`
	PatientBalance money `json:"patientbalance"`
	Provider       label `json:"supervisingproviderid"`
	Charges        []struct {
		Description  label `json:"description"`
		Code         label `json:"procedurecode"`
		ServiceDate  label `json:"servicedate"`
		Amount       money `json:"amount"`
		Transactions []struct {
			Type         label `json:"type"`
			TransferType label `json:"transfertype"`
			Amount       money `json:"amount"` // payments are negative
			EpaymentID   text  `json:"epaymentid"`
		} `json:"transactions"`
	} `json:"chargeleveldetail"`
}

// chargesPaid are the charges that payments were applied to, by payment, and the
// patient's name. An administrator compares the name with their records, so it is
// not the one that the patient goes by.
func (c *Client) chargesPaid(ctx context.Context, p payment.Patient, payments ...string) (map[string][]paidCharge, string, error) {
	const op = "read claims of receipt"
	query := departmentQuery(p)
	query.Set("showbalancedetails", "true")
	query.Set("showallclaims", "true")
	var charges map[string][]paidCharge
	var name string
	_, err := c.read(ctx, read{op: op, path: patientPath(p), query: query, stream: func(s *stream) (err error) {
		charges, name, err = c.readCharges(s, p, payments)
		return err
	}})
	return charges, name, err
}

// readCharges reads the patient as they come by and keeps the charges that
// payments were applied to.
func (c *Client) readCharges(s *stream, p payment.Patient, payments []string) (charges map[string][]paidCharge, name string, err error) {
	charges, kept := map[string][]paidCharge{}, 0
	var patient text
	var given, family label
	var raw json.RawMessage
	seen := map[text]bool{} // a claim can be in two groups, as in Statement
	claim := func() error {
		if err := s.value(&raw); err != nil {
			return err
		}
		var claim wireReceiptClaim
		if err := json.Unmarshal(raw, &claim); err != nil || !reference(string(claim.ClaimID)) {
			c.log.Warn("athena: a claim that a receipt cannot read")
			return nil
		}
		if seen[claim.ClaimID] {
			return nil
		}
		for _, id := range payments {
			paid := claim.paidBy(id)
			if len(paid) == 0 {
				continue
			}
			seen[claim.ClaimID] = true
			charges[id] = append(charges[id], paid...)
			if kept += len(paid); kept > maxKept {
				return errMany
			}
		}
		return nil
	}
	group := func(name string) error {
		if name == "claimdetails" {
			return s.list(claim)
		}
		return s.skip()
	}
	err = s.alone(func(name string) error {
		switch name {
		case "patientid":
			return s.into(&patient)
		case "firstname":
			return s.into(&given)
		case "lastname":
			return s.into(&family)
		case "claimbalancedetails":
			return s.objects(func() error { return s.fields(group) })
		}
		return s.skip()
	})
	if err == nil && patient != text(strconv.Itoa(p.ID)) {
		err = errPatient
	}
	return charges, strings.Join(strings.Fields(string(given)+" "+string(family)), " "), err
}

// paidBy are the charges of the claim that a payment was applied to.
func (w wireReceiptClaim) paidBy(paymentID string) (charges []paidCharge) {
	left := w.left()
	for at, charge := range w.Charges {
		var paid, insurance decimal.Decimal
		insured := false
		for _, t := range charge.Transactions {
			if string(t.EpaymentID) == paymentID {
				paid = paid.Sub(t.Amount.dollars)
			}
			if t.TransferType == "1" || t.TransferType == "2" { // the insurances
				insured = true
				if t.Type == "PAYMENT" {
					insurance = insurance.Sub(t.Amount.dollars)
				}
			}
		}
		amount, err := payment.FromDecimal(paid)
		if err != nil || amount.IsZero() {
			continue // not by this payment, or taken from it again
		}
		line := payment.ReceiptLine{
			Bill:        payment.BillID(payment.Claim, string(w.ClaimID)),
			Kind:        payment.Claim,
			Service:     day(text(charge.ServiceDate)),
			Description: payment.Sentence(plainLine(string(charge.Description))),
			Code:        plainLine(string(charge.Code)),
			Paid:        amount,
			Left:        left[at],
		}
		if line.Service == "" {
			line.Service = day(text(w.ServiceDate))
		}
		if a, err := charge.Amount.amount(); err == nil && charge.Amount.set {
			line.Billed = payment.Said(a)
		}
		// Without a transaction of an insurance nobody knows whether there is
		// one, and whether it has answered.
		if a, err := payment.FromDecimal(insurance); err == nil && insured {
			line.Insurance = payment.Said(a)
		}
		provider := ""
		if reference(string(w.Provider)) {
			provider = string(w.Provider)
		}
		charges = append(charges, paidCharge{line, provider})
	}
	return charges
}

// left is what the patient still owes of each charge. The upstream tells it of
// the whole claim. Of one charge among several it is what was billed with all
// transactions, if those of all charges come to the claim's patientbalance:
// otherwise some of it may be with an insurance (inferred).
func (w wireReceiptClaim) left() []payment.Stated {
	left := make([]payment.Stated, len(w.Charges))
	if !w.PatientBalance.set {
		return left
	}
	if a, err := w.PatientBalance.amount(); err == nil && len(w.Charges) == 1 {
		left[0] = payment.Said(a)
		return left
	}
	var sum decimal.Decimal
	for at, charge := range w.Charges {
		rest := charge.Amount.dollars
		for _, t := range charge.Transactions {
			rest = rest.Add(t.Amount.dollars)
		}
		sum = sum.Add(rest)
		if a, err := payment.FromDecimal(rest); err == nil {
			left[at] = payment.Said(a)
		}
	}
	if !sum.Equal(w.PatientBalance.dollars) {
		clear(left)
	}
	return left
}
