package athena

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"paypane/web/payment"
)

// ItemizedReceipt is the receipt of one of the patient's payments with what it
// paid for. The payment is a row of GET /patients/{id}/receipts (athena-api.md
// 2.8), the lines are the charges that it was applied to, by epaymentid, in GET
// /patients/{id}?showbalancedetails=true&showallclaims=true (2.10a R).
//
// What it can do without is left out where it cannot be read: the head of the
// receipt (GET /departments/{id}), who treated the patient (GET
// /providers/{id}), and the copay (GET /receipts/{id}/details, whose fields are
// documented nowhere). So is a claim that is not understood: the receipt says
// itself what it lacks. Balances are those of now, not of the day of the
// payment. A payment that is not the patient's is an *Error with status 404.
func (c *Client) ItemizedReceipt(ctx context.Context, p payment.Patient, paymentID string) (payment.Itemized, error) {
	const op = "itemize receipt"
	receipts, err := c.Receipts(ctx, p)
	if err != nil {
		return payment.Itemized{}, err
	}
	i, found := payment.Itemized{}, false
	for _, r := range receipts {
		if r.Reference == paymentID {
			found = true
			i = r.Itemized()
		}
	}
	if !found {
		return payment.Itemized{}, &Error{Op: op, Fault: FaultOurs, Status: http.StatusNotFound, Message: "no such payment of the patient"}
	}
	charges, name, err := c.chargesPaid(ctx, p, paymentID)
	if err != nil {
		return payment.Itemized{}, err
	}
	zone := Eastern()
	if office, err := c.Office(ctx, p); err == nil {
		i.Practice, zone = office.Letterhead(), office.Zone
	}
	i.Patient, i.Time, i.AsOf = name, i.Time.In(zone), payment.DayOf(c.now().In(zone))
	if !i.Paid() {
		return i, nil
	}
	names := map[string]string{}
	lines := make([]payment.ItemizedLine, 0, len(charges))
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
	i = i.With(lines)
	if details, err := c.ReceiptDetails(ctx, p, paymentID); err == nil {
		i = withCopay(i, details)
	}
	return i, nil
}

// withCopay adds the copay that the details of a payment speak of, if the
// claims leave room for it. Nobody has published what the field is called
// (2.8 8c ?); it is what a payment calls it (2.1). Its visit is not told.
func withCopay(i payment.Itemized, details payment.ReceiptDetails) payment.Itemized {
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
	line     payment.ItemizedLine
	provider string // supervisingproviderid, the only one that claims tell
}

// wireItemized is what a receipt needs of GET /patients/{id} (2.10a). A claim is
// read by itself, so that one that is not understood costs no other.
type wireItemized struct {
	PatientID text   `json:"patientid"`
	FirstName string `json:"firstname"`
	LastName  string `json:"lastname"`
	Groups    []struct {
		Claims []json.RawMessage `json:"claimdetails"`
	} `json:"claimbalancedetails"`
}

type wireItemizedClaim struct {
	ClaimID        text  `json:"claimid"`
	ServiceDate    text  `json:"servicedate"`
	PatientBalance money `json:"patientbalance"`
	Provider       text  `json:"supervisingproviderid"`
	Charges        []struct {
		Description  string `json:"description"`
		Code         text   `json:"procedurecode"`
		ServiceDate  text   `json:"servicedate"`
		Amount       money  `json:"amount"`
		Transactions []struct {
			Type         string `json:"type"`
			TransferType text   `json:"transfertype"`
			Amount       money  `json:"amount"` // payments are negative
			EpaymentID   text   `json:"epaymentid"`
		} `json:"transactions"`
	} `json:"chargeleveldetail"`
}

// chargesPaid are the charges that a payment was applied to, and the patient's
// name. An administrator compares the name with their records, so it is not
// the one that the patient goes by.
func (c *Client) chargesPaid(ctx context.Context, p payment.Patient, paymentID string) ([]paidCharge, string, error) {
	const op = "read claims of receipt"
	query := departmentQuery(p)
	query.Set("showbalancedetails", "true")
	query.Set("showallclaims", "true")
	body, err := c.get(ctx, op, patientPath(p), query)
	if err != nil {
		return nil, "", err
	}
	w, err := one[wireItemized](body)
	if err == nil && w.PatientID != text(strconv.Itoa(p.ID)) {
		err = errPatient
	}
	if err != nil {
		return nil, "", upstreamError(op, err)
	}
	var charges []paidCharge
	seen := map[text]bool{}
	for _, group := range w.Groups {
		for _, raw := range group.Claims {
			var claim wireItemizedClaim
			if err := json.Unmarshal(raw, &claim); err != nil || !reference(string(claim.ClaimID)) {
				c.log.Warn("athena: a claim that a receipt cannot read")
				continue
			}
			if !seen[claim.ClaimID] { // a claim can be in two groups, as in Statement
				seen[claim.ClaimID] = true
				charges = append(charges, claim.paidBy(paymentID)...)
			}
		}
	}
	return charges, strings.Join(strings.Fields(w.FirstName+" "+w.LastName), " "), nil
}

// paidBy are the charges of the claim that a payment was applied to.
func (w wireItemizedClaim) paidBy(paymentID string) (charges []paidCharge) {
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
		line := payment.ItemizedLine{
			Bill:        payment.BillID(payment.Claim, string(w.ClaimID)),
			Kind:        payment.Claim,
			Service:     day(charge.ServiceDate),
			Description: payment.Sentence(evidenceText(charge.Description, nil)),
			Code:        evidenceText(string(charge.Code), nil),
			Paid:        amount,
			Left:        left[at],
		}
		if line.Service == "" {
			line.Service = day(w.ServiceDate)
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
// otherwise some of it may be with an insurance (inferred from 2.10a).
func (w wireItemizedClaim) left() []payment.Stated {
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
